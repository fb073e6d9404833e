"""Beyond the score: weekday and weekend, annoyance and trust over time, fairness, sensitive topics, tokens, energy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.domain import SENSITIVE_TOPICS
from edge_assistant.learning import prior as priors
from edge_assistant.storage.store import Store
from simulator.experiments.results import last_days, worst_tenth
from simulator.experiments.running import Experiment
from simulator.people.domains import base_of
from simulator.report.reading import LAST_DAYS, Cells, by_persona, estimate, fixed, over_personas
from simulator.report.tables import TextTable
from simulator.runs import events
from simulator.world.calendar import is_weekend

NOTICEABLE = 0.02
"""Rise of the belief that a topic must not be spoken of from which on something counts as learned."""


def table(experiment: Experiment, runs: dict[str, Cells], out: Path) -> TextTable:
    """One row for each policy, all its seeds together."""
    days, end = range(1, experiment.days + 1), last_days(experiment.days)
    first = [day for day in days if day <= LAST_DAYS]
    free = [day for day in days if is_weekend(day)]
    working = [day for day in days if not is_weekend(day)]
    rows = []
    for variant in experiment.variants:
        cells = runs[variant.name]
        folders = [experiment.folder(out, variant, seed) for seed in experiment.seeds]
        spent = experiment.costs(out, variant)
        lived = sum(cost.get("days_lived", 0) for cost in spent)
        told, untold = topics_learned(folders, [persona.id for persona in experiment.personas])
        rows.append(
            (
                *(variant.name, fixed(over_personas(cells, "skill", end).mean), fixed(worst_tenth(cells, end))),
                apart(cells, working, free),
                *(_course(cells, name, first, end) for name in ("annoyance", "trust", "diversity", "novelty")),
                *(str(told), str(untold)),
                *(_a_day(spent, name, lived) for name in ("prompt_tokens", "generated_tokens", "joules")),
            )
        )
    caption = (
        "Beyond the score: skill at the end and of the worst tenth of personas; skill on weekends minus weekdays, "
        "paired by persona, with bootstrap 95 % interval; annoyance, trust, diversity and novelty on the first and the "
        "last days; sensitive topics held back after the person had said that one was badly put, and without that; "
        "tokens and joules a persona-day"
    )
    headings = ("policy", "skill", "worst tenth", "weekend minus weekday", "annoyance", "trust", "diversity", "novelty")
    return TextTable(
        caption, (*headings, "topics told", "topics untold", "computed", "generated", "joules"), tuple(rows)
    )


def apart(cells: Cells, working: Sequence[int], free: Sequence[int]) -> str:
    """Skill on free days minus skill on working days, by persona."""
    week, weekend = (by_persona(cells, "skill", days) for days in (working, free))
    return str(estimate(weekend[name] - week[name] for name in sorted(week.keys() & weekend.keys())))


def topics_learned(folders: Sequence[Path], personas: Sequence[str]) -> tuple[int, int]:
    """Sensitive topics that the learners hold back at the end more than at the start: after being told so, and untold.

    Told is: the person has dismissed as badly put something that touches the topic.
    """
    told = untold = 0
    for folder in folders:
        for persona in personas:
            belief = _belief(folder / "stores" / f"{persona}.sqlite")
            if belief is None:
                continue
            risen = np.flatnonzero(belief > priors.load(persona).topics + NOTICEABLE)
            said = _badly_put(folder, persona)
            told += sum(SENSITIVE_TOPICS[index] in said for index in risen)
            untold += sum(SENSITIVE_TOPICS[index] not in said for index in risen)
    return told, untold


def _belief(store: Path) -> Any:
    with Store.open(store, read_only=True) as opened:
        return opened.get_array("learner.topics")


def _badly_put(folder: Path, persona: str) -> set[str]:
    base = base_of(persona)
    with events.read(folder / "events.sqlite") as log:
        said = log.suggestions(persona)
    return {
        topic
        for event in said
        if ((event["told"] or {}).get("reason") == "communication") and event["idea"] in base.by_id
        for topic in base.by_id[event["idea"]].topics
    }


def _course(cells: Cells, name: str, first: Sequence[int], end: Sequence[int]) -> str:
    return " to ".join(fixed(over_personas(cells, name, days).mean) for days in (first, end))


def _a_day(spent: Sequence[dict[str, Any]], name: str, lived: float) -> str:
    values = [cost.get(name) for cost in spent]
    if not lived or None in values:
        return fixed(None)
    return f"{sum(map(float, values)) / lived:.0f}"  # type: ignore[arg-type]
