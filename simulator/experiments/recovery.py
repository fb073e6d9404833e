"""How long it takes to recover from a change: days until skill is back where it was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.experiments.variants import Variant
from simulator.report.reading import Cells, by_persona, difference, fixed, mean, over_personas
from simulator.report.tables import TextTable

BEFORE = 3
"""Days before the change that say where skill was."""
ENOUGH = 0.9
"""Share of the skill before at which somebody has recovered."""
SMOOTH = 2
"""Days of which the mean is taken: single days vary much."""


@dataclass(frozen=True)
class Recovery:
    """What a change did to skill.

    Attributes:
        before: skill on the days before.
        dip: skill on the first days after.
        days: from the change until skill, over two days, is at 90 % of `before` again; None: not within the run.
        recovered: share of personas that did, each by itself.
    """

    before: float | None
    dip: float | None
    days: int | None
    recovered: float | None


def days_to_recover(skill: Sequence[float | None], change: int) -> int | None:
    """Days lived with the change until skill was back; None when it was not.

    Args:
        skill: by day, from day 1; None where a day has none.
        change: the first day with the change, at least 2.
    """
    earlier = [value for value in skill[max(0, change - 1 - BEFORE) : change - 1] if value is not None]
    if not earlier:
        return None
    # whoever had no skill to lose is back as soon as they have no less
    wanted = float(np.mean(earlier)) - (1 - ENOUGH) * abs(float(np.mean(earlier)))
    later = skill[change - 1 :]
    for end in range(SMOOTH, len(later) + 1):
        window = [value for value in later[end - SMOOTH : end] if value is not None]
        if window and float(np.mean(window)) >= wanted:
            return end
    return None


def recovery(cells: Cells, change: int, days: int) -> Recovery:
    """The recovery of all personas together, and the share of them that recovered by themselves."""
    each = [by_persona(cells, "skill", [day]) for day in range(1, days + 1)]
    people = sorted({persona for values in each for persona in values})
    alone = [days_to_recover([values.get(person) for values in each], change) for person in people]
    together = [mean(values.values()) for values in each]
    return Recovery(
        over_personas(cells, "skill", range(max(1, change - BEFORE), change)).mean,
        over_personas(cells, "skill", range(change, min(change + SMOOTH, days + 1))).mean,
        days_to_recover(together, change),
        mean(float(found is not None) for found in alone),
    )


def table(variants: Sequence[Variant], runs: dict[str, Cells], days: int) -> TextTable:
    """For each policy that lived through a change: before, dip, recovery, and the difference to one that never knew."""
    rows = []
    for variant in variants:
        kind, _, day = variant.change.partition(":")
        if not variant.change or day == "1":
            continue
        found = recovery(runs[variant.name], int(day), days)
        twin = runs.get(f"ours {kind} from the start")
        end = range(max(int(day), days - 2), days + 1)
        apart = difference(runs[variant.name], twin or {}, "skill", end)
        rows.append(
            (
                variant.name,
                fixed(found.before),
                fixed(found.dip),
                "not within the run" if found.days is None else str(found.days),
                fixed(found.recovered),
                str(apart),
            )
        )
    caption = (
        f"Recovery: skill on the {BEFORE} days before the change and the {SMOOTH} after it, days until the mean over "
        f"personas and {SMOOTH} days is back at {ENOUGH:.0%} of before, share of personas that are, and skill at the "
        "end minus that of ours having lived so from the start"
    )
    headings = ("policy", "before", "dip", "days to recover", "personas recovered", "minus from the start")
    return TextTable(caption, headings, tuple(rows))
