"""Corrections of what is believed: the person's own word is strong evidence, which later answers can still move."""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import SENSITIVE_TOPICS, Context
from edge_assistant.errors import UsageError
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_idea
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.ranker.ideas import CATEGORY_NAMES
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import PREFIX, StatedTastes
from edge_assistant.service.views.beliefs import NEITHER, STATED, UNWELCOME, WELCOME, Beliefs
from edge_assistant.service.views.evidence import PARTS
from edge_assistant.trigger.frequency import DAILY_MAXIMA, MAX_GAPS, MIN_GAPS

SPREAD = 0.1
"""Of a corrected number, in its logarithm: what a person says of gaps and counts is right to about a tenth."""
MOST_TASTES = 200
"""Likes and dislikes that are kept together."""


class Correcting:
    """Takes what the person knows better, and what they say they like. Every change can be taken back."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service
        self.beliefs = Beliefs(service)
        self.tastes = StatedTastes(service)

    def correct(self, id: str, value: Any) -> Belief:
        """The person knows better.

        Args:
            id: of a belief that is shown.
            value: a number for a number, one of the choices for a choice, true or false for a yesno.

        Raises:
            UsageError: no such belief, or a value that it cannot have.
        """
        belief = next((found for found in self.beliefs.all() if found.id == id), None)
        if belief is None:
            raise UsageError(f"belief {id!r}: there is none with this id; 'learning' lists them")
        value = fitting(belief, value)
        self._change(f"correction: {belief.sentence}", lambda: self._learn(id, value), {"belief": id, "value": value})
        return next((found for found in self.beliefs.all() if found.id == id), belief)

    def state(self, likes: Sequence[str] = (), dislikes: Sequence[str] = ()) -> tuple[Belief, ...]:
        """The person says what they like or dislike; returns all beliefs about taste.

        Args:
            likes: their own words, such as 'bouldering', or ids of ideas.
            dislikes: the same.

        Raises:
            UsageError: nothing, or too much.
        """
        if not 0 < len(likes) + len(dislikes) <= MOST_TASTES:
            raise UsageError(f"tastes: {len(likes) + len(dislikes)} were given; name 1 to {MOST_TASTES}")

        def learn() -> None:
            self.tastes.say(likes, True)
            self.tastes.say(dislikes, False)

        named = ", ".join([*likes, *dislikes])
        self._change(f"what you like and dislike: {named}", learn, {"likes": list(likes), "dislikes": list(dislikes)})
        return tuple(belief for belief in self.beliefs.all() if belief.group == "taste")

    # Inside

    def _change(self, words: str, learn: Callable[[], None], event: dict[str, Any]) -> None:
        """Keep the former state, learn, and write everything."""
        service = self.service
        with service.lock, service.store.transaction():
            service.undo.remember(words, None, True, service.memory.last_id())
            learn()
            service.assistant.learner.settle()
            service.learned.save()
            if not service.presence.private:
                service.store.add_event("corrected", service.clock.now(), event)

    def _learn(self, id: str, value: Any) -> None:
        if id.startswith(PREFIX):
            words = id.removeprefix(PREFIX)
            if value == NEITHER:
                self.tastes.take_back(words)
            else:
                self.tastes.say([words], value == STATED[True])
            return
        learn: dict[str, Callable[[str, Any], None]] = {
            "hours": self._learn_hours,
            "gaps": self._learn_gaps,
            "manner": self.service.assistant.learner.styles.learn_wish,
            "topics": self._learn_topics,
            "taste": self._learn_taste,
        }
        group, _, name = id.partition(".")
        learn[group](name, value)
        corrected = self.service.store.get_state(CORRECTED_KEY) or {}
        self.service.store.set_state(CORRECTED_KEY, {**corrected, id: value})

    def _learn_hours(self, name: str, value: bool) -> None:
        timing = self.service.assistant.learner.trigger.timing
        for hour in PARTS[name][1]:
            for moment in self.beliefs.usual_moments(hour)[-3:]:
                timing.learn(moment, *(WELCOME if value else UNWELCOME))

    def _learn_gaps(self, name: str, value: float) -> None:
        trigger = self.service.assistant.learner.trigger
        if name == "again":
            self.service.assistant.learner.repeats.told(value, 2 * SPREAD)
            return
        grid = {"least": MIN_GAPS, "most": DAILY_MAXIMA, "longest": MAX_GAPS}[name]
        weight = np.exp(-0.5 * (np.log(grid / value) / SPREAD) ** 2) + 1e-6
        if name == "longest":
            trigger.patience.belief = _normalised(trigger.patience.belief * weight)
        else:
            shaped = weight[:, None] if name == "least" else weight[None, :]
            trigger.frequency.belief = _normalised(trigger.frequency.belief * shaped)

    def _learn_topics(self, topic: str, value: bool) -> None:
        self.service.assistant.learner.styles.topics[SENSITIVE_TOPICS.index(topic)] = 0.02 if value else 0.98

    def _learn_taste(self, name: str, value: bool) -> None:
        learner = self.service.assistant.learner
        now = Context(self.service.clock.now(), SOMETHING)
        places = np.flatnonzero(learner.features.base.category_index == CATEGORY_NAMES.index(name))
        for index in places[:6]:
            state_idea(learner, now, int(index), LIKED if value else DISLIKED)


def fitting(belief: Belief, value: Any) -> Any:
    """A value that this belief can have.

    Raises:
        UsageError: it cannot have this one.
    """
    if belief.kind == "number":
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise UsageError(f"belief {belief.id}: {value!r} is not a number") from error
        low, high = belief.low or 0.0, belief.high or float("inf")
        if not low <= number <= high:
            raise UsageError(f"belief {belief.id}: {number:g} cannot be; give {low:g} to {high:g} {belief.unit}")
        return number
    if belief.kind == "choice":
        if value not in belief.choices:
            raise UsageError(f"belief {belief.id}: {value!r} cannot be; choose one of {', '.join(belief.choices)}")
        return value
    if isinstance(value, str):
        value = {"yes": True, "true": True, "no": False, "false": False}.get(value.lower(), value)
    if not isinstance(value, bool):
        raise UsageError(f"belief {belief.id}: {value!r} cannot be; answer yes or no")
    return value


def _normalised(values: NDArray[Any]) -> NDArray[np.float64]:
    values = np.maximum(values, 1e-9 * values.max())
    return np.asarray(values / values.sum())
