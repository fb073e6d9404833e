"""Lives a persona who changes in the middle of a run, with the assistant that knew them before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.runs.household import workshop
from simulator.runs.persona_run import PersonaResult, Setting, run_persona
from simulator.runs.reference import kept_reference
from simulator.runs.run_config import RunConfig
from simulator.world.changes import Change
from simulator.world.life_cache import LifeCache
from simulator.world.plan import WeightedFiller


def run_changed(
    config: RunConfig,
    before: Setting,
    lives: LifeCache,
    out: Path,
    step: Callable[[str, int], None] | None = None,
) -> PersonaResult:
    """Live the days before the change, then go on from their checkpoint as the changed person.

    Args:
        config: of the run, with `change`.
        before: the persona's days as if nothing changed.
        lives: where the changed person's days are kept.
        out: the run's folder.
        step: told the persona and the day after each night.
    """
    from simulator.world.language import language_key

    change = Change.of(config.change)
    shop = workshop(change.apply(before.shop.persona))
    days, best = lives.days(shop.persona, shop.taste, config.seed, config.days, WeightedFiller, language_key(None))
    after = kept_reference(lives.folder, shop, days, best, config.seed)
    kept = min(change.day, config.days + 1) - 1
    if kept:
        run_persona(config, Setting(before.shop, before.days[:kept], before.oracle_days, before.reference), out)
    earlier = {number: plan for number, plan in before.oracle_days.items() if number <= kept}
    mixed = Setting(
        shop,
        before.days[:kept] + days[kept:],
        {**best, **earlier},
        before.reference.until(kept, after),
    )
    return run_persona(config, mixed, out, None, step)
