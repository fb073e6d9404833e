"""What happens now: the activity and its source, the next appointment, and the chance that a suggestion is welcome."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from edge_assistant.service.rpc.protocol import Status
from tui.client.wording import activity_words, event_words, silence_words, source_words, today_words
from tui.widgets.chance_bar import chance_content

LABEL = 9
"""Cells of the labels on the left."""

STARTS = "One moment: the assistant is starting."
ALONE = "No assistant is running here, and none is started with --attach.\n'edge-assistant run' starts one."
WRONG = "The assistant does not start; the reason is above. I keep trying."


class NowPanel(Widget):
    """Three lines; with room, a fourth about today's count and the sources."""

    DEFAULT_CSS = """
    NowPanel { height: 3; margin: 1 1 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[tuple[str, Content], ...] = ()
        self._status: Status | None = None
        self._now = datetime.now()
        self._waits = STARTS

    def show_link(self, condition: str, trouble: str) -> None:
        """What is said while nothing is known: that an assistant starts, or that none does."""
        self._waits = WRONG if trouble else ALONE if condition == "alone" else STARTS
        self.refresh()

    def show(self, status: Status, now: datetime) -> None:
        self._status, self._now = status, now
        self.refresh()

    def render(self) -> Content:
        if self._status is None or self._status.time is None:
            return Content.styled(self._waits, "$text-muted")
        status, width = self._status, self.size.width - LABEL
        lines = [
            ("Now", _two_parts(*activity_words(status, self._now), width)),
            ("Next", _two_parts(*event_words(status, self._now), width)),
            ("Chance", chance_content(status.chance, status.threshold, silence_words(status), width)),
            ("Today", Content(today_words(status))),
            ("Sources", Content(source_words(status))),
        ]
        parts = [
            Content.assemble(((label if first else "").ljust(LABEL), "$text-muted"), part)
            for label, value in lines
            for first, part in zip((True, False), value.wrap(width) or [value], strict=False)
        ]
        return Content("\n").join(parts[: max(1, self.size.height)])


def _two_parts(main: str, aside: str, width: int) -> Content:
    """The main words, and the aside in a fainter tone, of which the last parts go where there is no room."""
    line = Content.styled(main, "bold $foreground")
    while len(main) + 2 + len(aside) > width and ", " in aside:
        aside = aside.rpartition(", ")[0]
    if len(main) + 2 + len(aside) > width and len(aside) > width // 2:
        aside = aside[: max(0, width - len(main) - 3)].rstrip() + "…"
    return Content.assemble(line.truncate(max(8, width - len(aside) - 2), ellipsis=True), "  ", (aside, "$text-muted"))
