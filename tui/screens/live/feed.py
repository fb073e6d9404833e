"""The suggestions, newest first; keys act on the one that is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from edge_assistant.service.rpc.protocol import Entry
from tui.client.wording import MARKS, clock, day_name, entry_details, entry_state, reminds
from tui.widgets.marked_list import MarkedList

INDENT = 11
"""Cells before the text: marker, time, state."""


class FeedList(MarkedList):
    """A list of suggestions with a row for each new day.

    The marked suggestion shows its whole text and what became of it; so do those that wait for an answer. All others
    take one line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "screen.answer('accept')", "accept"),
        Binding("l", "screen.answer('later')", "later"),
        Binding("d", "screen.answer('dismiss')", "dismiss"),
        Binding("t", "screen.answer('remind')", "remind me"),
        Binding("y", "screen.answer('done')", "done"),
        Binding("f", "screen.answer('finish')", "done already"),
        Binding("n", "screen.answer('did-not')", "not done"),
        Binding("r", "screen.answer('rate')", "rate"),
        Binding("e", "screen.answer('edit')", "edit"),
        Binding("m", "screen.answer('more')", "more"),
        Binding("w,enter", "screen.answer('why')", "why", key_display="w"),
        Binding("c", "screen.answer('talk')", "talk"),
        Binding("b", "screen.shelf", "shelf", show=False),
        Binding("u", "screen.undo", "undo"),
        Binding("s", "screen.suggest", "suggest"),
        Binding("i,slash", "screen.type", "type", key_display="i"),
    ]

    DEFAULT_CSS = """
    FeedList > .option-list--option-disabled { color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(self._row)
        self.entries: dict[str, Entry] = {}
        self._now: datetime | None = None

    @property
    def entry(self) -> Entry | None:
        """The suggestion that keys act on."""
        return self.entries.get(self.marked)

    def fill(self, entries: Sequence[Entry], now: datetime) -> None:
        """Show these, newest first. What was marked stays marked, unless it was on top and a new one is there now."""
        before, marked, first = set(self.entries), self.marked, next(iter(self.entries), "")
        self.entries = {entry.id: entry for entry in entries}
        self._now = now
        top = next(iter(self.entries), "")
        keep = marked in self.entries and (top in before or marked != first)
        rows: list[str | Content] = []
        day = now.date()
        for entry in entries:
            if entry.time.date() != day:
                day = entry.time.date()
                rows.append(Content.styled(f"  {day_name(entry.time, now)}", "bold"))
            rows.append(entry.id)
        self.show(rows, marked if keep else top)
        if top not in before:
            self.scroll_to_highlight()

    def _row(self, name: str, unfolded: bool) -> Content:
        """Marker, time, state and text; unfolded, the whole text and what became of it on lines of their own."""
        entry, now = self.entries[name], self._now
        assert now is not None
        width = max(20, self.size.width - 3 - INDENT)
        waits = entry.state == "open" or reminds(entry)
        text_style = "bold $foreground" if waits else "$foreground" if unfolded else "$text-muted"
        mark_style = {"open": "bold $accent", "accepted": "$success"}.get(entry.state, "$text-muted")
        head = Content.assemble(
            ("▸ " if unfolded else "  ", "bold $accent"),
            (clock(entry.time), "$text-muted"),
            "  ",
            (MARKS.get(entry.state, "·"), mark_style),
            " ",
        )
        if not unfolded and not waits:
            return Content.assemble(head, Content.styled(entry.text, text_style).truncate(width, ellipsis=True))
        lines = _wrapped(entry.text, width) or [""]
        parts = [Content.assemble(head, (lines[0], text_style))]
        parts += [Content.assemble(" " * INDENT, (line, text_style)) for line in lines[1:]]
        for line in _wrapped(entry_details(entry, now) if unfolded else entry_state(entry, now), width):
            parts.append(Content.assemble(" " * INDENT, (line, "$text-muted")))
        return Content("\n").join(parts)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; an emoji takes two."""
    return [line.plain.rstrip() for line in Content(" ".join(text.split())).wrap(width)]
