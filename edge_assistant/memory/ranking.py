"""The best memories under score = what is known of each + weight x relevance, without measuring every vector.

Measured are: the vectors nearest to the query, from the index; those of the latest memories; and those of the memories
that score highest before relevance, as far as they could still win (one that is not among the nearest is at most as
relevant as the last of them, which bounds its score: the threshold algorithm of Fagin, Lotem and Naor, 2003, with a
limit on the work). While the index is a plain matrix everything is measured and the result is exact; `bench` tells how
near it comes beyond that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge_assistant.memory.columns import Columns
from edge_assistant.memory.index import VectorIndex, Vectors
from edge_assistant.memory.recent import RecentVectors

FIRST = 256
"""Vectors asked of the graph at first."""

LAST = 4096
"""And at most, where the kinds wanted are rare among the nearest."""

MEASURED = 128
"""Vectors that are read from the store and measured one by one; each costs about ten microseconds."""

Places = NDArray[np.int64]
Scores = NDArray[np.float64]


def best(
    columns: Columns,
    index: VectorIndex,
    recent: RecentVectors,
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
        recent: the vectors of the latest of them.
        measure: the exact cosines of vectors by their labels.
        query: a unit vector.
        known: for each memory the part of its score that does not depend on the query.
        allowed: which memories may be returned.
        weight: of relevance, which is the cosine, or 0 where that is negative.
        k: how many.

    Returns:
        Places in `columns`, scores, and cosines, all of length at most k.
    """
    k = min(k, int(np.count_nonzero(allowed)))
    if k <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    by_slot = np.full(columns.slot_count + 1, np.nan)  # the last place takes what belongs to slot -1
    index.settle()
    if index.graph is None:
        count = len(index)
    else:
        count = max(FIRST, 4 * k)
        slots, cosines = recent.cosines(query)
        by_slot[slots] = cosines
    while True:
        labels, cosines = index.search(query, count)
        by_slot[columns.slots_of(labels.tolist())] = cosines
        cosine = by_slot[columns.slots]
        met = ~np.isnan(cosine)
        met &= allowed
        if count >= min(LAST, len(index)) or np.count_nonzero(met) >= k:
            break
        count *= 4
    limit = max(float(cosines[-1]), 0.0) if len(cosines) else 1.0
    places = np.flatnonzero(met)
    scores = known[places] + weight * np.maximum(cosine[places], 0.0)
    bar = np.partition(scores, -k)[-k] if len(places) >= k else -np.inf
    rest = np.flatnonzero(allowed & ~met & (known > bar - weight * limit))
    if len(rest):
        most = max(MEASURED, k)
        if len(rest) > most:
            rest = rest[np.argpartition(-known[rest], most)[:most]]
        slots = np.unique(columns.slots[rest])
        by_slot[slots] = measure([columns.label_of(int(slot)) for slot in slots])
        cosine[rest] = by_slot[columns.slots[rest]]
        places = np.concatenate([places, rest[~np.isnan(cosine[rest])]])
        scores = known[places] + weight * np.maximum(cosine[places], 0.0)
    if k < len(places):
        few = scores >= np.partition(scores, -k)[-k]
        places, scores = places[few], scores[few]
    order = np.lexsort((-columns.ids[places], -columns.moments[places], -scores))[:k]
    return places[order], scores[order], cosine[places[order]]
