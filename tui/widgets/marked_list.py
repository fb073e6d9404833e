"""A list of which one row is marked: the row that keys act on, and that can show more of itself than the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class MarkedList(OptionList):
    """Rows with an id, and titles between them. Whatever moves the mark, the old and the new row are drawn at once.

    Args:
        draw: a row's text from its id and whether it is marked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "next", show=False),
        Binding("k", "cursor_up", "previous", show=False),
    ]

    DEFAULT_CSS = """
    MarkedList { border: none; padding: 0 1; background: $background; height: 1fr; scrollbar-size-vertical: 1; }
    MarkedList:focus { border: none; background: $background; background-tint: $background; }
    MarkedList > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    MarkedList:focus > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    MarkedList > .option-list--option-disabled { color: $foreground; }
    """

    class Marked(Message):
        """Another row is marked, or the marked one has changed."""

    def __init__(self, draw: Callable[[str, bool], Content]) -> None:
        super().__init__(markup=False)
        self._draw_row = draw
        self._drawn = ""
        self._filling = False
        self._width = 0

    @property
    def marked(self) -> str:
        """Id of the marked row; '' where there is none."""
        option = self.highlighted_option
        return (option.id or "") if option is not None else ""

    @property
    def ids(self) -> list[str]:
        """Of all rows, in order."""
        return [option.id for option in self.options if option.id]

    def show(self, rows: Iterable[str | Content], mark: str | None = None, unavailable: Iterable[str] = ()) -> None:
        """Show these rows, by their ids, and titles; the view stays where it was.

        Args:
            rows: ids, and titles as they are to be drawn.
            mark: the row to mark; None keeps the mark, or marks the first row where what was marked is gone.
            unavailable: rows that cannot be marked.
        """
        rows, barred, offset = list(rows), set(unavailable), self.scroll_y
        known = [row for row in rows if isinstance(row, str) and row not in barred]
        wanted = self.marked if mark is None else mark
        self._drawn = wanted if wanted in known else next(iter(known), "")
        self._filling = True
        try:
            self.set_options([self._option(row, barred) for row in rows])
            self.highlighted = self.get_option_index(self._drawn) if self._drawn else None
        finally:
            self._filling = False
        self.scroll_to(y=offset, animate=False, immediate=True)
        self.post_message(self.Marked())

    def _option(self, row: str | Content, barred: set[str]) -> Option:
        if isinstance(row, Content):
            return Option(row, disabled=True)
        return Option(self._draw_row(row, row == self._drawn), id=row, disabled=row in barred)

    def redraw(self, *ids: str) -> None:
        """Rows have changed; without ids, all may have."""
        for row in ids or self.ids:
            if row in self._id_to_option:
                self.replace_option_prompt(row, self._draw_row(row, row == self.marked))
        self.post_message(self.Marked())

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Draw the row that was marked and the one that is; also when keys come faster than messages."""
        if not self._filling and self.marked != self._drawn:
            before, self._drawn = self._drawn, self.marked
            self.redraw(*(row for row in (before, self._drawn) if row))
        super().watch_highlighted(highlighted)

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere; in another height, the mark stays in sight."""
        if self.size.width != self._width:
            self._width = self.size.width
            self.redraw()
        self.call_after_refresh(self.scroll_to_highlight)
