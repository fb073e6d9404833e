"""All keys and commands on one page."""

from __future__ import annotations

from textual.content import Content

from tui.client.commands import commands
from tui.registry import tabs
from tui.widgets.text_box import TextBox

EXPLANATION = (
    "Keys act on the marked suggestion (▸). Press i to type: what you are doing, a question ending in ?, or a command. "
    "Esc takes you back from anywhere."
)

WRITTEN = 27
"""Cells of the column of commands; a longer one has its explanation below it."""


class HelpScreen(TextBox):
    """Covers the screen until a key is pressed."""

    def __init__(self) -> None:
        super().__init__("Keys and commands", "Esc closes", help_content())


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
