"""What is believed of one person: when, what, how, how often, and what was said so far. No words, no disk.

It is changed by what a tick sees (`loop.assistant`) and by what a person tells (`feedback.learning`), and by nothing
else; a decision can be rebuilt from contexts, its own past speech and feedback alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style_model import StyleModel
from edge_assistant.context.history import History
from edge_assistant.domain import SENSITIVE_TOPICS, Context
from edge_assistant.errors import DataError
from edge_assistant.learning.calibration import STRANGER, VARIANCE, Calibration
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import chances_of
from edge_assistant.learning.reactions import CardModel, ReactionModel
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import LIKING_NAMES, FeatureMaker, IdeaSight, Stated
from edge_assistant.ranker.fitting import fitting
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.preference import Ranked, Ranker
from edge_assistant.ranker.repeats import Repeated, RepeatModel, vague_repeats
from edge_assistant.ranker.rests import heard, repeated
from edge_assistant.things import things_in, things_of_room
from edge_assistant.trigger.features import MOMENT_NAMES, moment_features
from edge_assistant.trigger.good_times import GoodTimes
from edge_assistant.trigger.limits import Limits
from edge_assistant.trigger.receptivity import Costs, Trigger
from edge_assistant.trigger.waiting import RECOVERY, Outlook, Prospects, Sight

FloatArray = NDArray[np.float64]

TYPICAL_QUALITY = 0.4
"""Chance that the chosen idea pleases, before any was chosen."""
LEAST_CHANCE = 0.02
"""Nothing less likely to be welcome is ever said unasked."""


Standing = Callable[[Context, Mapping[str, timedelta]], dict[str, float]]


def nothing_own(context: Context, heard: Mapping[str, timedelta]) -> dict[str, float]:
    """Somebody without things of their own, as a simulated person is."""
    return {}


@dataclass
class Learner:
    """One person's learners and their common past.

    Attributes:
        frozen: never learns: the pooled prior alone.
        stated: what the person has said outright that they like and do not like.
        reactions: how the person gives feedback.
        card_model: how reliable their answers to cards are.
        asked: what was asked in reviews, see `feedback.review`.
        told, lacks: things that the person says they have, and that they say they do not have, whatever was seen.
        rooms: where they were seen.
        good_times: when a word is welcome, as they said themselves.
        never: ids of ideas that are never said, whatever is asked for.
        standing: what it gains to bring up each own thing that may be brought up at a moment, by the idea's id; told
            when each idea was heard.
        variety: the dial against a filter bubble: an idea counts e to the power of minus this, times the share of its
            category in what was heard in 7 days. 0 changes nothing.
    """

    prior: Prior
    features: FeatureMaker
    costs: Costs = field(default_factory=Costs)
    limits: Limits = field(default_factory=Limits)
    frozen: bool = False
    variety: float = 0.0
    never: frozenset[str] = frozenset()
    standing: Standing = nothing_own

    def __post_init__(self) -> None:
        sizes = len(self.prior.timing.mean), len(self.prior.liking.mean)
        if sizes != (len(MOMENT_NAMES), len(LIKING_NAMES)):
            raise DataError("prior: made for other features than this version's; install the project again")
        base = self.features.base
        self.trigger = Trigger(self.prior)
        self.ranker = Ranker(self.prior, self.features)
        self.repeats = RepeatModel(vague_repeats())
        self.stated = Stated()
        self.reactions = ReactionModel()
        self.card_model = CardModel()
        self.asked: set[str] = set()
        self.told: frozenset[str] = frozenset()
        self.lacks: frozenset[str] = frozenset()
        self.rooms: set[str] = set()
        self.good_times = GoodTimes()
        self.styles = StyleModel(self.prior.wishes, self.prior.topics)
        self.history = History()
        self.familiarity = Familiarity(self.features, len(base))
        self.outlook = Outlook()
        self.calibration = Calibration()
        self.quality = TYPICAL_QUALITY
        self._topics = topics_of(base)
        self._version = 0
        self._ranked_for: tuple[object, ...] = ()
        self._ranked: Ranked | None = None

    # -- seeing ---------------------------------------------------------------------------------------------------

    def see(self, context: Context) -> None:
        """Take note of a tick: the clock, the day, and what the person does."""
        if self.history.tick(context.time, context.awake_minutes):
            self.outlook.begin_day()
            self.calibration.night()
        activity = context.activity
        if activity not in self.familiarity.texts:
            self.familiarity.see(activity)
            if not self.frozen:
                self.ranker.notice(self.features.likeness(activity))
        self.trigger.meet(activity)
        if context.room:
            self.rooms.add(context.room)
        self.outlook.see(context.time, activity, context.activity_minutes, context.room)

    def extend(self, base: KnowledgeBase, vectors: FloatArray) -> None:
        """More ideas are there, after the present ones, see `FeatureMaker.extended`; what was learned stays."""
        self.features = self.features.extended(base, vectors)
        self.ranker.describe(self.features)
        texts, self.familiarity = self.familiarity.texts, Familiarity(self.features, len(base))
        for text in texts:
            self.familiarity.see(text)
        stated = self.stated
        self.stated = Stated(
            {text: self.features.likeness(text) for text in stated.likes},
            {text: self.features.likeness(text) for text in stated.dislikes},
        )
        self._topics = topics_of(base)
        self.learned()

    @property
    def has(self) -> frozenset[str]:
        """The things that the person is known to have: told, or plain from what they do, where, and what they like."""
        seen = [things_in(activity) for activity in self.trigger.activities]
        said = [things_in(like, own_words=True) for like in self.stated.likes]
        return self.told.union(*seen, *said, *map(things_of_room, self.rooms)) - self.lacks

    def learned(self) -> None:
        """Beliefs have changed: what is kept of former ones is worked out anew."""
        self._version += 1

    # -- chances --------------------------------------------------------------------------------------------------

    def moment(self, context: Context) -> FloatArray:
        """(D,) features of a moment whose activity was seen."""
        features = moment_features(self.features.texts, context, self.history.unwelcome, self.good_times)
        return self.trigger.with_activity(features, context.activity)

    def sight(self, context: Context) -> IdeaSight:
        """A moment as it matters for ideas."""
        counts = heard(self.history, self.features.base, context.time)
        return self.features.sight(context, counts, self.familiarity, self.stated)

    def repeated(self, context: Context) -> Repeated:
        """Which ideas were heard, and which of them may be said now; own things as they stand."""
        found = repeated(self.history, self.features, self.repeats, context, self.has, self.never)
        found.fresh[self.ranker.owned] = 0.0
        own = self.own_gains(context)
        if own:
            fits = fitting(self.features.base, context)
            found.fresh[[place for place in own if fits[place] and self._allowed(place)]] = 1.0
        return found

    def own_gains(self, context: Context) -> dict[int, float]:
        """What it gains to bring up each own thing that may be brought up now, by the idea's place."""
        by_id = self.standing(context, self.history.last_heard(context.time))
        base = self.features.base
        return {base.index(name): gain for name, gain in by_id.items() if name in base.by_id}

    def offset(self, own: bool) -> float:
        """By how much chances are moved, in log odds; `own`: of own things, which are no best of very many ideas."""
        return self.calibration.mean - (STRANGER if own else 0.0)

    def _allowed(self, index: int) -> bool:
        return self.features.base.ideas[index].id not in self.never

    def topic_chances(self) -> FloatArray:
        """(n,) chance that no topic of an idea is unwanted."""
        return np.asarray(np.prod(1 - self._topics * self.styles.topics, axis=1))

    def threshold(self, context: Context, wanted: float, gain: float) -> float:
        """The chance that is needed to speak now rather than to wait for what the day may still bring."""
        trigger = self.trigger
        least = trigger.frequency.min_gap()
        prospects = Prospects(
            quality=self.quality,
            rest=max(trigger.patience.max_gap() / 2, least),
            recovery=max(RECOVERY, least),
            cost=self.costs.false_alarm,
            worth=1 - self.costs.badly_put * (1 - self.styles.best_chance()),
        )
        weekend = context.time.weekday() >= 5
        known_for = (self._version, self.history.days, weekend, round(self.quality, 1), prospects.worth)
        benefit = self.costs.missed_need
        found = self.outlook.threshold(context.time, benefit * wanted, prospects, self._foretold, known_for, gain)
        return max(found, LEAST_CHANCE)

    def _foretold(self, sights: list[Sight]) -> FloatArray:
        """(len(sights),) chance, by the present beliefs, that each of these moments was a good one."""
        timing = self.trigger.timing
        rows = np.zeros((len(sights), len(timing.mean)))
        for row, sight in zip(rows, sights, strict=True):
            context = Context(sight.time, sight.activity, sight.room, sight.activity_minutes)
            features = moment_features(self.features.texts, context, said=self.good_times)
            row[:] = self.trigger.with_activity(features, sight.activity)
        return chances_of(rows @ timing.mean, np.einsum("ij,ij->i", rows @ timing.covariance, rows))

    def rank(self, context: Context) -> Ranked | None:
        """The best idea now; it changes only with the activity, what fits, and when something is said or learned."""
        parts = (context.time.weekday() >= 5, context.time.hour < 11, context.time.hour >= 18)
        spoken = self.history.spoken_ever
        fits = fitting(self.features.base, context).tobytes()
        own = tuple(sorted((place, round(gain, 1)) for place, gain in self.own_gains(context).items()))
        key = (context.activity, parts, self._version, spoken, context.time.date(), fits, own)
        if key != self._ranked_for:
            self._ranked_for, self._ranked = key, self._rank_anew(context)
        return self._ranked

    def _rank_anew(self, context: Context) -> Ranked | None:
        weights = 0.5 + 0.5 * self.topic_chances()
        if self.variety:
            counts = heard(self.history, self.features.base, context.time)
            categories = self.features.base.category_index
            share = np.bincount(categories, weights=counts) / max(float(counts.sum()), 1e-9)
            weights = weights * np.exp(-self.variety * share[categories])
        for place, gain in self.own_gains(context).items():
            weights[place] *= 1 + gain / (1 + self.costs.false_alarm)
        return self.ranker.best(self.sight(context), self.repeated(context), weights)

    # -- state ----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Round the beliefs to what is stored, so that going on and starting again from the store are the same."""
        self.set_arrays({name: np.asarray(array) for name, array in self.get_arrays().items()})

    def get_arrays(self) -> dict[str, NDArray[Any]]:
        """The learned beliefs by name, ready to be stored: covariances as float32 lower triangles."""
        timing, liking = self.trigger.timing, self.ranker.model
        return {
            **{f"timing.{name}": array for name, array in timing.pack().items()},
            **{f"liking.{name}": array for name, array in liking.pack().items()},
            **{f"own.{name}": array for name, array in self.ranker.own.level.pack().items()},
            "frequency": self.trigger.frequency.belief,
            "patience": self.trigger.patience.belief,
            "manner": self.styles.belief,
            "topics": self.styles.topics,
            "repeats": self.repeats.belief,
            "reactions": self.reactions.belief,
            "cards": self.card_model.belief,
        }

    def set_arrays(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Inverse of `get_arrays`."""
        for name, model in (("timing", self.trigger.timing), ("liking", self.ranker.model)):
            model.unpack(arrays[f"{name}.mean"], arrays[f"{name}.covariance"])
        if "own.mean" in arrays:  # what an earlier version learned has none
            self.ranker.own.level.unpack(arrays["own.mean"], arrays["own.covariance"])
        self.trigger.frequency.belief = arrays["frequency"].astype(float)
        self.trigger.patience.belief = arrays["patience"].astype(float)
        self.styles.belief = arrays["manner"].astype(float)
        self.styles.topics = arrays["topics"].astype(float)
        self.repeats.belief = arrays["repeats"].astype(float)
        self.reactions.belief = arrays["reactions"].astype(float)
        self.card_model.belief = arrays["cards"].astype(float)
        self.learned()

    def get_state(self) -> dict[str, Any]:
        """The rest of the state, JSON-ready."""
        return {
            "history": self.history.get_state(),
            "activities": list(self.trigger.activities),
            "outlook": self.outlook.get_state(),
            "quality": self.quality,
            "judged": [self.features.base.ideas[index].id for index in self.ranker.judged],
            "likes": list(self.stated.likes),
            "dislikes": list(self.stated.dislikes),
            "asked": sorted(self.asked),
            "told": sorted(self.told),
            "lacks": sorted(self.lacks),
            "rooms": sorted(self.rooms),
            "good_times": [sorted(self.good_times.good), sorted(self.good_times.bad)],
            "asking": [self.trigger.patience.asked, self.trigger.patience.moments],
            "calibration": [self.calibration.mean, self.calibration.variance],
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""
        self.history.set_state(state["history"])
        self.trigger.activities = {text: index for index, text in enumerate(state["activities"])}
        self.familiarity = Familiarity(self.features, len(self.features.base))
        for text in state["activities"]:
            self.familiarity.see(text)  # the covariance that came with it is in the arrays
        self.outlook.set_state(state.get("outlook", []))
        self.quality = float(state.get("quality", TYPICAL_QUALITY))
        self.set_told(state)
        self.trigger.patience.asked, self.trigger.patience.moments = state["asking"]
        self.calibration.mean, self.calibration.variance = state.get("calibration", (0.0, VARIANCE))

    def set_told(self, state: dict[str, Any]) -> None:
        """What the person said outright and which ideas they judged, as in a state; the beliefs must be its own."""
        self.ranker.take_up(state["judged"])
        self.stated = Stated(
            {text: self.features.likeness(text) for text in state.get("likes", ())},
            {text: self.features.likeness(text) for text in state.get("dislikes", ())},
        )
        self.asked = set(state.get("asked", ()))
        self.told, self.lacks = (frozenset(state.get(name, ())) for name in ("told", "lacks"))
        self.rooms = set(state.get("rooms", ()))
        self.good_times = GoodTimes(*map(frozenset, state.get("good_times", ((), ()))))


def topics_of(base: KnowledgeBase) -> FloatArray:
    """(n, topics): 1 where an idea touches a sensitive topic."""
    return np.array([[topic in idea.topics for topic in SENSITIVE_TOPICS] for idea in base.ideas], dtype=float)
