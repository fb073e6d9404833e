"""How questions and answers of the first start are laid out in a given width."""

from __future__ import annotations

import textwrap

from textual.content import Content

from tui.screens.setup.steps import SetupStep

MARK = 2
"""Cells of the marker before an answer."""


def text_content(text: str, width: int) -> Content:
    """Paragraphs; a list item goes on below its own words."""
    rows = []
    for line in text.split("\n"):
        item = "  " if line.startswith("- ") else ""
        rows += textwrap.wrap(line, width, initial_indent=item, subsequent_indent=2 * item) or [""]
    return Content("\n".join(rows))


def row_content(
    step: SetupStep, place: int, *, marked: bool, chosen: bool, note: str, width: int, struck: bool = False
) -> Content:
    """An answer with its remark: in a column where all of them fit, else after the words or on a line of its own.

    Args:
        step: the question.
        place: of the answer.
        marked: keys act on it.
        chosen: it is marked with a cross, or printed bold where only one can be chosen.
        note: stands in for the remark; what has one cannot be chosen.
        width: cells there are.
        struck: it is struck out.
    """
    answer = step.answers[place]
    box = ("[x] " if chosen else "[-] " if struck else "[ ] ") if step.most > 1 else ""
    indent = " " * (MARK + len(box))
    remark = note or answer.remark
    longest = max(len(one.label) for one in step.answers)
    widest = max(len(one.remark) for one in step.answers)
    lines = textwrap.wrap(answer.label, max(width - len(indent), 20)) or [""]
    if len(indent) + longest + 2 + max(widest, len(note)) <= width:
        gap = " " * (longest - len(answer.label) + 2)
    elif len(indent) + len(lines[-1]) + 2 + len(remark) <= width:
        gap = "  "
    else:
        gap = "\n" + indent
    label = ("\n" + indent).join(lines)
    return Content.assemble(
        ("▸ " if marked else "  ", "bold $accent"),
        box,
        (label, "$text-muted" if note else "bold" if chosen else ""),
        (gap + remark if remark else "", "$text-muted"),
    )
