"""A day from waking to sleep as a few lines: hours, what was done, when a word was welcome, what was said."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.watch.recording import Day, Said

OPEN, BLOCKED, NEITHER = "━", "×", "┄"
WELCOME, FALSE_ALARM, ANSWER = "✓", "✗", "○"
HERE = "▼"

LEGEND = (
    (OPEN, "$success", "open to a word"),
    (BLOCKED, "$warning", "closed"),
    (WELCOME, "bold $success", "welcome"),
    (FALSE_ALARM, "bold $error", "false alarm"),
    (ANSWER, "bold $primary", "asked for"),
)

Cell = tuple[str, str]
"""A character and its style."""


def mark(said: Said) -> Cell:
    """One cell for a suggestion."""
    if said.requested:
        return ANSWER, "bold $primary"
    return (FALSE_ALARM, "bold $error") if said.false_alarm else (WELCOME, "bold $success")


def kind_words(kind: str) -> str:
    """'deep work'."""
    return kind.replace("_", " ")


def column(tick: float, ticks: int, width: int) -> int:
    """Where a tick lies on a line of `width` cells."""
    return min(int(tick * width / max(ticks, 1)), width - 1)


def timeline_content(day: Day, tick: int, width: int) -> Content:
    """The lines, each of `width` cells, the present column marked through all of them."""
    here = column(tick, day.ticks, width)
    rows = [hours(day, tick, width), kinds(day, width), openness(day, width), marks(day, width)]
    lines = [_line(row, -1 if number == 0 else here) for number, row in enumerate(rows)]
    legend = Content("  ").join([Content.assemble((sign, style), f" {words}") for sign, style, words in LEGEND])
    return Content("\n").join(
        [*lines, legend.stylize_before("$foreground 60%") if legend.cell_length <= width else legend]
    )


def hours(day: Day, tick: int, width: int) -> list[Cell]:
    """Clock hours where they begin, as far apart as there is room, and a pointer with the present time."""
    cells: list[Cell] = [(" ", "")] * width
    apart = next(hours for hours in (1, 2, 3, 4, 6) if hours * 24 * width / max(day.ticks, 1) >= 7 or hours == 6)
    for index in range(day.ticks):
        time = day.time(index)
        before = day.time(index - 1) if index else None
        if before is not None and time.hour != before.hour and time.hour % apart == 0:
            _write(cells, column(index, day.ticks, width), f"{time.hour}", "$foreground 60%")
    here, label = column(tick, day.ticks, width), f"{day.time(tick):%H:%M}"
    start = here + 1 if here + 1 + len(label) <= width else here - len(label)
    for place in range(max(start - 1, 0), min(start + len(label) + 1, width)):
        cells[place] = (" ", "")
    _write(cells, start, label, "bold $accent")
    cells[here] = (HERE, "bold $accent")
    return cells


def kinds(day: Day, width: int) -> list[Cell]:
    """What was done: a stretch for each kind of activity, named where the name fits."""
    cells: list[Cell] = [(" ", "")] * width
    stretches: list[tuple[int, int, str]] = []
    for activity in day.activities:
        first, last = (
            column((moment - day.wake).total_seconds() / 150, day.ticks, width)
            for moment in (activity.start, activity.end)
        )
        if stretches and stretches[-1][2] == activity.kind:
            stretches[-1] = (stretches[-1][0], last, activity.kind)
        else:
            stretches.append((first, last, activity.kind))
    if stretches:
        stretches[-1] = (stretches[-1][0], width, stretches[-1][2])
    for number, (first, last, kind) in enumerate(stretches):
        style = "$foreground on $panel" if number % 2 else "$foreground on $panel-lighten-2"
        for place in range(first, last):
            cells[place] = (" ", style)
        if last - first >= 3:  # the background tells narrower ones apart
            cells[first] = ("▏", style)
        words = kind_words(kind)
        if last - first - 1 >= min(len(words), 4):
            _write(cells, first + 1, words[: last - first - 1], style)
    return cells


def openness(day: Day, width: int) -> list[Cell]:
    """When a word was welcome, and when none can be."""
    cells: list[Cell] = []
    for place in range(width):
        first = place * day.ticks // width
        last = max((place + 1) * day.ticks // width, first + 1)
        open_now, blocked = any(day.receptive[first:last]), all(day.blocked[first:last])
        cells.append(
            (OPEN, "$success") if open_now else (BLOCKED, "$warning") if blocked else (NEITHER, "$foreground 40%")
        )
    return cells


def marks(day: Day, width: int) -> list[Cell]:
    """What was said; of two in the same cell a false alarm is shown."""
    cells: list[Cell] = [(" ", "")] * width
    for said in sorted(day.said, key=lambda one: one.false_alarm):
        cells[column(said.tick, day.ticks, width)] = mark(said)
    return cells


def _write(cells: list[Cell], start: int, text: str, style: str) -> None:
    for place, character in enumerate(text, start):
        if 0 <= place < len(cells):
            cells[place] = (character, style)


def _line(cells: Sequence[Cell], here: int) -> Content:
    """One line of cells in as few pieces as it needs."""
    runs: list[Cell] = []
    for place, (character, style) in enumerate(cells):
        if place == here:
            style = f"{style} reverse".strip()
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + character, style)
        else:
            runs.append((character, style))
    return Content.assemble(*runs)
