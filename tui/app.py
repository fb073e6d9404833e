"""The terminal app: themes, screens and their keys, and what the core says, kept for whichever screen is up.

The app draws its first frame before it looks for the core, and never waits for it: a key is drawn at once, and what it
meant is sent by a worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.widgets import Input

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Entry, Status
from tui.core_process import CoreProcess
from tui.link import READY, Link, LostError
from tui.live.acting import Call
from tui.page import Page
from tui.screens import available
from tui.themes import THEMES, choose
from tui.wording import brief

RETRY = 1.0
"""Seconds until a core that could not answer yet is asked again."""

FEED_LENGTH = 100
"""Suggestions that are loaded at a time."""

PAUSE = 1.0
"""Seconds after the last key from which on nobody is typing."""

SETTLE = 0.7
"""Seconds in which letters do not count after the first start's questions came up by themselves."""


class AssistantApp(App[None]):
    """The assistant in a terminal.

    Args:
        home: whose core.
        core: how to start one; None only attaches to one that runs.
        theme: dark, light or auto.
        first: the screen to begin with.
        options: for screens, by name: {'watch': {'run': Path}}.
    """

    CSS_PATH = "styles/app.tcss"
    TITLE = "edge-assistant"
    seconds = staticmethod(time.monotonic)
    """Carries the core's time on between two of its words."""

    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 -- Textual's own form
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(entry.key, f"go('{name}')", entry.title, show=False) for name, entry in available().items()],
        Binding("question_mark", "keys", "keys"),
        Binding("f1", "keys", "keys", key_display="F1"),
        Binding("q", "quit", "quit"),
        Binding("ctrl+q", "quit", "quit"),
        Binding("ctrl+t", "turn_theme", "dark or light", show=False),
    ]

    def __init__(
        self,
        home: Path,
        core: CoreProcess | None = None,
        theme: str = "auto",
        first: str = "live",
        options: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        # the first screen is the only one that is built before the first frame
        self.DEFAULT_MODE = first if first in available() else "live"  # type: ignore[misc]
        super().__init__()
        self.home = home
        self.link = Link(home, self._on_event, self._on_condition, core)
        self.status: Status | None = None
        self.entries: list[Entry] = []
        self.more_entries = False
        self.options = options or {}
        self.chosen = ""
        """Id of the suggestion that the Why screen shows; '' for the newest, or the present silence."""
        self._status_at = 0.0
        self._key_at = self._letters_from = float("-inf")
        self._pending: dict[str, Entry] = {}
        for name in available():
            self.add_mode(name, self._loader(name))
        for known in THEMES.values():
            self.register_theme(known)
        self.theme = THEMES[choose(theme)].name

    # -- start and end -----------------------------------------------------------------------------------------------

    @staticmethod
    def _loader(name: str) -> Callable[[], Page]:
        return lambda: available()[name].load()()

    def on_mount(self) -> None:
        """Look for the core once the first frame is drawn."""
        self.call_after_refresh(self._connect)

    def _connect(self) -> None:
        gc.enable()
        self.run_worker(self.link.run(), name="link", exit_on_error=False)

    async def action_quit(self) -> None:
        """Leave; a core that we started ends too."""
        self.exit()

    async def on_unmount(self) -> None:
        """End the connection whichever way the app ends."""
        with contextlib.suppress(Exception):
            await self.link.close()

    async def on_event(self, event: events.Event) -> None:
        """Remember when a key came; letters that were meant for the screen before are dropped."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._key_at = time.monotonic()
            if event.is_printable and self._key_at < self._letters_from:
                return
        await super().on_event(event)

    # -- what the core says ------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The core's time, carried on by our clock; the computer's where nothing is known yet."""
        if self.status is None or self.status.time is None:
            return datetime.now().astimezone()
        return self.status.time + timedelta(seconds=self.seconds() - self._status_at)

    @property
    def busy(self) -> bool:
        """Whether something was asked of the core that it has not answered yet."""
        return any(worker.name != "link" and not worker.is_finished for worker in self.workers)

    @property
    def page(self) -> Page | None:
        """The screen that is up, beneath whatever dialogue covers it."""
        found = [screen for screen in self.screen_stack if isinstance(screen, Page)] if self._screen_stacks else []
        return found[-1] if found else None

    def _on_condition(self, condition: str) -> None:
        if (page := self.page) is not None:
            page.news_of_link(condition)
        if condition == READY:
            self.run_worker(self._refresh_until_known(), group="refresh", exclusive=True, exit_on_error=False)

    def _on_event(self, name: str, data: dict[str, Any]) -> None:
        if name == "state":
            self.take_status(Status.from_dict(data))
        elif name == "feed" and data.get("gone"):
            self.entries = [entry for entry in self.entries if entry.id != data["id"]]
            self._show_entries()
        elif name in ("suggestion", "feed"):
            self._take_entry(Entry.from_dict(data), new=name == "suggestion")
        else:
            if name == "training" and self.status is not None:
                self._take_training(data)
            if (page := self.page) is not None:
                page.show_event(name, data)

    def _take_training(self, data: dict[str, Any]) -> None:
        from edge_assistant.service.rpc.protocol import Training

        assert self.status is not None
        self.take_status(replace(self.status, training=Training.from_dict(data)))

    def take_status(self, status: Status) -> None:
        """The core's new state, kept and shown."""
        self.status, self._status_at = status, self.seconds()
        if (page := self.page) is not None:
            page.news_of_status(status)

    def _take_entry(self, entry: Entry, *, new: bool) -> None:
        """A new suggestion goes on top, a changed one keeps its place unless it speaks up again."""
        others = [other for other in self.entries if other.id != entry.id]
        if len(others) == len(self.entries) or (entry.reminder and (new or entry.state == "open")):
            self.entries = [entry, *others]
        else:
            self.entries = [entry if other.id == entry.id else other for other in self.entries]
        self._show_entries()
        if new and (entry.state == "open" or entry.reminder == "reminder"):
            self.bell()

    def _show_entries(self) -> None:
        if (page := self.page) is not None:
            page.show_feed(self.entries)

    async def _refresh_until_known(self) -> None:
        """After a connection: a core that is slow to be put together is asked until it answers."""
        while True:
            try:
                await self.refresh_all()
                return
            except EdgeAssistantError:
                await asyncio.sleep(RETRY)

    async def refresh_all(self) -> None:
        """Ask for state and feed, as after every connection."""
        self.take_status(Status.from_dict(await self.link.call("status")))
        # a core that has just been started answers this when it has been put together
        feed = await self.link.call("feed", limit=max(FEED_LENGTH, len(self.entries)))
        self.entries = [Entry.from_dict(data) for data in feed["entries"]]
        self.more_entries = bool(feed["more"])
        self.take_status(Status.from_dict(await self.link.call("status")))
        self._show_entries()
        if self.status is not None and not self.status.setup_done:
            self.run_worker(self._first_setup(), group="setup", exclusive=True, exit_on_error=False)

    async def _first_setup(self) -> None:
        """Open the first start's questions once nobody is typing, where they are still to be asked."""
        while self._typing:
            await asyncio.sleep(PAUSE / 10)
        if self.status is not None and not self.status.setup_done:
            self._letters_from = time.monotonic() + SETTLE
            await self.open_setup()

    @property
    def _typing(self) -> bool:
        field = self.focused
        return (isinstance(field, Input) and bool(field.value)) or time.monotonic() - self._key_at < PAUSE

    async def open_setup(self) -> None:
        """The first start's questions."""
        from tui.setup.screen import SetupScreen

        if not any(isinstance(screen, SetupScreen) for screen in self.screen_stack):
            await self.push_screen(SetupScreen())

    async def older(self) -> None:
        """Load the suggestions before those that are shown."""
        if not self.more_entries or not self.entries:
            return
        feed = await self.link.call("feed", limit=FEED_LENGTH, before=self.entries[-1].id)
        known = {entry.id for entry in self.entries}
        found = [Entry.from_dict(data) for data in feed["entries"]]
        self.entries += [entry for entry in found if entry.id not in known]
        self.more_entries = bool(feed["more"])
        self._show_entries()

    # -- asking the core ---------------------------------------------------------------------------------------------

    def act(self, call: Call) -> None:
        """Show what `call` will change at once, and have a worker send it; a refusal is shown and taken back."""
        if call.expected is not None:
            self.entries = [call.expected if entry.id == call.expected.id else entry for entry in self.entries]
            self._show_entries()
        self.run_worker(self._send(call), exit_on_error=False)

    async def _send(self, call: Call) -> None:
        try:
            result = await self._call_until_known(call)
        except EdgeAssistantError as error:
            self.note(str(error), warning=True)
            await self.refresh_all()
            return
        if call.expected is not None and isinstance(result, dict) and result.get("id") == call.expected.id:
            self._take_entry(Entry.from_dict(result), new=False)
        elif isinstance(result, dict) and "activity" in result:
            self.take_status(Status.from_dict(result))
        if call.method == "undo":
            undone = str((result or {}).get("undone", ""))
            self.note(f"taken back: {brief(undone)}" if undone else "there is nothing to take back")
            await self.refresh_all()
        elif call.said:
            self.note(call.said)

    async def _call_until_known(self, call: Call) -> Any:
        """Call, and once more where the core died before its answer and the feed shows that nothing was done."""
        try:
            return await self.link.call(call.method, **call.parameters)
        except LostError:
            expected = call.expected
            if expected is None:
                raise
            feed = await self.link.call("feed", limit=FEED_LENGTH)
            for data in feed["entries"]:
                if data["id"] == expected.id and _same_answer(Entry.from_dict(data), expected):
                    return data
            return await self.link.call(call.method, **call.parameters)

    def note(self, text: str, *, warning: bool = False) -> None:
        """Say something in a corner for some seconds; the text is taken as it is, brackets and all."""
        severity: SeverityLevel = "warning" if warning else "information"
        self.notify(text, severity=severity, timeout=8 if warning else 4, markup=False)

    def spawn(self, work: Awaitable[Any]) -> None:
        """Run something that asks the core; what it refuses is shown as a note."""
        self.run_worker(self.guarded(work), exit_on_error=False)

    async def guarded(self, work: Awaitable[Any]) -> None:
        """Await something that asks the core; what it refuses is shown as a note."""
        try:
            await work
        except EdgeAssistantError as error:
            self.note(str(error), warning=True)

    # -- keys --------------------------------------------------------------------------------------------------------

    def action_go(self, name: str) -> None:
        """Go to a screen; from a marked suggestion to what explains that one."""
        from tui.live.screen import LiveScreen

        page = self.page
        if name not in available() or page is not self.screen:
            return
        if name == "why" and isinstance(page, LiveScreen) and page.marked is not None:
            self.chosen = page.marked.id
        self.switch_mode(name)

    def action_turn_theme(self) -> None:
        """From dark to light and back."""
        self.set_look("light" if self.current_theme.dark else "dark")

    def set_look(self, look: str) -> None:
        """Dark or light."""
        self.theme = THEMES[look].name

    def action_keys(self) -> None:
        """All keys and commands."""
        from tui.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())


def _same_answer(found: Entry, expected: Entry) -> bool:
    """Whether the core already holds what was to be said about a suggestion."""
    fields = ("state", "reason", "rating", "text", "liked", "outcome")
    return all(getattr(found, name) == getattr(expected, name) for name in fields)
