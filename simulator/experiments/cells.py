"""Reads the runs of an experiment: the measures of every persona, seed and day, over-intervention included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import DataError
from simulator.runs import events
from simulator.runs.metrics import interval

Cell = tuple[str, int, int]
"""Persona, seed, day."""
Cells = dict[Cell, dict[str, Any]]

HOUR = 60.0
OVER = ("alarm_run", "worst_hour")
"""Measures of a day added here: the longest run of false alarms that ends on it, and the most in any hour awake."""


def read_run(folder: Path, seed: int) -> Cells:
    """All days of a finished run.

    Raises:
        DataError: the run is not complete.
    """
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{folder}: holds no finished run; go on with --resume") from error
    cells: Cells = {}
    with events.read(folder / "events.sqlite") as log:
        for persona in summary["personas"]:
            over = over_intervention(log.suggestions(persona["id"]), [day["day"] for day in persona["days"]])
            for day in persona["days"]:
                cells[persona["id"], seed, day["day"]] = day | over[day["day"]]
    return cells


def over_intervention(said: Iterable[dict[str, Any]], days: Sequence[int]) -> dict[int, dict[str, int]]:
    """Longest run of false alarms and the worst hour, by day.

    A run of false alarms is ended by welcome speech only: it goes on overnight, and counts for the day in which it
    stood at its longest.

    Args:
        said: suggestions in order, as `events.sqlite` keeps them.
        days: to be told of.
    """
    found = {day: dict.fromkeys(OVER, 0) for day in days}
    run, alarms = 0, {day: list[float]() for day in days}
    for event in said:
        if event["requested"] or event["day"] not in found:
            continue
        welcome = all(event["rating"][:3])
        run = 0 if welcome else run + 1
        if not welcome:
            recent = alarms[event["day"]]
            recent.append(float(event["awake_minutes"]))
            day = found[event["day"]]
            day["alarm_run"] = max(day["alarm_run"], run)
            day["worst_hour"] = max(day["worst_hour"], sum(recent[-1] - minute < HOUR for minute in recent))
    return found


def by_persona(cells: Cells, name: str, days: Sequence[int]) -> dict[str, float]:
    """For each persona the mean of a measure over seeds and days, where there is one."""
    values: dict[str, list[float]] = {}
    for (persona, _, day), measures in cells.items():
        if day in days and measures.get(name) is not None:
            values.setdefault(persona, []).append(float(measures[name]))
    return {persona: float(np.mean(found)) for persona, found in sorted(values.items())}


def differences(cells: Cells, ours: Cells, name: str, days: Sequence[int]) -> dict[str, float]:
    """For each persona the mean of `cells` minus `ours`, over the seeds and days on which both have the measure."""
    paired = {
        cell: {name: cells[cell][name] - ours[cell][name]}
        for cell in sorted(cells.keys() & ours.keys())
        if cells[cell].get(name) is not None and ours[cell].get(name) is not None
    }
    return by_persona(paired, name, days)


def mean(values: Iterable[float]) -> float | None:
    """The mean, None of nothing."""
    found = list(values)
    return float(np.mean(found)) if found else None


def spread(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Bootstrap 95 % interval of the mean over personas; none of fewer than two."""
    found = list(values)
    return interval(found) if len(found) > 1 else (None, None)


def worst_tenth(values: Iterable[float]) -> float | None:
    """Mean over the tenth of personas with the lowest values, at least one of them."""
    found = sorted(values)
    return float(np.mean(found[: max(1, round(len(found) / 10))])) if found else None
