"""What all screens share: the line of tabs, the banner, the prompt, the hints, and news from the core.

A screen composes `body()` and overrides the `show_...` methods that it has a use for. They are called when there is
news while the screen is up, and with the present state whenever it comes up; none of them may wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tui.widgets.hints import Hints
from tui.widgets.prompt import Prompt
from tui.widgets.top_bar import TopBar
from tui.wording import banner_words, state_words

if TYPE_CHECKING:
    from edge_assistant.service.rpc.protocol import Entry, Status
    from tui.app import AssistantApp
    from tui.link import Link


class Page(Screen[None]):
    """One of the screens in `tui.screens.SCREENS`."""

    NAME: ClassVar[str] = ""
    """Its name there."""

    DEFAULT_CSS = """
    Page { background: $background; }
    Page > #banner { height: auto; padding: 0 1; display: none; background: $warning 20%; color: $foreground;
        text-style: bold; }
    Page > #banner.-shown { display: block; }
    """

    def compose(self) -> ComposeResult:
        """Tabs, banner, body, prompt, hints."""
        yield TopBar(self.NAME)
        yield Static(id="banner")
        yield from self.body()
        yield Prompt()
        yield Hints()

    def body(self) -> ComposeResult:
        """The screen's own part."""
        yield from ()

    @property
    def assistant_app(self) -> AssistantApp:
        """The app, with its type."""
        return cast("AssistantApp", self.app)

    @property
    def link(self) -> Link:
        """The way to the core: `await self.link.call('why', id=...)`."""
        return self.assistant_app.link

    @property
    def prompt(self) -> Prompt:
        """The place for short questions."""
        return self.query_one(Prompt)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was up."""
        app = self.assistant_app
        self.news_of_link(app.link.condition)
        if app.status is not None:
            self.news_of_status(app.status)
        self.show_feed(app.entries)

    def news_of_link(self, condition: str) -> None:
        """The connection changed: head line and banner, then the screen's own part."""
        status = self.assistant_app.status
        self._show_head(status, condition)
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
