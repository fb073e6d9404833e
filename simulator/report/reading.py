"""Reads a run's summary: measures by day, means at the end of the run, intervals, and numbers as words.

Values that a day does not have (nothing was spoken, nothing was needed) are None and stay out of every mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.runs.metrics import interval

Summary = Mapping[str, Any]

LAST_DAYS = 3
"""Days at the end of a run over which its final figures are means: days 12 to 14 of 14."""


Cells = dict[tuple[str, int, int], Mapping[str, Any]]
"""The measures of a day, by persona, seed and day."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `count` personas; None without values.

    Attributes:
        mean: of the values that there are.
        low: of the bootstrap 95 % interval over personas; None for fewer than two.
        high: likewise.
        count: of the values.
        effect: of differences, Cohen's d for pairs: their mean by their standard deviation; None where it has none.
    """

    mean: float | None
    low: float | None
    high: float | None
    count: int
    effect: float | None = None

    def __str__(self) -> str:
        """'0.31 [0.20, 0.42]', without an interval where there is none."""
        return fixed(self.mean) + self.interval

    @property
    def interval(self) -> str:
        """' [0.20, 0.42]'; '' where there is none."""
        return "" if self.low is None else f" [{fixed(self.low)}, {fixed(self.high)}]"


def day_numbers(summary: Summary) -> list[int]:
    """The days of the run, in order."""
    return [int(row["day"]) for row in summary["overall"]["by_day"]]


def last_days(summary: Summary) -> list[int]:
    """The days that count as the end of the run, at most `LAST_DAYS`."""
    return day_numbers(summary)[-LAST_DAYS:]


def span_of(days: Sequence[int]) -> str:
    """'day 1', 'days 12 to 14'."""
    return f"day {days[0]}" if len(days) == 1 else f"days {days[0]} to {days[-1]}"


def by_day(summary: Summary, name: str) -> list[Estimate]:
    """A measure by day, over personas; with the interval that the summary gives, where it gives one."""
    cells, found = cells_of(summary), []
    for row in summary["overall"]["by_day"]:
        own = over_personas(cells, name, [int(row["day"])])
        low, high = row.get(f"{name}_ci") or (own.low, own.high)
        found.append(replace(own, low=low, high=high) if own.count > 1 else own)
    return found


def at_end(summary: Summary, name: str) -> Estimate:
    """A measure over the last days: each persona's mean, then the mean and interval over personas."""
    return over_personas(cells_of(summary), name, last_days(summary))


def estimate(values: Iterable[float | None]) -> Estimate:
    """Mean, bootstrap interval and effect of the values that there are."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Estimate(mean(known), None, None, len(known))
    deviation = float(np.std(known, ddof=1))
    average, (low, high) = float(np.mean(known)), interval(known)
    return Estimate(average, low, high, len(known), average / deviation if deviation > 1e-12 else None)


def cells_of(summary: Summary, seed: int = 0) -> Cells:
    """The measures of all days of a run, kept under a seed."""
    return {
        (str(persona["id"]), seed, int(day["day"])): day for persona in summary["personas"] for day in persona["days"]
    }


def by_persona(cells: Cells, name: str, days: Collection[int]) -> dict[str, float]:
    """For each persona the mean of a measure over seeds and days, where there is one."""
    values: dict[str, list[float]] = {}
    for (persona, _, day), measures in cells.items():
        value = measures.get(name)
        if day in days and value is not None:
            values.setdefault(persona, []).append(value)
    return {persona: float(np.mean(found)) for persona, found in sorted(values.items())}


def over_personas(cells: Cells, name: str, days: Collection[int]) -> Estimate:
    """A measure over some days: the mean over personas of their own means."""
    return estimate(by_persona(cells, name, days).values())


def difference(cells: Cells, others: Cells, name: str, days: Collection[int]) -> Estimate:
    """By how much a measure is above that of others, paired by persona, seed and day on what both have."""
    paired: Cells = {}
    for cell in sorted(cells.keys() & others.keys()):
        one, other = (found[cell].get(name) for found in (cells, others))
        if one is not None and other is not None:
            paired[cell] = {name: one - other}
    return over_personas(paired, name, days)


def days_without_needs(summary: Summary) -> tuple[int, int]:
    """How many days had no needs, and the false alarms on them; these days have no skill."""
    free = [day for persona in summary["personas"] for day in persona["days"] if not day.get("needs")]
    return len(free), sum(int(day.get("false_alarms") or 0) for day in free)


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the values that there are; None when there is none."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def fixed(value: float | None, digits: int = 2) -> str:
    """A number with so many digits, '–' for none; never '-0.00'."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(value: float | None) -> str:
    """A share as a whole percentage without its sign, '–' for none."""
    return "–" if value is None else f"{100 * value:.0f}"
