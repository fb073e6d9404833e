"""Finds memories by meaning and by score: what is known of each + weight x relevance.

Not every vector is measured once the index is a graph: those nearest to the query, and of the other memories those that
score highest without relevance, as far as they could still win. One that is not among the nearest is at most as
relevant as the last of them, which bounds its score (the threshold algorithm of Fagin, Lotem and Naor, 2003, with a
limit on the work). While the index is a plain matrix everything is measured and the result is exact.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.memory import rows
from edge_assistant.memory.index import Labels, Vectors, products
from edge_assistant.memory.keeper import NEVER, IndexKeeper
from edge_assistant.memory.records import KINDS, RECENCY_PER_HOUR, Weights
from edge_assistant.storage.store import Store, moment_of

FIRST, LAST = 1024, 4096
"""Vectors asked of the graph at first, and at most, where the kinds wanted are rare among the nearest."""

MEASURED = 1024
"""Vectors that are read from the store and measured one by one; each costs about ten microseconds."""

Parts = dict[str, float]
Scores = NDArray[np.float64]


class _Columns:
    """The numbers of all memories as arrays in the order of their ids, so that a query can weigh every one of them."""

    def __init__(self) -> None:
        self.ids: Labels = np.zeros(0, dtype=np.int64)
        self.kinds: NDArray[np.int8] = np.zeros(0, dtype=np.int8)
        self.moments: Scores = np.zeros(0)
        self.importances: Scores = np.zeros(0)
        self.labels: Labels = np.zeros(0, dtype=np.int64)

    def read_on(self, connection: sqlite3.Connection) -> None:
        """Take in the memories that are newer than the last one."""
        found = rows.numbers(connection, int(self.ids[-1]) if len(self.ids) else 0)
        if not found:
            return
        ids, kinds, moments, importances, labels = zip(*found, strict=True)
        self.ids = np.append(self.ids, np.array(ids, dtype=np.int64))
        self.kinds = np.append(self.kinds, np.array([KINDS.index(kind) for kind in kinds], dtype=np.int8))
        self.moments = np.append(self.moments, moments)
        self.importances = np.append(self.importances, importances)
        self.labels = np.append(self.labels, np.array(labels, dtype=np.int64))

    def of_kinds(self, kinds: Iterable[str]) -> NDArray[np.bool_]:
        """Which memories are of one of these kinds."""
        return np.isin(self.kinds, [KINDS.index(kind) for kind in kinds])

    def recency(self, moment: float) -> Scores:
        """0.995 to the power of the hours passed, for each memory; 1 for what lies ahead of `moment`."""
        exponents = np.minimum(self.moments - moment, 0.0) * (-np.log(RECENCY_PER_HOUR) / 3600.0)
        # Single precision is precise to a few seconds here, and several times as fast.
        result: Scores = np.exp(exponents.astype(np.float32)).astype(np.float64)
        return result


class Finder:
    """All that is held in memory about the memories of a store; every answer is as current as the tables."""

    def __init__(self, store: Store, dimension: int, path: Path | None, brute_force_below: int, threads: int) -> None:
        """See `IndexKeeper`."""
        self._store = store
        self.keeper = IndexKeeper(store, dimension, path, brute_force_below, threads)
        self._columns = _Columns()
        self._generation = NEVER  # of the columns; the keeper has its own

    def nearest(self, query: Vectors, k: int, kinds: Sequence[str]) -> list[tuple[int, float]]:
        """Ids and cosines of the k memories nearest in meaning; of equal ones the newest first."""
        with self._store.guard() as connection:
            columns = self._current_columns(connection)
            places, scores, _ = self._best(query, np.zeros(len(columns.ids)), 1.0, -1.0, k, columns.of_kinds(kinds))
            return list(zip(columns.ids[places].tolist(), scores.tolist(), strict=True))

    def search(
        self, query: Vectors, now: datetime, k: int, kinds: Sequence[str], weights: Weights
    ) -> list[tuple[int, float, Parts]]:
        """Ids, scores and parts of the k memories that score highest, the best first."""
        with self._store.guard() as connection:
            columns = self._current_columns(connection)
            recency, importance = columns.recency(moment_of(now)), columns.importances
            known = weights.recency * recency + weights.importance * importance
            places, scores, cosines = self._best(query, known, weights.relevance, 0.0, k, columns.of_kinds(kinds))
            parts = zip(recency[places], np.maximum(cosines, 0.0), importance[places], strict=True)
            return [
                (number, score, {"recency": float(r), "relevance": float(c), "importance": float(i)})
                for number, score, (r, c, i) in zip(columns.ids[places].tolist(), scores.tolist(), parts, strict=True)
            ]

    def changed(
        self, new: dict[int, Vectors] | None = None, removed: Sequence[int] = (), *, only_added: bool = False
    ) -> None:
        """Count a change of the tables in the current transaction, and follow it.

        Args:
            new: vectors that were written.
            removed: labels of vectors that were deleted.
            only_added: memories were added and nothing else; otherwise all are read again.
        """
        before, after = rows.next_generation(self._store.connection)
        self._store.on_rollback(self._distrust)
        self.keeper.changed(before, after, new or {}, removed)
        if only_added and self._generation == before:
            self._generation = after

    def _distrust(self) -> None:
        self.keeper.distrust()
        self._generation = NEVER

    def _current_columns(self, connection: sqlite3.Connection) -> _Columns:
        generation = rows.generation(connection)
        if self._generation != generation:
            self._columns, self._generation = _Columns(), generation
        self._columns.read_on(connection)
        return self._columns

    def _best(
        self, query: Vectors, known: Scores, weight: float, floor: float, k: int, allowed: NDArray[np.bool_]
    ) -> tuple[Labels, Scores, Scores]:
        """The k best memories, ties to the newest.

        Args:
            query: a unit vector.
            known: for each memory the part of its score that does not depend on the query.
            weight: of relevance.
            floor: relevance is the cosine, or this where that is smaller.
            k: how many.
            allowed: which memories may be returned.

        Returns:
            Places in the columns, scores, and cosines, all of length at most k.
        """
        columns, index = self._columns, self.keeper.current()
        k = min(k, int(np.count_nonzero(allowed)))
        if k <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
        count = len(index) if index.exact else max(FIRST, 4 * k)
        while True:
            labels, cosines = index.search(query, count)
            cosine = _looked_up(columns.labels, labels, cosines)
            met = allowed & ~np.isnan(cosine)
            if count >= min(LAST, len(index)) or np.count_nonzero(met) >= k:
                break
            count *= 4
        scores = np.where(met, known + weight * np.maximum(cosine, floor), -np.inf)
        limit = max(float(cosines[-1]), floor) if len(cosines) else 1.0
        rest = np.flatnonzero(allowed & ~met & (known > np.partition(scores, -k)[-k] - weight * limit))
        if len(rest):
            most = max(MEASURED, k)
            if len(rest) > most:
                rest = rest[np.argpartition(-known[rest], most)[:most]]
            for some, vectors in rows.vectors_of(self._store.connection, np.unique(columns.labels[rest]).tolist()):
                found = _looked_up(columns.labels[rest], np.array(some, dtype=np.int64), products(vectors, query))
                cosine[rest] = np.where(np.isnan(found), cosine[rest], found)
            scores[rest] = np.nan_to_num(known[rest] + weight * np.maximum(cosine[rest], floor), nan=-np.inf)
        places = np.flatnonzero((scores >= np.partition(scores, -k)[-k]) & np.isfinite(scores))
        order = np.lexsort((-columns.ids[places], -columns.moments[places], -scores[places]))[:k]
        return places[order], scores[places[order]], cosine[places[order]]


def _looked_up(wanted: Labels, labels: Labels, values: Vectors) -> Scores:
    """For each wanted label its value, NaN for one that is not among the labels."""
    if not len(labels):
        return np.full(len(wanted), np.nan)
    order = np.argsort(labels)
    at = order[np.minimum(np.searchsorted(labels, wanted, sorter=order), len(labels) - 1)]
    return np.where(labels[at] == wanted, values[at].astype(np.float64), np.nan)
