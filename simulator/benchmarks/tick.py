"""What the assistant costs beside the model: a silent tick, and a day's learning."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.learning import prior
from edge_assistant.storage.store import Store
from simulator.people import persona as people
from simulator.policies.learner_policy import LearnerPolicy
from simulator.runs.household import household, workshop
from simulator.runs.living import context_at, live
from simulator.world.life import live_day

SEED = 77


def measure(days: int) -> dict[str, Any]:
    """Live one persona and time it.

    Returns:
        `tick_p50_ms`, `tick_p99_ms`: of silent ticks once their activity is embedded; `learning_day_ms`: largest of the
        days, all feedback and the night's writing.
    """
    shop = workshop(people.packaged()[0])
    lives = [live_day(shop.persona, number, SEED) for number in range(1, days + 1)]
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.sqlite") as store:
        house = household(shop, "learner", "reasons", SEED, prior.load(shop.persona.id), store=store)
        policy = house.policy
        assert isinstance(policy, LearnerPolicy)
        ticks: list[float] = []
        lessons: list[float] = []
        decide, learn = policy.decide, policy.learn

        def timed_decide(tick: int, context: Any) -> Any:
            shop.features.texts.read(context.activity, context.room)
            started = time.perf_counter()
            proposal = decide(tick, context)
            if proposal is None:
                ticks.append(time.perf_counter() - started)
            return proposal

        def timed_learn(proposal: Any, feedback: Any) -> None:
            started = time.perf_counter()
            learn(proposal, feedback)
            lessons[-1] += time.perf_counter() - started

        policy.decide, policy.learn = timed_decide, timed_learn  # type: ignore[method-assign]
        for day in lives:
            for tick in range(0, len(day), 8):  # what the embedding costs is not the question here
                context = context_at(day, tick, False)
                shop.features.texts.read(context.activity, context.room)
            lessons.append(0.0)
            live(house, day)
            started = time.perf_counter()
            policy.sleep()
            lessons[-1] += time.perf_counter() - started
    return {
        "days": days,
        "ticks": len(ticks),
        "tick_p50_ms": round(float(np.quantile(ticks, 0.5)) * 1000, 4),
        "tick_p99_ms": round(float(np.quantile(ticks, 0.99)) * 1000, 4),
        "learning_day_ms": round(max(lessons) * 1000, 2),
        "learning_day_p50_ms": round(float(np.median(lessons)) * 1000, 2),
    }
