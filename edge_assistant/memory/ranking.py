"""The best memories under score = what is known of each + weight x relevance, without measuring every vector.

The index gives the nearest vectors. A memory whose vector is not among them is at most as relevant as the last of
them, which bounds its score; those whose bound reaches the k-th best score are measured, the most promising first (the
threshold algorithm of Fagin, Lotem and Naor, 2003, with a limit on the work). While the index is a plain matrix, all
is measured and the result is exact. Beyond that it is exact for a search by meaning, up to the index's recall, and for
a score whenever no more than `MEASURED` vectors are in question.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge_assistant.memory.columns import Columns
from edge_assistant.memory.index import VectorIndex, Vectors

FIRST = 256
"""Vectors asked of the graph at first."""

LAST = 4096
"""And at most, where the kinds wanted are rare among the nearest."""

MEASURED = 256
"""Vectors that are read from the store and measured one by one; each costs about ten microseconds."""

Places = NDArray[np.int64]
Scores = NDArray[np.float64]


def best(
    columns: Columns,
    index: VectorIndex,
    measure: Callable[[list[int]], Vectors],
    query: Vectors,
    known: Scores,
    allowed: NDArray[np.bool_],
    weight: float,
    k: int,
) -> tuple[Places, Scores, Scores]:
    """The k best memories, ties to the newest.

    Args:
        columns: all memories.
        index: their vectors.
        measure: the exact cosines of vectors by their labels.
        query: a unit vector.
        known: for each memory the part of its score that does not depend on the query.
        allowed: which memories may be returned.
        weight: of relevance, which is the cosine, or 0 where that is negative.
        k: how many.

    Returns:
        Places in `columns`, scores, and cosines, all of length at most k.
    """
    k = min(k, int(allowed.sum()))
    if k <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    by_slot = np.full(columns.slot_count + 1, np.nan)  # the last place takes what belongs to slot -1
    limit = 1.0
    count = max(FIRST, 4 * k)
    index.settle()
    if index.graph is None:
        count = len(index)
    if allowed.sum() > MEASURED or index.graph is None:
        while True:
            labels, cosines = index.search(query, count)
            by_slot[columns.slots_of(labels.tolist())] = cosines
            limit = float(cosines[-1]) if len(cosines) else 1.0
            if count >= min(LAST, len(index)) or (allowed & ~np.isnan(by_slot[columns.slots])).sum() >= k:
                break
            count *= 4
    cosine = by_slot[columns.slots]
    unmet = np.flatnonzero(allowed & np.isnan(cosine))
    if len(unmet):
        met = np.flatnonzero(allowed & ~np.isnan(cosine))
        scores = known[met] + weight * np.maximum(cosine[met], 0.0)
        bar = np.partition(scores, -k)[-k] if len(met) >= k else -np.inf
        unmet = unmet[known[unmet] + weight * max(limit, 0.0) > bar]
        unmet = unmet[np.lexsort((-columns.moments[unmet], -known[unmet]))][: max(MEASURED, k)]
        if len(unmet):
            slots = np.unique(columns.slots[unmet])
            by_slot[slots] = measure([columns.label_of(int(slot)) for slot in slots])
            cosine = by_slot[columns.slots]
    places = np.flatnonzero(allowed & ~np.isnan(cosine))
    scores = known[places] + weight * np.maximum(cosine[places], 0.0)
    if k < len(places):
        few = scores >= np.partition(scores, -k)[-k]
        places, scores = places[few], scores[few]
    order = np.lexsort((-columns.ids[places], -columns.moments[places], -scores))[:k]
    return places[order], scores[order], cosine[places[order]]
