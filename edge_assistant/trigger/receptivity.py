"""When to speak: a calibrated chance that a word is welcome now, against a threshold made of explicit costs.

Timing and frequency are separate questions. The threshold follows from what a false alarm and a missed need cost,
and from what the rest of the day may still offer (`learning.outlook`): speaking pays when it is worth more than
waiting, and a welcome word counts only as far as the person is likely to want another suggestion by now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.history import History
from edge_assistant.domain import Context, Reason
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel
from edge_assistant.trigger.features import MOMENT_NAMES
from edge_assistant.trigger.frequency import FrequencyModel, PatienceModel

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Costs:
    """What the trigger weighs, in units of one needed suggestion.

    Attributes:
        false_alarm: of speaking when it is not welcome.
        missed_need: of keeping silent when a word was needed.
        badly_put: share of a welcome word's worth that is lost when it is badly put.
    """

    false_alarm: float = 1.0
    missed_need: float = 1.0
    badly_put: float = 0.5


@dataclass(frozen=True, slots=True)
class Assessment:
    """The trigger's view of a moment: chances in [0, 1], and the threshold."""

    timing: float
    frequency: float
    threshold: float
    """The chance from which on it is better to speak than to wait; see `learning.outlook`."""
    wanted: float
    """Chance that a welcome word would count by now."""


class Trigger:
    """Timing, frequency and patience of one person."""

    def __init__(self, prior: Prior) -> None:
        self.timing = ProbitModel(prior.timing.mean, prior.timing.covariance())
        self.frequency = FrequencyModel(prior.frequency)
        self.patience = PatienceModel(prior.patience)
        self.activity_effect = prior.activity_effect
        self.activities: dict[str, int] = {}
        """Activities met so far, each with a weight of its own in `timing`."""

    def meet(self, activity: str) -> None:
        """An activity is seen; a new one gets a weight of its own."""
        if activity not in self.activities:
            self.activities[activity] = len(self.activities)
            self.timing.grow(self.activity_effect)

    def with_activity(self, moment: FloatArray, activity: str) -> FloatArray:
        """(D,) the features of a moment with one for each activity met so far."""
        features = self.padded(moment)
        features[len(moment) + self.activities[activity]] = 1.0
        return features

    def padded(self, moment: FloatArray) -> FloatArray:
        """A moment's features, with zeros for the activities met since."""
        return np.pad(moment, (0, len(self.timing.mean) - len(moment)))

    def assess(self, moment: FloatArray, history: History) -> Assessment:
        """The chances at a moment, from its features (see `with_activity`) and what was said."""
        frequency = self.frequency.chance(history.since_spoken(), history.spoken_today)
        return Assessment(self.timing.chance(moment), frequency, 0.0, self.wanted(history))

    def wanted(self, history: History) -> float:
        """Chance that a welcome word would count by now: the first of a day always does."""
        counts = 1.0 if history.last_welcome is None else self.patience.counts(history.since_welcome())
        return max(counts, 1e-6)

    def reasons(self, moment: FloatArray, most: int = 4) -> tuple[Reason, ...]:
        """What speaks for and against this moment most strongly, in probit units."""
        weights = self.timing.mean[: len(moment)] * moment
        order = np.argsort(-np.abs(weights))[:most]
        names = [MOMENT_NAMES[index] if index < len(MOMENT_NAMES) else "this very activity" for index in order]
        return tuple(Reason(name, float(weights[i])) for name, i in zip(names, order, strict=True) if weights[i] != 0)

    def watch(self, moment: FloatArray, history: History, context: Context) -> None:
        """Learn from whether the person asks for something at this tick.

        A request comes only from somebody who is overdue, at a receptive moment. That none comes while they are
        probably overdue speaks a little against every moment that passes.
        """
        since = history.since_welcome()
        if context.request:
            self.timing.learn(moment, 1.0, 0.02)
            self.patience.learn_request(since)
        elif not history.asked_in_spell:
            overdue = self.patience.overdue(since)
            if overdue > 0.02:
                self.patience.learn_no_request(since, self.timing.chance(moment))
            if overdue > 0.2:
                self.timing.learn(moment, 1.0 - self.patience.asking() * overdue, 1.0)
