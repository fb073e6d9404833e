"""What pleases a persona: a utility for every idea at every moment, and the threshold that it must reach.

u = categories + attributes                              (terms that a shared attribute carries)
  + interests x idea text + fit to the activity + interactions + energy x effort + mood - habituation
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, SEASONS
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase
from simulator.people.persona import Interaction, Persona
from simulator.people.routine import DAYS, within
from simulator.people.telling import things
from simulator.world.constants import World
from simulator.world.judge_embedding import similarities
from simulator.world.life import LifeDay, live_day
from simulator.world.seeding import generator

TIREDNESS = 0.25
"""How much energy moves the liking of effort, per standard deviation of effort."""
CHEER = 0.2
"""How much mood moves all utilities."""
LOW, HIGH = -0.15, 0.2
"""Where energy and mood begin to be low or high."""
HABITUATION_DAYS = 7
CATEGORY_SHARE = 0.2
"""Of the habituation to an idea, what each other idea of its category that was heard adds."""
NEARLY_THE_SAME = 0.85
"""Cosine of two ideas' texts from which on they mean nearly the same."""

LIKE_A_HABIT = 0.6
"""Cosine from which on an idea is what the persona's words call a habit."""

REFERENCE_SEED = 0
REFERENCE_DAYS = 7
"""The life on which the threshold is set; no run uses it."""


@dataclass(frozen=True)
class _Condition:
    """An interaction ready to use: when it holds, and what it adds to each idea."""

    interaction: Interaction
    kinds: frozenset[int]
    effect: NDArray[np.float64]

    def holds(self, day: LifeDay, tick: int) -> bool:
        rule = self.interaction
        if self.kinds and int(day.kind[tick]) not in self.kinds:
            return False
        if DAYS[day.wake.weekday()] not in rule.days or not within(rule.start, rule.end, float(day.minute[tick])):
            return False
        return _at_level(rule.energy, day.energy[tick]) and _at_level(rule.mood, day.mood[tick])


def _at_level(level: str | None, value: float) -> bool:
    return level is None or (value <= LOW if level == "low" else value >= HIGH)


class Utility:
    """The utility of all ideas of a knowledge base for one persona.

    Attributes:
        shared: (n,) what categories and attributes carry.
        interest: (n,) what the persona's interests add, from the idea's text.
        allowed: (n,) ideas that touch nothing avoided and need nothing that the persona does not have.
        forbidden: (n,) ideas on a topic that must not be spoken of (a matter of communication).
        near: for each idea all that mean nearly the same, itself among them.
        habits: (n,) ideas that may be said daily.
        threshold: utility at which an idea pleases.
    """

    def __init__(self, persona: Persona, base: KnowledgeBase, embedder: Embedder, world: World | None = None) -> None:
        """
        Args:
            persona: as their file describes them.
            base: the ideas.
            embedder: of the judge's sense of texts.
            world: in which they live; None is the default one.
        """
        self.world = world or World()
        self.persona = persona = self.world.lived_in(persona)
        self.base = base
        liking = persona.preference
        category = np.array([liking.categories.get(name, 0.0) for name in CATEGORY_NAMES])
        attribute = np.array([liking.attributes.get(name, 0.0) for name in ATTRIBUTES])
        self.shared = category[base.category_index] + base.attributes @ attribute
        match = similarities(base.texts, persona.interests, embedder, self.world.taste_embedding).max(axis=1)
        self.interest = liking.interest_weight * (match - match.mean()) / max(float(match.std()), 1e-9)
        self.fit = liking.fitting_weight * base.kinds_matrix.T.astype(float)  # (kinds, n)
        self._effort = TIREDNESS * base.attributes[:, ATTRIBUTES.index("effort")]
        self.conditions = tuple(self._condition(rule) for rule in liking.interactions)
        self.allowed = np.array(
            [
                idea.category not in liking.avoid_categories and not set(idea.topics) & set(liking.avoid_topics)
                for idea in base.ideas
            ]
        ) & base.possible(things(persona))
        self.forbidden = np.array(
            [bool(set(idea.topics) & set(persona.manner.forbidden_topics)) for idea in base.ideas]
        )
        self.static = self._with_noise(self.shared + self.interest)
        self.near = nearly_same(base, embedder)
        self.habits = self._habits(embedder)
        self.threshold = self._find_threshold()

    def _with_noise(self, static: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same variance, a share of it as noise that is fixed for each idea."""
        share = self.world.taste_noise
        if not share:
            return static
        noise = generator("taste-noise", self.persona.id, self.world.name).normal(0, static.std(), len(static))
        return np.asarray(static.mean() + np.sqrt(1 - share) * (static - static.mean()) + np.sqrt(share) * noise)

    def _habits(self, embedder: Embedder) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.base), dtype=bool)
        for habit in self.persona.preference.habits:
            if habit in self.base.by_id:
                mask[self.base.index(habit)] = True
            else:
                mask |= (embedder.embed(list(self.base.texts)) @ embedder.embed([habit])[0]) >= LIKE_A_HABIT
        return mask

    def habituated(self, heard: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) hearings that count against each idea: its own, and a part of those of its category."""
        categories = self.base.category_index
        of_category = np.bincount(categories, weights=heard, minlength=len(CATEGORY_NAMES))[categories]
        return np.asarray(heard + CATEGORY_SHARE * (of_category - heard))

    def utility(self, day: LifeDay, tick: int, heard: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """(n,) utilities at a tick; `heard` counts how often each idea was heard in the last 7 days."""
        value = self.static + self.fit[day.kind[tick]] + (self._effort * day.energy[tick] + CHEER * day.mood[tick])
        for condition in self.conditions:
            if condition.holds(day, tick):
                value = value + condition.effect
        if heard is None:
            return np.asarray(value)
        return np.asarray(value - self.persona.preference.habituation * self.habituated(heard))

    def pleasing(self, day: LifeDay, tick: int, heard: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
        """(n,) which ideas would please at a tick, rests aside."""
        return self.possible(day, tick) & (self.utility(day, tick, heard) >= self.threshold)

    def possible(self, day: LifeDay, tick: int) -> NDArray[np.bool_]:
        """(n,) allowed ideas whose own hours and season it is: nobody is pleased to be sent gardening in the snow.

        By what is written of the ideas alone; what the assistant holds back beyond that, by its own rules, is its risk.
        """
        time = day.time(tick)
        hour = time.hour + time.minute / 60
        begin, end = self.base.hours.T
        after, before = hour >= begin, hour <= end
        in_hours = np.where(begin <= end, after & before, after | before)
        season = SEASONS.index(("winter", "spring", "summer", "autumn")[time.month % 12 // 3])
        return np.asarray(self.allowed & in_hours & self.base.seasons[:, season])

    def _condition(self, rule: Interaction) -> _Condition:
        if rule.of in ATTRIBUTES:
            effect = rule.weight * self.base.attributes[:, ATTRIBUTES.index(rule.of)]
        else:
            effect = rule.weight * (self.base.category_index == CATEGORY_NAMES.index(rule.of))
        return _Condition(rule, frozenset(ACTIVITY_CLASSES.index(kind) for kind in rule.kinds), effect)

    def _find_threshold(self) -> float:
        """The quantile that lets the persona's share of ideas please at the receptive moments of a reference life."""
        values = []
        for number in range(1, REFERENCE_DAYS + 1):
            day = live_day(self.persona, number, REFERENCE_SEED)
            for tick in np.flatnonzero(day.receptive(self.persona.timing.threshold))[::4]:
                values.append(np.where(self.possible(day, int(tick)), self.utility(day, int(tick)), -np.inf))
        if not values:  # a person who is never receptive still likes some things
            values.append(np.where(self.allowed, self.static, -np.inf))
        return float(np.quantile(np.concatenate(values), 1 - self.persona.preference.pleasing, method="lower"))


def nearly_same(base: KnowledgeBase, embedder: Embedder) -> tuple[tuple[int, ...], ...]:
    """For each idea the places of all that mean nearly the same, itself among them."""
    known = _NEAR.get(base.sha256)
    if known is not None:
        return known
    vectors = np.asarray(embedder.embed(list(base.texts)))
    alike = vectors @ vectors.T >= NEARLY_THE_SAME
    np.fill_diagonal(alike, True)
    _NEAR[base.sha256] = found = tuple(tuple(np.flatnonzero(row).tolist()) for row in alike)
    return found


_NEAR: dict[str, tuple[tuple[int, ...], ...]] = {}
"""By knowledge base: it is the same for all people."""
