"""What a grid of lives costs: seconds by part and tokens, for each policy, and what the whole grid would take.

The whole is 32 personas and 14 days; what has not been run is marked as extrapolated. The naive loop is measured in the
same call on a stretch of the first persona's first day, so that both have the same machine and the same company.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.experiments import naive
from simulator.experiments.results import last_days
from simulator.experiments.running import Experiment
from simulator.experiments.variants import OURS, Variant, policies
from simulator.people.persona import packaged
from simulator.report.reading import Cells, difference, fixed
from simulator.report.tables import TextTable
from simulator.world.derived_files import put
from simulator.world.life import live_day

RESULT = "grid.json"
WHOLE_DAYS = 14
TEMPLATES = f"{OURS} templates"


def variants(names: Sequence[str], feedback: str, language: str, adapters: str) -> list[Variant]:
    """The policies; with a model also ours with templates, and ours trains adapters in the given nights."""
    chosen = policies(names, feedback, language)
    if language != "model":
        return chosen
    ours = Variant(OURS, chosen[0].assistant, feedback, adapters=adapters)
    return [ours, Variant(TEMPLATES, ours.assistant, feedback, language="templates"), *chosen[1:]]


def costs(experiment: Experiment, out: Path) -> dict[str, Any]:
    """What each policy's runs took, all seeds together."""
    found: dict[str, Any] = {}
    whole = len(packaged()) * WHOLE_DAYS
    for variant in experiment.variants:
        spent = experiment.costs(out, variant)
        days = sum(cost["days_lived"] for cost in spent)
        if not days:
            continue
        parts: dict[str, float] = {}
        for cost in spent:
            for name, value in cost["seconds_by_part"].items():
                parts[name] = parts.get(name, 0.0) + value
        joules = [cost.get("joules") for cost in spent]
        a_day = sum(cost["seconds"] for cost in spent) / days
        complete = len(experiment.personas) == len(packaged()) and experiment.days == WHOLE_DAYS
        found[variant.name] = {
            "persona_days": days,
            "seconds": round(sum(cost["seconds"] for cost in spent), 1),
            "seconds_a_day": round(a_day, 3),
            "seconds_by_part_a_day": {name: round(value / days, 3) for name, value in sorted(parts.items())},
            "model_calls_a_day": round(sum(cost["model_calls"] for cost in spent) / days, 2),
            "tokens_a_day": {
                name: round(sum(cost[name] for cost in spent) / days, 1)
                for name in ("prompt_tokens", "reused_tokens", "generated_tokens")
            },
            "company": max(cost.get("company", 0.0) for cost in spent) or None,
            "peak_rss_mb": max(cost["peak_rss_mb"] for cost in spent),
            "joules_a_day": None if None in joules else round(sum(value or 0.0 for value in joules) / days, 1),
            "hours_of_the_whole": round(a_day * whole / 3600, 2),
            "extrapolated": not complete,
        }
    return found


def naive_stretch(experiment: Experiment, ticks: int) -> dict[str, Any]:
    """The naive loop on ticks from the middle of the first persona's first day."""
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    persona = experiment.personas[0]
    day = live_day(persona, 1, experiment.seeds[0])
    first = len(day) // 2
    with LlamaEngine.open(experiment.model or None, sequences=1, cache_mb=0, examiner=can_write) as model:
        found = naive.live(model, persona, day, range(first, min(first + ticks, len(day))))
    return {
        **asdict(found),
        "calls_a_tick": found.calls / found.ticks,
        "seconds_a_tick": round(found.seconds_a_tick, 2),
        "seconds_a_day_extrapolated": round(found.seconds_a_tick * len(day), 1),
        "ticks_a_day": len(day),
    }


def tables(experiment: Experiment, found: dict[str, Any], runs: dict[str, Cells]) -> list[TextTable]:
    """Seconds and tokens by policy; beside them the naive loop and how near templates come."""
    parts = sorted({part for cost in found["costs"].values() for part in cost["seconds_by_part_a_day"]})
    rows = []
    for name, cost in found["costs"].items():
        tokens = cost["tokens_a_day"]
        rows.append(
            (
                *(name, str(cost["persona_days"]), fixed(cost["seconds_a_day"])),
                *(fixed(cost["seconds_by_part_a_day"].get(part)) for part in parts),
                *(fixed(cost["model_calls_a_day"]), fixed(cost["company"]), f"{tokens['prompt_tokens']:.0f}"),
                *(f"{tokens['reused_tokens']:.0f}", f"{tokens['generated_tokens']:.0f}", fixed(cost["joules_a_day"])),
                f"{cost['hours_of_the_whole']:.1f}" + (" (extrapolated)" if cost["extrapolated"] else ""),
            )
        )
    caption = (
        "Cost of a persona-day: seconds of wall time, then by part (lives side by side overlap, so parts of single "
        "lives add up to more), model calls, how many of them met in one of the engine, and tokens; the last column is "
        f"{len(packaged())} personas x {WHOLE_DAYS} days"
    )
    headings = ("policy", "persona-days", "seconds", *parts, "calls", "company", "computed", "reused", "generated")
    shown = [TextTable(caption, (*headings, "joules", "hours of the whole"), tuple(rows))]
    if found["naive"] is not None:
        loop = found["naive"]
        shown.append(
            TextTable(
                "The naive loop on a stretch of the same day, extrapolated to a day",
                ("ticks", "calls a tick", "seconds a tick", "tokens computed", "generated", "seconds a day"),
                (
                    (
                        *(str(loop["ticks"]), fixed(loop["calls_a_tick"]), fixed(loop["seconds_a_tick"])),
                        *(str(loop["prompt_tokens"]), str(loop["generated_tokens"])),
                        f"{loop['seconds_a_day_extrapolated']:.0f} (extrapolated)",
                    ),
                ),
            )
        )
    if TEMPLATES in runs:
        days = last_days(experiment.days)
        every = range(1, experiment.days + 1)
        cells = tuple(str(difference(runs[OURS], runs[TEMPLATES], "skill", span)) for span in (days, every))
        shown.append(TextTable("Skill with the model minus with templates", ("last three days", "all days"), (cells,)))
    return shown


def write(out: Path, found: dict[str, Any]) -> None:
    """grid.json, beside what every experiment leaves."""
    put(out / RESULT, json.dumps(found, indent=1) + "\n")
