"""One persona's run: its days in order, a checkpoint in every night's sleep, all of it in one store.

The checkpoint, the assistant's state and its memories are one transaction, so a run that is killed at any instant goes
on from the last whole night and ends as if nothing had happened.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.learning import prior
from edge_assistant.store import Store
from simulator.events import EventLog, pack
from simulator.household import Workshop, household
from simulator.life import LifeDay
from simulator.living import DayRecord, FeedbackJudge, Household, live
from simulator.metrics import measure
from simulator.oracle import OracleDay
from simulator.run_config import RunConfig


@dataclass
class PersonaResult:
    """What a persona's run gives back: the measures of its days, and what they cost."""

    id: str
    days: list[dict[str, Any]]
    cost: dict[str, float] = field(default_factory=dict)
    model: dict[str, str] | None = None


@dataclass(frozen=True)
class Setting:
    """The days to live and the references to hold them against."""

    shop: Workshop
    days: list[LifeDay]
    oracle_days: dict[int, OracleDay]
    silent: list[float]
    oracle: list[float]


def reference(
    shop: Workshop, days: list[LifeDay], oracle_days: dict[int, OracleDay], seed: int
) -> tuple[list[float], list[float]]:
    """Satisfaction by day under `silent` and under `oracle`."""
    known = prior.load(shop.persona.id)
    result = []
    for assistant in ("silent", "oracle"):
        house = household(shop, assistant, "reasons", seed, known, oracle_days)
        result.append([float(np.mean(live(house, day).log.totals)) for day in days])
    return result[0], result[1]


def run_persona(
    config: RunConfig,
    setting: Setting,
    out: Path,
    judge: FeedbackJudge | None = None,
    step: Callable[[str, int], None] | None = None,
) -> PersonaResult:
    """Live all days that the store does not yet hold.

    Args:
        config: of the run.
        setting: the persona's days.
        out: the run's folder.
        judge: for the feedback, where it is not the rubric.
        step: told the persona and the day after each night.
    """
    persona = setting.shop.persona
    events = EventLog(out / "events.sqlite")
    with Store.open(out / "stores" / f"{persona.id}.sqlite", durable=False) as store:
        house = household(
            setting.shop,
            config.assistant,
            config.feedback,
            config.seed,
            prior.load(persona.id),
            setting.oracle_days,
            judge,
            store=store,
        )
        done = _restore(house, store)
        measures = []
        for number, day in enumerate(setting.days, start=1):
            if number <= done:
                document = store.get_state(f"day.{number}")
                assert document is not None, "written together with the checkpoint"
            else:
                document = _live_one(house, day, setting, store)
            events.put_day(persona.id, document)
            measures.append(document["measures"])
            if step is not None:
                step(persona.id, number)
    events.close()
    return PersonaResult(persona.id, measures)


def _live_one(house: Household, day: LifeDay, setting: Setting, store: Store) -> dict[str, Any]:
    started = time.perf_counter()
    record = live(house, day)
    index = day.day - 1
    needs = setting.oracle_days[day.day].needs
    max_gap = setting.shop.persona.frequency.max_gap
    measures = measure(record.log, needs, max_gap, setting.silent[index], setting.oracle[index])
    document = day_document(day, record, measures, setting)
    with store.transaction():
        house.policy.sleep()
        checkpoint = {
            "day": day.day,
            "agent": house.agent.get_state(),
            "policy": house.policy.get_state(),
            "picker": house.picker.history.get_state(),
            "seen": list(house.picker.familiarity.texts),
            "seconds": time.perf_counter() - started,
        }
        store.set_state("runner", checkpoint)
        store.set_state(f"day.{day.day}", document)
    return document


def _restore(house: Household, store: Store) -> int:
    """Take up the last checkpoint; the number of whole days that it holds."""
    checkpoint = store.get_state("runner")
    if checkpoint is None:
        return 0
    house.agent.set_state(checkpoint["agent"])
    house.policy.set_state(checkpoint["policy"])
    house.picker.history.set_state(checkpoint["picker"])
    for text in checkpoint["seen"]:
        house.picker.see(text)
    return int(checkpoint["day"])


def day_document(day: LifeDay, record: DayRecord, measures: dict[str, Any], setting: Setting) -> dict[str, Any]:
    """A lived day as `events.sqlite` keeps it."""
    timing = setting.shop.persona.timing
    annoyance = np.array(record.annoyance)
    receptive = ~day.blocked & (day.receptiveness >= timing.threshold + timing.annoyance * annoyance)
    return {
        "day": day.day,
        "wake": day.wake.isoformat(timespec="seconds"),
        "ticks": len(day),
        "measures": measures,
        "activities": [
            [a.start.isoformat(timespec="seconds"), a.end.isoformat(timespec="seconds"), a.text, a.kind, a.room]
            for a in day.activities
        ],
        "series": {
            "energy": pack(day.energy, 100),
            "mood": pack(day.mood, 100),
            "focus": pack(day.focus, 100),
            "annoyance": pack(annoyance, 100),
            "receptive": pack(receptive.astype(float), 1),
            "blocked": pack(day.blocked.astype(float), 1),
            "total": pack(np.array(record.log.totals, dtype=float), 1),
        },
        "events": record.events,
        "oracle": asdict(setting.oracle_days[day.day]),
    }


def peak_memory_mb() -> float:
    """Largest resident set of this process so far, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024
