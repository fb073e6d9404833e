"""One persona's run: its days in order, a checkpoint in every night's sleep, all of it in one store.

The checkpoint, the assistant's state and its memories are one transaction, so a run that is killed at any instant goes
on from the last whole night and ends as if nothing had happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.composer.composer import Composer
from edge_assistant.learning import prior
from edge_assistant.learning.prior import prior_name
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from simulator.judges.judge import Judge
from simulator.policies.paper.assistant import PaperAssistant
from simulator.runs.adapter_training import (
    JobSchedule,
    adapter_source,
    outcomes_of,
    run_due_jobs,
    seconds_of_jobs,
    voice_in_use,
)
from simulator.runs.events import EventLog, pack
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import ComposedVoice, DayRecord, Household, live
from simulator.runs.metrics import measure
from simulator.runs.pairs import PairMaker, asked_style
from simulator.runs.recording import record_decisions
from simulator.runs.reference import Reference
from simulator.runs.run_config import RunConfig
from simulator.world.life import LifeDay
from simulator.world.oracle import OracleDay


@dataclass
class PersonaResult:
    """What a persona's run gives back: the measures of its days, and what they cost."""

    id: str
    days: list[dict[str, Any]]
    cost: dict[str, float] = field(default_factory=dict)
    model: dict[str, str] | None = None
    nights: list[dict[str, Any]] = field(default_factory=list)
    """What came of each training night."""

    def tell(self, progress: Callable[[str, int], None] | None) -> None:
        """Tell that all its days are lived, where nobody could tell of each."""
        if progress is not None:
            for day in self.days:
                progress(self.id, day["day"])


@dataclass(frozen=True)
class Setting:
    """The days to live and the references to hold them against."""

    shop: PersonaSetup
    days: list[LifeDay]
    oracle_days: dict[int, OracleDay]
    reference: Reference


def run_persona(
    config: RunConfig,
    setting: Setting,
    out: Path,
    judge: Judge | None = None,
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
            prior.load(prior_name(persona.id, setting.shop.taste.world.name)),
            setting.oracle_days,
            judge,
            store=store,
            asking=config.asking(),
        )
        done = _restore(house, store)
        considered = record_decisions(house.policy) if config.record_ticks else []
        _spend_nights(house, config, setting, store, out, done)
        measures = []
        for number, day in enumerate(setting.days, start=1):
            if number <= done:
                document = store.get_state(f"day.{number}")
                assert document is not None, "written together with the checkpoint"
            else:
                document = _live_one(house, day, setting, store, config, considered)
                _spend_nights(house, config, setting, store, out, number)
            events.put_day(persona.id, document)
            measures.append(document["measures"])
            if step is not None:
                step(persona.id, number)
        nights, spent = outcomes_of(store), {"days_lived": float(len(setting.days) - done)}
        if nights:
            spent["seconds_nights"] = seconds_of_jobs(store)
    events.close()
    return PersonaResult(persona.id, measures, spent, nights=nights)


def _spend_nights(house: Household, config: RunConfig, setting: Setting, store: Store, out: Path, day: int) -> None:
    """Train the adapter where the night after `day` is one for it, and speak with the version in use."""
    shop = setting.shop
    if isinstance(house.policy, PaperAssistant):
        house.policy.night(day, out, config.model, config.days)
    if not config.adapters or shop.model is None:
        return
    source = adapter_source(out, shop.persona.id)
    run_due_jobs(JobSchedule.of(config.adapters, config.seed), day, store, source, config.model)
    house.voice = voice_in_use(source, shop.model, shop.taste.base, config.model, shop.voice)


def _live_one(
    house: Household,
    day: LifeDay,
    setting: Setting,
    store: Store,
    config: RunConfig,
    considered: list[dict[str, Any]],
) -> dict[str, Any]:
    started = time.perf_counter()
    record = live(house, day)
    index = day.day - 1
    needs = setting.oracle_days[day.day].needs
    max_gap = setting.shop.persona.frequency.max_gap
    others = setting.reference
    measures = measure(record.log, needs, max_gap, others.silent[index], others.oracle[index], others.knower[index])
    document = day_document(day, record, measures, setting)
    if considered:
        document["decisions"] = considered.copy()
        considered.clear()
    voice = ComposedVoice(setting.shop.taste.base, Composer(None))
    maker = PairMaker(setting.shop.taste, voice, asked_style(house.policy), config.seed)
    with store.transaction():
        if not config.no_pairs:
            PairBuffer(store).add(maker.pairs_of(day))
        house.policy.sleep()
        checkpoint = {
            "day": day.day,
            "agent": house.agent.get_state(),
            "policy": house.policy.get_state(),
            "picker": house.picker.get_state(),
            "seconds": time.perf_counter() - started,
        }
        liking = house.picker.get_arrays()
        for name, array in liking.items():
            store.set_array(f"picker.{name}", array)
        house.picker.ranker.model.unpack(liking["mean"], liking["covariance"])  # what a restart would find
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
    arrays = {name: store.get_array(f"picker.{name}") for name in house.picker.get_arrays()}
    house.picker.set_state(checkpoint["picker"], {name: array for name, array in arrays.items() if array is not None})
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
            [a.start.isoformat(timespec="seconds"), a.end.isoformat(timespec="seconds"), a.told, a.kind, a.room]
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
        "cards": record.cards,
    }
