"""The suggestions, newest first; keys act on the one that is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from edge_assistant.service.rpc.protocol import Entry
from tui.wording import MARKS, clock, day_name, entry_details, entry_state, reminds

INDENT = 11
"""Cells before the text: marker, time, state."""


class Row(Option):
    """A line of the list: a suggestion, or the name of a day."""

    def __init__(self, prompt: Content, id: str | None = None, *, unfolded: bool = False) -> None:  # noqa: A002
        super().__init__(prompt, id=id, disabled=id is None)
        self.unfolded = unfolded


class Feed(OptionList):
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
        Binding("n", "screen.answer('did-not')", "did not"),
        Binding("r", "screen.answer('rate')", "rate"),
        Binding("e", "screen.answer('edit')", "edit"),
        Binding("m", "screen.answer('more')", "more like this"),
        Binding("w,enter", "screen.answer('why')", "why", key_display="w"),
        Binding("c", "screen.answer('talk')", "talk about it"),
        Binding("u", "screen.undo", "undo"),
        Binding("s", "screen.suggest", "suggest now"),
        Binding("i,slash", "screen.type", "type", key_display="i"),
        Binding("j", "cursor_down", "next", show=False),
        Binding("k", "cursor_up", "previous", show=False),
    ]

    class Marked(Message):
        """Another suggestion is marked, or the marked one has changed."""

    DEFAULT_CSS = """
    Feed { border: none; padding: 0 1; background: $background; height: 1fr; scrollbar-size-vertical: 1; }
    Feed:focus { border: none; background: $background; background-tint: $background; }
    Feed > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    Feed:focus > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    Feed > .option-list--option-disabled { color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.entries: dict[str, Entry] = {}
        self._now: datetime | None = None
        self._width = 0

    @property
    def marked(self) -> Entry | None:
        """The suggestion that keys act on."""
        option = self.highlighted_option
        return self.entries.get(option.id or "") if option is not None else None

    def show(self, entries: Sequence[Entry], now: datetime) -> None:
        """Show these, newest first. What was marked stays marked, unless it was on top and a new one is there now."""
        known, marked, first = set(self.entries), self.marked, next(iter(self.entries), "")
        self.entries = {entry.id: entry for entry in entries}
        self._now, self._width = now, self.size.width
        top = entries[0].id if entries else ""
        keep = marked is not None and marked.id in self.entries and (top in known or marked.id != first)
        wanted = marked.id if keep and marked is not None else top
        offset = self.scroll_y
        self.set_options(self._rows(wanted))
        if wanted:
            self.highlighted = self.get_option_index(wanted)
        if keep:
            self.scroll_to(y=offset, animate=False, immediate=True)
            if top not in known:
                self.scroll_to_highlight()
        self.post_message(self.Marked())

    def change(self, entry: Entry) -> None:
        """One suggestion has changed."""
        option = self._row_of(entry.id)
        if option is None or self._now is None:
            return
        self.entries[entry.id] = entry
        self.replace_option_prompt(entry.id, self._words(entry, option.unfolded, self._now))
        self.post_message(self.Marked())

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere; in another height, what is marked stays in sight."""
        if self._now is not None and self.size.width != self._width:
            self.show(list(self.entries.values()), self._now)
        self.call_after_refresh(self.scroll_to_highlight)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Unfold the marked suggestion, fold the one before."""
        marked = self.marked
        if marked is not None and self._now is not None:
            for entry in self.entries.values():
                row = self._row_of(entry.id)
                if row is not None and row.unfolded != (entry.id == marked.id):
                    row.unfolded = not row.unfolded
                    self.replace_option_prompt(entry.id, self._words(entry, row.unfolded, self._now))
        super().watch_highlighted(highlighted)
        self.post_message(self.Marked())

    def _row_of(self, entry_id: str) -> Row | None:
        option = self._id_to_option.get(entry_id)
        return option if isinstance(option, Row) else None

    def _rows(self, unfolded: str) -> list[Row]:
        """A row for each suggestion, and one before each day but the present one."""
        assert self._now is not None
        rows, day = [], self._now.date()
        for entry in self.entries.values():
            if entry.time.date() != day:
                day = entry.time.date()
                rows.append(Row(Content.styled(f"  {day_name(entry.time, self._now)}", "bold")))
            rows.append(
                Row(self._words(entry, entry.id == unfolded, self._now), entry.id, unfolded=entry.id == unfolded)
            )
        return rows

    def _words(self, entry: Entry, unfolded: bool, now: datetime) -> Content:
        """Marker, time, state and text; unfolded, the whole text and what became of it on lines of their own."""
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
