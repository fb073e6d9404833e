"""A table as text, in Markdown; a page has its own form of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are text already."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def markdown(table: TextTable) -> str:
    """A table of Markdown with its caption above."""
    lines = [f"**{table.caption}**", "", _pipes(table.headings), "|" + " --- |" * len(table.headings)]
    return "\n".join([*lines, *(_pipes(row) for row in table.rows)]) + "\n"


def _pipes(row: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"
