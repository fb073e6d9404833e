"""The present moment of a recording in words: what is done, the hidden state, and what was said up to now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from textual.content import Content

from edge_assistant.domain import DIMENSIONS
from edge_assistant.service.rpc.protocol import REASON_WORDS
from tui.screens.watch.recording import STATES, LivedDay
from tui.screens.watch.timeline import mark
from tui.widgets.chance_bar import blocks

FAINT = "$foreground 60%"
DIMENSION_NAMES = {"preference": "idea", "timing": "moment", "frequency": "frequency", "communication": "wording"}
INDENT = " " * 6


def sparkline(values: Sequence[int], low: float, width: int, whole: int) -> str:
    """`values` as blocks, scaled from `low` to 100, on a line that has `width` cells for `whole` values."""
    edges = [place * whole // width for place in range(width + 1)]
    parts = [values[begin : max(end, begin + 1)] for begin, end in pairwise(edges)]
    return blocks([sum(part) / len(part) for part in parts if part], low, 100)


def inner_content(day: LivedDay, tick: int, width: int) -> Content:
    """What is done, the hidden state, and how satisfied the person is, in lines of `width` cells."""
    activity = day.activity(tick)
    openness = Content.styled("┄ not a good moment", FAINT)
    if day.series["blocked"][tick]:
        openness = Content.styled("× no suggestion welcome", "$warning")
    elif day.series["receptive"][tick]:
        openness = Content.styled("━ open to a suggestion", "$success")
    what = f"{activity['kind'].replace('_', ' ')} in the {activity['room']}, until {activity['end']:%H:%M}"
    lines = [
        Content.styled(activity["text"], "bold $foreground").truncate(width, ellipsis=True),
        Content.styled(what, FAINT),
        openness,
        Content(""),
    ]
    for name in STATES:
        values = day.series[name][: tick + 1]
        line = sparkline(values, 0 if name == "annoyance" else -100, max(width - 17, 4), day.ticks)
        lines.append(Content.assemble(f"{name:<9} ", (f"{values[-1] / 100:+.2f}", "bold"), "  ", (line, "$primary")))
    totals = day.series["total"][: tick + 1]
    mean = f"{sum(totals) / len(totals):.2f}"
    lines.append(Content.assemble("satisfied ", (f"{totals[-1]}", "bold"), "/4, mean ", (mean, "bold")))
    return Content("\n").join(lines)


def said_content(day: LivedDay, tick: int, *, details: bool) -> Content:
    """The suggestions up to `tick`, the newest first; `details` adds why the assistant spoke."""
    found = [said for said in day.said if said["tick"] <= tick]
    if not found:
        words = f"No suggestion yet today; {len(day.said)} to come." if day.said else "No suggestion on this day."
        return Content.styled(words, FAINT)
    return Content("\n").join([_suggestion(said, details) for said in reversed(found)])


def _suggestion(said: Mapping[str, Any], details: bool) -> Content:
    sign, style = mark(said)
    verdict = {"○": "asked for", "✗": "false alarm", "✓": "welcome"}[sign]
    rating = Content("  ").join(
        [
            Content.assemble(f"{DIMENSION_NAMES[name]} ", ("✓", "$success") if good else ("✗", "$error"))
            for name, good in zip(DIMENSIONS, said["rating"], strict=True)
        ]
    )
    reaction = said["reaction"] + (f", {REASON_WORDS[said['reason']]}" if said["reason"] else "")
    words = f": “{said['words']}”" if said["words"] else ""
    lines = [
        Content.assemble((said["time"][11:16], FAINT), " ", (f"{sign} {verdict}", style), "  ", said["text"]),
        Content.assemble(INDENT, rating, "   ", (reaction, "$foreground"), (words, FAINT)),
    ]
    asides = [f"said back: {turn}" for turn in said["turns"]] + ([_why(said)] if details else [])
    return Content("\n").join([*lines, *(Content.styled(INDENT + aside, FAINT) for aside in asides)])


def _why(said: Mapping[str, Any]) -> str:
    """The chance, and the strongest reasons for and against."""
    told = [f"chance {100 * said['chance']:.0f} %, needed {100 * said['threshold']:.0f} %"]
    for word, sign in (("for", 1), ("against", -1)):
        strongest = sorted((why for why in said["why"] if why[1] * sign > 0), key=lambda why: -abs(why[1]))[:3]
        if strongest:
            told.append(f"{word}: " + ", ".join(text for text, _ in strongest))
    return "; ".join(told)
