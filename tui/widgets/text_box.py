"""A scrolling text in a frame that covers the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class TextBox(ModalScreen[bool]):
    """Covers the screen until a key is pressed; what stands in its frame is always seen.

    Args:
        title, foot: in the frame, above and below.
        text: what is read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,f1", "dismiss(False)", "back")]

    DEFAULT_CSS = """
    TextBox { align: center middle; background: $background 70%; }
    TextBox > VerticalScroll { width: 96%; max-width: 110; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $primary; border-title-color: $primary; }
    TextBox.-warning > VerticalScroll { border: round $warning; border-title-color: $warning; }
    TextBox Static { height: auto; }
    """

    def __init__(self, title: str, foot: str, text: Content) -> None:
        super().__init__()
        self.box_title, self.foot, self.text = title, foot, text

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title, box.border_subtitle = self.box_title, self.foot
            yield Static(self.text)
