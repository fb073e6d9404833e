"""What a face of the assistant, screen or linear mode, knows of the core: its state and suggestions, kept fresh.

state = ClientState(home, core, face)
task = asyncio.create_task(state.link.run())
await state.refresh_until_known()
await state.send(call)
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Entry, Status, Training
from tui.client.calls import Call
from tui.client.core_process import CoreProcess
from tui.client.link import Link
from tui.client.wording import brief

RETRY = 1.0
"""Seconds until a core that could not answer yet is asked again."""

FEED_LENGTH = 100
"""Suggestions that are loaded at a time."""


class Face(Protocol):
    """Whoever is told what changed; none of these may wait."""

    def link_changed(self, condition: str) -> None:
        """The connection is 'starting', 'alone', 'ready' or 'restarting'."""

    def status_changed(self, status: Status) -> None:
        """The state of the core, from whatever source."""

    def entries_changed(self) -> None:
        """The suggestions."""

    def heard(self, name: str, data: dict[str, Any], before: Entry | None) -> None:
        """An event of the core, after it was taken in; `before` is how its suggestion stood, None for a new one."""


class ClientState:
    """The core's state and suggestions, newest first.

    Args:
        home: whose core.
        core: how to start one; None only attaches to one that runs.
        face: is told of changes.
    """

    def __init__(self, home: Path, core: CoreProcess | None, face: Face) -> None:
        self.link = Link(home, self._on_event, face.link_changed, core)
        self.face = face
        self.status: Status | None = None
        self.entries: list[Entry] = []
        self.more_entries = False
        self.seconds = time.monotonic
        """Carries the core's time on between two of its words."""
        self._status_at = 0.0

    def now(self) -> datetime:
        """The core's time, carried on by our clock; the computer's where nothing is known yet."""
        if self.status is None or self.status.time is None:
            return datetime.now().astimezone()
        return self.status.time + timedelta(seconds=self.seconds() - self._status_at)

    # -- what the core says ------------------------------------------------------------------------------------------

    def _on_event(self, name: str, data: dict[str, Any]) -> None:
        before = None
        if name == "state":
            self.take_status(Status.from_dict(data))
        elif name == "feed" and data.get("gone"):
            self._set_entries([entry for entry in self.entries if entry.id != data["id"]])
        elif name in ("suggestion", "feed"):
            before = self.take_entry(Entry.from_dict(data), new=name == "suggestion")
        elif name == "training" and self.status is not None:
            self.take_status(replace(self.status, training=Training.from_dict(data)))
        self.face.heard(name, data, before)

    def take_status(self, status: Status) -> None:
        """The core's new state."""
        self.status, self._status_at = status, self.seconds()
        self.face.status_changed(status)

    def take_entry(self, entry: Entry, *, new: bool = False) -> Entry | None:
        """A new suggestion goes on top, a changed one keeps its place unless it speaks up again.

        Returns:
            How it stood before, None where it is new.
        """
        before = next((other for other in self.entries if other.id == entry.id), None)
        if before is None or (entry.reminder and (new or entry.state == "open")):
            self._set_entries([entry, *(other for other in self.entries if other.id != entry.id)])
        else:
            self._set_entries([entry if other.id == entry.id else other for other in self.entries])
        return before

    def _set_entries(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.face.entries_changed()

    # -- asking the core ---------------------------------------------------------------------------------------------

    async def refresh_until_known(self) -> None:
        """After a connection: a core that is slow to be put together is asked until it answers."""
        while True:
            try:
                await self.refresh()
                return
            except EdgeAssistantError:
                await asyncio.sleep(RETRY)

    async def refresh(self) -> None:
        """Ask for state and feed, as after every connection."""
        self.take_status(Status.from_dict(await self.link.call("status")))
        # a core that has just been started answers this when it has been put together, and only then knows its state
        feed = await self.link.call("feed", limit=max(FEED_LENGTH, len(self.entries)))
        self.take_status(Status.from_dict(await self.link.call("status")))
        self.more_entries = bool(feed["more"])
        self._set_entries([Entry.from_dict(data) for data in feed["entries"]])

    async def older(self) -> None:
        """Load the suggestions before those that are known."""
        if not self.more_entries or not self.entries:
            return
        feed = await self.link.call("feed", limit=FEED_LENGTH, before=self.entries[-1].id)
        known = {entry.id for entry in self.entries}
        found = [Entry.from_dict(data) for data in feed["entries"]]
        self.more_entries = bool(feed["more"])
        self._set_entries([*self.entries, *(entry for entry in found if entry.id not in known)])

    async def send(self, call: Call) -> str:
        """Have the core do it, and take in what it answers.

        Returns:
            What to tell the person.

        Raises:
            EdgeAssistantError: the core says no.
        """
        result = await self.link.call(call.method, **call.parameters)
        if call.method == "undo":
            undone = str((result or {}).get("undone", ""))
            return f"taken back: {brief(undone)}" if undone else "there is nothing to take back"
        if call.expected is not None and isinstance(result, dict) and result.get("id") == call.expected.id:
            self.take_entry(Entry.from_dict(result))
        elif isinstance(result, dict) and "activity" in result:
            self.take_status(Status.from_dict(result))
        return call.said or str((result or {}).get("said", ""))
