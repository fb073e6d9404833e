"""Moments of a simulated life with the rubric's verdicts, on which a judging model is tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from edge_assistant.composer.prepared import prepared
from edge_assistant.domain import STYLE_CHOICES, TICK_MINUTES, Rating, Style, Suggestion
from simulator.judges.llm import Moment
from simulator.people.persona import Persona
from simulator.runs.living import context_at
from simulator.world.life import LifeDay, live_day
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import STYLE_ASPECTS, UserAgent

MOMENTS_A_DAY = 4


def rated_moments(taste: Utility, days: Sequence[int], seed: int) -> Iterator[tuple[Moment, Rating]]:
    """Moments of some days of a life with the rubric's verdicts.

    Half of them are receptive, half of the ideas please, half of the sentences keep the persona's style, so that ones
    and zeros are about even.
    """
    persona, base = taste.persona, taste.base
    agent = UserAgent(persona, taste, patient=True)
    for number in days:
        rng = generator("judge moments", persona.id, number, seed)
        day = live_day(persona, number, seed)
        agent.begin_day(day)
        for tick in _ticks(persona, day, rng):
            idea = _idea(agent, tick, rng)
            style = _style(persona, rng)
            text = prepared(base.ideas[idea], style, context_at(day, tick, False), seed=number * 1000 + tick)[0]
            suggestion = Suggestion(f"{number}-{tick}", text, base.ideas[idea].id, style)
            rating = agent.rate_spoken(tick, idea, suggestion)
            yield Moment.of(agent, tick, suggestion), rating
            agent.hear(tick, idea, suggestion, rating)


def _ticks(persona: Persona, day: LifeDay, rng: np.random.Generator) -> list[int]:
    """Half of the ticks receptive, and of the others some too soon after one of those."""
    receptive = np.flatnonzero(day.receptive(persona.timing.threshold))
    chosen = rng.choice(receptive, min(MOMENTS_A_DAY // 2, len(receptive)), replace=False).tolist()
    soon = max(1, int(persona.frequency.min_gap / TICK_MINUTES / 2))
    ticks = {*chosen, *(min(tick + int(rng.integers(1, soon + 1)), len(day) - 1) for tick in chosen[:1])}
    rest = np.setdiff1d(np.arange(len(day)), list(ticks))
    ticks.update(rng.choice(rest, MOMENTS_A_DAY - len(ticks), replace=False).tolist())
    return sorted(ticks)


def _idea(agent: UserAgent, tick: int, rng: np.random.Generator) -> int:
    """A pleasing idea half of the time, otherwise any."""
    pleasing = np.flatnonzero(agent.pleasing_now(tick))
    if len(pleasing) and rng.random() < 0.5:
        return int(rng.choice(pleasing))
    return int(rng.integers(len(agent.taste.base)))


def _style(persona: Persona, rng: np.random.Generator) -> Style:
    """The persona's own style half of the time, otherwise any."""
    drawn = {aspect: str(rng.choice(choices)) for aspect, choices in STYLE_CHOICES.items()}
    if rng.random() < 0.5:
        wishes = {aspect: getattr(persona.manner, aspect) for aspect in STYLE_ASPECTS}
        drawn |= {aspect: value for aspect, value in wishes.items() if value != "any"}
    return Style(**drawn)
