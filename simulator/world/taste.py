"""What pleases a persona: a utility for every idea at every moment, and the threshold that it must reach.

u = categories + attributes                              (terms that a shared attribute carries)
  + interests x idea text + fit to the activity + interactions + energy x effort + mood - habituation
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase
from simulator.people.persona import DAYS, Interaction, Persona
from simulator.world.judge_embedding import similarities
from simulator.world.life import LifeDay, live_day
from simulator.world.plan import within

TIREDNESS = 0.25
"""How much energy moves the liking of effort, per standard deviation of effort."""
CHEER = 0.2
"""How much mood moves all utilities."""
LOW, HIGH = -0.15, 0.2
"""Where energy and mood begin to be low or high."""
HABITUATION_DAYS = 7

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
        allowed: (n,) ideas that touch nothing avoided.
        forbidden: (n,) ideas on a topic that must not be spoken of (a matter of communication).
        threshold: utility at which an idea pleases.
    """

    def __init__(self, persona: Persona, base: KnowledgeBase, embedder: Embedder) -> None:
        self.persona = persona
        self.base = base
        liking = persona.preference
        category = np.array([liking.categories.get(name, 0.0) for name in CATEGORY_NAMES])
        attribute = np.array([liking.attributes.get(name, 0.0) for name in ATTRIBUTES])
        self.shared = category[base.category_index] + base.attributes @ attribute
        match = similarities([idea.text for idea in base.ideas], persona.interests, embedder).max(axis=1)
        self.interest = liking.interest_weight * (match - match.mean()) / max(float(match.std()), 1e-9)
        self.fit = liking.fitting_weight * base.kinds_matrix.T.astype(float)  # (kinds, n)
        self._effort = TIREDNESS * base.attributes[:, ATTRIBUTES.index("effort")]
        self.conditions = tuple(self._condition(rule) for rule in liking.interactions)
        self.allowed = np.array(
            [
                idea.category not in liking.avoid_categories and not set(idea.topics) & set(liking.avoid_topics)
                for idea in base.ideas
            ]
        )
        self.forbidden = np.array(
            [bool(set(idea.topics) & set(persona.manner.forbidden_topics)) for idea in base.ideas]
        )
        self.static = self.shared + self.interest
        self.threshold = self._find_threshold()

    def utility(self, day: LifeDay, tick: int, heard: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """(n,) utilities at a tick; `heard` counts how often each idea was heard in the last 7 days."""
        value = self.static + self.fit[day.kind[tick]] + (self._effort * day.energy[tick] + CHEER * day.mood[tick])
        for condition in self.conditions:
            if condition.holds(day, tick):
                value = value + condition.effect
        return np.asarray(value if heard is None else value - self.persona.preference.habituation * heard)

    def pleasing(self, day: LifeDay, tick: int, heard: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
        """(n,) which ideas would please at a tick, rests aside."""
        return self.allowed & (self.utility(day, tick, heard) >= self.threshold)

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
                values.append(np.where(self.allowed, self.utility(day, int(tick)), -np.inf))
        if not values:  # a person who is never receptive still likes some things
            values.append(np.where(self.allowed, self.static, -np.inf))
        return float(np.quantile(np.concatenate(values), 1 - self.persona.preference.pleasing, method="lower"))
