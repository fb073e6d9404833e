"""Finds memories by meaning and by score: keeps index, columns and latest vectors of one store together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from edge_assistant.memory import ranking, rows
from edge_assistant.memory.columns import Columns, Row
from edge_assistant.memory.index import VectorIndex, Vectors
from edge_assistant.memory.keeper import NEVER, IndexKeeper
from edge_assistant.memory.recent import SIZE, RecentVectors
from edge_assistant.memory.records import Weights
from edge_assistant.storage.store import Store, moment_of

Parts = dict[str, float]


class Finder:
    """All that is held in memory about the memories of a store; every answer is as current as the tables."""

    def __init__(self, store: Store, dimension: int, path: Path | None, brute_force_below: int, threads: int) -> None:
        """See `IndexKeeper`."""
        self._store = store
        self._dimension = dimension
        self.keeper = IndexKeeper(store, dimension, path, brute_force_below, threads)
        self._columns = Columns()
        self._recent = RecentVectors(dimension, 1)
        self._generation = NEVER  # of columns and recent; the keeper has its own

    def nearest(self, query: Vectors, k: int, kinds: Sequence[str]) -> list[tuple[int, float]]:
        """Ids and cosines of the k memories nearest in meaning; of equal ones the newest first."""
        count = max(16, k)
        with self._store.guard() as connection:
            index = self._current_index()
            while True:
                labels, cosines = index.search(query, count)
                cosine_of = dict(zip(labels.tolist(), cosines.tolist(), strict=True))
                found = rows.with_vectors(connection, list(cosine_of), kinds)
                if len(found) >= k or count >= len(index):
                    best = sorted(found, key=lambda row: (-cosine_of[row[1]], -row[2], -row[0]))[:k]
                    return [(number, cosine_of[label]) for number, label, _ in best]
                if count >= ranking.LAST:  # few of these kinds are anywhere near
                    break
                count *= 4
            columns = self._current_columns()
            places, _, exact = self._best(columns, index, query, np.zeros(len(columns)), 1.0, k, kinds)
            return list(zip(columns.ids[places].tolist(), exact.tolist(), strict=True))

    def search(
        self, query: Vectors, now: datetime, k: int, kinds: Sequence[str], weights: Weights
    ) -> list[tuple[int, float, Parts]]:
        """Ids, scores and parts of the k memories that score highest, the best first."""
        with self._store.guard():
            columns = self._current_columns()
            recency, importance = columns.recency(moment_of(now)), columns.importances
            known = weights.recency * recency + weights.importance * importance
            places, scores, cosines = self._best(
                columns, self._current_index(), query, known, weights.relevance, k, kinds
            )
            parts = zip(recency[places], np.maximum(cosines, 0.0), importance[places], strict=True)
            return [
                (number, score, {"recency": float(r), "relevance": float(c), "importance": float(i)})
                for number, score, (r, c, i) in zip(columns.ids[places].tolist(), scores.tolist(), parts, strict=True)
            ]

    def changed(
        self,
        new: dict[int, Vectors] | None = None,
        removed: Sequence[int] = (),
        added: tuple[Iterable[Row], Vectors] | None = None,
    ) -> None:
        """Count a change of the tables in the current transaction, and follow it.

        Args:
            new: vectors that were written.
            removed: labels of vectors that were deleted.
            added: all that changed, if memories were added and nothing else; None has the columns read again.
        """
        before, after = rows.next_generation(self._store.connection)
        self._store.on_rollback(self._distrust)
        self.keeper.changed(before, after, new or {}, removed)
        if added is not None and self._generation == before:
            new_rows = list(added[0])
            self._columns.extend(new_rows)
            for row, vector in zip(new_rows, added[1], strict=True):
                self._recent.add(self._columns.slot_of(row[-1]), vector)
            self._generation = after

    def _distrust(self) -> None:
        self.keeper.distrust()
        self._generation = NEVER

    def _current_index(self) -> VectorIndex:
        return self.keeper.current(rows.generation(self._store.connection))

    def _current_columns(self) -> Columns:
        connection = self._store.connection
        generation = rows.generation(connection)
        if self._generation != generation:
            self._columns = Columns.read(connection)
            self._recent = RecentVectors(self._dimension)
            for label, vector in rows.vectors_of_latest(connection, SIZE):
                self._recent.add(self._columns.slot_of(label), vector)
            self._generation = generation
        return self._columns

    def _best(
        self,
        columns: Columns,
        index: VectorIndex,
        query: Vectors,
        known: ranking.Scores,
        weight: float,
        k: int,
        kinds: Sequence[str],
    ) -> tuple[ranking.Places, ranking.Scores, ranking.Scores]:
        def measure(labels: list[int]) -> Vectors:
            return rows.cosines(self._store.connection, labels, query)

        return ranking.best(columns, index, self._recent, measure, query, known, columns.of_kinds(kinds), weight, k)
