"""Shows what would be forgotten before it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class ForgetScreen(ModalScreen[bool]):
    """Covers the screen until it is decided; True forgets.

    Args:
        preview: what would go.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "forget"),
        Binding("escape,n,q", "dismiss(False)", "keep"),
    ]

    DEFAULT_CSS = """
    ForgetScreen { align: center middle; background: $background 70%; }
    ForgetScreen > VerticalScroll { width: 96%; max-width: 110; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $warning; border-title-color: $warning; }
    ForgetScreen Static { height: auto; }
    """

    def __init__(self, preview: Content) -> None:
        super().__init__()
        self.preview = preview

    def compose(self) -> ComposeResult:
        """One scrolling text; the question stands in its frame and is always seen."""
        with VerticalScroll() as box:
            box.border_title = "Forget this for good?"
            box.border_subtitle = "y forgets it   Esc keeps it"
            yield Static(self.preview)
