"""What an experiment says: experiment.json, a table, a figure.

experiment.json holds {policy: {day: {"skill", "satisfaction", "diff_to_ours", "ci", ...}}}: means over personas (each
the mean over its seeds), and of skill the paired difference policy - ours (below 0 where ours is better) with its
bootstrap 95 % interval over personas, null with one persona. `skill_ci` is that of the skill itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.experiments.cells import OVER, Cells, by_persona, differences, mean, read_run, spread, worst_tenth
from simulator.experiments.running import RESULT, Experiment, put
from simulator.experiments.variants import MEANINGS, OURS
from simulator.report.comparison.tables import Cells as Table
from simulator.report.comparison.tables import latex, markdown
from simulator.report.reading import fixed, span_of

LAST_DAYS = 3
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


def read(experiment: Experiment, out: Path) -> dict[str, Cells]:
    """The days of every variant, ours first."""
    found: dict[str, Cells] = {}
    for variant in experiment.variants:
        found[variant.name] = {}
        for seed in experiment.seeds:
            found[variant.name] |= read_run(experiment.folder(out, variant, seed), seed)
    return found


def by_day(runs: dict[str, Cells], days: int) -> Result:
    """The content of experiment.json."""
    ours = runs[OURS]
    return {name: {str(day): figures(cells, ours, [day]) for day in range(1, days + 1)} for name, cells in runs.items()}


def figures(cells: Cells, ours: Cells, days: Sequence[int]) -> dict[str, Any]:
    """The figures of some days taken together."""
    skill, apart = by_persona(cells, "skill", days), differences(cells, ours, "skill", days)
    knower = by_persona(cells, "knower", days)
    return {
        "skill": mean(skill.values()),
        "skill_ci": list(spread(skill.values())),
        "worst_tenth": worst_tenth(skill.values()),
        "diff_to_ours": mean(apart.values()),
        "ci": list(spread(apart.values())),
        "effect": effect(list(apart.values())),
        "knower": mean(knower.values()),
        **{name: mean(by_persona(cells, name, days).values()) for name in BESIDE},
        "longest_alarm_run": _most(cells, "alarm_run", days),
        "personas": len(skill),
    }


def effect(apart: Sequence[float]) -> float | None:
    """Mean difference by the standard deviation of the differences (Cohen's d for pairs); None where all are equal."""
    deviation = float(np.std(apart, ddof=1)) if len(apart) > 1 else 0.0
    return float(np.mean(apart)) / deviation if deviation > 1e-12 else None


def last_days(days: int) -> list[int]:
    """The days on which the table looks."""
    return list(range(max(1, days - LAST_DAYS + 1), days + 1))


def table(experiment: Experiment, runs: dict[str, Cells]) -> Table:
    """Skill, its difference to ours, and what lies beside it, at the end of the runs."""
    days = last_days(experiment.days)
    early = experiment.days >= EARLY_DAY + LAST_DAYS
    rows = []
    for name, cells in runs.items():
        end = figures(cells, runs[OURS], days)
        row = [name, with_interval(end["skill"], end["skill_ci"]), with_interval(end["diff_to_ours"], end["ci"])]
        row.append(fixed(end["effect"]))
        if early:
            then = figures(cells, runs[OURS], [EARLY_DAY])
            row.append(with_interval(then["diff_to_ours"], then["ci"]))
        row += [fixed(end[key]) for key in ("worst_tenth", "satisfaction", "suggestions_per_hour", "false_alarms")]
        row += [fixed(end[key]) for key in ("answers_welcome", "novelty", "diversity", "alarm_run", "worst_hour")]
        rows.append((*row, str(end["longest_alarm_run"])))
    heading = [
        "policy",
        "skill",
        "minus ours",
        "effect",
        *([f"minus ours, day {EARLY_DAY}"] if early else []),
        "worst tenth",
    ]
    heading += ["satisfaction", "an hour", "false alarms", "welcome answers", "novelty", "diversity", "alarm run"]
    heading += ["worst hour", "longest run"]
    people, seeds = len(experiment.personas), len(experiment.seeds)
    caption = (
        f"{experiment.kind}: means over {people} persona{'s' * (people > 1)} and {seeds} seed{'s' * (seeds > 1)} on "
        f"{span_of(days)}, bootstrap 95 % intervals over personas; false alarms and welcome answers a day; "
        "effect: the difference by its standard deviation over personas; alarm run and worst hour: false alarms in a "
        "row and within an hour awake, mean of the days, longest run of all"
    )
    return Table(caption, tuple(heading), tuple(rows))


def meanings(experiment: Experiment) -> Table:
    """What the names of the policies stand for."""
    rows = [(variant.name, MEANINGS[variant.name]) for variant in experiment.variants if variant.name in MEANINGS]
    return Table("Policies", ("policy", "what it is"), tuple(rows))


def with_interval(value: float | None, ends: Sequence[float | None]) -> str:
    """'0.31 [0.20, 0.42]', without an interval where there is none."""
    low, high = ends
    return fixed(value) if low is None else f"{fixed(value)} [{fixed(low)}, {fixed(high)}]"


def write(experiment: Experiment, runs: dict[str, Cells], out: Path, more: Sequence[Table] = ()) -> Result:
    """Write table.md, table.tex, experiment.png and, last, experiment.json."""
    from simulator.experiments.figure import picture

    found = by_day(runs, experiment.days)
    end = {name: figures(cells, runs[OURS], last_days(experiment.days)) for name, cells in runs.items()}
    shown = (table(experiment, runs), *more, meanings(experiment))
    put(out / "table.md", "\n".join(map(markdown, shown)).encode())
    put(out / "table.tex", "\n".join(map(latex, shown)).encode())
    put(out / "experiment.png", picture(found, end, span_of(last_days(experiment.days))))
    put(out / RESULT, (json.dumps(found, indent=1) + "\n").encode())
    return found


def _most(cells: Cells, name: str, days: Sequence[int]) -> int:
    return max((int(measures.get(name) or 0) for (_, _, day), measures in cells.items() if day in days), default=0)
