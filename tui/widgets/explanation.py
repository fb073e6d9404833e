"""An explanation as text: what spoke for and against, what else was weighed, and what would have kept it silent."""

from __future__ import annotations

import textwrap
from datetime import datetime

from textual.content import Content

from edge_assistant.service.rpc.protocol import Why
from tui.client.wording import moment_words
from tui.widgets.chance_bar import FULL, chance_content

DIMENSION_WORDS = {
    "timing": "the moment is right",
    "frequency": "not too often",
    "preference": "the idea suits you",
    "communication": "well worded",
}
"""The dimensions of a rating, as chances are told."""

BAR = 10
"""Cells of the bar of a reason or of a chance."""


def heading(text: str) -> Content:
    """A section's name."""
    return Content.styled(text, "bold $primary")


def why_content(why: Why, width: int, now: datetime, *, short: bool = False) -> Content:
    """The explanation in `width` cells; `short` leaves out what takes more than a glance."""
    sections = [_chance(why, width), _chances(why), _reasons(why, 4 if short else 12)]
    if not short:
        sections.append(_lines("What I saw", [f"{name}: {value}" for name, value in why.context.items()], width))
    idea = [why.idea + (f" ({why.category})" if why.category else "")] if why.idea else []
    sections.append(_lines("The idea", idea, width))
    sections.append(_lines("Next best", list(why.neighbours[: 3 if short else 10]), width))
    if not short:
        sections.append(_lines("Memories used", list(why.memories), width))
        learned = [f"{moment_words(item.time, now)}  {item.feedback}: {item.text}" for item in why.learned]
        sections.append(_lines("Learned from", learned, width))
        sections.append(_lines("Worded by", _words_by(why), width))
    sections.append(
        _lines(
            "What would have prevented it" if why.entry else "Why nothing is said",
            list(why.silent_if)[: 2 if short else None],
            width,
        )
    )
    return Content("\n\n").join([section for section in sections if section.plain])


def _chance(why: Why, width: int) -> Content:
    return Content("\n").join(
        [heading("The chance"), Content.assemble("  ", chance_content(why.chance, why.threshold, "", width - 2))]
    )


def _chances(why: Why) -> Content:
    rows = []
    for name, chance in why.chances.items():
        full = round(BAR * min(max(chance, 0.0), 1.0))
        bar = Content.assemble((FULL * full, "$primary"), ("─" * (BAR - full), "$text-muted 60%"))
        rows.append(Content.assemble("  ", bar, f" {100 * chance:3.0f} %  ", DIMENSION_WORDS.get(name, name)))
    return Content("\n").join(rows)


def _reasons(why: Why, most: int) -> Content:
    """For and against, the strongest first; the bar's length is the weight, its sign is written."""
    parts = []
    strongest = max((abs(reason.weight) for reason in why.reasons), default=1.0) or 1.0
    for title, sign, colour in (("For", 1, "$success"), ("Against", -1, "$warning")):
        found = sorted((r for r in why.reasons if r.weight * sign > 0), key=lambda r: -abs(r.weight))[:most]
        if not found:
            continue
        rows = [heading(title)]
        for reason in found:
            cells = max(1, round(BAR * abs(reason.weight) / strongest))
            bar = Content.styled((("+" if sign > 0 else "-") * cells).ljust(BAR), colour)
            rows.append(Content.assemble("  ", bar, "  ", reason.text))
        parts.append(Content("\n").join(rows))
    return Content("\n\n").join(parts)


def _lines(title: str, lines: list[str], width: int) -> Content:
    """A heading and its lines; one that is too long goes on below its own beginning."""
    if not lines:
        return Content("")
    rows = [row for line in lines for row in textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="    ")]
    return Content("\n").join([heading(title), *map(Content, rows)])


def _words_by(why: Why) -> list[str]:
    return [words for words in (why.model, f"adapter {why.adapter}" if why.adapter else "") if words]
