"""The list of memories with the keys that act on them, and the question before something is forgotten."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from tui.widgets.marked_list import MarkedList
from tui.widgets.text_box import TextBox


class MemoryList(MarkedList):
    """The memories."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "screen.search", "search"),
        Binding("d", "screen.day", "day"),
        Binding("enter", "screen.correct", "correct"),
        Binding("c", "screen.correct", "correct", show=False),
        Binding("p", "screen.pin", "pin"),
        Binding("x", "screen.forget", "forget it"),
        Binding("s", "screen.forget_span", "forget a time"),
        Binding("t", "screen.forget_topic", "forget a topic"),
        Binding("w", "screen.export", "export"),
        Binding("v", "screen.private", "private"),
        Binding("escape", "screen.back", "back"),
    ]


class ForgetBox(TextBox):
    """Shows what would be forgotten before it is; True forgets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "forget"),
        Binding("escape,n,q", "dismiss(False)", "keep"),
    ]

    def __init__(self, preview: Content) -> None:
        super().__init__("Forget this for good?", "y forgets it   Esc keeps it", preview)
        self.add_class("-warning")
