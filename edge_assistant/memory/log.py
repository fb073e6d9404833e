"""Writes down what happens as it happens: at once for a person, all at night for a simulated life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from edge_assistant.memory.records import Draft, Memory
from edge_assistant.memory.store import MemoryStore


class MemoryLog(Protocol):
    """Takes memories down."""

    def note(self, draft: Draft, meaning: str) -> None:
        """Keep a memory under the vector of a text that says what it means."""

    def near(self, text: str, count: int) -> tuple[str, ...]:
        """The memories nearest in meaning to a text."""


PAUSE = timedelta(minutes=6)
"""An activity that was not seen for longer than this, two ticks and some, has ended and begins anew."""


class StoreLog:
    """Writes each memory at once, with how long an activity lasted, and sums up the hours that have passed.

    The data of an 'action' tells its `kind`, `until` when it was seen, and `left` where it ended with an absence.
    """

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def note(self, draft: Draft, meaning: str) -> None:
        """Keep a memory; an activity that goes on after a restart is no news."""
        if draft.kind == "action":
            self.store.summarise(draft.time)  # returns at once where the hour is already summed up
            former = self._latest()
            if former is not None and draft.time - until_of(former) <= PAUSE:
                if former.text == draft.text:
                    return
                self._tell(former, until=draft.time.isoformat())
        self.store.add_many([draft], self.store.embedder.embed([meaning]))

    def lasts(self, now: datetime, activity: str, kind: str) -> None:
        """The activity goes on at `now`; after a pause it is a new memory of the same."""
        former = self._latest()
        if former is not None and former.text == activity and now - until_of(former) <= PAUSE:
            self._tell(former, until=now.isoformat(), kind=kind)
        elif former is None or former.time <= now:
            self.store.add("action", now, activity, data={"until": now.isoformat(), "kind": kind})

    def left(self, since: datetime) -> None:
        """Nobody is there since a moment: whatever was going on has ended then."""
        former = self._latest()
        if former is not None and "left" not in former.data:
            end = max(former.time, min(until_of(former), since))
            self._tell(former, until=end.isoformat(), left=True)

    def near(self, text: str, count: int) -> tuple[str, ...]:
        """The memories nearest in meaning to a text."""
        return _near(self.store, text, count)

    def _latest(self) -> Memory | None:
        return next(iter(self.store.last(1, ("action",))), None)

    def _tell(self, memory: Memory, **more: Any) -> None:
        self.store.annotate(memory.id, {**memory.data, **more})


def until_of(memory: Memory) -> datetime:
    """When an activity was seen last; the moment at which it began where nobody counted."""
    until = memory.data.get("until")
    return datetime.fromisoformat(until) if until else memory.time


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
