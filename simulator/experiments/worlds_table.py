"""How each policy does in each world: skill on the last days, the mean over worlds, and the worst of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from simulator.experiments.results import last_days
from simulator.experiments.variants import Variant
from simulator.report.reading import Cells, by_persona, fixed, over_personas
from simulator.report.tables import TextTable
from simulator.runs.metrics import interval

HEADS = ("world", "policy", "day 3", "end", "95 % interval", "above 0", "worst tenth", "novelty", "knower")


def table(variants: Sequence[Variant], runs: dict[str, Cells], days: int) -> TextTable:
    """One row for each policy and world, then each policy's mean over worlds and its worst world."""
    end = last_days(days)
    rows = [_row(variant, runs[variant.name], end) for variant in variants]
    for policy in dict.fromkeys(variant.assistant for variant in variants):
        cells = {variant.world: runs[variant.name] for variant in variants if variant.assistant == policy}
        rows += _over_worlds(policy, cells, end)
    return TextTable("Skill in each world", HEADS, tuple(rows))


def _row(variant: Variant, cells: Cells, end: Sequence[int]) -> tuple[str, ...]:
    skill, people = over_personas(cells, "skill", end), by_persona(cells, "skill", end)
    values = np.array(sorted(people.values()))
    return (
        Path(variant.world).stem,
        variant.assistant,
        fixed(over_personas(cells, "skill", [3]).mean),
        fixed(skill.mean),
        f"[{fixed(skill.low)}, {fixed(skill.high)}]",
        f"{int((values > 0).sum())} of {len(values)}",
        fixed(float(values[: max(1, len(values) // 10)].mean())) if len(values) else "–",
        fixed(over_personas(cells, "novelty", end).mean),
        fixed(over_personas(cells, "knower", end).mean),
    )


def _over_worlds(policy: str, cells: dict[str, Cells], end: Sequence[int]) -> list[tuple[str, ...]]:
    """The mean over worlds, with an interval over people, and the worst world."""
    by_world = {world: by_persona(found, "skill", end) for world, found in cells.items()}
    people = sorted(set.intersection(*(set(found) for found in by_world.values())))
    means = [float(np.mean([found[person] for found in by_world.values()])) for person in people]
    low, high = interval(means)
    worst = min(by_world, key=lambda world: float(np.mean(list(by_world[world].values()))))
    blank = ("", "", "", "")
    mean = ("mean of worlds", policy, "", fixed(float(np.mean(means))), f"[{fixed(low)}, {fixed(high)}]")
    least = float(np.mean(list(by_world[worst].values())))
    return [(*mean, *blank), (f"worst: {Path(worst).stem}", policy, "", fixed(least), "", *blank)]
