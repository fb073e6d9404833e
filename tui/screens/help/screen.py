"""All keys and commands on one page."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.client.commands import commands
from tui.registry import tabs

EXPLANATION = (
    "Keys act on the marked suggestion (▸). Press i to type: what you are doing, a question ending in ?, or a command. "
    "Esc takes you back from anywhere."
)

WRITTEN = 27
"""Cells of the column of commands; a longer one has its explanation below it."""


class HelpScreen(ModalScreen[None]):
    """Covers the screen until a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,f1", "dismiss", "back")]

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 70%; }
    HelpScreen > VerticalScroll { width: 96%; max-width: 100; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $primary; border-title-color: $primary; }
    HelpScreen Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll() as box:
            box.border_title = "Keys and commands"
            box.border_subtitle = "Esc closes"
            yield Static(help_content())


def help_content() -> Content:
    """The page: what keys do in general, then a line each."""
    names = "  ".join(f"{entry.key} {entry.title}" for entry in tabs().values())
    lines = [Content(EXPLANATION), Content(""), Content.assemble(("Screens  ", "bold $primary"), names), Content("")]
    lines.append(Content.styled("Key  Command", "bold $primary"))
    for command in commands().values():
        written = f"/{command.name} {command.shape}".strip()
        gap = " " * (WRITTEN - len(written)) if len(written) < WRITTEN else "\n" + " " * (5 + WRITTEN)
        lines.append(Content.assemble((command.key.ljust(5), "bold"), written, gap, (command.does, "$text-muted")))
    lines += [Content(""), Content.assemble(("Ctrl-T", "bold"), "  dark or light    ", ("Ctrl-Q", "bold"), "  quit")]
    return Content("\n").join(lines)
