"""Writes down what happens as it happens: at once for a person, all at night for a simulated life."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from edge_assistant.memory.records import Draft
from edge_assistant.memory.store import MemoryStore


class MemoryLog(Protocol):
    """Takes memories down."""

    def note(self, draft: Draft, meaning: str) -> None:
        """Keep a memory under the vector of a text that says what it means."""

    def near(self, text: str, count: int) -> tuple[str, ...]:
        """The memories nearest in meaning to a text."""


class StoreLog:
    """Writes each memory at once, and sums up the hours that have passed."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self._first = True

    def note(self, draft: Draft, meaning: str) -> None:
        """Keep a memory; an activity that goes on after a restart on the same day is no news."""
        if draft.kind == "action":
            known = self._first and any(
                kept.text == draft.text and kept.time.date() == draft.time.date()
                for kept in self.store.last(1, ("action",))
            )
            self._first = False
            self.store.summarise(draft.time)  # returns at once where the hour is already summed up
            if known:
                return
        self.store.add_many([draft], self.store.embedder.embed([meaning]))

    def near(self, text: str, count: int) -> tuple[str, ...]:
        """The memories nearest in meaning to a text."""
        return _near(self.store, text, count)


class NightlyLog:
    """Keeps the day's memories until `write`."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self._drafts: list[tuple[Draft, str]] = []

    def note(self, draft: Draft, meaning: str) -> None:
        """Keep a memory for the night."""
        self._drafts.append((draft, meaning))

    def write(self) -> None:
        """Write what was kept, in the caller's transaction where there is one."""
        if self._drafts:
            drafts, meanings = zip(*self._drafts, strict=True)
            vectors = np.asarray(self.store.embedder.embed(list(meanings)), dtype=np.float32)
            self.store.add_many(list(drafts), vectors)
        self._drafts.clear()

    def near(self, text: str, count: int) -> tuple[str, ...]:
        """The memories nearest in meaning to a text, those of today not among them."""
        return _near(self.store, text, count)


def _near(store: MemoryStore, text: str, count: int) -> tuple[str, ...]:
    return tuple(found.memory.text for found in store.nearest(store.embedder.embed([text])[0], count))
