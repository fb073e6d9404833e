"""Lives one day of one persona under one policy, tick by tick, and notes what happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.adapted import PersonalComposer
from edge_assistant.composer.composer import ChanceOf, Composer
from edge_assistant.context.history import History
from edge_assistant.domain import DIMENSIONS, TICK_MINUTES, Context, Feedback, Style, Suggestion
from edge_assistant.feedback.review import Card
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.reactions import ReactionModel, messages
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker, IdeaSight, Stated
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.preference import Ranker
from edge_assistant.ranker.repeats import RepeatModel, vague_repeats
from edge_assistant.ranker.rests import heard, repeated
from edge_assistant.things import things_in
from simulator.judges.judge import Judge
from simulator.people.telling import another_like
from simulator.policies.policies import Proposal, Silent
from simulator.runs.asking import NOTHING, Asking
from simulator.runs.metrics import DayLog, Spoken
from simulator.world.answers import answer_card, glances, opens_review
from simulator.world.feedback import FeedbackChannel
from simulator.world.life import LifeDay
from simulator.world.reasons import reason_in_words
from simulator.world.user_agent import UserAgent

REQUEST = "Do you have an idea for me?"

WHEN_ASKED = {"timing": 0.97, "frequency": 0.97, "communication": 0.7}
"""What the picker takes for granted of an answer: who asks is overdue, at a receptive moment."""
WHEN_UNASKED = {"timing": 0.6, "frequency": 0.9, "communication": 0.7}
"""And of other speech, of whose moment it knows nothing."""


@dataclass(frozen=True)
class ComposedVoice:
    """Speaks through the assistant's composer, or that of somebody who has an adapter, which always writes."""

    base: KnowledgeBase
    composer: Composer | PersonalComposer

    def say(
        self, idea: int, context: Context, style: Style, seed: int, chance_of: ChanceOf | None = None
    ) -> tuple[str, bool]:
        """The sentence, and whether a prepared one had to replace a written one.

        Args:
            idea: its place.
            context: the moment.
            style: that is asked for.
            seed: of what is drawn.
            chance_of: the chance that a sentence is well put; where it is given it is asked in place of the style.
        """
        if chance_of is not None and isinstance(self.composer, Composer):
            composed = self.composer.choose(self.base.ideas[idea], context, chance_of, seed)
        else:
            composed = self.composer.compose(self.base.ideas[idea], context, style, seed)
        return composed.text, composed.fallback


class AnswerPicker:
    """Picks the idea of every answer to a request, in the same way for all policies.

    It begins with the pooled liking and learns from the feedback on all that is said in the house, whoever chose it.
    """

    def __init__(self, prior: Prior, features: FeatureMaker, told: Collection[str] = ()) -> None:
        """`told`: the things that the person said they have."""
        self.features = features
        self.told = frozenset(told)
        self.ranker = Ranker(prior, features)
        self.history = History()
        self.familiarity = Familiarity(features, len(features.base))
        self.repeats = RepeatModel(vague_repeats())
        self.reactions = ReactionModel()

    def see(self, activity: str) -> None:
        """Take note of what the person does."""
        if activity not in self.familiarity.texts:
            self.familiarity.see(activity)
            self.ranker.notice(self.features.likeness(activity))

    def pick(self, context: Context) -> int:
        """The idea most likely to please a stranger now, among those not resting."""
        has = self.told.union(*map(things_in, self.familiarity.texts))
        known = repeated(self.history, self.features, self.repeats, context, has)
        best = self.ranker.best(self._sight(context), known, np.ones(len(self.features.base)))
        return best.index if best is not None else 0

    def heard(self, context: Context, idea: int, requested: bool, feedback: Feedback | None) -> None:
        """Something was said; learn from what followed, and let the idea rest."""
        self.history.tick(context.time, context.awake_minutes)
        likelihood = self.reactions.likelihoods(feedback) if feedback is not None else None
        if likelihood is not None:
            chance, row = self.ranker.chance_of_idea(self._sight(context), idea)
            chances = {"preference": chance, **(WHEN_ASKED if requested else WHEN_UNASKED)}
            self.ranker.learn(idea, row, *messages(likelihood, chances)["preference"])
        self.history.say(context.time, self.features.base.ideas[idea].id, requested)

    def _sight(self, context: Context) -> IdeaSight:
        counts = heard(self.history, self.features.base, context.time)
        return self.features.sight(context, counts, self.familiarity, Stated())

    def get_arrays(self) -> dict[str, NDArray[Any]]:
        """The learned liking, ready to be stored."""
        return self.ranker.model.pack()

    def get_state(self) -> dict[str, Any]:
        """The rest of its state, JSON-ready."""
        judged = [self.features.base.ideas[index].id for index in self.ranker.judged]
        return {"history": self.history.get_state(), "seen": list(self.familiarity.texts), "judged": judged}

    def set_state(self, state: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Inverse of `get_state` and `get_arrays`."""
        self.history.set_state(state["history"])
        for text in state["seen"]:
            self.familiarity.see(text)
        self.ranker.model.unpack(arrays["mean"], arrays["covariance"])
        self.ranker.take_up(state["judged"])


@dataclass
class Household:
    """Everything that one run of one persona needs beside the days themselves."""

    agent: UserAgent
    policy: Silent
    picker: AnswerPicker
    voice: ComposedVoice
    channel: FeedbackChannel
    judge: Judge | None = None
    model: LanguageModel | None = None
    """Puts the person's reasons into words; without one they are taken from prepared sentences."""
    asking: Asking = NOTHING
    seed: int = 0
    """Of the answers that are given."""


@dataclass
class DayRecord:
    """A lived day: the log for the measures, and the events for whoever wants to look at it."""

    log: DayLog
    events: list[dict[str, Any]] = field(default_factory=list)
    annoyance: list[float] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    """What was asked in the review and on the shelf, with the answers."""


def live(house: Household, day: LifeDay) -> DayRecord:
    """One day from waking to sleep."""
    agent, policy = house.agent, house.policy
    agent.begin_day(day)
    policy.begin_day(day)
    totals: list[int] = []
    spoken: list[Spoken] = []
    events: list[dict[str, Any]] = []
    annoyance: list[float] = []
    told: list[dict[str, Any]] = []
    for tick in range(len(day)):
        if tick == 0 or day.activity[tick] != day.activity[tick - 1]:
            house.picker.see(day.activities[day.activity[tick]].text)
        agent.calm_down()
        annoyance.append(agent.annoyance)
        asked = agent.asks(tick)
        context = context_at(day, tick, asked) if policy.needs_context or asked else None
        proposal: Proposal | None
        if asked:
            assert context is not None
            house.picker.history.tick(context.time, context.awake_minutes)
            proposal = policy.answer(tick, context, house.picker.pick(context))
        else:
            proposal = policy.decide(tick, context)
        if proposal is None:
            rating = agent.rate_silence(tick)
            totals.append(rating.total)
            if house.channel.tells_of_silence:
                policy.learn(None, house.channel.of_silence(rating))
            if house.asking.shelf and context is not None and glances(agent, tick, house.seed):
                told += _take_from_shelf(house, policy.shelf(context), tick)
            continue
        said, event = _speak(house, day, tick, context or context_at(day, tick, False), proposal, asked)
        totals.append(said.rating.total)
        spoken.append(said)
        events.append(event)
    if house.asking.review and opens_review(agent, house.seed):
        cards = [card for card in policy.review(house.asking.review) if card.kind not in house.asking.without]
        told += _answer(house, cards, 0)
        told += _tell_of_a_like(house)
    log = DayLog(
        day.day,
        tuple(totals),
        tuple(spoken),
        float(np.mean(annoyance)) if annoyance else 0.0,
        agent.trust,
        day.fallbacks,
        answers=sum(event["told"] is not None for event in events),
        cards=sum(each["kind"] != "like" for each in told),
        likes=sum(each["kind"] == "like" for each in told),
        setup=house.asking.setup != "none" and day.day == 1,
    )
    return DayRecord(log, events, annoyance, told)


def _answer(house: Household, cards: Sequence[Card], first: int) -> list[dict[str, Any]]:
    """The person goes through cards, one key each."""
    return [_answer_one(house, card, first + number) for number, card in enumerate(cards)]


def _tell_of_a_like(house: Household) -> list[dict[str, Any]]:
    """Whoever is asked what else they enjoy names the next thing, or nothing where they have named all."""
    told = house.policy.likes_told() if "like" not in house.asking.without else None
    if told is None:
        return []
    words = another_like(house.agent.persona, told)
    house.policy.like_told(words)
    return [{"kind": "like", "answer": words}] if words else []


def _answer_one(house: Household, card: Card, number: int, met: bool = False) -> dict[str, Any]:
    answer = answer_card(house.agent, card, house.seed, number)
    house.policy.answered(card, answer, met)
    idea = house.agent.taste.base.ideas[card.idea].id if card.idea >= 0 else ""
    time = card.context.time.isoformat(timespec="seconds")
    told = {"kind": card.kind, "time": time, "activity": card.context.activity, "idea": idea, "answer": answer}
    return told | ({"texts": list(card.texts)} if card.kind == "wording" else {})


def _take_from_shelf(house: Household, cards: Sequence[Card], tick: int) -> list[dict[str, Any]]:
    """Somebody who glances at the shelf takes the first idea that pleases; what they leave they say nothing of."""
    for number, card in enumerate(cards):
        if answer_card(house.agent, card, house.seed, 1000 + 10 * tick + number) == "yes":
            told = _answer_one(house, card, 1000 + 10 * tick + number, met=True)
            house.agent.note_heard(tick, card.idea)
            return [told | {"kind": "shelf"}]
    return []


def context_at(day: LifeDay, tick: int, asked: bool) -> Context:
    """What an assistant may see of a tick."""
    activity = day.activities[day.activity[tick]]
    return Context(
        time=day.time(tick),
        activity=activity.text,
        room=activity.room,
        activity_minutes=float(day.minutes_in_block[tick]),
        awake_minutes=tick * TICK_MINUTES,
        calendar=day.calendar,
        request=REQUEST if asked else "",
    )


def context_row(context: Context) -> dict[str, Any]:
    """A context as files keep it."""
    return {
        "time": context.time.isoformat(timespec="seconds"),
        "activity": context.activity,
        "room": context.room,
        "activity_minutes": context.activity_minutes,
        "awake_minutes": context.awake_minutes,
    }


def _speak(
    house: Household, day: LifeDay, tick: int, context: Context, proposal: Proposal, asked: bool
) -> tuple[Spoken, dict[str, Any]]:
    agent = house.agent
    idea = agent.taste.base.ideas[proposal.idea]
    text, fallback = proposal.text, False
    if not text:
        text, fallback = house.voice.say(
            proposal.idea, context, proposal.style, day.day * 1000 + tick, proposal.chance_of
        )
    suggestion = Suggestion(f"{day.day}-{tick}", text, idea.id, proposal.style, asked)
    fresh = not agent.heard_within(tick, proposal.idea)
    exact = agent.rate_spoken(tick, proposal.idea, suggestion)
    shown = exact
    if house.judge is not None:
        shown = house.judge.rate_spoken(agent, tick, proposal.idea, suggestion, exact)
    reaction = agent.react(tick, shown, suggestion)
    words = reason_in_words(agent.persona, shown, reaction, suggestion, idea, house.model)
    agent.hear(tick, proposal.idea, suggestion, exact)
    feedback = house.channel.of_speech(shown, reaction, day.day, tick)
    house.picker.heard(context, proposal.idea, asked, feedback)
    house.policy.learn(house.policy.said(proposal, text), feedback)
    said = Spoken(
        tick, idea.id, idea.category, exact, asked, reaction.reaction == "accepted", fresh, compose_fallback=fallback
    )
    event = _event(day, context, suggestion, said, reaction, words, feedback, proposal, agent)
    return said, event if shown is exact else event | {"judged": [getattr(shown, name) for name in DIMENSIONS]}


def _event(
    day: LifeDay,
    context: Context,
    suggestion: Suggestion,
    said: Spoken,
    reaction: Feedback,
    words: str,
    feedback: Feedback | None,
    proposal: Proposal,
    agent: UserAgent,
) -> dict[str, Any]:
    """A spoken suggestion as the events file keeps it: enough to rebuild what the assistant saw."""
    rating = said.rating
    return {
        "tick": said.tick,
        **context_row(context),
        "idea": suggestion.idea_id,
        "text": suggestion.text,
        "requested": suggestion.requested,
        "chance": round(proposal.chance, 4),
        "threshold": round(proposal.threshold, 4),
        "why": [[reason.text, round(reason.weight, 3)] for reason in proposal.why],
        "rating": [rating.preference, rating.timing, rating.frequency, rating.communication],
        "reaction": reaction.reaction,
        "reason": reaction.reason,
        "words": words,
        "turns": list(reaction.turns),
        "told": feedback.to_dict() if feedback is not None else None,
        "annoyance": round(agent.annoyance, 4),
    }
