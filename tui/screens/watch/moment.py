"""The present moment of a recording in words: whose day it is, the hidden state, and what was said up to now."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

from edge_assistant.service.rpc.protocol import REASON_WORDS
from tui.screens.watch.recording import LivedDay, RunContents, WatchedSuggestion
from tui.screens.watch.timeline import class_words, mark
from tui.widgets.chance_bar import blocks

FAINT = "$foreground 60%"
RANGES = {"energy": (-1.0, 1.0), "mood": (-1.0, 1.0), "focus": (-1.0, 1.0), "annoyance": (0.0, 1.0)}
DIMENSION_NAMES = {"preference": "idea", "timing": "moment", "frequency": "frequency", "communication": "wording"}
INDENT = " " * 6


MEASURES = {
    "skill": "skill",
    "needs": "suggestions needed",
    "welcome": "welcome",
    "false_alarms": "false alarms",
    "suggestions": "unasked suggestions",
    "requests": "asked for",
    "satisfaction": "satisfaction, of 4",
    "silent": "satisfaction if silent",
    "oracle": "best possible satisfaction",
}
"""Of the whole day, as they are told."""


def head_content(persona: str, day: LivedDay, contents: RunContents, place: str, run: str, width: int) -> Content:
    """One line; what has no room is left out from the end.

    Args:
        persona: who is watched.
        day: the day that is shown.
        contents: of the run.
        place: where and how it is played: time and motion.
        run: name of the run's folder.
        width: cells.
    """
    days = contents.days.get(persona, (0,))
    others = f" of {len(contents.personas)}" if len(contents.personas) > 1 else ""
    parts = [
        Content.styled(f"{persona}{others}", "bold $primary"),
        Content(f"day {day.number} of {max(contents.planned, days[-1])}"),
        Content.styled(place, "bold"),
        Content.styled("" if contents.finished else "still running", "$success"),
        Content.styled(f"{run}, {contents.assistant}".rstrip(", "), FAINT),
    ]
    parts = [part for part in parts if part.plain]
    while len(parts) > 1 and sum(part.cell_length + 3 for part in parts) - 3 > width:
        parts.pop()
    return Content("   ").join(parts)


def sparkline(values: Sequence[float], low: float, high: float, width: int, whole: int) -> str:
    """`values` as blocks, scaled from `low` to `high`, on a line that has `width` cells for `whole` values."""
    edges = [place * whole // width for place in range(width + 1)]
    parts = [values[begin : max(end, begin + 1)] for begin, end in pairwise(edges)]
    return blocks([sum(part) / len(part) for part in parts if part], low, high)


def inner_content(day: LivedDay, tick: int, width: int, height: int) -> Content:
    """What is done, the hidden state, and how satisfied the person is: at most `height` lines of `width` cells."""
    activity = day.activity(tick)
    if day.blocked[tick]:
        openness = Content.styled("× no suggestion welcome", "$warning")
    elif day.receptive[tick]:
        openness = Content.styled("━ open to a suggestion", "$success")
    else:
        openness = Content.styled("┄ not a good moment", FAINT)
    room = f" in the {activity.room}" if activity and activity.room else ""
    what = f"{class_words(activity.kind)}{room}, until {activity.end:%H:%M}" if activity else "nothing is stored"
    lines = [
        Content.styled(activity.text if activity else "", "bold $foreground").truncate(width, ellipsis=True),
        Content.styled(what, FAINT),
        openness,
        Content(""),
    ]
    for name, (low, high) in RANGES.items():
        values = day.states[name][: tick + 1]
        line = sparkline(values, low, high, max(width - 17, 4), day.ticks)
        lines.append(Content.assemble(f"{name:<9} ", (f"{values[-1]:+.2f}", "bold"), "  ", (line, "$primary")))
    totals = day.totals[: tick + 1]
    mean = f"{sum(totals) / len(totals):.2f}"
    lines.append(Content.assemble("satisfied ", (f"{totals[-1]}", "bold"), "/4, mean ", (mean, "bold")))
    if height - len(lines) >= 4:
        lines += [Content(""), Content.styled("The whole day", "bold $primary")]
        for name, words in MEASURES.items():
            value = day.measures.get(name)
            figure = f"{value:g}" if isinstance(value, int) else f"{value:.2f}" if isinstance(value, float) else "–"
            lines.append(Content.assemble((f"{figure:>6}", "bold"), f"  {words}"))
    return Content("\n").join(lines[:height])


def said_content(day: LivedDay, tick: int, *, details: bool) -> Content:
    """The suggestions up to `tick`, the newest first; `details` adds why the assistant spoke."""
    found = [said for said in day.said if said.tick <= tick]
    if not found:
        words = f"No suggestion yet today; {len(day.said)} to come." if day.said else "No suggestion on this day."
        return Content.styled(words, FAINT)
    return Content("\n").join([_suggestion(said, details) for said in reversed(found)])


def _suggestion(said: WatchedSuggestion, details: bool) -> Content:
    sign, style = mark(said)
    verdict = "asked for" if said.requested else "false alarm" if said.false_alarm else "welcome"
    rating = Content("  ").join(
        [
            Content.assemble(f"{words} ", ("✓", "$success") if said.rating[name] else ("✗", "$error"))
            for name, words in DIMENSION_NAMES.items()
        ]
    )
    reaction = said.reaction + (f", {REASON_WORDS.get(said.reason, said.reason)}" if said.reason else "")
    words = f": “{said.words}”" if said.words else ""
    lines = [
        Content.assemble((f"{said.time:%H:%M}", FAINT), " ", (f"{sign} {verdict}", style), "  ", said.text),
        Content.assemble(INDENT, rating, "   ", (reaction, "$foreground"), (words, FAINT)),
    ]
    asides = [f"said back: {turn}" for turn in said.turns] + ([_why(said)] if details else [])
    return Content("\n").join([*lines, *(Content.styled(INDENT + aside, FAINT) for aside in asides)])


def _why(said: WatchedSuggestion) -> str:
    """The chance, and the strongest reasons for and against."""
    told = [f"chance {100 * said.chance:.0f} %, needed {100 * said.threshold:.0f} %"]
    for word, sign in (("for", 1), ("against", -1)):
        strongest = sorted((why for why in said.why if why[1] * sign > 0), key=lambda why: -abs(why[1]))[:3]
        if strongest:
            told.append(f"{word}: " + ", ".join(text for text, _ in strongest))
    return "; ".join(told)
