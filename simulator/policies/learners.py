"""Our learner in its variants: without one of its parts, and with a short questionnaire at the start.

A part that is left out stays what the prior made of it; everything else is untouched, so that a difference is its own.
Rests after a dismissal are no learner's and stay in all variants.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.composer import Composer, Request
from edge_assistant.composer.style_model import StyleModel
from edge_assistant.domain import STYLE_CHOICES, Context, Style
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_tastes
from edge_assistant.learning.calibration import Calibration
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.preference import Ranker
from edge_assistant.trigger.frequency import FrequencyModel, PatienceModel
from edge_assistant.trigger.receptivity import Costs
from simulator.world.taste import Utility

FloatArray = NDArray[np.float64]

PARTS = ("timing", "frequency", "patience", "preference", "manner", "familiarity", "calibration")
"""What can be left out; patience is the belief about how long a silence may last, familiarity all that is read from
what the person does."""
WITHOUT = {f"learner-without-{part}": part for part in PARTS}
QUESTIONNAIRE = "learner-questionnaire"
IN_WORDS = "learner-questionnaire-words"
"""The questionnaire with the likes in the person's own words in place of a choice among ideas."""
DIVERSE = {f"learner-diverse-{dial}": float(dial) for dial in ("0.5", "1", "2")}
"""Ours with the dial against a filter bubble, by how far it is turned."""
NAMES = (*WITHOUT, QUESTIONNAIRE, IN_WORDS, *DIVERSE)

LIKES, DISLIKES = 3, 2
MOMENT = Context(datetime(2025, 1, 6, 15, 0), "a pause")
"""The ordinary moment for which the questions are asked."""


class _StillProbit(ProbitModel):
    def learn(self, features: FloatArray, likelihood_one: float, likelihood_zero: float) -> None:
        return None


class _StillFrequency(FrequencyModel):
    def learn(self, since_spoken: float, spoken_today: int, likelihood_one: float, likelihood_zero: float) -> None:
        return None


class _StillPatience(PatienceModel):
    def learn(self, likelihood: FloatArray) -> None:
        return None

    def believe(self, belief: FloatArray) -> None:
        return None


class _StillStyle(StyleModel):
    def learn(self, text: str, topics: tuple[str, ...], likelihood_one: float, likelihood_zero: float) -> None:
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
            self.ranker = _UnseeingRanker(prior, features.base, features.idea_vectors)
        else:
            raise ValueError(f"part is {part!r}, expected one of {', '.join(PARTS)}")

    def set_state(self, state: dict[str, Any]) -> None:
        super().set_state(state)
        if self.part == "familiarity":  # the learner has made itself a new one
            blank = _BlankFamiliarity(self.features, len(self.features.base))
            for text in self.familiarity.texts:
                blank.texts.setdefault(text)
            self.familiarity = blank


def make(name: str, prior: Prior, features: FeatureMaker, costs: Costs, taste: Utility) -> Learner:
    """The variant of a name in `NAMES`; only the questionnaire looks at the taste, through its few answers."""
    if name in WITHOUT:
        return LearnerWithout(WITHOUT[name], prior, features, costs)
    if name in DIVERSE:
        return Learner(prior, features, costs, variety=DIVERSE[name])
    learner = Learner(prior, features, costs)
    answer_questions(learner, taste, in_words=name == IN_WORDS)
    return learner


def offered(features: FeatureMaker) -> list[int]:
    """The ideas that the questionnaire shows: of each category the one nearest to its middle."""
    chosen = []
    for category in sorted(set(features.base.category_index.tolist())):
        places = np.flatnonzero(features.base.category_index == category)
        vectors = features.idea_vectors[places]
        chosen.append(int(places[np.argmax(vectors @ vectors.mean(axis=0))]))
    return chosen


def answers(taste: Utility, features: FeatureMaker) -> tuple[list[int], list[int]]:
    """The three ideas that the person likes best among those offered, and the two that they like least."""
    shown = np.array(offered(features))
    liking = np.where(taste.allowed[shown] & ~taste.forbidden[shown], taste.static[shown], taste.static.min() - 1)
    order = shown[np.argsort(-liking, kind="stable")].tolist()
    return order[:LIKES], order[-DISLIKES:]


def answer_questions(learner: Learner, taste: Utility, *, in_words: bool = False) -> None:
    """Take a style, three likes and two dislikes as evidence, as the first start of a person's assistant does.

    In words, the likes are the first three interests of the persona's page: what they would tell of themselves.
    """
    from edge_assistant.service.views.beliefs import WELCOME

    ideas = learner.features.base.ideas
    liked, disliked = ([ideas[index].id for index in some] for some in answers(taste, learner.features))
    likes = list(taste.persona.interests[:LIKES]) if in_words else liked
    state_tastes(learner, MOMENT, likes, LIKED)
    state_tastes(learner, MOMENT, disliked, DISLIKED)
    texts = _examples(learner.features)
    favourite = min(texts, key=lambda style: _distance(style, taste))
    for style, text in texts.items():
        learner.styles.learn(text, (), *(WELCOME if style == favourite else (0.45, 0.55)))
    learner.settle()


def _examples(features: FeatureMaker) -> dict[Style, str]:
    """The same thing said in the four styles that the first start shows."""
    from edge_assistant.service.conversation.setup import EXAMPLE_IDEA, EXAMPLES

    nearest = int(np.argmax(features.idea_vectors @ features.embedder.embed([EXAMPLE_IDEA])[0]))
    requests = [Request(features.base.ideas[nearest], MOMENT, style, 0) for _, style in EXAMPLES]
    said = Composer(None).compose_many(requests)
    return {style: composed.text for (_, style), composed in zip(EXAMPLES, said, strict=True)}


def _distance(style: Style, taste: Utility) -> int:
    """Aspects of a style that offend the person."""
    wishes = taste.persona.manner
    return sum(getattr(wishes, aspect) not in ("any", getattr(style, aspect)) for aspect in STYLE_CHOICES)
