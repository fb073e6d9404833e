"""Keeps a `VectorIndex` equal to the vectors in the store: loads, catches up, rebuilds, saves.

The table is the truth. Every change to it raises a generation counter in the same transaction; an index whose
generation differs compares its labels with the table and mends the difference. The saved graph counts only if the
store remembers exactly this file by its hash; anything else is thrown away and rebuilt.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from edge_assistant.errors import StoreError
from edge_assistant.memory import rows
from edge_assistant.memory.index import VectorIndex, Vectors
from edge_assistant.storage.private_folders import make_private
from edge_assistant.storage.store import Store
from quant.atomic import replacing
from quant.errors import QuantError

log = logging.getLogger(__name__)

STATE = "memory.index"
"""The store's word on the saved graph: generation, hash of the file, dimension."""

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
        self._store, self._path = store, path
        self._sizes = dimension, brute_force_below, threads
        self._index = VectorIndex(*self._sizes)
        self._generation = NEVER
        self._loaded = path is None

    def current(self) -> VectorIndex:
        """The index as of the tables now."""
        generation = rows.generation(self._store.connection)
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
        self._index = VectorIndex(*self._sizes)
        self._loaded, self._generation = True, NEVER

    def save(self) -> bool:
        """Save the graph beside the store, whole or not at all; False where there is nothing to save or no place.

        Raises:
            StoreError: the disk refused; the store itself is unharmed.
        """
        if self._path is None or self._store.read_only or self._store.in_transaction:
            return False
        try:
            # Inside a transaction, so that two processes never mix file and hash.
            with self._store.transaction():
                index = self.current()
                if index.exact:
                    return False
                make_private(self._path.parent)
                with replacing(self._path, mode=0o600) as aside:
                    index.save(aside)
                    entry = {"generation": self._generation, "sha256": _hash(aside), "dimension": self._sizes[0]}
                self._store.set_state(STATE, entry)
            return True
        except (OSError, RuntimeError, QuantError) as error:
            raise StoreError(
                f"memory index {self._path}: cannot be saved ({error}); free some space, it is rebuilt when needed"
            ) from error

    def _drop_file(self) -> None:
        if self._path is not None and not self._store.read_only:
            self._path.unlink(missing_ok=True)

    def _load(self, generation: int) -> None:
        """Take the saved graph if it is the one that the store remembers; `_catch_up` adds what is newer."""
        entry = self._store.get_state(STATE)
        if entry is None or self._path is None:
            return  # no graph was ever saved
        try:
            if not self._path.is_file():
                raise ValueError("missing")
            if entry["dimension"] != self._sizes[0] or entry["generation"] > generation or entry.get("deleted"):
                raise ValueError("not of this store")
            if _hash(self._path) != entry["sha256"]:
                raise ValueError("damaged or not the one saved last")
            self._index.load(self._path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("memory index %s: %s; rebuilding it from the store", self._path, error)

    def _catch_up(self) -> None:
        """Make the labels of the index those of the table. A label stands for one text, so equal labels suffice."""
        connection = self._store.connection
        wanted = {label for (label,) in connection.execute("SELECT id FROM vectors")}
        have = self._index.labels()
        self._index.remove(sorted(have - wanted))
        for labels, vectors in rows.vectors_of(connection, sorted(wanted - have)):
            self._index.add(labels, vectors)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
