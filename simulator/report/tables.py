"""A table as text, in Markdown and LaTeX; a page has its own form of it."""

from __future__ import annotations

import re
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


def latex(table: TextTable) -> str:
    """A `table` of LaTeX; needs the package booktabs."""
    lines = [
        r"\begin{table}",
        rf"\caption{{{_escape(table.caption)}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(table.headings) - 1)}}}",
        r"\toprule",
        " & ".join(map(_escape, table.headings)) + r" \\",
        r"\midrule",
        *(" & ".join(map(_escape, row)) + r" \\" for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _pipes(row: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"


def _escape(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--"}
    return re.sub(r"[\\~^–&%$#_{}]", lambda found: special.get(found.group(), "\\" + found.group()), text)
