"""Reading finished runs, and what they differ by: paired over the personas, seeds and days that they share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import DataError
from simulator.report.reading import LAST_DAYS, Estimate, Summary, estimate, number_or_none
from simulator.runs.metrics import interval

MEASURES = (
    "skill",
    "satisfaction",
    "suggestions_per_hour",
    "welcome",
    "false_alarms",
    "success_rate",
    "preference",
    "timing",
    "frequency",
    "communication",
)
"""The measures that are compared, in the order of the tables."""


@dataclass(frozen=True)
class Run:
    """A finished run: how it is called among the others, where it lies, what it holds."""

    name: str
    folder: Path
    summary: Summary

    @property
    def seed(self) -> int | None:
        """Of the lives; runs of other seeds have lived other days."""
        value = (self.summary.get("config") or {}).get("seed")
        return value if isinstance(value, int) else None

    def cells(self, name: str) -> dict[tuple[str, int], float]:
        """The values of a measure by persona and day, where there is one."""
        found = {}
        for persona in self.summary["personas"]:
            for day in persona["days"]:
                value = number_or_none(day.get(name))
                if value is not None:
                    found[str(persona["id"]), int(day["day"])] = value
        return found

    def days(self) -> list[int]:
        """The days of the run, in order."""
        return [int(row["day"]) for row in self.summary["overall"]["by_day"]]


@dataclass(frozen=True)
class Difference:
    """How far one run is above another in a measure, over what both have.

    Attributes:
        mean: of the differences of the personas' means; None without shared ones.
        low: of the bootstrap 95 % interval over personas.
        high: likewise.
        effect: Cohen's d of paired differences: their mean by their standard deviation; None where it has none.
        count: personas that both have.
    """

    mean: float | None
    low: float | None
    high: float | None
    effect: float | None
    count: int


def load(folders: Sequence[Path]) -> list[Run]:
    """Runs with names of their own.

    Raises:
        DataError: a folder holds no finished run, or one is named twice.
    """
    resolved = [folder.resolve() for folder in folders]
    if len(set(resolved)) < len(resolved):
        twice = next(folder for index, folder in enumerate(folders) if resolved[index] in resolved[:index])
        raise DataError(f"{twice}: named twice; name each run once")
    summaries = [_summary(folder) for folder in folders]
    assistants = [str(summary.get("assistant") or "assistant") for summary in summaries]
    names = []
    for assistant, folder in zip(assistants, resolved, strict=True):
        names.append(assistant if assistants.count(assistant) == 1 else f"{assistant} ({folder.name})")
    for index, name in enumerate(names):
        if names.count(name) > 1:
            names[index] = f"{assistants[index]} ({folders[index]})"
    return [Run(*run) for run in zip(names, folders, summaries, strict=True)]


def last_days(runs: Sequence[Run]) -> list[int]:
    """The last days that all runs have, at most three.

    Raises:
        DataError: they share none.
    """
    shared = set(runs[0].days()).intersection(*(run.days() for run in runs))
    if not shared:
        raise DataError(f"{', '.join(str(run.folder) for run in runs)}: share no day; compare runs of the same days")
    return sorted(shared)[-LAST_DAYS:]


def at_end(run: Run, name: str, days: Sequence[int]) -> Estimate:
    """A measure over some days: the mean over personas of their own means, with its interval."""
    return estimate(list(_by_persona(run.cells(name), days).values()))


def difference(run: Run, other: Run, name: str, days: Sequence[int]) -> Difference:
    """By how much `run` is above `other`, paired by persona on the cells that both have."""
    ours, theirs = run.cells(name), other.cells(name)
    shared = {cell: ours[cell] - theirs[cell] for cell in ours.keys() & theirs.keys()}
    values = list(_by_persona(dict(sorted(shared.items())), days).values())
    if not values:
        return Difference(None, None, None, None, 0)
    low, high = interval(values) if len(values) > 1 else (None, None)
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    mean = float(np.mean(values))
    return Difference(mean, low, high, mean / spread if spread > 1e-12 else None, len(values))


def warnings(runs: Sequence[Run]) -> list[str]:
    """What keeps the runs from being compared as they stand, in words."""
    found = []
    if len({run.seed for run in runs}) > 1:
        found.append("The runs have different seeds, so their days differ: pairs share the persona alone.")
    people = [{str(persona["id"]) for persona in run.summary["personas"]} for run in runs]
    if any(ids != people[0] for ids in people):
        found.append(
            f"The runs have different personas; differences are over the {len(set.intersection(*people))} shared."
        )
    if len({tuple(run.days()) for run in runs}) > 1:
        found.append("The runs have different numbers of days; figures at the end are over the last shared days.")
    for key in ("feedback", "judge"):
        values = sorted({str(run.summary.get(key)) for run in runs})
        if len(values) > 1:
            found.append(f"The runs differ in {key}: {', '.join(values)}.")
    return found


def _by_persona(cells: dict[tuple[str, int], float], days: Sequence[int]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for (persona, day), value in cells.items():
        if day in days:
            values.setdefault(persona, []).append(value)
    return {persona: float(np.mean(found)) for persona, found in values.items()}


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / "summary.json"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{folder}: holds no summary.json; name the folder of a finished run") from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({' '.join(str(error).split())}); make the run again") from error
    try:
        days = [int(row["day"]) for row in summary["overall"]["by_day"]]
        complete = bool(days) and all(day["day"] in days for p in summary["personas"] for day in p["days"] if p["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: is no summary of a run; name the folder of a finished run") from error
    if not complete or not summary["personas"]:
        raise DataError(f"{path}: holds no finished day; finish the run with --resume")
    return dict(summary)
