"""Further policies to hold ours against: asked only, by the clock, and with rules learned online."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from edge_assistant.context.history import History
from edge_assistant.domain import TICK_MINUTES, Context, Feedback, Style
from edge_assistant.learning import prior as priors
from edge_assistant.learning.prior import Prior
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker, Stated
from edge_assistant.ranker.preference import Ranker
from edge_assistant.ranker.repeats import RepeatModel, vague_repeats
from edge_assistant.ranker.rests import heard, repeated
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import Proposal, Silent

NAMES = ("reactive", "personal-reactive", "schedule", "rules")


class WhenAsked(LearnerPolicy):
    """Speaks only when asked, with an idea of its own choice: what the learner has learned, or, frozen, the pooled one.

    Skill counts unasked speech only, so it is 0 here as for `silent`; the measures to look at are satisfaction and how
    many answers are welcome.
    """

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        super().decide(tick, context)
        return None

    def answer(self, tick: int, context: Context, idea: int) -> Proposal:
        decision = self.assistant.tick(context)
        answer = self.assistant.answer(decision)
        if answer.ranked is None:  # every idea rests
            answer = self.assistant.answer(decision, idea)
        return self._proposal(answer)


class Schedule(Silent):
    """Proactive without personalization: at fixed hours, the same ideas for everybody.

    The ideas are those that most of the project's people like, in a fixed order that repeats after a week.
    """

    HOURS = (10.0, 12.5, 15.0, 17.5, 20.0)
    WEEK = 7 * len(HOURS)

    def __init__(self, style: Style, features: FeatureMaker) -> None:
        super().__init__(style)
        base = features.base
        moment = Context(datetime(2025, 1, 6, 15, 0), "a pause")
        sight = features.sight(moment, np.zeros(len(base)), Familiarity(features, len(base)), Stated())
        scores = features.scores(sight, priors.load().liking.mean)
        self.ideas = np.argsort(-scores, kind="stable")[: self.WEEK].tolist()

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        time = self.day.time(tick)
        hour = time.hour + (time.minute + time.second / 60) / 60
        for slot, planned in enumerate(self.HOURS):
            if planned <= hour < planned + TICK_MINUTES / 60 - 1e-9:
                place = (self.day.day - 1) * len(self.HOURS) + slot
                return Proposal(self.ideas[place % self.WEEK], self.style)
        return None


class RuleLearner(Silent):
    """Learns online, with counts alone, rules that say when to speak: in the style of EOPA, from its description.

    A rule is one condition on the moment or two together (the kind of activity, the part of the day, weekend, whether
    the activity has just begun) with how often speech was well timed under it. A moment is judged by its rules,
    weighted by what they have seen; rules that have seen little are given the benefit of the doubt. The gap adapts to
    what is said of frequency. The idea is the pooled ranker's, each category weighted by how often it pleased.
    """

    needs_context = True

    BAR = 0.5
    DOUBT = 0.45
    """Raised chance of a rule without trials; falls with the root of their number."""
    START = 0.3
    """Share of well-timed speech that is believed before anything is known, worth two trials."""
    GAPS = (20.0, 360.0)
    FIRST_GAP = 90.0
    PARTS = (6, 9, 12, 15, 18, 21)
    """Hours at which a part of the day begins."""

    def __init__(self, style: Style, prior: Prior, features: FeatureMaker) -> None:
        super().__init__(style)
        self.features = features
        self.ranker = Ranker(prior, features)
        self.history = History()
        self.repeats = RepeatModel(vague_repeats())
        self._blank = Familiarity(features, len(features.base))
        self.rules: dict[str, list[float]] = {}
        self.categories: dict[str, list[float]] = {}
        self.gap = self.FIRST_GAP

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        self.history.tick(context.time, context.awake_minutes)
        if self.history.since_spoken() < self.gap:
            return None
        names = self.conditions(context)
        if self.chance(names) < self.BAR:
            return None
        idea = self._idea(context)
        if idea is None:
            return None
        return Proposal(idea, self.style, self.chance(names), self.BAR, decision=(context, names, False))

    def answer(self, tick: int, context: Context, idea: int) -> Proposal:
        self.history.tick(context.time, context.awake_minutes)
        return Proposal(idea, self.style, decision=(context, (), True))

    def conditions(self, context: Context) -> tuple[str, ...]:
        """The rules that apply now, single and in pairs."""
        kind = int(np.argmax(self.features.texts.read(context.activity, context.room)[0]))
        part = int(np.searchsorted(self.PARTS, context.time.hour, side="right"))
        single = [
            f"kind {kind}",
            f"part {part}",
            "weekend" if context.time.weekday() >= 5 else "weekday",
            "just begun" if context.activity_minutes < 10 else "going on",
        ]
        pairs = [f"{a} & {b}" for i, a in enumerate(single) for b in single[i + 1 :]]
        return (*single, *pairs)

    def chance(self, names: tuple[str, ...]) -> float:
        """How well timed speech would be by these rules, with the benefit of the doubt."""
        total, weight, least = 0.0, 0.0, np.inf
        for name in names:
            well, badly = self.rules.get(name, (0.0, 0.0))
            trials = well + badly
            total += (trials + 0.5) * (well + 2 * self.START) / (trials + 2)
            weight += trials + 0.5
            least = min(least, trials)
        return total / weight + self.DOUBT / float(np.sqrt(1 + least))

    def said(self, proposal: Proposal, text: str) -> Proposal:
        context, _, requested = proposal.decision
        self.history.say(context.time, self.features.base.ideas[proposal.idea].id, requested)
        return proposal

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        if feedback is None or proposal is None:
            return
        (_, names, _), idea = proposal.decision, proposal.idea
        timing, preference = _told(feedback)
        if timing is not None:
            for name in names:
                self.rules.setdefault(name, [0.0, 0.0])[0 if timing else 1] += 1
        if preference is not None:
            category = self.features.base.ideas[idea].category
            self.categories.setdefault(category, [0.0, 0.0])[0 if preference else 1] += 1
        if names:
            factor = 1.5 if feedback.reason == "frequency" else 0.95 if feedback.reaction == "accepted" else 1.0
            self.gap = float(np.clip(self.gap * factor, *self.GAPS))

    def _idea(self, context: Context) -> int | None:
        base = self.features.base
        counts = heard(self.history, base, context.time)
        sight = self.features.sight(context, counts, self._blank, Stated())
        share = {name: (1 + good) / (2 + good + bad) for name, (good, bad) in self.categories.items()}
        weights = np.array([share.get(idea.category, 0.5) for idea in base.ideas])
        known = repeated(self.history, self.features, self.repeats, context, ())  # it asks nobody what they have
        best = self.ranker.best(sight, known, weights)
        return best.index if best is not None else None

    def get_state(self) -> dict[str, Any]:
        return {
            "rules": self.rules,
            "categories": self.categories,
            "gap": self.gap,
            "history": self.history.get_state(),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        self.rules = {name: list(counts) for name, counts in state["rules"].items()}
        self.categories = {name: list(counts) for name, counts in state["categories"].items()}
        self.gap = float(state["gap"])
        self.history.set_state(state["history"])


def _told(feedback: Feedback) -> tuple[bool | None, bool | None]:
    """Whether timing and preference were right, as far as feedback tells."""
    if feedback.rating is not None:
        return bool(feedback.rating.timing), bool(feedback.rating.preference)
    if feedback.total is not None:
        return feedback.total >= 3, feedback.total >= 3
    if feedback.reaction == "accepted":
        return True, True
    if feedback.reaction == "ignored" or feedback.reason == "timing":
        return False, None
    if feedback.reason is None:
        return False, False  # a bare dismissal says that something was wrong
    return True, None if feedback.reason == "frequency" else feedback.reason != "preference"
