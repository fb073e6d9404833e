"""The tables of an experiment: skill and what lies beside it, costs, skill by world, recovery from a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.experiments.running import Experiment
from simulator.experiments.variants import OURS, Variant
from simulator.people.persona import packaged
from simulator.report.reading import (
    LAST_DAYS,
    Cells,
    by_persona,
    difference,
    estimate,
    fixed,
    mean,
    over_personas,
    span_of,
)
from simulator.report.tables import TextTable

BESIDE = (
    *("satisfaction", "suggestions_per_hour", "welcome", "false_alarms", "answers_welcome", "novelty", "diversity"),
    *("annoyance", "trust", "effort_seconds"),
)
"""Means told beside skill."""
EARLY_DAY, WHOLE_DAYS = 3, 14
BEFORE, SMOOTH, ENOUGH = 3, 2, 0.9
"""Days before a change that say where skill was; days over which a mean is taken, since single ones vary much; share
of the skill before at which somebody has recovered."""


def last_days(days: int) -> list[int]:
    """The days on which the tables look."""
    return list(range(max(1, days - LAST_DAYS + 1), days + 1))


def worst_tenth(cells: Cells, days: Collection[int]) -> float | None:
    """Mean skill of the tenth of personas with the lowest, at least one of them."""
    found = sorted(by_persona(cells, "skill", days).values())
    return float(np.mean(found[: max(1, round(len(found) / 10))])) if found else None


def comparison(plan: Experiment, runs: dict[str, Cells]) -> TextTable:
    """Skill, its difference to ours, and what lies beside it, at the end of the runs."""
    end = last_days(plan.days)
    rows = []
    for name, cells in runs.items():
        apart = difference(cells, runs[OURS], "skill", end)
        rows.append(
            (
                *(name, str(over_personas(cells, "skill", end)), str(apart), fixed(apart.effect)),
                *(fixed(over_personas(cells, "skill", [EARLY_DAY]).mean), fixed(worst_tenth(cells, end))),
                *(fixed(over_personas(cells, key, end).mean) for key in BESIDE),
            )
        )
    people, seeds = len(plan.personas), len(plan.seeds)
    caption = (
        f"{plan.kind}: means over {people} persona{'s' * (people > 1)} and {seeds} seed{'s' * (seeds > 1)} on "
        f"{span_of(end)}, bootstrap 95 % intervals over personas; counts are those of a day; "
        "effect: the difference by its standard deviation over personas"
    )
    headings = ("policy", "skill", "minus ours", "effect", f"day {EARLY_DAY}", "worst tenth")
    return TextTable(caption, (*headings, *(key.replace("_", " ") for key in BESIDE)), tuple(rows))


def costs(plan: Experiment, out: Path) -> TextTable:
    """What a persona-day of each policy took, all seeds together, and what the whole cast would take."""
    spent = {variant.name: plan.costs(out, variant) for variant in plan.variants}
    parts = sorted({part for each in spent.values() for cost in each for part in cost["seconds_by_part"]})
    measured: dict[str, Callable[[dict[str, Any]], float | None]] = {
        "seconds": lambda cost: cost["seconds"],
        **{part: lambda cost, part=part: cost["seconds_by_part"].get(part, 0.0) for part in parts},  # type: ignore[misc]
        **{
            name.replace("_", " "): lambda cost, name=name: cost.get(name)  # type: ignore[misc]
            for name in ("model_calls", "prompt_tokens", "reused_tokens", "generated_tokens")
        },
    }
    rows = []
    for name, each in spent.items():
        days = sum(cost["days_lived"] for cost in each)
        if not days:
            continue
        found = {key: [read(cost) for cost in each] for key, read in measured.items()}
        a_day = {key: None if None in values else sum(map(float, values)) / days for key, values in found.items()}  # type: ignore[arg-type]
        hours = (a_day["seconds"] or 0.0) * len(packaged()) * WHOLE_DAYS / 3600
        rows.append((name, str(days), *map(fixed, a_day.values()), f"{hours:.1f}"))
    caption = (
        "Cost of a persona-day: seconds of wall time, then by part (workers overlap, so that parts add up to "
        f"more), calls and tokens; hours: of {len(packaged())} personas x {WHOLE_DAYS} days"
    )
    return TextTable(caption, ("policy", "persona-days", *measured, "hours"), tuple(rows))


def in_worlds(variants: Sequence[Variant], runs: dict[str, Cells], days: int) -> TextTable:
    """One row for each policy and world, then each policy's mean over worlds and its worst world."""
    end = last_days(days)
    rows: list[tuple[str, ...]] = []
    for one in variants:
        cells = runs[one.name]
        people = by_persona(cells, "skill", end).values()
        others = (fixed(over_personas(cells, key, end).mean) for key in ("novelty", "knower"))
        above = f"{sum(value > 0 for value in people)} of {len(people)}"
        skill = str(over_personas(cells, "skill", end))
        rows.append((Path(one.world).stem, one.assistant, skill, above, fixed(worst_tenth(cells, end)), *others))
    for policy in dict.fromkeys(one.assistant for one in variants):
        worlds = {one.world: by_persona(runs[one.name], "skill", end) for one in variants if one.assistant == policy}
        shared = sorted(set.intersection(*(set(people) for people in worlds.values())))
        means = estimate(float(np.mean([people[name] for people in worlds.values()])) for name in shared)
        lowest, worst = min((float(np.mean([*people.values()])), world) for world, people in worlds.items())
        rows.append(("mean of worlds", policy, str(means), *[""] * 4))
        rows.append((f"worst: {Path(worst).stem}", policy, fixed(lowest), *[""] * 4))
    heads = ("world", "policy", "skill", "above 0", "worst tenth", "novelty", "knower")
    return TextTable("Skill in each world", heads, tuple(rows))


def days_to_recover(skill: Sequence[float | None], change: int) -> int | None:
    """Days lived with the change until skill was back; None when it was not.

    Args:
        skill: by day, from day 1; None where a day has none.
        change: the first day with the change, at least 2.
    """
    before = mean(skill[max(0, change - 1 - BEFORE) : change - 1])
    if before is None:
        return None
    later = skill[change - 1 :]
    for end in range(SMOOTH, len(later) + 1):
        now = mean(later[end - SMOOTH : end])
        # whoever had no skill to lose is back as soon as they have no less
        if now is not None and now >= before - (1 - ENOUGH) * abs(before):
            return end
    return None


def recovery(variants: Sequence[Variant], runs: dict[str, Cells], days: int) -> TextTable:
    """For each policy that lived through a change: before, dip, recovery, and the difference to one that never knew."""
    rows = []
    for one in variants:
        kind, _, first = one.change.partition(":")
        if not one.change or first == "1":
            continue
        cells, change = runs[one.name], int(first)
        together = [over_personas(cells, "skill", [day]).mean for day in range(1, days + 1)]
        back = days_to_recover(together, change)
        spans = range(max(1, change - BEFORE), change), range(change, min(change + SMOOTH, days + 1))
        twin = runs.get(f"ours {kind} from the start", {})
        apart = difference(cells, twin, "skill", range(max(change, days - LAST_DAYS + 1), days + 1))
        told = (fixed(over_personas(cells, "skill", span).mean) for span in spans)
        rows.append((one.name, *told, "not within the run" if back is None else str(back), str(apart)))
    caption = (
        f"Recovery: skill on the {BEFORE} days before the change and the {SMOOTH} after it, days until the mean over "
        f"personas and {SMOOTH} days is back at {ENOUGH:.0%} of before, and skill at the end minus that of ours having "
        "lived so from the start"
    )
    return TextTable(caption, ("policy", "before", "dip", "days to recover", "minus from the start"), tuple(rows))
