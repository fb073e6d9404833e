"""Finds memories by meaning and by score: what is known of each + weight x relevance.

The tables are the truth. Every change to them raises a generation counter in the same transaction; whatever is held
here for another generation is compared with them and mended. The saved graph counts only if the store remembers exactly
this file by its hash; anything else is thrown away and rebuilt.

Not every vector is measured once the index is a graph: those nearest to the query, and of the other memories those that
score highest without relevance, as far as they could still win. One that is not among the nearest is at most as
relevant as the last of them, which bounds its score (the threshold algorithm of Fagin, Lotem and Naor, 2003, with a
limit on the work). While the index is a plain matrix everything is measured and the result is exact.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import StoreError
from edge_assistant.memory import rows
from edge_assistant.memory.index import Labels, VectorIndex, Vectors, products
from edge_assistant.memory.records import IMPORTANCE, KINDS, RECENCY, RECENCY_PER_HOUR, RELEVANCE
from edge_assistant.storage.private_folders import make_private
from edge_assistant.storage.store import Store, moment_of
from quant.atomic import replacing
from quant.errors import QuantError

log = logging.getLogger(__name__)

STATE = "memory.index"
"""The store's word on the saved graph: the hash of its file."""

FIRST, LAST = 1024, 4096
"""Vectors asked of the graph at first, and at most, where the kinds wanted are rare among the nearest."""

MEASURED = 1024
"""Vectors that are read from the store and measured one by one; each costs about ten microseconds."""

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

    def __init__(self, store: Store, dimension: int, path: Path | None, brute_force_below: int) -> None:
        """
        Args:
            store: holds memories and vectors.
            dimension: of every vector.
            path: where the graph is saved, or None to build it at every start.
            brute_force_below: see `VectorIndex`.
        """
        self._store, self._path = store, path
        self._sizes = dimension, brute_force_below
        self._index, self._columns = VectorIndex(*self._sizes), _Columns()
        self._generation: int | None = None
        self._loaded = path is None

    def find(
        self, query: Vectors, k: int, kinds: Sequence[str], now: datetime | None = None
    ) -> list[tuple[int, float, float]]:
        """Ids, scores and cosines of k memories, the best first; of equal ones the newest.

        Args:
            query: a unit vector.
            k: how many.
            kinds: only of these.
            now: what recency is measured from; None lets the cosine alone count.
        """
        with self._store.guard() as connection:
            self._follow(connection)
            columns = self._columns
            known, relevance, floor = np.zeros(len(columns.ids)), 1.0, -1.0
            if now is not None:
                known = RECENCY * columns.recency(moment_of(now)) + IMPORTANCE * columns.importances
                relevance, floor = RELEVANCE, 0.0
            places, scores, cosines = self._best(query, known, relevance, floor, k, columns.of_kinds(kinds))
            return list(zip(columns.ids[places].tolist(), scores.tolist(), cosines.tolist(), strict=True))

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
        if removed:
            self._drop_file()  # it holds what was just deleted
        if self._generation != before:
            return  # what is behind stays behind
        for label, vector in (new or {}).items():
            self._index.add([label], vector[None, :])
        self._index.remove(removed)
        if not only_added:
            self._columns = _Columns()
        self._generation = after

    def clear(self) -> None:
        """Start with an empty index: every vector has changed."""
        self._drop_file()
        self._index, self._loaded, self._generation = VectorIndex(*self._sizes), True, None

    def save(self) -> bool:
        """Save the graph beside the store, whole or not at all; False where there is nothing to save or no place.

        Raises:
            StoreError: the disk refused; the store itself is unharmed.
        """
        if self._path is None or self._store.read_only or self._store.in_transaction:
            return False
        try:
            # Inside a transaction, so that two processes never mix file and hash.
            with self._store.transaction() as connection:
                self._follow(connection)
                if self._index.exact:
                    return False
                make_private(self._path.parent)
                with replacing(self._path, mode=0o600) as aside:
                    self._index.save(aside)
                    digest = _hash(aside)
                self._store.set_state(STATE, {"sha256": digest})
            return True
        except (OSError, RuntimeError, QuantError) as error:
            raise StoreError(
                f"memory index {self._path}: cannot be saved ({error}); free some space, it is rebuilt when needed"
            ) from error

    # Inside

    def _distrust(self) -> None:
        """Compare with the tables before the next use: a transaction was rolled back."""
        self._generation = None

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Bring columns and index to the tables of now."""
        generation = rows.generation(connection)
        if not self._loaded:
            self._loaded = True
            self._load()
        if self._generation != generation:
            self._columns = _Columns()
            # A label stands for one text, so equal labels suffice.
            wanted, have = {label for (label,) in connection.execute("SELECT id FROM vectors")}, self._index.labels()
            self._index.remove(sorted(have - wanted))
            for labels, vectors in rows.vectors_of(connection, sorted(wanted - have)):
                self._index.add(labels, vectors)
            self._generation = generation
        self._columns.read_on(connection)

    def _load(self) -> None:
        """Take the saved graph if it is the one that the store remembers; `_follow` adds what is newer."""
        entry = self._store.get_state(STATE)
        if entry is None or self._path is None:
            return  # no graph was ever saved
        try:
            if not self._path.is_file():
                raise ValueError("missing")
            if _hash(self._path) != entry["sha256"]:
                raise ValueError("damaged or not the one saved last")
            self._index.load(self._path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("memory index %s: %s; rebuilding it from the store", self._path, error)

    def _drop_file(self) -> None:
        if self._path is not None and not self._store.read_only:
            self._path.unlink(missing_ok=True)

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
        columns, index = self._columns, self._index
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


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
