"""The oracle against exhaustive search, and against its own measure."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.loop.stranger import vague
from simulator.people.persona import Frequency
from simulator.policies.learner_policy import LearnerPolicy
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import live
from simulator.runs.metrics import measure
from simulator.world.life import live_day
from simulator.world.oracle import best_days, count_value, schedule


def _overdue(chosen: tuple[int, ...], ticks: int, max_gap: float) -> int:
    """Overdue silent ticks, counted one by one as the judge counts them."""
    last, overdue = 0, 0
    for tick in range(ticks):
        if tick in chosen:
            last = tick
        elif (tick - last) * TICK_MINUTES > max_gap:
            overdue += 1
    return overdue


def _exhaustive(feasible: np.ndarray, ticks: int, frequency: Frequency) -> tuple[int, int, int]:
    gap = frequency.min_gap / TICK_MINUTES
    costs = []
    for count in range(frequency.daily_max + 1):
        for chosen in combinations(feasible.tolist(), count):
            if all(b - a >= gap for a, b in pairwise(chosen)):
                costs.append((_overdue(chosen, ticks, frequency.max_gap), count, sum(chosen)))
    return min(costs)


@pytest.mark.parametrize("seed", range(12))
def test_schedule_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ticks = 60
    feasible = np.sort(rng.choice(ticks, size=int(rng.integers(0, 12)), replace=False))
    frequency = Frequency(
        min_gap=float(rng.integers(5, 30)), max_gap=float(rng.integers(35, 90)), daily_max=int(rng.integers(1, 5))
    )
    chosen = schedule(feasible, ticks, frequency)
    cost = (_overdue(chosen, ticks, frequency.max_gap), len(chosen), sum(chosen))
    assert cost == _exhaustive(feasible, ticks, frequency)


def test_value_counts_only_what_comes_after_half_the_maximum_gap() -> None:
    half = int(90 / TICK_MINUTES / 2)
    assert count_value((10, 10 + half - 1, 10 + half), (1.0, 1.0, 0.5), 90, None) == (1.5, 2)
    assert count_value((10, 10 + half, 10 + 2 * half), (1.0, 1.0, 1.0), 90, 2) == (2.0, 2)


def test_oracle_has_skill_one_and_silence_none(shop: PersonaSetup) -> None:
    days = [live_day(shop.persona, number, 5) for number in (1, 2, 3)]
    plans = best_days(shop.taste, days)
    for assistant, skill in (("oracle", 1.0), ("silent", 0.0)):
        house = household(shop, assistant, "reasons", 5, vague(), plans)
        for day in days:
            measures = measure(live(house, day).log, plans[day.day].needs, shop.persona.frequency.max_gap, None, None)
            assert measures["skill"] == skill
            assert plans[day.day].needs > 0


def test_learner_never_gets_the_days_of_the_oracle(shop: PersonaSetup) -> None:
    house = household(shop, "learner", "reasons", 5, vague(), {})
    assert isinstance(house.policy, LearnerPolicy)
    assert not hasattr(house.policy, "days")
