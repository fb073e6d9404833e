"""The learning core: decides whether to speak and about what, and learns from what follows. No words, no disk.

It sees contexts, its own past speech and feedback, and nothing else; a decision can be rebuilt from those alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style_model import StyleModel
from edge_assistant.context.history import History
from edge_assistant.domain import SENSITIVE_TOPICS, Context, Feedback, Reason
from edge_assistant.feedback import evidence
from edge_assistant.feedback.silences import SURE, Doubt, Silences
from edge_assistant.learning.calibration import VARIANCE, Calibration, shifted
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import chances_of
from edge_assistant.loop.decision import Decision, Limits
from edge_assistant.ranker.discovery import Discovery, wanted_a_day
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.preference import Ranked, Ranker
from edge_assistant.trigger.frequency import MAX_GAPS
from edge_assistant.trigger.receptivity import Costs, Trigger
from edge_assistant.trigger.waiting import RECOVERY, Outlook, Prospects, Sight

FloatArray = NDArray[np.float64]

TYPICAL_QUALITY = 0.4
"""Chance that the chosen idea pleases, before any was chosen."""
TOLD_OFFSET = 0.2
"""Log odds by which chances are moved before that is told as a reason."""
TOLD_DISCOVERY = 0.1
"""Needs that trying out must be worth before that is told as a reason."""

QUALITY_RATE = 0.05

LEAST_CHANCE = 0.02
"""Nothing less likely to be welcome is ever said unasked."""


@dataclass
class Learner:
    """One person's learners and their common past.

    Attributes:
        frozen: never learns: the pooled prior alone.
        taste_stated: the person has said outright what they like.
        variety: the dial against a filter bubble: an idea counts e to the power of minus this, times the share of its
            category in what was heard in 7 days. 0 changes nothing.
    """

    prior: Prior
    features: FeatureMaker
    costs: Costs = field(default_factory=Costs)
    limits: Limits = field(default_factory=Limits)
    frozen: bool = False
    variety: float = 0.0
    taste_stated: bool = False

    def __post_init__(self) -> None:
        base = self.features.base
        self.trigger = Trigger(self.prior, self.costs)
        self.ranker = Ranker(self.prior, base, self.features.idea_vectors)
        self.styles = StyleModel(self.prior.wishes, self.prior.topics)
        self.history = History(base)
        self.familiarity = Familiarity(self.features, len(self.features.base))
        self._topics = np.array(
            [[topic in idea.topics for topic in SENSITIVE_TOPICS] for idea in base.ideas], dtype=float
        )
        self.outlook = Outlook()
        self.calibration = Calibration()
        self.quality = TYPICAL_QUALITY
        self.silences = Silences()
        self._word_in_doubt: tuple[Decision, Feedback] | None = None
        self.stock = Discovery()
        self._lessons = 0
        self._ranked_for: tuple[object, ...] = ()
        self._ranked: Ranked | None = None

    # -- deciding -------------------------------------------------------------------------------------------------

    def decide(self, context: Context) -> Decision:
        """The decision of a tick; call once a tick, in order."""
        if self.history.tick(context.time, context.awake_minutes):
            self._end_doubt()
            self.silences.begin_day()
            self.outlook.begin_day()
            self.calibration.night()
        self._see(context.activity)
        self.outlook.see(context.time, context.activity, context.activity_minutes, context.room)
        moment = self.trigger.features(self.features.moment(context, self.history.unwelcome), context.activity)
        told = self.silences.offset(context.awake_minutes, context.activity)
        assessment = self.trigger.assess(moment, self.history, told)
        discovery = self._discovery()
        assessment = replace(assessment, threshold=self._threshold(context, assessment.wanted, discovery))
        if not self.frozen:
            self.trigger.watch(moment, self.history, context)
        if context.request:
            self.history.asked_in_spell = True
        decision = Decision(context, moment, assessment, self.history.since_spoken(), self.history.spoken_today)
        decision.forbidden = self.limits.forbid(context, self.history)
        decision.offset, decision.discovery = self.calibration.mean, discovery
        if decision.forbidden or context.request or not self._is_enough(decision, assessment.hopeful):
            return decision
        decision.ranked = self._rank(context, assessment.optimism)
        if decision.ranked is not None:
            self.quality += QUALITY_RATE * (decision.ranked.chance - self.quality)
        if decision.ranked is not None and self._is_known(decision.ranked.index):
            decision.discovery = 0.0
            decision.assessment = replace(assessment, threshold=self._threshold(context, assessment.wanted, 0.0))
        if decision.ranked is not None and self._is_enough(decision, assessment.hopeful * decision.ranked.hopeful):
            decision.speak = True
            decision.style = self.styles.best()
        return decision

    def _is_known(self, index: int) -> bool:
        return self.stock.knows(self.features.base.ideas[index].id)

    def _is_enough(self, decision: Decision, hopeful: float) -> bool:
        return shifted(hopeful, decision.offset) >= decision.assessment.threshold

    def _see(self, activity: str) -> None:
        plain = activity.removeprefix("still ")
        if plain not in self.familiarity.texts:
            self.familiarity.see(plain)
            if not self.frozen:
                self.ranker.notice(self.features.likeness(plain))

    def _discovery(self) -> float:
        """What finding one more idea that pleases is worth now, in units of one needed suggestion.

        Nothing where both the moment and the taste are guesses: measured, it then costs as much as it finds.
        """
        if self.frozen or not (self.silences.rated or self.taste_stated):
            return 0.0
        trigger = self.trigger
        wanted = wanted_a_day(MAX_GAPS, trigger.frequency.daily_max())
        return self.costs.discovery * self.stock.worth(wanted, trigger.patience.belief)

    def _threshold(self, context: Context, wanted: float, discovery: float) -> float:
        """The chance that is needed to speak now rather than to wait for what the day may still bring."""
        trigger = self.trigger
        least, told = trigger.frequency.min_gap(), self.silences.rated
        prospects = Prospects(
            quality=self.quality,
            rest=max(trigger.patience.max_gap() / (1 if told else 2), least),
            recovery=max(RECOVERY, least),
            cost=trigger.cost(self.history),
            worth=1 - self.costs.badly_put * (1 - self.styles.best_chance()),
            told=told,
        )
        weekend = context.time.weekday() >= 5
        known_for = (self._lessons, self.history.days, weekend, round(self.quality, 1), prospects.worth, told)
        benefit = self.costs.missed_need
        found = self.outlook.threshold(context.time, benefit * wanted, prospects, self._foretold, known_for, discovery)
        return max(found, LEAST_CHANCE)

    def _foretold(self, sights: list[Sight]) -> FloatArray:
        """(len(sights),) chance, by the present beliefs, that each of these moments was a good one."""
        timing = self.trigger.timing
        rows = np.zeros((len(sights), len(timing.mean)))
        for row, sight in zip(rows, sights, strict=True):
            context = Context(sight.time, sight.activity, sight.room, sight.activity_minutes)
            moment = self.features.moment(context, 0.0)
            row[: len(moment)] = moment
            row[len(moment) + self.trigger.activities[sight.activity.removeprefix("still ")]] = 1.0
        return chances_of(rows @ timing.mean, np.einsum("ij,ij->i", rows @ timing.covariance, rows))

    def answer(self, decision: Decision, idea_index: int | None = None) -> None:
        """Turn a decision into the answer to a request, with the learner's own idea or a given one."""
        decision.requested = decision.speak = True
        decision.style = self.styles.best()
        if idea_index is None:
            decision.ranked = self._rank(decision.context, decision.assessment.optimism)
            return
        liking = self.features.liking(
            decision.context, self.history.heard(decision.context.time), self.familiarity.features(), idea_index
        )
        chance, row = self.ranker.chance_of_idea(liking, idea_index)
        decision.ranked = Ranked(idea_index, chance, chance, row, ())

    def _rank(self, context: Context, optimism: float) -> Ranked | None:
        """The best idea now; within an activity it changes only when something is said, learned or rested."""
        parts = (context.time.weekday() >= 5, context.time.hour < 11, context.time.hour >= 18)
        resting = self.history.resting(context.time)
        key = (context.activity, parts, self._lessons, int(resting.sum()), self.history.spoken_ever, round(optimism, 6))
        if key != self._ranked_for:
            self._ranked_for, self._ranked = key, self._rank_anew(context, resting, optimism)
        return self._ranked

    def _rank_anew(self, context: Context, resting: NDArray[np.bool_], optimism: float) -> Ranked | None:
        heard = self.history.heard(context.time)
        liking = self.features.liking(context, heard, self.familiarity.features())
        talk = np.prod(1 - self._topics * self.styles.topics, axis=1)
        weights = 0.5 + 0.5 * talk
        if self.variety:
            categories = self.features.base.category_index
            share = np.bincount(categories, weights=heard) / max(float(heard.sum()), 1e-9)
            weights = weights * np.exp(-self.variety * share[categories])
        new = np.array([not self._is_known(index) for index in range(len(self._topics))])
        weights = weights * (1 + self.costs.false_alarm + self._discovery() * new)
        return self.ranker.best(liking, resting, weights, optimism)

    # -- learning -------------------------------------------------------------------------------------------------

    def said(self, decision: Decision, text: str) -> None:
        """The choice was spoken in these words."""
        self._end_doubt()
        decision.text = text
        if decision.ranked is not None:
            idea = self.features.base.ideas[decision.ranked.index]
            self.history.say(decision.context.time, idea.id, decision.requested)

    def learn(self, decision: Decision, feedback: Feedback) -> None:
        """Learn from what reached us after a tick, spoken or silent."""
        if not decision.speak:
            if feedback.total is not None and not self.frozen:
                self._learn_silence(decision, feedback.total)
            return
        likelihood = evidence.likelihoods(feedback)
        if likelihood is None or decision.ranked is None:
            return
        welcome = evidence.welcome(likelihood, self._chances(decision))
        history = self.history
        if not self.frozen and SURE < welcome < 1 - SURE and self.silences.are_rated(history.awake):
            said_at, before, asked = history.awake, history.last_welcome, history.asked_in_spell
            self.silences.doubt = Doubt.about(said_at, before, asked, welcome, self.trigger.patience)
            self._word_in_doubt = decision, feedback
            if welcome > 0.5:
                history.was_welcome()
            return
        self._take_in(decision, feedback, likelihood)

    def _chances(self, decision: Decision) -> dict[str, float]:
        assert decision.ranked is not None
        topics = self.features.base.ideas[decision.ranked.index].topics
        return decision.chances(self.styles.chance(decision.text, topics))

    def _take_in(self, decision: Decision, feedback: Feedback, likelihood: FloatArray) -> None:
        """Learn from a word, given the likelihood (16,) of what followed under each of `evidence.COMBINATIONS`."""
        assert decision.ranked is not None
        idea = self.features.base.ideas[decision.ranked.index]
        chances = self._chances(decision)
        messages = evidence.messages(likelihood, chances)
        welcome = evidence.welcome(likelihood, chances)
        if welcome > 0.5:
            self.history.was_welcome()
        elif not decision.requested:
            self.history.was_unwelcome()
        if self.frozen:
            return
        self.trigger.timing.learn(self._padded(decision.moment), *messages["timing"])
        self._lessons += 1
        one, zero = messages["preference"]
        liked = decision.ranked.chance * one
        self.stock.note(idea.id, liked / max(liked + (1 - decision.ranked.chance) * zero, 1e-12))
        self.ranker.model.learn(decision.ranked.features, one, zero)
        self.styles.learn(decision.text, idea.topics, *messages["communication"])
        if "shorter" in feedback.turns:
            self.styles.learn_too_long()
        if not decision.requested:
            self.calibration.learn(decision.believed, welcome)
            self.trigger.frequency.learn(decision.since_spoken, decision.spoken_today, *messages["frequency"])
        if feedback.reason == "preference":
            self.history.rest_category(decision.context.time, idea.category)

    def _learn_silence(self, decision: Decision, total: int) -> None:
        """A rated silence, see `learning.silences`."""
        since, context = self.history.since_welcome(), decision.context
        told = self.silences.hear(self.history.awake, context.activity, total, since, self.trigger.patience)
        if self.silences.doubt is not None and self.silences.doubt.over:
            self._end_doubt()
        if told is not None:
            one, zero = (0.97, 0.03) if told else (0.03, 0.97)
            self.trigger.timing.learn(self._padded(decision.moment), one, zero)

    def _end_doubt(self) -> None:
        """Learn from the word in doubt with what is known by now."""
        doubt, word = self.silences.doubt, self._word_in_doubt
        self.silences.doubt = self._word_in_doubt = None
        if doubt is None or word is None:
            return
        if self.history.awake >= doubt.said_at:  # on the same day
            self.history.last_welcome, self.history.asked_in_spell = doubt.before, doubt.asked
        decision, feedback = word
        likelihood = evidence.likelihoods(feedback)
        assert likelihood is not None
        self._take_in(decision, feedback, likelihood * np.where(evidence.WELCOME, doubt.ratio, 1.0))

    def _padded(self, moment: FloatArray) -> FloatArray:
        """A moment's features, with zeros for the activities met since."""
        return np.pad(moment, (0, len(self.trigger.timing.mean) - len(moment)))

    # -- explaining -----------------------------------------------------------------------------------------------

    def reasons(self, decision: Decision) -> tuple[Reason, ...]:
        """What spoke for and against this moment and this idea."""
        found = self.trigger.reasons(decision.moment)
        if decision.ranked is not None:
            found += self.ranker.reasons(decision.ranked.features)
        if abs(decision.offset) > TOLD_OFFSET and not decision.requested:
            found += (Reason("how right I was of late", decision.offset),)
        if decision.ranked is not None and decision.discovery > TOLD_DISCOVERY and not decision.requested:
            found += (Reason("to find out whether you like it", decision.discovery),)
        return tuple(sorted(found, key=lambda reason: -abs(reason.weight)))

    # -- state ----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Round the beliefs to what is stored, so that going on and starting again from the store are the same."""
        self._end_doubt()
        self.set_arrays({name: np.asarray(array) for name, array in self.get_arrays().items()})

    def get_arrays(self) -> dict[str, NDArray[Any]]:
        """The learned beliefs by name, ready to be stored: covariances as float32 lower triangles."""
        timing, liking = self.trigger.timing, self.ranker.model
        return {
            **{f"timing.{name}": array for name, array in timing.pack().items()},
            **{f"liking.{name}": array for name, array in liking.pack().items()},
            "frequency": self.trigger.frequency.belief,
            "patience": self.trigger.patience.belief,
            "manner": self.styles.belief,
            "topics": self.styles.topics,
        }

    def set_arrays(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Inverse of `get_arrays`."""
        for name, model in (("timing", self.trigger.timing), ("liking", self.ranker.model)):
            model.unpack(arrays[f"{name}.mean"], arrays[f"{name}.covariance"])
        self.trigger.frequency.belief = arrays["frequency"].astype(float)
        self.trigger.patience.belief = arrays["patience"].astype(float)
        self.styles.belief = arrays["manner"].astype(float)
        self.styles.topics = arrays["topics"].astype(float)
        self._lessons += 1

    def get_state(self) -> dict[str, Any]:
        """The rest of the state, JSON-ready."""
        return {
            "history": self.history.get_state(),
            "activities": list(self.trigger.activities),
            "outlook": self.outlook.get_state(),
            "quality": self.quality,
            "pleased": self.stock.pleased,
            "taste_stated": self.taste_stated,
            "silences_rated": self.silences.rated,
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
        self.silences.rated = bool(state.get("silences_rated", False))
        self.taste_stated = bool(state.get("taste_stated", False))
        self.stock.pleased = dict(state.get("pleased", {}))
        self.calibration.mean, self.calibration.variance = state.get("calibration", (0.0, VARIANCE))
