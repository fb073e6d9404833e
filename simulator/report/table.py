"""The day table for the terminal: how each day went, and the end of the run below.

It fits a terminal of 80 columns: numbers stand together where they are read together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge_assistant.domain import DIMENSIONS
from simulator.report.reading import (
    Summary,
    at_end,
    day_numbers,
    days_without_needs,
    fixed,
    last_days,
    percent,
    series,
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
    "skill",
    "needs",
    "welcome",
    "false_alarms",
    "satisfaction",
    "silent",
    "oracle",
    "suggestions_per_hour",
    "success_rate",
    *DIMENSIONS,
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
    for row in day_rows(summary):
        table.add_row(*row, end_section=row[0] == str(day_numbers(summary)[-1]))
    end = end_row(summary)
    if end is not None:
        table.add_row(*end, style="bold")
    return table


def day_rows(summary: Summary) -> list[tuple[str, ...]]:
    """One row a day, as text, in the order of `HEADINGS`."""
    several = len(summary["personas"]) > 1
    columns = {name: series(summary, name) for name in SHOWN}
    rows = []
    for index, by_day in enumerate(summary["overall"]["by_day"]):
        values = {name: column[index] for name, column in columns.items()}
        low, high = by_day.get("skill_ci") or (None, None)
        rows.append(_row(str(by_day["day"]), values, low if several else None, high))
    return rows


def end_row(summary: Summary) -> tuple[str, ...] | None:
    """The mean of the last days; None for a run of a single day."""
    if len(day_numbers(summary)) < 2:
        return None
    estimates = {name: at_end(summary, name) for name in SHOWN}
    skill = estimates["skill"]
    values = {name: found.mean for name, found in estimates.items()}
    return _row(END, values, skill.low, skill.high)


def _row(label: str, values: dict[str, float | None], low: Any, high: Any) -> tuple[str, ...]:
    return (
        label,
        _fit(values["skill"]),
        f"[{_fit(low)},{_fit(high)}]" if low is not None else "–",
        fixed(values["needs"], 1),
        fixed(values["welcome"], 1),
        fixed(values["false_alarms"], 1),
        "/".join(fixed(values[name]) for name in ("satisfaction", "silent", "oracle")),
        _fit(values["suggestions_per_hour"]),
        percent(values["success_rate"]),
        "/".join(percent(values[name]) for name in DIMENSIONS),
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
