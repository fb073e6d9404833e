"""The best day that was possible: welcome suggestions only, fewest overdue ticks first, fewest suggestions second.

Dynamic programming over (last suggestion, count). Cost of a schedule = overdue ticks, then suggestions, then the sum of
their ticks (ties are broken towards earlier speech), kept in one integer. Ideas rest across days as the person wants
it; at each tick of the schedule the best of those that do not rest is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import TICK_MINUTES
from simulator.people.persona import Frequency
from simulator.world.life import LifeDay
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

_OVERDUE = 10**9
_COUNT = 10**6


@dataclass(frozen=True, slots=True)
class OracleDay:
    """The oracle's day: at which ticks it speaks, which ideas, and how many of them count as needs."""

    day: int
    ticks: tuple[int, ...]
    ideas: tuple[int, ...]
    needs: int


def best_days(taste: Utility, days: Iterable[LifeDay]) -> dict[int, OracleDay]:
    """The best schedule for each of some days in a row, annoyance 0 and nobody asking."""
    agent = UserAgent(taste.persona, taste, patient=True)
    return {day.day: best_day(taste, day, agent) for day in days}


def best_day(taste: Utility, day: LifeDay, agent: UserAgent) -> OracleDay:
    """The best schedule for a day after what the agent, who hears it, has heard before."""
    frequency = taste.persona.frequency
    agent.begin_day(day)
    feasible = np.flatnonzero(day.receptive(taste.persona.timing.threshold))
    # looked at by somebody else: whoever has seen the evening takes what rests until then for rested in the morning
    scout = UserAgent(taste.persona, taste, patient=True)
    scout.set_state(agent.get_state())
    scout.begin_day(day)
    feasible = np.array([tick for tick in feasible if scout.pleasing_now(int(tick)).any()], dtype=np.int64)
    ticks, ideas = _assign(taste, day, schedule(feasible, len(day), frequency), agent)
    return OracleDay(day.day, ticks, ideas, count_value(ticks, (1.0,) * len(ticks), frequency.max_gap, None)[1])


def schedule(feasible: NDArray[np.int64], ticks: int, frequency: Frequency) -> tuple[int, ...]:
    """Ticks at which to speak, among the feasible ones of a day with so many ticks."""
    size = len(feasible)
    if not size:
        return ()
    gap = int(np.ceil(frequency.min_gap / TICK_MINUTES))
    patience = int(frequency.max_gap // TICK_MINUTES)

    def overdue(length: NDArray[np.int64]) -> NDArray[np.int64]:
        """Overdue ticks strictly inside a silence that ends `length` ticks after it began."""
        return np.maximum(length - 1 - patience, 0)

    # steps[i, j]: cost of going from a suggestion at feasible[i] to the next at feasible[j]
    length = feasible[None, :] - feasible[:, None]
    steps = np.where(
        length >= max(gap, 1), overdue(length) * _OVERDUE + _COUNT + feasible[None, :], np.iinfo(np.int64).max // 4
    )
    cost = overdue(feasible) * _OVERDUE + _COUNT + feasible
    ending = overdue(ticks - feasible) * _OVERDUE
    best = int(overdue(np.array([ticks]))[0]) * _OVERDUE
    chain: tuple[int, ...] = ()
    parents: list[NDArray[np.int64]] = []
    for count in range(1, frequency.daily_max + 1):
        last = int(np.argmin(cost + ending))
        if cost[last] + ending[last] < best:
            best, chain = int(cost[last] + ending[last]), _trace(feasible, parents, last)
        if count == frequency.daily_max:
            break
        totals = cost[:, None] + steps
        parents.append(np.argmin(totals, axis=0))
        cost = np.minimum(totals.min(axis=0), np.iinfo(np.int64).max // 4)
    return chain


def _trace(feasible: NDArray[np.int64], parents: list[NDArray[np.int64]], last: int) -> tuple[int, ...]:
    chain = [last]
    for parent in reversed(parents):
        chain.append(int(parent[chain[-1]]))
    return tuple(int(feasible[index]) for index in reversed(chain))


def _assign(
    taste: Utility, day: LifeDay, ticks: tuple[int, ...], agent: UserAgent
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The best idea for each tick, heard by the agent; a tick left without one is dropped."""
    used: list[int] = []
    kept: list[int] = []
    for tick in ticks:
        pleasing = agent.pleasing_now(tick)
        utility = np.where(pleasing, taste.utility(day, tick, agent.heard_counts), -np.inf)
        idea = int(np.argmax(utility))
        if np.isfinite(utility[idea]):
            used.append(idea)
            kept.append(tick)
            agent.note_heard(tick, idea)
    return tuple(kept), tuple(used)


def count_value(
    ticks: tuple[int, ...], worths: tuple[float, ...], max_gap: float, needs: int | None
) -> tuple[float, int]:
    """Value of welcome suggestions in time order, and how many of them counted.

    One counts when at least half the maximum gap (minutes of awake time) has passed since the last that counted, and
    only the first `needs` count; None counts all.
    """
    value, counted, last = 0.0, 0, None
    for tick, worth in zip(ticks, worths, strict=True):
        if needs is not None and counted >= needs:
            break
        if last is None or (tick - last) * TICK_MINUTES >= max_gap / 2:
            value, counted, last = value + worth, counted + 1, tick
    return value, counted
