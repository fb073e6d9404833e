"""Our learner in its variants: without one of its parts, and with the dial against a filter bubble.

A part that is left out stays what the prior made of it; everything else is untouched, so that a difference is its own.
Rests after a dismissal are no learner's and stay in all variants.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style_model import StyleModel
from edge_assistant.learning.calibration import Calibration
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.preference import Ranker
from edge_assistant.trigger.frequency import FrequencyModel, PatienceModel
from edge_assistant.trigger.receptivity import Costs

FloatArray = NDArray[np.float64]

PARTS = ("timing", "frequency", "patience", "preference", "manner", "familiarity", "calibration")
"""What can be left out; patience is the belief about how long a silence may last, familiarity all that is read from
what the person does."""
WITHOUT = {f"learner-without-{part}": part for part in PARTS}
DIVERSE = {f"learner-diverse-{dial}": float(dial) for dial in ("0.5", "1", "2")}
"""Ours with the dial against a filter bubble, by how far it is turned."""
NAMES = (*WITHOUT, *DIVERSE)


class _StillProbit(ProbitModel):
    def learn(self, features: FloatArray, likelihood_one: float, likelihood_zero: float) -> None:
        return None


class _StillFrequency(FrequencyModel):
    def learn(self, since_spoken: float, spoken_today: int, likelihood_one: float, likelihood_zero: float) -> None:
        return None

    def believe(self, belief: FloatArray) -> None:
        return None


class _StillPatience(PatienceModel):
    def learn(self, likelihood: FloatArray) -> None:
        return None

    def believe(self, belief: FloatArray) -> None:
        return None


class _StillStyle(StyleModel):
    def learn(self, text: str, topics: tuple[str, ...], likelihood_one: float, likelihood_zero: float) -> None:
        return None

    def learn_choice(self, better: str, worse: str, slip: float) -> None:
        return None

    def learn_alike(self, first: str, second: str) -> None:
        return None

    def learn_too_long(self) -> None:
        return None


class _BlankFamiliarity(Familiarity):
    """Notes what was seen and draws nothing from it."""

    def see(self, text: str) -> None:
        self.texts.setdefault(text)


class _UnseeingRanker(Ranker):
    def notice(self, likeness: FloatArray, variance: float = 0.0) -> None:
        return None


class _StillCalibration(Calibration):
    def learn(self, chance: float, welcome: float) -> None:
        return None


class LearnerWithout(Learner):
    """A learner one of whose parts never moves from the prior."""

    def __init__(self, part: str, prior: Prior, features: FeatureMaker, costs: Costs) -> None:
        """`part`: one of `PARTS`."""
        self.part = part
        super().__init__(prior, features, costs)
        if part == "timing":
            self.trigger.timing = _StillProbit(prior.timing.mean, prior.timing.covariance())
        elif part == "frequency":
            self.trigger.frequency = _StillFrequency(prior.frequency)
        elif part == "patience":
            self.trigger.patience = _StillPatience(prior.patience)
        elif part == "preference":
            self.ranker.model = _StillProbit(self.ranker.model.mean, self.ranker.model.covariance)
        elif part == "manner":
            self.styles = _StillStyle(prior.wishes, prior.topics)
        elif part == "calibration":
            self.calibration = _StillCalibration()
        elif part == "familiarity":
            self.familiarity = _BlankFamiliarity(features, len(features.base))
            self.ranker = _UnseeingRanker(prior, features)
        else:
            raise ValueError(f"part is {part!r}, expected one of {', '.join(PARTS)}")

    def set_state(self, state: dict[str, Any]) -> None:
        super().set_state(state)
        if self.part == "familiarity":  # the learner has made itself a new one
            blank = _BlankFamiliarity(self.features, len(self.features.base))
            for text in self.familiarity.texts:
                blank.texts.setdefault(text)
            self.familiarity = blank


def make(name: str, prior: Prior, features: FeatureMaker, costs: Costs) -> Learner:
    """The variant of a name in `NAMES`."""
    if name in WITHOUT:
        return LearnerWithout(WITHOUT[name], prior, features, costs)
    return Learner(prior, features, costs, variety=DIVERSE[name])
