"""Times at which a word is due by what is known rather than by what was learned: a pause after long work, first words.

Answers teach when a word is welcome, and in the first days there are none. Until then what the person has told is
taken up at good boundaries, so that the first thing heard is about them. Nothing here gets past a limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.stretches import WORK
from edge_assistant.domain import ACTIVITY_CLASSES, Context
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.ranker.likes import about
from edge_assistant.ranker.rests import heard
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import PER_DAY

STRETCHES_KEY = "personal.stretches"

FIRST_WORDS = 20
"""Suggestions altogether, after which answers have taught enough."""

SOON, LATE = 45.0, 150.0
"""Awake minutes since waking or the last word: from when a boundary serves, and from when any moment does."""

JUST_BEGUN = 5.0
"""Minutes in which an activity counts as just begun."""

LONG_WORK, SHORTEST_LONG, LONGEST_LONG = 90.0, 60.0, 150.0
"""Minutes of work without a pause after which one is due, before the person's own are known, and their bounds."""

LEAST_STRETCH, KEPT, ENOUGH = 20.0, 30, 5
"""Minutes that make a stretch of work, how many are remembered, and how many it takes to know the person's own."""

DECLINED = timedelta(hours=36)
"""For so long no pause is suggested to somebody who did not want the last one."""
WORKED = "you have worked"
"""Begins the reason."""

BECAUSE = "said now because"
"""Under this word the reason is kept with what was said."""

PAUSE_MINUTES = 15.0
PAUSES = frozenset({"work_breaks", "drinks"})
"""Categories of what one does in a pause."""

TALKING = frozenset({"meeting", "call", "company"})
ABSORBED = frozenset({"media", "gaming", "reading", "music"})
"""What is not to be interrupted but by who comes back to it."""
WEARY = 1.2
"""False alarms of late, fading, above which nobody is spoken to but for what was learned."""

WEEK = 7.0

Mask = NDArray[np.bool_]


class Occasions:
    """Finds them, one tick after another."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service
        self._stretches: list[float] = (service.store.get_state(STRETCHES_KEY) or {}).get("minutes", [])
        self._stretch = 0.0
        self._paused = False

    def find(self, decision: Decision) -> Decision:
        """The decision of a tick, turned into speech where a word is due."""
        context, learner = decision.context, self.service.assistant.learner
        activity = ACTIVITY_CLASSES[int(learner.features.classes_of(context.activity).argmax())]
        self._follow(context, activity)
        if decision.speak or decision.forbidden or context.request or activity in TALKING or not self._may(decision):
            return decision
        for occasion, wanted in self._due(decision, activity):
            index = self._best(context, wanted)
            if index is not None:
                answer = self.service.assistant.answer(decision, index)
                assessment = replace(answer.assessment, threshold=0.0)
                return replace(answer, requested=False, occasion=occasion, assessment=assessment)
        return decision

    def spoke(self, decision: Decision) -> None:
        """It was said."""
        self._paused = self._paused or decision.occasion.startswith(WORKED)

    @property
    def long_work(self) -> float:
        """Minutes of work after which this person makes a pause, or would do well to."""
        if len(self._stretches) < ENOUGH:
            return LONG_WORK
        return float(np.clip(np.quantile(self._stretches, 0.75), SHORTEST_LONG, LONGEST_LONG))

    # Inside

    def _follow(self, context: Context, activity: str) -> None:
        """Learn how long the person works without a pause."""
        if context.stretch_minutes < self._stretch or activity not in WORK:
            if self._stretch >= LEAST_STRETCH:
                self._stretches = [*self._stretches, self._stretch][-KEPT:]
                self.service.store.set_state(STRETCHES_KEY, {"minutes": self._stretches})
            self._paused = False
        self._stretch = context.stretch_minutes if activity in WORK else 0.0

    def _may(self, decision: Decision) -> bool:
        """Whether another word today can be right at all."""
        learner, level = self.service.assistant.learner, self.service.settings.presence.level
        least = learner.trigger.frequency.min_gap()
        told = (self.service.store.get_state(CORRECTED_KEY) or {}).get(PER_DAY)
        few = decision.spoken_today < min(learner.trigger.frequency.daily_max(), told or float("inf"))
        quiet = decision.since_spoken >= least and learner.history.unwelcome[1] < WEARY
        return level in ("normal", "chatty") and few and quiet

    def _due(self, decision: Decision, activity: str) -> Iterator[tuple[str, Mask]]:
        """What a word may be about, the most pressing first, with the reason in words."""
        context, learner = decision.context, self.service.assistant.learner
        if self._stretch >= self.long_work and not self._paused and not self._declined(context.time):
            yield f"{WORKED} for {self._stretch:.0f} minutes without a pause", pauses(learner)
        waited = min(decision.since_spoken, context.awake_minutes)
        boundary = context.presence == "back" or context.activity_minutes <= JUST_BEGUN or activity not in WORK
        if activity in ABSORBED and context.presence != "back":
            return
        if learner.history.spoken_ever < FIRST_WORDS and waited >= (SOON if boundary else LATE):
            for name, ideas in told(learner, context):
                yield f"in the first days I take up {name}", ideas

    def _declined(self, now: datetime) -> bool:
        """Whether the last word about a pause, of today or yesterday, was not taken up: nobody wants to be nagged."""
        rows = self.service.feed.between(now - DECLINED, None)
        said = [row for row in rows if str(row.why.get("context", {}).get(BECAUSE, "")).startswith(WORKED)]
        return bool(said) and said[-1].entry.state != "accepted" and said[-1].entry.outcome != "done"

    def _best(self, context: Context, wanted: Mask) -> int | None:
        """The likeliest to please of some ideas; None where all rest."""
        learner = self.service.assistant.learner
        known = learner.repeated(context)
        habit = np.array([idea.nature == "habit" for idea in learner.features.base.ideas])
        rested = (known.days >= WEEK) | habit
        for likeness in learner.stated.dislikes.values():
            wanted = wanted & ~about(learner.features.base, likeness)
        chosen = np.flatnonzero(wanted & rested & (known.fresh > 0.5) & (learner.topic_chances() > 0.5))
        if not len(chosen):
            return None
        means, variances = learner.ranker.chances(learner.sight(context), chosen)
        return int(chosen[np.argmax(means / np.sqrt(1 + variances))])


def pauses(learner: Learner) -> Mask:
    """(n,) ideas for a pause from work."""
    ideas = learner.features.base.ideas
    return np.array([idea.category in PAUSES and idea.minutes <= PAUSE_MINUTES for idea in ideas])


def told(learner: Learner, context: Context) -> list[tuple[str, Mask]]:
    """What the person has told of themselves, in words, with the ideas about it; what was heard least comes first."""
    base, packaged = learner.features.base, load_packaged().by_id
    found = [("your own things", np.array([idea.id not in packaged for idea in base.ideas]))]
    for like, likeness in learner.stated.likes.items():
        found.append((f"'{like}', which you like", about(base, likeness)))
    counts = heard(learner.history, base, context.time)
    return sorted(found, key=lambda entry: float(counts[entry[1]].sum()))
