"""Beside the suggestions, where there is room: why the marked one was made, at a glance."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Why
from tui.widgets.explanation import why_content
from tui.widgets.page import host_of

DELAY = 0.15
"""Seconds that a suggestion must stay marked before its explanation is asked for: moving on must cost nothing."""


class ShortWhy(VerticalScroll, can_focus=False):
    """An explanation in brief, or of the present silence where nothing is marked."""

    DEFAULT_CSS = """
    ShortWhy { width: 58; height: 1fr; margin: 1 1 0 1; padding: 0 1 0 2; border-left: solid $panel; }
    ShortWhy > Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Why] = {}
        self._wanted = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    def show(self, entry: str) -> None:
        """Show the explanation of a suggestion, by its id; asked for once. '' is the present silence."""
        self._wanted = entry
        if self._timer is not None:
            self._timer.stop()
        if entry in self._known:
            self._draw(self._known[entry])
        else:
            self._timer = self.set_timer(DELAY, self._ask)

    def _ask(self) -> None:
        self.run_worker(partial(self._fetch, self._wanted), exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _fetch(self, wanted: str) -> None:
        try:
            why = Why.from_dict(await host_of(self.screen).state.link.call("why", id=wanted))
        except EdgeAssistantError as error:
            self.query_one(Static).update(Content.styled(str(error), "$text-muted"))
            return
        if wanted:
            self._known[wanted] = why
        if wanted == self._wanted:
            self._draw(why)

    def _draw(self, why: Why) -> None:
        width, now = max(30, self.size.width - 4), host_of(self.screen).state.now()
        self.query_one(Static).update(why_content(why, width, now, short=True))
