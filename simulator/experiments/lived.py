"""The days of an experiment's runs, with what is counted here beside the measures of a run: over-intervention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from simulator.experiments.running import Experiment
from simulator.report.comparison import read_summary
from simulator.report.reading import Cells
from simulator.runs import events

HOUR = 60.0
OVER = ("alarm_run", "worst_hour")
"""Measures of a day added here: the longest run of false alarms that ends on it, and the most in any hour awake."""


def read(experiment: Experiment, out: Path) -> dict[str, Cells]:
    """The days of every variant, ours first."""
    return {
        variant.name: {
            cell: measures
            for seed in experiment.seeds
            for cell, measures in read_run(experiment.folder(out, variant, seed), seed).items()
        }
        for variant in experiment.variants
    }


def read_run(folder: Path, seed: int) -> Cells:
    """All days of a finished run.

    Raises:
        DataError: the run is not complete.
    """
    cells: Cells = {}
    summary = read_summary(folder)
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
