"""The present moment from inside: what is done, the hidden state, and how satisfied the person is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.content import Content

from tui.watch.recording import Day
from tui.watch.timeline import kind_words

BLOCKS = "▁▂▃▄▅▆▇█"
RANGES = {"energy": (-1.0, 1.0), "mood": (-1.0, 1.0), "focus": (-1.0, 1.0), "annoyance": (0.0, 1.0)}

MEASURES = (
    ("skill", "skill", "{:.2f}"),
    ("needs", "suggestions that were needed", "{:.0f}"),
    ("welcome", "welcome", "{:.0f}"),
    ("false_alarms", "false alarms", "{:.0f}"),
    ("suggestions", "said unasked", "{:.0f}"),
    ("requests", "asked for", "{:.0f}"),
    ("satisfaction", "satisfaction, of 4", "{:.2f}"),
    ("silent", "satisfaction had it been silent", "{:.2f}"),
    ("oracle", "satisfaction at best", "{:.2f}"),
)
"""Of the whole day: name, words, form."""


def sparkline(values: Sequence[float], low: float, high: float, width: int, whole: int) -> str:
    """`values` as blocks, scaled from `low` to `high`, on a line that has `width` cells for `whole` values."""
    cells = []
    for place in range(width):
        part = values[place * whole // width : max((place + 1) * whole // width, place * whole // width + 1)]
        if not part:
            break
        share = (sum(part) / len(part) - low) / (high - low)
        cells.append(BLOCKS[min(max(int(share * len(BLOCKS)), 0), len(BLOCKS) - 1)])
    return "".join(cells)


def inner_content(day: Day, tick: int, width: int, height: int) -> Content:
    """At most `height` lines of `width` cells."""
    activity = day.activity(tick)
    lines = [
        Content.styled(activity.text if activity else "", "bold $foreground").truncate(width, ellipsis=True),
        Content.styled(
            f"{kind_words(activity.kind)}, until {activity.end:%H:%M}" if activity else "nothing is stored",
            "$foreground 60%",
        ),
        _openness(day, tick),
        Content(""),
    ]
    for name, (low, high) in RANGES.items():
        value = day.states[name][tick]
        line = sparkline(day.states[name][: tick + 1], low, high, max(width - 17, 4), day.ticks)
        lines.append(Content.assemble(f"{name:<9} ", (f"{value:+.2f}", "bold"), "  ", (line, "$primary")))
    totals = day.totals[: tick + 1]
    mean = f"{sum(totals) / len(totals):.2f}"
    lines.append(Content.assemble("satisfied ", (f"{totals[-1]}", "bold"), "/4, so far ", (mean, "bold")))
    if height - len(lines) >= 4:
        lines += [Content(""), Content.styled("This day as a whole", "bold $primary"), *_measures(day.measures)]
    return Content("\n").join(lines[:height])


def _openness(day: Day, tick: int) -> Content:
    if day.blocked[tick]:
        return Content.styled("× closed: nothing welcome", "$warning")
    if day.receptive[tick]:
        return Content.styled("━ open to a word", "$success")
    return Content.styled("┄ not a good moment", "$foreground 60%")


def _measures(measures: Mapping[str, Any]) -> list[Content]:
    found = []
    for name, words, form in MEASURES:
        value = measures.get(name)
        text = form.format(value) if isinstance(value, (int, float)) else "–"
        found.append(Content.assemble((f"{text:>6}", "bold"), f"  {words}"))
    return found
