"""What is believed about the person, as sentences: only what the person's own answers have moved is told as theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import SENSITIVE_TOPICS, STYLE_CHOICES, Context
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.ranker.ideas import CATEGORY_NAMES
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import StatedTastes
from edge_assistant.service.views.evidence import PARTS, answers_by_belief
from edge_assistant.trigger.features import moment_features

TYPICAL = "typical, not yet you"
"""What is said of a belief that no answer of this person has moved."""

WELCOME, UNWELCOME = (0.95, 0.05), (0.05, 0.95)
"""Likelihoods of the person's own word for and against."""
NEAR = 0.35
"""A corrected number is told as the person said it while what is believed is so near to it, in its logarithm."""
STYLE_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "length": ("the length of sentences", {"short": "short sentences", "long": "longer sentences with a reason"}),
    "formality": ("how formal the tone is", {"casual": "a casual tone", "formal": "a formal tone"}),
    "directness": (
        "how directly things are put",
        {"direct": "to be told directly", "gentle": "gentle hints", "question": "to be asked"},
    ),
    "warmth": ("how warm the tone is", {"plain": "a plain tone", "warm": "a warm tone"}),
    "emoji": ("emoji", {"no": "sentences without emoji", "yes": "an emoji at the end"}),
    "exclamation": ("exclamation marks", {"no": "no exclamation marks", "yes": "exclamation marks"}),
}
"""For each aspect of style, what it is about and what is liked."""

TASTES = 6
"""Categories that are shown in any case: those liked best and least."""
STATED = {True: "like", False: "dislike"}
NEITHER = "neither"


class Beliefs:
    """Reads what the learner believes."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def all(self) -> tuple[Belief, ...]:
        """Every belief, hours first; what the person has said outright stands before the other tastes."""
        with self.service.lock:
            answers = answers_by_belief(self.service)
            corrected = self.service.store.get_state(CORRECTED_KEY) or {}
            answers.update(dict.fromkeys(corrected, 1))
            found = [
                *self._hours(answers),
                *self._gaps(answers),
                *self._style(answers),
                *self._topics(answers),
                *self._stated(),
                *self._tastes(answers),
            ]
        return tuple(replace(one, corrected=one.id in corrected, answers=answers[one.id]) for one in found)

    def usual_moments(self, hour: int) -> list[NDArray[np.float64]]:
        """Features of usual moments at an hour: the latest activities, on a working day, some time into them."""
        learner = self.service.assistant.learner
        texts = list(learner.trigger.activities)[-8:] or [SOMETHING]
        day = self.service.clock.now()
        workday = day.replace(day=1 + (7 - day.replace(day=1).weekday()) % 7)
        time = workday.replace(hour=hour, minute=30, second=0, microsecond=0)
        contexts = [Context(time, text, activity_minutes=10) for text in texts]
        moments = [moment_features(learner.features.texts, context, said=learner.good_times) for context in contexts]
        return [learner.trigger.padded(moment) for moment in moments]

    # Inside

    def _hours(self, answers: Counter[str]) -> list[Belief]:
        timing = self.service.assistant.learner.trigger.timing
        found = []
        for name, (words, hours) in PARTS.items():
            chance = float(np.mean([timing.chance(moment) for hour in hours for moment in self.usual_moments(hour)]))
            how = "suit you well" if chance > 0.5 else "rarely suit you"  # two ways, so that 'no' means the other
            told = f"{words} {how} for a suggestion ({100 * chance:.0f} %)"
            sentence = _sentence(told, words, answers[f"hours.{name}"])
            found.append(Belief(f"hours.{name}", sentence, "hours", "yesno", chance > 0.5, sure=abs(chance - 0.5) * 2))
        return found

    def _gaps(self, answers: Counter[str]) -> list[Belief]:
        trigger = self.service.assistant.learner.trigger
        frequency, patience = trigger.frequency, trigger.patience
        least = self._as_said("gaps.least", frequency.min_gap())
        most = self._as_said("gaps.most", frequency.daily_max())
        longest = self._as_said("gaps.longest", patience.max_gap())
        repeats = self.service.assistant.learner.repeats
        again = self._as_said("gaps.again", repeats.days())

        def number(
            name: str, value: float, told: str, about: str, low: float, high: float, unit: str, belief: NDArray[Any]
        ) -> Belief:
            sentence, sure = _sentence(told, about, answers[name]), _sharpness(belief)
            return Belief(name, sentence, "gaps", "number", round(value), low, high, unit, sure=sure)

        pause, count = f"at least {least:.0f} minutes between two suggestions", f"at most {most:.0f} suggestions a day"
        return [
            number("gaps.least", least, f"you want {pause}", pause, 5, 480, "minutes", frequency.belief.sum(axis=1)),
            number("gaps.most", most, f"you want {count}", count, 1, 24, "a day", frequency.belief.sum(axis=0)),
            number(
                "gaps.longest",
                longest,
                f"you miss a good suggestion after about {longest:.0f} minutes",
                f"missing a good suggestion after about {longest:.0f} minutes",
                40,
                900,
                "minutes",
                patience.belief,
            ),
            number(
                "gaps.again",
                again,
                f"you are willing to hear the same idea again after about {again:.0f} days",
                f"hearing the same idea again after about {again:.0f} days",
                1,
                90,
                "days",
                repeats.belief,
            ),
        ]

    def _as_said(self, name: str, believed: float) -> float:
        """The person's own number where it is still about what is believed."""
        said = (self.service.store.get_state(CORRECTED_KEY) or {}).get(name)
        return float(said) if said is not None and abs(np.log(believed / said)) < NEAR else believed

    def _style(self, answers: Counter[str]) -> list[Belief]:
        found = []
        for aspect, wishes in self.service.assistant.learner.styles.marginals().items():
            best = max(wishes, key=lambda wish: wishes[wish])
            matters, liked = STYLE_WORDS[aspect]
            told = f"you like {liked[best]}" if best != "any" else f"you have no wishes about {matters}"
            name, choices = f"manner.{aspect}", ("any", *STYLE_CHOICES[aspect])
            sentence = _sentence(told, matters, answers[name])
            found.append(Belief(name, sentence, "manner", "choice", best, choices=choices, sure=wishes[best]))
        return found

    def _topics(self, answers: Counter[str]) -> list[Belief]:
        chances = self.service.assistant.learner.styles.topics
        never = {word.lower().replace(" ", "_") for word in self.service.settings.topics.never}
        found = []
        for topic, chance in zip(SENSITIVE_TOPICS, chances, strict=True):
            name, words = f"topics.{topic}", topic.replace("_", " ")
            how = "would rather not hear" if chance > 0.5 else "do not mind hearing"
            told = f"you {how} about {words}"
            sentence = _sentence(told, words, answers[name])
            if topic in never:
                sentence, chance = f"You never want to hear about {words}: your settings say so.", 1.0
            sure = float(abs(chance - 0.5) * 2)
            found.append(Belief(name, sentence, "topics", "yesno", bool(chance <= 0.5), sure=sure))
        return found

    def _stated(self) -> list[Belief]:
        """What the person has said, in their own words or by pointing at an idea."""
        by_id = self.service.assistant.base.by_id
        choices = (*STATED.values(), NEITHER)
        found = []
        for taste in StatedTastes(self.service).all():
            words = f"'{by_id[taste.words].text}'" if taste.words in by_id else taste.words
            sentence = f"You said that you {STATED[taste.liked]} {words}."
            if taste.picked:
                sentence = f"You {'picked' if taste.liked else 'struck out'} {words} at the start."
            found.append(Belief(taste.id, sentence, "taste", "choice", STATED[taste.liked], choices=choices, sure=1.0))
        return found

    def _tastes(self, answers: Counter[str]) -> list[Belief]:
        chances = self._category_chances()
        order = sorted(chances, key=lambda name: -chances[name])
        known = [name for name in order if answers[f"taste.{name}"]]
        middle = float(np.median(list(chances.values())))
        found = []
        for name in dict.fromkeys([*order[:TASTES], *order[-TASTES:], *known]):
            words = f"ideas about {name.replace('_', ' ')}"
            liked = chances[name] > middle
            told = f"you like {words}" if liked else f"you do not care much for {words}"
            sentence = _sentence(told, words, answers[f"taste.{name}"])
            sure = min(abs(chances[name] - middle) * 2, 1.0)
            found.append(Belief(f"taste.{name}", sentence, "taste", "yesno", liked, sure=sure))
        return found

    def _category_chances(self) -> dict[str, float]:
        """How far the ideas of each category please on average."""
        learner = self.service.assistant.learner
        base = learner.features.base
        mean = learner.ranker.means(learner.sight(Context(self.service.clock.now(), SOMETHING)))
        values = 1 / (1 + np.exp(-1.7 * mean))  # close to the probit, and all that is shown is an order
        return {
            name: float(values[base.category_index == place].mean())
            for place, name in enumerate(CATEGORY_NAMES)
            if (base.category_index == place).any()
        }


def _sentence(told: str, about: str, answers: int) -> str:
    """The belief as a sentence about the person, or, without any evidence of theirs, as what is typical."""
    words = told if answers else f"{about}: {TYPICAL}"
    return f"{words[0].upper()}{words[1:]}."


def _sharpness(belief: NDArray[Any]) -> float:
    """0 for a flat belief, 1 for one that is all in one place."""
    plain = belief / belief.sum()
    entropy = -float((plain * np.log(plain + 1e-12)).sum())
    return max(0.0, 1.0 - entropy / float(np.log(len(plain))))
