"""The list of memories, and the keys that act on them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.widgets.marked_list import MarkedList


class MemoryList(MarkedList):
    """The memories."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "screen.search", "search"),
        Binding("b", "screen.by", "by meaning or word"),
        Binding("f", "screen.kind", "kind"),
        Binding("d", "screen.day", "day"),
        Binding("enter", "screen.correct", "correct"),
        Binding("c", "screen.correct", "correct", show=False),
        Binding("p", "screen.pin", "pin"),
        Binding("x", "screen.forget", "forget it"),
        Binding("s", "screen.forget_span", "forget a time"),
        Binding("t", "screen.forget_topic", "forget a topic"),
        Binding("w", "screen.export", "export"),
        Binding("v", "screen.private", "private"),
        Binding("j", "cursor_down", "next", show=False),
        Binding("k", "cursor_up", "previous", show=False),
        Binding("escape", "screen.back", "back"),
    ]
