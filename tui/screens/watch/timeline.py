"""A day from waking to sleep as a few lines: hours, what was done, when a suggestion was welcome, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from textual.content import Content

from tui.screens.watch.recording import LivedDay, false_alarm

Cell = tuple[str, str]
"""A character and its style."""

OPEN, BLOCKED, NEITHER = ("━", "$success"), ("×", "$warning"), ("┄", "$foreground 40%")
WELCOME, FALSE_ALARM, ANSWER = ("✓", "bold $success"), ("✗", "bold $error"), ("○", "bold $primary")
HERE = ("▼", "bold $accent")

LEGEND = (
    (OPEN, "open to a suggestion"),
    (BLOCKED, "not now"),
    (WELCOME, "welcome"),
    (FALSE_ALARM, "false alarm"),
    (ANSWER, "asked for"),
)


def mark(said: Mapping[str, Any]) -> Cell:
    """One cell for a suggestion."""
    return ANSWER if said["requested"] else FALSE_ALARM if false_alarm(said) else WELCOME


def column(tick: float, ticks: int, width: int) -> int:
    """Where a tick lies on a line of `width` cells."""
    return min(int(tick * width / ticks), width - 1)


def timeline_content(day: LivedDay, tick: int, width: int) -> Content:
    """The lines, each of `width` cells, the present column marked through all of them."""
    here = column(tick, day.ticks, width)
    rows = [_hours(day, tick, width), _classes(day, width), _openness(day, width), _marks(day, width)]
    for row in rows[1:]:
        row[here] = (row[here][0], f"{row[here][1]} reverse".strip())
    legend = Content("  ").join([Content.assemble(cell, f" {words}") for cell, words in LEGEND])
    return Content("\n").join([*(_line(row) for row in rows), legend.truncate(width)])


def _hours(day: LivedDay, tick: int, width: int) -> list[Cell]:
    """Clock hours where they begin, as far apart as there is room, and a pointer with the present time."""
    cells: list[Cell] = [(" ", "")] * width
    apart = next(hours for hours in (1, 2, 3, 4, 6) if hours * 24 * width / day.ticks >= 7 or hours == 6)
    for index in range(1, day.ticks):
        time = day.time(index)
        if time.hour != day.time(index - 1).hour and time.hour % apart == 0:
            _write(cells, column(index, day.ticks, width), f"{time.hour}", "$foreground 60%")
    here, label = column(tick, day.ticks, width), f"{day.time(tick):%H:%M}"
    start = here + 1 if here + 1 + len(label) <= width else here - len(label)
    _write(cells, start - 1, f" {label}  ", HERE[1])
    cells[here] = HERE
    return cells


def _classes(day: LivedDay, width: int) -> list[Cell]:
    """What was done: a stretch for each activity class, named where the name fits."""
    cells: list[Cell] = [(" ", "")] * width
    starts = [
        (column((activity["start"] - day.wake).total_seconds() / 150, day.ticks, width), activity["kind"])
        for activity in day.activities
    ]
    stretches = [next(group) for _, group in groupby(starts, key=lambda start: start[1])]
    ends = [first for first, _ in stretches[1:]] + [width]
    for number, ((first, name), last) in enumerate(zip(stretches, ends, strict=True)):
        style = "$foreground on $panel" if number % 2 else "$foreground on $panel-lighten-2"
        words, room = name.replace("_", " "), last - first - 1
        bar = "▏" if room >= 2 else " "  # the background tells narrower ones apart
        _write(cells, first, (bar + (words if room >= min(len(words), 4) else ""))[: room + 1].ljust(room + 1), style)
    return cells


def _openness(day: LivedDay, width: int) -> list[Cell]:
    """When a suggestion was welcome, and when none can be."""
    cells: list[Cell] = []
    for place in range(width):
        first = place * day.ticks // width
        last = max((place + 1) * day.ticks // width, first + 1)
        blocked = BLOCKED if all(day.series["blocked"][first:last]) else NEITHER
        cells.append(OPEN if any(day.series["receptive"][first:last]) else blocked)
    return cells


def _marks(day: LivedDay, width: int) -> list[Cell]:
    """What was said; of two in the same cell a false alarm is shown."""
    cells: list[Cell] = [(" ", "")] * width
    for said in sorted(day.said, key=false_alarm):
        cells[column(said["tick"], day.ticks, width)] = mark(said)
    return cells


def _write(cells: list[Cell], start: int, text: str, style: str) -> None:
    for place, character in enumerate(text, start):
        if 0 <= place < len(cells):
            cells[place] = (character, style)


def _line(cells: list[Cell]) -> Content:
    """One line of cells in as few pieces as it needs."""
    groups = groupby(cells, key=lambda cell: cell[1])
    return Content.assemble(*(("".join(character for character, _ in run), style) for style, run in groups))
