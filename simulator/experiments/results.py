"""What an experiment says: experiment.json, tables, a figure.

experiment.json holds {policy: {day: {"skill", "satisfaction", "diff_to_ours", "ci", ...}}}: means over personas (each
the mean over its seeds), and of skill the paired difference policy - ours (below 0 where ours is better) with its
bootstrap 95 % interval over personas, null with one persona. `skill_ci` is that of the skill itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.experiments.lived import OVER
from simulator.experiments.running import RESULT, Experiment
from simulator.experiments.variants import OURS
from simulator.report.reading import LAST_DAYS, Cells, by_persona, difference, fixed, over_personas, span_of
from simulator.report.tables import TextTable, latex, markdown
from simulator.world.derived_files import put

EARLY_DAY = 3

BESIDE = (
    "satisfaction",
    "suggestions_per_hour",
    "welcome",
    "false_alarms",
    "answers_welcome",
    "novelty",
    "diversity",
    "annoyance",
    "trust",
    *OVER,
)
"""Means told beside skill."""

Result = dict[str, dict[str, dict[str, Any]]]


def by_day(runs: dict[str, Cells], days: int) -> Result:
    """The content of experiment.json."""
    ours = runs[OURS]
    return {name: {str(day): figures(cells, ours, [day]) for day in range(1, days + 1)} for name, cells in runs.items()}


def figures(cells: Cells, ours: Cells, days: Collection[int]) -> dict[str, Any]:
    """The figures of some days taken together."""
    skill, apart = over_personas(cells, "skill", days), difference(cells, ours, "skill", days)
    return {
        "skill": skill.mean,
        "skill_ci": [skill.low, skill.high],
        "worst_tenth": worst_tenth(cells, days),
        "diff_to_ours": apart.mean,
        "ci": [apart.low, apart.high],
        "effect": apart.effect,
        "knower": over_personas(cells, "knower", days).mean,
        **{name: over_personas(cells, name, days).mean for name in BESIDE},
        "longest_alarm_run": longest_alarm_run(cells, days),
        "personas": skill.count,
    }


def worst_tenth(cells: Cells, days: Collection[int]) -> float | None:
    """Mean skill of the tenth of personas with the lowest, at least one of them."""
    found = sorted(by_persona(cells, "skill", days).values())
    return float(np.mean(found[: max(1, round(len(found) / 10))])) if found else None


def longest_alarm_run(cells: Cells, days: Collection[int]) -> int:
    """The most false alarms in a row."""
    return max(
        (int(measures.get("alarm_run") or 0) for (_, _, day), measures in cells.items() if day in days), default=0
    )


def last_days(days: int) -> list[int]:
    """The days on which the table looks."""
    return list(range(max(1, days - LAST_DAYS + 1), days + 1))


def table(experiment: Experiment, runs: dict[str, Cells]) -> TextTable:
    """Skill, its difference to ours, and what lies beside it, at the end of the runs."""
    days = last_days(experiment.days)
    early = experiment.days >= EARLY_DAY + LAST_DAYS
    beside = ("satisfaction", "suggestions_per_hour", "false_alarms", "answers_welcome", "novelty", "diversity", *OVER)
    rows = []
    for name, cells in runs.items():
        apart = difference(cells, runs[OURS], "skill", days)
        then = (str(difference(cells, runs[OURS], "skill", [EARLY_DAY])),) if early else ()
        rows.append(
            (
                *(name, str(over_personas(cells, "skill", days)), str(apart), fixed(apart.effect), *then),
                fixed(worst_tenth(cells, days)),
                *(fixed(over_personas(cells, key, days).mean) for key in beside),
                str(longest_alarm_run(cells, days)),
            )
        )
    headings = (
        *("policy", "skill", "minus ours", "effect", *([f"minus ours, day {EARLY_DAY}"] if early else [])),
        *("worst tenth", "satisfaction", "an hour", "false alarms", "welcome answers", "novelty", "diversity"),
        *("alarm run", "worst hour", "longest run"),
    )
    people, seeds = len(experiment.personas), len(experiment.seeds)
    caption = (
        f"{experiment.kind}: means over {people} persona{'s' * (people > 1)} and {seeds} seed{'s' * (seeds > 1)} on "
        f"{span_of(days)}, bootstrap 95 % intervals over personas; false alarms and welcome answers a day; "
        "effect: the difference by its standard deviation over personas; alarm run and worst hour: false alarms in a "
        "row and within an hour awake, mean of the days, longest run of all"
    )
    return TextTable(caption, headings, tuple(rows))


def meanings(experiment: Experiment) -> TextTable:
    """What the names of the policies stand for."""
    rows = [(variant.name, variant.meaning) for variant in experiment.variants if variant.meaning]
    return TextTable("Policies", ("policy", "what it is"), tuple(rows))


def write(experiment: Experiment, runs: dict[str, Cells], out: Path, more: Sequence[TextTable] = ()) -> Result:
    """Write table.md, table.tex, experiment.png and, last, experiment.json."""
    from simulator.experiments.figure import picture

    found = by_day(runs, experiment.days)
    days = last_days(experiment.days)
    apart = {name: difference(cells, runs[OURS], "skill", days) for name, cells in runs.items()}
    shown = (table(experiment, runs), *more, meanings(experiment))
    put(out / "table.md", "\n".join(map(markdown, shown)))
    put(out / "table.tex", "\n".join(map(latex, shown)))
    put(out / "experiment.png", picture(found, apart, span_of(days)))
    put(out / RESULT, json.dumps(found, indent=1) + "\n")
    return found
