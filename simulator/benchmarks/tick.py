"""What the assistant costs beside the model: a silent tick, and a day's learning."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from edge_assistant.learning import prior
from edge_assistant.storage.store import Store
from quant.timing import percentiles
from simulator.people import persona as people
from simulator.policies.learner_policy import LearnerPolicy
from simulator.runs.household import household, workshop
from simulator.runs.living import context_at, live
from simulator.world.life import live_day

SEED = 77


def measure(days: int) -> dict[str, Any]:
    """Live one persona and time it.

    Returns:
        percentiles of `tick`, silent ticks once their activity is embedded, and of `learning_day`, all feedback of a
        day and the writing at its end; `learning_day_ms`: the largest.
    """
    shop = workshop(people.packaged()[0])
    lives = [live_day(shop.persona, number, SEED) for number in range(1, days + 1)]
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.sqlite") as store:
        house = household(shop, "learner", "reasons", SEED, prior.load(shop.persona.id), store=store)
        policy = house.policy
        assert isinstance(policy, LearnerPolicy)
        ticks: list[float] = []
        learned: list[float] = []
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
            learned[-1] += time.perf_counter() - started

        policy.decide, policy.learn = timed_decide, timed_learn  # type: ignore[method-assign]
        for day in lives:
            for tick in range(0, len(day), 8):  # what the embedding costs is not the question here
                context = context_at(day, tick, False)
                shop.features.texts.read(context.activity, context.room)
            learned.append(0.0)
            live(house, day)
            started = time.perf_counter()
            policy.sleep()
            learned[-1] += time.perf_counter() - started
    figures = percentiles("tick", ticks) | percentiles("learning_day", learned, 2)
    figures["learning_day_ms"] = figures["learning_day_max_ms"]
    return {"days": days, "ticks": len(ticks), **figures}
