"""Who may speak to the simulated person: baselines, those who know more than they should, and the learner.

A policy proposes an idea and a style at a tick, or nothing. Requests are answered with an idea from one picker, common
to all policies, so that they differ only in what they say unasked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edge_assistant.composer.composer import ChanceOf
from edge_assistant.composer.style_model import StyleModel
from edge_assistant.domain import STYLE_CHOICES, TICK_MINUTES, Context, Feedback, Reason, Style
from edge_assistant.feedback.review import Answer, Card
from edge_assistant.learning.prior import Prior
from simulator.world.life import LifeDay
from simulator.world.oracle import OracleDay
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a policy would say."""

    idea: int
    style: Style
    chance: float = 1.0
    threshold: float = 0.0
    why: tuple[Reason, ...] = ()
    text: str = ""
    """The policy's own words; '' leaves them to the voice."""
    chance_of: ChanceOf | None = None
    """The chance that a sentence is well put, as the policy believes; None asks for the style."""
    decision: Any = None
    """What the policy itself wants to have by it when it hears what followed."""


class Silent:
    """Says nothing unasked. The base of all policies: whoever does more overrides what it needs."""

    needs_context = False
    """Whether `decide` is given a context."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def begin_day(self, day: LifeDay) -> None:
        """A day begins; only those who know more than they should may look at it."""
        self.day = day

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        """What to say at a tick at which nobody asked, or None."""
        return None

    def answer(self, tick: int, context: Context, idea: int) -> Proposal:
        """The answer at a tick at which the person asked, with the idea that the common picker chose."""
        return Proposal(idea, self.style)

    def said(self, proposal: Proposal, text: str) -> Proposal:
        """A proposal was put into these words and spoken; returns it with what there is to remember of that."""
        return proposal

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        """What reached the assistant after a tick, at which it said this or nothing."""

    def review(self, count: int) -> list[Card]:
        """At most so many cards about the day that ends, for a person who opens the review."""
        return []

    def shelf(self, context: Context) -> list[Card]:
        """Up to three ideas that lie ready at a moment, for a person who happens to look."""
        return []

    def answered(self, card: Card, answer: Answer, met: bool = False) -> None:
        """A card was answered; `met` where its idea was read on the shelf, and so need not be said soon."""

    def likes_told(self) -> Collection[str] | None:
        """What the person has told that they enjoy, where it asks what else; None where it does not ask."""
        return None

    def like_told(self, words: str) -> None:
        """The answer to that; '' where there was none."""

    def sleep(self) -> None:
        """A day ends."""

    def get_state(self) -> dict[str, Any]:
        """What outlasts a night, JSON-ready."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""


class Random(Silent):
    """Speaks at most five times a day, at ticks and about ideas drawn at random."""

    per_day = 5

    def __init__(self, style: Style, ideas: int, *seed_parts: object) -> None:
        super().__init__(style)
        self.ideas = ideas
        self.seed_parts = seed_parts

    def begin_day(self, day: LifeDay) -> None:
        super().begin_day(day)
        rng = generator("random", *self.seed_parts, day.day)
        self._ticks = frozenset(rng.choice(len(day), size=min(self.per_day, len(day)), replace=False).tolist())
        self._rng = rng

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        return Proposal(int(self._rng.integers(self.ideas)), self.style) if tick in self._ticks else None


class Hourly(Random):
    """Speaks once an hour, about a random idea."""

    every = int(60 / TICK_MINUTES)

    def begin_day(self, day: LifeDay) -> None:
        Silent.begin_day(self, day)
        self._rng = generator("hourly", *self.seed_parts, day.day)

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        if (tick + 1) % self.every:
            return None
        return Proposal(int(self._rng.integers(self.ideas)), self.style)


class Always(Hourly):
    """Speaks at every tick."""

    every = 1


class Oracle(Silent):
    """Says what the best day holds, in the words that suit best."""

    def __init__(self, style: Style, days: dict[int, OracleDay], agent: UserAgent) -> None:
        super().__init__(style)
        self.days = days
        self.ear = own_ear(agent)

    def begin_day(self, day: LifeDay) -> None:
        super().begin_day(day)
        plan = self.days[day.day]
        self._ideas = dict(zip(plan.ticks, plan.ideas, strict=True))

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        return Proposal(self._ideas[tick], self.style, chance_of=self.ear) if tick in self._ideas else None


class Knower(Silent):
    """Has the rubric, but neither the hidden state nor the future: what perfect learning could reach.

    It knows the gaps, the windows, what pleases and how often each idea was heard, and takes energy, mood, focus and
    annoyance to be in their middle.
    """

    PATIENCE = 0.55
    """Share of the maximum gap after which it speaks at the next good moment."""
    MARGIN = 0.08
    """How far receptiveness must pass the threshold, since the hidden state may lower it."""

    def __init__(self, style: Style, taste: Utility, agent: UserAgent) -> None:
        super().__init__(style)
        self.taste = taste
        self.agent = agent
        self.ear = own_ear(agent)

    def begin_day(self, day: LifeDay) -> None:
        super().begin_day(day)
        timing = self.taste.persona.timing
        hidden = timing.energy * day.energy + timing.mood * day.mood + timing.focus * day.focus
        middle = 0 * day.energy
        self.seen = replace(day, energy=middle, mood=middle, focus=middle, receptiveness=day.receptiveness - hidden)
        self._good = self.seen.receptive(timing.threshold + self.MARGIN)

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        frequency, agent = self.taste.persona.frequency, self.agent
        if not self._good[tick] or agent.spoken_today >= frequency.daily_max:
            return None
        if agent.since_spoken(tick) < max(frequency.min_gap, self.PATIENCE * frequency.max_gap):
            return None
        agent.pleasing_now(tick)  # brings rests and habituation up to now; the verdict itself is not used
        utility = self.taste.utility(self.seen, tick, agent.heard_counts)
        utility = np.where(self.taste.possible(self.day, tick) & agent.rested & ~self.taste.forbidden, utility, -np.inf)
        idea = int(np.argmax(utility))
        return Proposal(idea, self.style, chance_of=self.ear) if utility[idea] >= self.taste.threshold else None


def own_style(taste: Utility) -> Style:
    """A style that the persona likes; for those who know the rubric."""
    wishes = {name: getattr(taste.persona.manner, name) for name in STYLE_CHOICES}
    return Style(**{name: value for name, value in wishes.items() if value != "any"})


def own_ear(agent: UserAgent) -> ChanceOf:
    """How well a sentence is put to the persona's mind; for those who know the rubric."""

    def chance_of(text: str, topics: tuple[str, ...]) -> float:
        return 1.0 / (1 + len(agent.faults_of_style(text)))

    return chance_of


def pooled_style(prior: Prior) -> Style:
    """The style that most people like; for those who do not learn."""
    return StyleModel(prior.wishes, prior.topics).best()
