"""What an experiment says: experiment.json, tables, a figure.

experiment.json holds {policy: {day: {"skill", "satisfaction", "diff_to_ours", "ci", ...}}}: means over personas (each
the mean over its seeds), and of skill the paired difference policy - ours (below 0 where ours is better) with its
bootstrap 95 % interval over personas, null with one persona. `skill_ci` is that of the skill itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from simulator.experiments import tables
from simulator.experiments.running import RESULT, Experiment
from simulator.experiments.variants import OURS
from simulator.report.comparison import read_summary
from simulator.report.panels import panel
from simulator.report.reading import Cells, cells_of, difference, over_personas
from simulator.report.tables import TextTable, markdown
from simulator.world.derived_files import put

Result = dict[str, dict[str, dict[str, Any]]]


def read(plan: Experiment, out: Path) -> dict[str, Cells]:
    """The days of every variant, ours first.

    Raises:
        DataError: a run is not complete.
    """
    runs: dict[str, Cells] = {variant.name: {} for variant in plan.variants}
    for variant in plan.variants:
        for seed in plan.seeds:
            runs[variant.name] |= cells_of(read_summary(plan.folder(out, variant, seed)), seed)
    return runs


def figures(cells: Cells, ours: Cells, days: Collection[int]) -> dict[str, Any]:
    """The figures of some days taken together."""
    skill, apart = over_personas(cells, "skill", days), difference(cells, ours, "skill", days)
    return {
        "skill": skill.mean,
        "skill_ci": [skill.low, skill.high],
        "worst_tenth": tables.worst_tenth(cells, days),
        "diff_to_ours": apart.mean,
        "ci": [apart.low, apart.high],
        "effect": apart.effect,
        "knower": over_personas(cells, "knower", days).mean,
        **{name: over_personas(cells, name, days).mean for name in tables.BESIDE},
        "personas": skill.count,
    }


def write(plan: Experiment, out: Path) -> tuple[Result, list[TextTable]]:
    """Write table.md, experiment.png and, last, experiment.json."""
    runs, days = read(plan, out), range(1, plan.days + 1)
    shown = [tables.comparison(plan, runs), tables.costs(plan, out)]
    if plan.kind == "worlds":
        shown.append(tables.in_worlds(plan.variants, runs, plan.days))
    if plan.kind == "drift":
        shown.append(tables.recovery(plan.variants, runs, plan.days))
    meanings = tuple((variant.name, variant.meaning) for variant in plan.variants if variant.meaning)
    named = [*shown, TextTable("Policies", ("policy", "what it is"), meanings)]
    curves = {name: [over_personas(cells, "skill", [day]) for day in days] for name, cells in runs.items()}
    found = {name: {str(day): figures(cells, runs[OURS], [day]) for day in days} for name, cells in runs.items()}
    put(out / "table.md", "\n".join(map(markdown, named)))
    put(out / "experiment.png", panel("skill", "Skill", "", days, curves).png)
    put(out / RESULT, json.dumps(found, indent=1) + "\n")
    return found, shown
