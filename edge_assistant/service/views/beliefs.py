"""What it believes about the person, as sentences that can be corrected; a correction is evidence like any other.

The person's own word is strong evidence but no law: answers to suggestions can still move what was corrected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import SENSITIVE_TOPICS, STYLE_CHOICES, Context
from edge_assistant.errors import UsageError
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_idea
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.ranker.ideas import CATEGORY_NAMES
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.state import ServiceState
from edge_assistant.trigger.features import moment_features
from edge_assistant.trigger.frequency import DAILY_MAXIMA, MAX_GAPS, MIN_GAPS

PARTS = {
    "early": ("early mornings", (5, 6, 7, 8)),
    "morning": ("mornings", (9, 10, 11)),
    "midday": ("hours around noon", (12, 13)),
    "afternoon": ("afternoons", (14, 15, 16)),
    "evening": ("evenings", (17, 18, 19, 20)),
    "night": ("late evenings", (21, 22, 23)),
}
"""Parts of the day: their name and hours."""

WELCOME, UNWELCOME = (0.95, 0.05), (0.05, 0.95)
SPREAD = 0.1
"""Of a corrected number, in its logarithm: what a person says of gaps and counts is right to about a tenth."""
NEAR = 0.35
"""A corrected number is told as the person said it while what is believed is so near to it, in its logarithm."""
STYLE_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "length": ("how long a sentence is", {"short": "short sentences", "long": "longer sentences with a reason"}),
    "formality": ("how formal the tone is", {"casual": "a casual tone", "formal": "a formal tone"}),
    "directness": (
        "how directly it is said",
        {"direct": "to be told directly", "gentle": "gentle hints", "question": "to be asked"},
    ),
    "warmth": ("how warm the tone is", {"plain": "a plain tone", "warm": "a warm tone"}),
    "emoji": ("emoji", {"no": "sentences without emoji", "yes": "an emoji at the end"}),
    "exclamation": ("exclamation marks", {"no": "no exclamation marks", "yes": "exclamation marks"}),
}
"""For each aspect of style, what does not matter or what is liked."""

TASTES = 6
"""Categories that are shown: those liked best and least."""
COMMON = SOMETHING


class Beliefs:
    """Reads and corrects what the learner believes."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def all(self) -> tuple[Belief, ...]:
        """Every belief, hours first."""
        with self.service.lock:
            found = [*self._hours(), *self._gaps(), *self._style(), *self._topics(), *self._tastes()]
            corrected = self.service.store.get_state(CORRECTED_KEY) or {}
        return tuple(replace(belief, corrected=belief.id in corrected) for belief in found)

    def correct(self, belief_id: str, value: Any) -> Belief:
        """The person knows better.

        Args:
            belief_id: of a belief that is shown.
            value: a number for a number, one of the choices for a choice, true or false for a yesno.

        Raises:
            UsageError: no such belief, or a value that it cannot have.
        """
        service = self.service
        with service.lock, service.store.transaction():
            belief = next((found for found in self.all() if found.id == belief_id), None)
            if belief is None:
                raise UsageError(f"belief {belief_id!r}: there is none with this id; 'learning' lists them")
            value = _fitting(belief, value)
            mark = service.memory.last_id()
            service.undo.remember(f"correction: {belief.sentence}", None, True, mark)
            learn: dict[str, Callable[[str, Any], None]] = {
                "hours": self._learn_hours,
                "gaps": self._learn_gaps,
                "manner": self._learn_style,
                "topics": self._learn_topics,
                "taste": self._learn_taste,
            }
            learn[belief.group](belief_id.partition(".")[2], value)
            service.assistant.learner.settle()
            service.learned.save()
            corrected = service.store.get_state(CORRECTED_KEY) or {}
            service.store.set_state(CORRECTED_KEY, {**corrected, belief_id: value})
            if not service.presence.private:
                service.store.add_event("corrected", service.clock.now(), {"belief": belief_id, "value": value})
            return next((found for found in self.all() if found.id == belief_id), belief)

    # -- hours --------------------------------------------------------------------------------------------------------

    def _hours(self) -> list[Belief]:
        found = []
        for name, (words, hours) in PARTS.items():
            chance = float(np.mean([self._timing_chance(hour) for hour in hours]))
            how = "suit you well" if chance > 0.5 else "rarely suit you"  # two ways, so that 'no' means the other
            found.append(
                Belief(
                    f"hours.{name}",
                    f"{words[0].upper()}{words[1:]} {how} for a suggestion ({100 * chance:.0f} %).",
                    "hours",
                    "yesno",
                    chance > 0.5,
                    sure=abs(chance - 0.5) * 2,
                )
            )
        return found

    def _timing_chance(self, hour: int) -> float:
        moments = self._moments(hour)
        timing = self.service.assistant.learner.trigger.timing
        return float(np.mean([timing.chance(moment) for moment in moments]))

    def _moments(self, hour: int) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
        """Features of usual moments at an hour: the latest activities, on a working day, some time into them."""
        learner = self.service.assistant.learner
        texts = list(learner.trigger.activities)[-8:] or [COMMON]
        day = self.service.clock.now()
        workday = day.replace(day=1 + (7 - day.replace(day=1).weekday()) % 7)
        time = workday.replace(hour=hour, minute=30, second=0, microsecond=0)
        result = []
        for text in texts:
            plain = moment_features(learner.features.texts, Context(time, text, activity_minutes=10), 0.0)
            whole = np.zeros(len(learner.trigger.timing.mean))
            whole[: len(plain)] = plain
            result.append(whole)
        return result

    def _learn_hours(self, name: str, value: bool) -> None:
        timing = self.service.assistant.learner.trigger.timing
        for hour in PARTS[name][1]:
            for moment in self._moments(hour)[-3:]:
                timing.learn(moment, *(WELCOME if value else UNWELCOME))

    # -- gaps ---------------------------------------------------------------------------------------------------------

    def _gaps(self) -> list[Belief]:
        trigger = self.service.assistant.learner.trigger
        gap = self._as_said("least", trigger.frequency.min_gap())
        most = self._as_said("most", trigger.frequency.daily_max())
        longest = self._as_said("longest", trigger.patience.max_gap())
        gaps, maxima = trigger.frequency.belief.sum(axis=1), trigger.frequency.belief.sum(axis=0)
        return [
            Belief(
                "gaps.least",
                f"You want at least {gap:.0f} minutes between two suggestions.",
                "gaps",
                "number",
                round(gap),
                5,
                480,
                "minutes",
                sure=_sharpness(gaps),
            ),
            Belief(
                "gaps.most",
                f"You want at most {most:.0f} suggestions a day.",
                "gaps",
                "number",
                round(most),
                1,
                24,
                "a day",
                sure=_sharpness(maxima),
            ),
            Belief(
                "gaps.longest",
                f"After about {longest:.0f} minutes without a good word you miss one.",
                "gaps",
                "number",
                round(longest),
                40,
                900,
                "minutes",
                sure=_sharpness(trigger.patience.belief),
            ),
        ]

    def _as_said(self, name: str, believed: float) -> float:
        """The person's own number where it is still about what is believed."""
        said = (self.service.store.get_state(CORRECTED_KEY) or {}).get(f"gaps.{name}")
        return float(said) if said is not None and abs(np.log(believed / said)) < NEAR else believed

    def _learn_gaps(self, name: str, value: float) -> None:
        trigger = self.service.assistant.learner.trigger
        grid = {"least": MIN_GAPS, "most": DAILY_MAXIMA, "longest": MAX_GAPS}[name]
        weight = np.exp(-0.5 * (np.log(grid / value) / SPREAD) ** 2) + 1e-6
        if name == "longest":
            trigger.patience.belief = _normalised(trigger.patience.belief * weight)
        else:
            shaped = weight[:, None] if name == "least" else weight[None, :]
            trigger.frequency.belief = _normalised(trigger.frequency.belief * shaped)

    # -- style and topics --------------------------------------------------------------------------------------------

    def _style(self) -> list[Belief]:
        styles = self.service.assistant.learner.styles
        found = []
        for aspect, wishes in styles.marginals().items():
            best = max(wishes, key=lambda wish: wishes[wish])
            matters, liked = STYLE_WORDS[aspect]
            sentence = f"You like {liked[best]}." if best != "any" else f"You do not mind {matters}."
            choices = ("any", *STYLE_CHOICES[aspect])
            found.append(
                Belief(f"manner.{aspect}", sentence, "manner", "choice", best, choices=choices, sure=wishes[best])
            )
        return found

    def _learn_style(self, aspect: str, value: str) -> None:
        self.service.assistant.learner.styles.learn_wish(aspect, value)

    def _topics(self) -> list[Belief]:
        chances = self.service.assistant.learner.styles.topics
        never = {word.lower().replace(" ", "_") for word in self.service.settings.topics.never}
        found = []
        for topic, chance in zip(SENSITIVE_TOPICS, chances, strict=True):
            words = topic.replace("_", " ")
            sentence = f"You would rather not hear about {words}." if chance > 0.5 else f"{words} may be mentioned."
            if topic in never:
                sentence, chance = f"You never want to hear about {words}; so the settings say.", 1.0
            found.append(
                Belief(
                    f"topics.{topic}",
                    sentence[0].upper() + sentence[1:],
                    "topics",
                    "yesno",
                    bool(chance <= 0.5),
                    sure=float(abs(chance - 0.5) * 2),
                )
            )
        return found

    def _learn_topics(self, topic: str, value: bool) -> None:
        self.service.assistant.learner.styles.topics[SENSITIVE_TOPICS.index(topic)] = 0.02 if value else 0.98

    # -- taste --------------------------------------------------------------------------------------------------------

    def _tastes(self) -> list[Belief]:
        chances = self._category_chances()
        order = sorted(chances, key=lambda name: -chances[name])
        shown = dict.fromkeys([*order[:TASTES], *order[-TASTES:]])
        corrected = [key.partition(".")[2] for key in self.service.store.get_state(CORRECTED_KEY) or {}]
        shown.update(dict.fromkeys(name for name in corrected if name in chances))
        middle = float(np.median(list(chances.values())))
        return [
            Belief(
                f"taste.{name}",
                f"You {'like' if chances[name] > middle else 'care little for'} ideas about {name.replace('_', ' ')}.",
                "taste",
                "yesno",
                chances[name] > middle,
                sure=min(abs(chances[name] - middle) * 2, 1.0),
            )
            for name in shown
        ]

    def _category_chances(self) -> dict[str, float]:
        """How far the ideas of each category please on average."""
        learner = self.service.assistant.learner
        base = learner.features.base
        liking = learner.liking(Context(self.service.clock.now(), COMMON))
        shared = liking.shape[1]
        mean = liking @ learner.ranker.model.mean[:shared] + learner.ranker.model.mean[shared:]
        values = 1 / (1 + np.exp(-1.7 * mean))  # close to the probit, and all that is shown is an order
        return {
            name: float(values[base.category_index == place].mean())
            for place, name in enumerate(CATEGORY_NAMES)
            if (base.category_index == place).any()
        }

    def _learn_taste(self, name: str, value: bool) -> None:
        learner = self.service.assistant.learner
        now = Context(self.service.clock.now(), COMMON)
        places = np.flatnonzero(learner.features.base.category_index == CATEGORY_NAMES.index(name))
        for index in places[:6]:
            state_idea(learner, now, int(index), LIKED if value else DISLIKED)


def _fitting(belief: Belief, value: Any) -> Any:
    """A value that this belief can have."""
    if belief.kind == "number":
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise UsageError(f"belief {belief.id}: {value!r} is no number") from error
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


def _sharpness(belief: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """0 for a flat belief, 1 for one that is all in one place."""
    plain = belief / belief.sum()
    entropy = -float((plain * np.log(plain + 1e-12)).sum())
    return max(0.0, 1.0 - entropy / float(np.log(len(plain))))


def _normalised(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.maximum(values, 1e-9 * values.max())
    return np.asarray(values / values.sum())
