"""Keeps a `VectorIndex` equal to the vectors in the store: loads, catches up, rebuilds, saves.

The table is the truth. Every change to it raises a generation counter in the same transaction; an index whose
generation differs compares its labels with the table and mends the difference. The saved graph counts only if the
store remembers exactly this file by its hash; anything else is thrown away and rebuilt.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from edge_assistant.errors import StoreError
from edge_assistant.memory import rows
from edge_assistant.memory.index import GraphIndex, VectorIndex, Vectors
from edge_assistant.storage.database_file import sync
from edge_assistant.storage.private_folders import make_private
from edge_assistant.storage.store import Store

log = logging.getLogger(__name__)

STATE = "memory.index"
"""The store's word on the saved graph: generation, hash of the file, marked labels."""

CHUNK = 2000
"""Vectors read at once, 3 MB at 384 dimensions."""

NEVER = -1


class IndexKeeper:
    """Owns the index of one open store."""

    def __init__(
        self, store: Store, dimension: int, path: Path | None, brute_force_below: int, threads: int = 1
    ) -> None:
        """
        Args:
            store: holds the vectors.
            dimension: of every vector.
            path: where the graph is saved, or None to build it at every start.
            brute_force_below: see `VectorIndex`.
            threads: for building. Only with 1 is the graph the same each time.
        """
        self._store = store
        self._dimension = dimension
        self._path = path
        self._limit = brute_force_below
        self._threads = threads
        self._index = VectorIndex(dimension, brute_force_below, threads)
        self._generation = NEVER
        self._loaded = False
        self.rebuilt = ""
        """Why the saved graph could not be used at the start, or ''."""

    def current(self, generation: int) -> VectorIndex:
        """The index as of this generation of the tables."""
        if not self._loaded:
            self._loaded = True
            self._load(generation)
        if self._generation != generation:
            self._catch_up()
            self._generation = generation
        return self._index

    def changed(self, before: int, after: int, added: dict[int, Vectors], removed: Sequence[int]) -> None:
        """Follow a change that raised the generation from `before` to `after`; an index that is behind stays behind."""
        if removed:
            self._drop_file()  # it holds what was just deleted
        if self._generation == before:
            for label, vector in added.items():
                self._index.add([label], vector[None, :])
            self._index.remove(removed)
            self._generation = after

    def distrust(self) -> None:
        """Compare with the table before the next use: a transaction was rolled back."""
        self._generation = NEVER

    def clear(self) -> None:
        """Start with an empty index: every vector has changed."""
        self._drop_file()
        self._index = VectorIndex(self._dimension, self._limit, self._threads)
        self._loaded, self._generation = True, NEVER

    def save(self) -> bool:
        """Save the graph beside the store, whole or not at all; False where there is nothing to save or no place.

        Raises:
            StoreError: the disk refused; the store itself is unharmed.
        """
        if self._path is None or self._store.read_only or self._store.in_transaction:
            return False
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        try:
            # Inside a transaction, so that two processes never mix file and hash.
            with self._store.transaction():
                index = self.current(rows.generation(self._store.connection))
                index.settle()
                if index.graph is None:
                    return False
                make_private(self._path.parent)
                os.close(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
                index.graph.save(aside)
                entry = {
                    "generation": self._generation,
                    "sha256": _hash(aside),
                    "dimension": self._dimension,
                    "deleted": sorted(index.graph.deleted),
                }
                sync(aside)
                aside.replace(self._path)
                sync(self._path.parent)
                self._store.set_state(STATE, entry)
            return True
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"memory index {self._path}: cannot be saved ({error}); free some space, it is rebuilt when needed"
            ) from error
        finally:
            with suppress(OSError):  # what went wrong above has been told
                aside.unlink(missing_ok=True)

    def _drop_file(self) -> None:
        if self._path is not None and not self._store.read_only:
            self._path.unlink(missing_ok=True)

    def _load(self, generation: int) -> None:
        """Take the saved graph if it is the one that the store remembers; `_catch_up` adds what is newer."""
        if self._path is None:
            return
        entry = self._store.get_state(STATE)
        if entry is None:
            return  # no graph was ever saved
        try:
            if not self._path.is_file():
                raise ValueError("missing")
            if entry["dimension"] != self._dimension or entry["generation"] > generation:
                raise ValueError("not of this store")
            if _hash(self._path) != entry["sha256"]:
                raise ValueError("damaged or not the one saved last")
            graph = GraphIndex(self._dimension, threads=self._threads)
            graph.load(self._path, entry["deleted"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.rebuilt = str(error)
            log.warning("memory index %s: %s; rebuilding it from the store", self._path, error)
            return
        self._index.graph = graph

    def _catch_up(self) -> None:
        """Make the labels of the index those of the table. A label stands for one text, so equal labels suffice."""
        connection = self._store.connection
        wanted = {label for (label,) in connection.execute("SELECT id FROM vectors")}
        have = self._index.labels()
        self._index.remove(sorted(have - wanted))
        missing = sorted(wanted - have)
        for start in range(0, len(missing), CHUNK):
            part = missing[start : start + CHUNK]
            marks = ",".join("?" * len(part))
            found = connection.execute(f"SELECT id, data FROM vectors WHERE id IN ({marks})", part).fetchall()
            vectors = np.frombuffer(b"".join(data for _, data in found), dtype="<f4").astype(np.float32)
            self._index.add([label for label, _ in found], vectors.reshape(-1, self._dimension))


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
