"""The day table: how each day went, and the end of the run below.

It fits a terminal of 80 columns: numbers stand together where they are read together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from edge_assistant.domain import DIMENSIONS
from simulator.report.reading import (
    Estimate,
    Summary,
    at_end,
    by_day,
    day_numbers,
    days_without_needs,
    fixed,
    last_days,
    percent,
    span_of,
)

if TYPE_CHECKING:
    from rich.table import Table

HEADINGS = (
    "day",
    "skill",
    "95 % interval",
    "need",
    "wel-\ncome",
    "false\nalarm",
    "satisfaction/\nsilent/oracle",
    "per\nhour",
    "suc-\ncess",
    "prefer./time/\nfreq./commu.",
)
SHOWN = (
    *("skill", "needs", "welcome", "false_alarms", "satisfaction", "silent", "oracle", "suggestions_per_hour"),
    *("success_rate", *DIMENSIONS),
)
END = "end"
"""Label of the row of the last days."""


def day_table(summary: Summary) -> Table:
    """The table of a run, one row a day; with more than one day also the mean of the last ones.

    Args:
        summary: as in `summary.json`.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 0), caption=_caption(summary), caption_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    rows = day_rows(summary)
    for number, cells in enumerate(rows, start=1):
        last = cells[0] == END
        table.add_row(*cells, style="bold" if last else None, end_section=number == len(rows) - 1)
    return table


def day_rows(summary: Summary) -> list[tuple[str, ...]]:
    """A row a day, as text, in the order of `HEADINGS`; after more than one day that of the end."""
    days = day_numbers(summary)
    columns = {name: by_day(summary, name) for name in SHOWN}
    rows = [row(str(day), {name: found[at] for name, found in columns.items()}) for at, day in enumerate(days)]
    return [*rows, row(END, {name: at_end(summary, name) for name in SHOWN})] if len(days) > 1 else rows


def row(label: str, found: Mapping[str, Estimate]) -> tuple[str, ...]:
    """The figures of a day, of the end, or of a persona."""
    mean = {name: estimate.mean for name, estimate in found.items()}
    skill = found["skill"]
    return (
        label,
        _fit(skill.mean),
        f"[{_fit(skill.low)},{_fit(skill.high)}]" if skill.low is not None else "–",
        *(fixed(mean[name], 1) for name in ("needs", "welcome", "false_alarms")),
        "/".join(fixed(mean[name]) for name in ("satisfaction", "silent", "oracle")),
        _fit(mean["suggestions_per_hour"]),
        percent(mean["success_rate"]),
        "/".join(percent(mean[name]) for name in DIMENSIONS),
    )


def _fit(value: float | None) -> str:
    """Two decimals, or one where the number is long already."""
    return fixed(value, 2 if value is None or abs(value) < 10 else 1)


def _caption(summary: Summary) -> str:
    people = len(summary["personas"])
    text = f"Means over {people} personas" if people != 1 else "One persona, so no interval"
    if len(day_numbers(summary)) > 1:
        text += f"; {END}: {span_of(last_days(summary))}"
    free, alarms = days_without_needs(summary)
    if free:
        text += f"; days without needs, left out of skill: {free}, with {alarms} false alarms"
    return text + ". Success and what follows in per cent."
