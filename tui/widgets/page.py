"""What all screens share: the line of tabs, the banner, the prompt, the hints, and news from the core.

A screen composes `body()` and overrides the `show_...` methods that it has a use for. They are called when there is
news while the screen is up, and with the present state whenever it comes up; none of them may wait.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from edge_assistant.service.rpc.protocol import Entry, Status
from tui.client.calls import Call
from tui.client.commands import Intent
from tui.client.link import Link
from tui.client.state import ClientState
from tui.client.wording import banner_words, state_words
from tui.widgets.hints import Hints
from tui.widgets.prompt import PromptBar
from tui.widgets.top_bar import TopBar


class Host(Protocol):
    """What a screen may ask of the app that it is part of.

    Attributes:
        state: what the core said, and the way to it.
        options: for screens, by name: {'watch': {'run': Path}}.
        chosen: id of the suggestion that was marked last; '' for none.
    """

    state: ClientState
    options: dict[str, dict[str, Any]]
    chosen: str

    def act(self, call: Call) -> None:
        """Show what `call` will change at once, and have a worker send it."""

    def note(self, text: str, *, warning: bool = False) -> None:
        """Say something in a corner for some seconds."""

    def spawn(self, work: Awaitable[Any]) -> None:
        """Run something that asks the core; what it refuses is shown as a note."""

    async def guarded(self, work: Awaitable[Any]) -> None:
        """Await something that asks the core; what it refuses is shown as a note."""

    def perform(self, intent: Intent) -> bool:
        """Do what a typed command wants of the whole app; False where it is about a suggestion or a question."""

    def action_go(self, name: str) -> None:
        """Go to a screen."""


def host_of(screen: Screen[Any]) -> Host:
    """The app of a screen, with what screens may ask of it."""
    return cast("Host", screen.app)


class Page(Screen[None]):
    """A screen with a tab."""

    NAME: ClassVar[str] = ""
    """Its name in the registry."""

    DEFAULT_CSS = """
    Page { background: $background; }
    Page > #banner { height: auto; padding: 0 1; display: none; background: $warning 20%; color: $foreground;
        text-style: bold; }
    Page > #banner.-shown { display: block; }
    """

    def compose(self) -> ComposeResult:
        yield TopBar(self.NAME)
        yield Static(id="banner")
        yield from self.body()
        yield PromptBar()
        yield Hints()

    def body(self) -> ComposeResult:
        """The screen's own part."""
        yield from ()

    @property
    def host(self) -> Host:
        return host_of(self)

    @property
    def state(self) -> ClientState:
        return self.host.state

    @property
    def link(self) -> Link:
        """The way to the core: `await self.link.call('why', id=...)`."""
        return self.host.state.link

    @property
    def prompt(self) -> PromptBar:
        return self.query_one(PromptBar)

    @property
    def subject(self) -> str:
        """Id of the suggestion that keys act on here; another screen that is opened now is about this one."""
        return ""

    def perform(self, intent: Intent) -> None:
        """Do what a typed command wants, as far as it concerns this screen."""

    def action_answer(self, name: str) -> None:
        """Answer the suggestion that keys act on here, by the name of a command."""

    @property
    def is_up(self) -> bool:
        """Whether this is the screen that is seen, with or without something that covers it."""
        return self in self.app.screen_stack

    def write(self, where: str, content: Content | str) -> None:
        """Put text into one of the screen's `Static`s."""
        self.query_one(where, Static).update(content)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was up."""
        self.news_of_link(self.link.condition)
        if self.state.status is not None:
            self.news_of_status(self.state.status)
        self.show_feed(self.state.entries)

    def news_of_link(self, condition: str) -> None:
        """The connection changed: head line and banner, then the screen's own part."""
        self._show_head(self.state.status, condition)
        self.show_link(condition)

    def news_of_status(self, status: Status) -> None:
        """The core's state changed: head line and banner, then the screen's own part."""
        self._show_head(status, self.link.condition)
        self.show_status(status)

    def _show_head(self, status: Status | None, condition: str) -> None:
        self.query_one(TopBar).show(state_words(status, condition))
        words = banner_words(status, condition, self.link.trouble)
        banner = self.query_one("#banner", Static)
        if words:
            banner.update(words)
        banner.set_class(bool(words), "-shown")

    def show_link(self, condition: str) -> None:
        """The connection is 'starting', 'alone', 'ready' or 'restarting'."""

    def show_status(self, status: Status) -> None:
        """What the core says of itself and of the moment."""

    def show_feed(self, entries: Sequence[Entry]) -> None:
        """The suggestions, newest first."""

    def show_event(self, name: str, data: dict[str, Any]) -> None:
        """Any other event of the core: 'token', 'training', and what may come."""
