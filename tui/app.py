"""The terminal app: themes, screens and their keys; what the core says goes to whichever screen is up.

The app draws its first frame before it looks for the core, and never waits for it: a key is drawn at once, and what it
meant is sent by a worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.driver import Driver
from textual.screen import Screen
from textual.widgets import Input

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Entry, Status
from tui.client.calls import Call, general_call, possible
from tui.client.commands import Intent, commands, parse
from tui.client.core_process import CoreProcess
from tui.client.link import READY
from tui.client.state import ClientState
from tui.client.wording import total_lines, turn_lines
from tui.registry import ScreenEntry, screens, tabs
from tui.terminal import accept_any_byte
from tui.themes import THEMES, choose
from tui.widgets.page import Page
from tui.widgets.prompt import PromptOption
from tui.widgets.text_box import TextBox

PAUSE = 1.0
"""Seconds after the last key from which on nobody is typing."""

SETTLE = 0.7
"""Seconds in which letters do not count after the first start's questions came up by themselves."""


def _make(entry: ScreenEntry) -> Page:
    """A screen, imported now."""
    page = entry.load()()
    assert isinstance(page, Page)
    return page


class AssistantApp(App[None]):
    """The assistant in a terminal.

    Args:
        home: whose core.
        core: how to start one; None only attaches to one that runs.
        theme: one of `themes.LOOKS`.
        first: the screen to begin with.
        options: for screens, by name: {'watch': {'run': Path}}.
    """

    CSS_PATH = "styles/app.tcss"
    TITLE = "edge-assistant"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 -- Textual's own form
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(entry.key, f"go('{name}')", entry.title, show=False) for name, entry in tabs().items()],
        Binding("question_mark", "go('help')", "keys"),
        Binding("f1", "go('help')", "keys", key_display="F1"),
        Binding("q", "leave", "quit"),
        Binding("ctrl+q", "leave", "quit"),
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
        self.DEFAULT_MODE = first if first in tabs() else "live"  # type: ignore[misc]
        super().__init__()
        self.home = home
        self.state = ClientState(home, core, self)
        self.options = options or {}
        self.chosen = ""
        """Id of the suggestion that was marked when a screen about it was opened; '' for none."""
        self._key_at = self._letters_from = float("-inf")
        for name, entry in tabs().items():
            self.add_mode(name, partial(_make, entry))
        for known in THEMES.values():
            self.register_theme(known)
        self.theme = choose(theme)

    # -- start and end -----------------------------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Textual's own for this terminal, but one that no byte can stop."""
        return accept_any_byte(super().get_driver_class())

    def on_mount(self) -> None:
        """Look for the core once the first frame is drawn."""
        self.call_after_refresh(self._connect)

    def _connect(self) -> None:
        gc.enable()
        self.run_worker(self.state.link.run(), name="link", exit_on_error=False)

    def action_leave(self) -> None:
        """End; a core that we started ends too."""
        self.exit()

    async def on_unmount(self) -> None:
        """End the connection whichever way the app ends."""
        with contextlib.suppress(Exception):
            await self.state.link.close()

    async def on_event(self, event: events.Event) -> None:
        """Remember when a key came; letters that were meant for the screen before are dropped."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._key_at = time.monotonic()
            if event.is_printable and self._key_at < self._letters_from:
                return
        await super().on_event(event)

    # -- what the core says ------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something was asked of the core that it has not answered yet."""
        return any(worker.name != "link" and not worker.is_finished for worker in self.workers)

    @property
    def page(self) -> Page | None:
        """The screen that is up, beneath whatever covers it."""
        found = [screen for screen in self.screen_stack if isinstance(screen, Page)] if self._screen_stacks else []
        return found[-1] if found else None

    def link_changed(self, condition: str) -> None:
        """Tell the screen; after a connection, ask for everything."""
        if (page := self.page) is not None:
            page.news_of_link(condition)
        if condition == READY:
            self.run_worker(self._meet(), group="refresh", exclusive=True, exit_on_error=False)

    async def _meet(self) -> None:
        await self.state.refresh_until_known()
        if self._unasked:
            self.run_worker(self._first_setup(), group="setup", exclusive=True, exit_on_error=False)

    def status_changed(self, status: Status) -> None:
        if (page := self.page) is not None:
            page.news_of_status(status)

    def entries_changed(self) -> None:
        if (page := self.page) is not None:
            page.show_feed(self.state.entries)

    def heard(self, name: str, data: dict[str, Any], before: Entry | None) -> None:
        """A new suggestion rings; what the app does not know is for the screen."""
        if name == "suggestion" and (data.get("state") == "open" or data.get("reminder") == "reminder"):
            self.bell()
        elif name not in ("state", "suggestion", "feed") and (page := self.page) is not None:
            page.show_event(name, data)

    @property
    def _unasked(self) -> bool:
        """Whether the first start's questions are still to be asked."""
        return self.state.status is not None and not self.state.status.setup_done

    async def _first_setup(self) -> None:
        """Open the first start's questions once nobody is typing, where they are still to be asked."""
        while self._typing:
            await asyncio.sleep(PAUSE / 10)
        if self._unasked:
            self._letters_from = time.monotonic() + SETTLE
            self.action_go("setup")

    @property
    def _typing(self) -> bool:
        field = self.focused
        return (isinstance(field, Input) and bool(field.value)) or time.monotonic() - self._key_at < PAUSE

    # -- asking the core ---------------------------------------------------------------------------------------------

    def act(self, call: Call) -> None:
        """Show what `call` will change at once, and have a worker send it; a refusal is shown and taken back."""
        if call.expected is not None:
            self.state.take_entry(call.expected)
        self.run_worker(self._send(call), exit_on_error=False)

    async def _send(self, call: Call) -> None:
        try:
            said = await self.state.send(call)
        except EdgeAssistantError as error:
            self.note(str(error), warning=True)
            await self.state.refresh()
            return
        if said:
            self.note(said)
        if call.method == "undo":
            await self.state.refresh()

    def note(self, text: str, *, warning: bool = False) -> None:
        """Say something in a corner for some seconds; the text is taken as it is, brackets and all."""
        self.notify(text, severity="warning" if warning else "information", timeout=8 if warning else 4, markup=False)

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
        """Go to a screen; one about a suggestion is about the one that is marked here."""
        entry, page = screens().get(name), self.page
        if entry is None:
            return
        if entry.covers:
            kind = entry.load()
            if not any(isinstance(screen, kind) for screen in self.screen_stack):
                self.push_screen(kind())
        elif page is self.screen:
            self.chosen = (page.subject if page is not None else "") or self.chosen
            self.switch_mode(name)

    def action_turn_theme(self) -> None:
        self.set_look("light" if self.current_theme.dark else "dark")

    def set_look(self, look: str) -> None:
        """One of `themes.LOOKS`."""
        self.theme = choose(look)

    def watch_theme(self, name: str) -> None:
        """What is chosen here is there next time, too."""
        if self.state.link.condition == READY:
            look = next((word for word, theme in THEMES.items() if theme.name == name), name)
            self.spawn(self.state.link.call("settings.set", section="screen", field="theme", value=look))

    # -- commands ----------------------------------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers: the screens, and all that can be typed with what may follow it."""
        page = self.page
        entry = next((one for one in self.state.entries if page is not None and one.id == page.subject), None)
        for name, command in commands().items():
            if command.about_suggestion:
                if page is not None and possible(name, entry):
                    yield SystemCommand(name.capitalize(), command.does, partial(page.action_answer, name))
            elif name == "theme":
                yield SystemCommand("Theme", command.does, self.action_change_theme)
            else:
                for choice in command.choices or ([""] if command.read("") is not None else []):
                    line = f"{name} {choice}".strip()
                    yield SystemCommand(line.capitalize(), command.does, partial(self.run_line, f"/{line}"))

    def run_line(self, line: str) -> None:
        """Do what a typed command does, on the screen that knows how."""
        intent = parse(line)
        if intent is not None and not self.perform(intent):
            self.action_go("live")
            self.call_later(self._run_there, intent)

    def _run_there(self, intent: Intent) -> None:
        if (page := self.page) is not None:
            page.perform(intent)

    def perform(self, intent: Intent) -> bool:
        """Do what concerns the whole app; False where the screen of the suggestions has to."""
        name, parameters = intent.name, intent.parameters
        if name == "problem":
            self.note(intent.problem, warning=True)
        elif name in screens():
            self.action_go(name)
        elif name == "theme":
            self.set_look(str(parameters["theme"]))
        elif name == "quit":
            self.exit()
        elif name == "model" and not parameters["name"]:
            self.spawn(self._choose_model())
        elif name == "history":
            self.spawn(self._show_history())
        elif name == "totals":
            self.spawn(self._show_totals(parameters["days"]))
        elif (call := general_call(intent)) is not None:
            self.act(call)
        else:
            return False
        return True

    async def _show_history(self) -> None:
        turns = (await self.state.link.call("conversation", limit=100))["turns"]
        text = Content("\n\n".join(turn_lines(turns, self.state.now())))
        self.push_screen(TextBox("Asked before", "Esc closes", text))

    async def _show_totals(self, days: int) -> None:
        totals = (await self.state.link.call("totals", days=days))["totals"]
        title = "Today" if days == 1 else "The last seven days"
        self.push_screen(TextBox(title, "Esc closes", Content("\n".join(total_lines(totals)))))

    async def _choose_model(self) -> None:
        models = (await self.state.link.call("models"))["models"]
        options = [
            PromptOption(str(number), model["name"] + (" (in use)" if model["in_use"] else ""), model["name"])
            for number, model in enumerate(models[:9], 1)
        ]
        if (page := self.page) is not None:
            page.prompt.one_of("Which model?", options, lambda name: self.run_line(f"/model {name}"))
