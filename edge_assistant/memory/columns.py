"""The numbers of all memories as arrays, so that a query can weigh every one of them within a millisecond or two."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_assistant.memory.records import KINDS, RECENCY_PER_HOUR

FIELDS: dict[str, type[np.generic]] = {
    "id": np.int64,
    "kind": np.int8,
    "moment": np.float64,
    "importance": np.float64,
    "slot": np.int64,
}

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}

Row = tuple[int, str, float, float, int]
"""id, kind, moment, importance (1 where pinned), vector id."""

ROWS = "SELECT id, kind, moment, CASE WHEN pinned THEN 1.0 ELSE importance END, vector_id FROM memories"


class Columns:
    """Arrays with one place a memory, in the order of their ids; a slot stands for a distinct vector."""

    def __init__(self) -> None:
        self._size = 0
        self._arrays = {name: np.zeros(64, dtype=kind) for name, kind in FIELDS.items()}
        self._slots: dict[int, int] = {}
        self._labels: list[int] = []

    def __len__(self) -> int:
        return self._size

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Columns:
        """All memories of a store."""
        columns = cls()
        columns.extend(connection.execute(ROWS + " ORDER BY id").fetchall())
        return columns

    def extend(self, rows: Sequence[Row]) -> None:
        """Append memories whose ids are higher than all before."""
        if not rows:
            return
        ids, kinds, moments, importances, labels = zip(*rows, strict=True)
        new = {
            "id": ids,
            "kind": [KIND_CODES[kind] for kind in kinds],
            "moment": moments,
            "importance": importances,
            "slot": [self._slot(label) for label in labels],
        }
        end = self._size + len(rows)
        for name, values in new.items():
            array = self._arrays[name]
            if end > len(array):
                array = np.concatenate([array, np.zeros(end, dtype=array.dtype)])
                self._arrays[name] = array
            array[self._size : end] = values
        self._size = end

    def column(self, name: str) -> NDArray[np.generic]:
        """A view of one column; see `FIELDS`."""
        return self._arrays[name][: self._size]

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids, rising."""
        return self._arrays["id"][: self._size]

    @property
    def slots(self) -> NDArray[np.int64]:
        """For each memory the slot of its vector, below `slot_count`."""
        return self._arrays["slot"][: self._size]

    @property
    def moments(self) -> NDArray[np.float64]:
        """When each happened, in seconds."""
        return self._arrays["moment"][: self._size]

    @property
    def importances(self) -> NDArray[np.float64]:
        """From 0 to 1."""
        return self._arrays["importance"][: self._size]

    @property
    def slot_count(self) -> int:
        """How many slots there are; some may be out of use."""
        return len(self._labels)

    def slots_of(self, labels: Iterable[int]) -> list[int]:
        """The slots of vectors, -1 for one that no memory uses."""
        return [self._slots.get(label, -1) for label in labels]

    def slot_of(self, label: int) -> int:
        """The slot of a vector that a memory uses."""
        return self._slots[label]

    def label_of(self, slot: int) -> int:
        """The vector id behind a slot."""
        return self._labels[slot]

    def of_kinds(self, kinds: Iterable[str]) -> NDArray[np.bool_]:
        """Which memories are of one of these kinds."""
        table = np.zeros(len(KINDS), dtype=bool)
        table[[KIND_CODES[kind] for kind in kinds]] = True
        return table[self._arrays["kind"][: self._size]]

    def recency(self, moment: float) -> NDArray[np.float64]:
        """0.995 to the power of the hours passed, for each memory; 1 for what lies ahead of `moment`."""
        exponents = np.minimum(self.moments - moment, 0.0) * (-np.log(RECENCY_PER_HOUR) / 3600.0)
        # Single precision is precise to a few seconds here, and several times as fast.
        result: NDArray[np.float64] = np.exp(exponents.astype(np.float32)).astype(np.float64)
        return result

    def _slot(self, label: int) -> int:
        slot = self._slots.get(label)
        if slot is None:
            slot = self._slots[label] = len(self._labels)
            self._labels.append(label)
        return slot
