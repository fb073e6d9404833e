"""The vectors of the latest memories in one matrix.

In a score, recency can lift a memory over thousands that are a little nearer in meaning, which the graph, asked for the
nearest alone, would never return. Recency fades: after 4096 memories of an ordinary day-to-day pace it weighs almost
nothing. So the latest are simply measured, all of them, in about a millisecond.
"""

from __future__ import annotations

import numpy as np

from edge_assistant.memory.index import Labels, Vectors, products

SIZE = 4096
"""Distinct vectors; 6 MB at 384 dimensions."""


class RecentVectors:
    """A ring of vectors by slot (see `Columns`): a new one takes the place of the one that came first."""

    def __init__(self, dimension: int, size: int = SIZE) -> None:
        self._rows: Vectors = np.zeros((size, dimension), dtype=np.float32)
        self._slots: Labels = np.full(size, -1, dtype=np.int64)
        self._places: dict[int, int] = {}
        self._next = 0

    def add(self, slot: int, vector: Vectors) -> None:
        """Keep a vector; one that is there stays where it is."""
        if slot in self._places:
            return
        self._places.pop(int(self._slots[self._next]), None)
        self._rows[self._next] = vector
        self._slots[self._next] = slot
        self._places[slot] = self._next
        self._next = (self._next + 1) % len(self._slots)

    def cosines(self, query: Vectors) -> tuple[Labels, Vectors]:
        """All slots with their cosines to a unit vector, in no order."""
        count = len(self._places)  # the ring fills from the front
        return self._slots[:count], products(self._rows[:count], query)
