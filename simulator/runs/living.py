"""Lives one day of one persona under one policy, tick by tick, and notes what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.history import History
from edge_assistant.domain import DIMENSIONS, TICK_MINUTES, Context, Feedback, Style, Suggestion
from edge_assistant.feedback import evidence
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.preference import Ranker
from edge_assistant.ranker.rests import heard, resting
from simulator.judges.judge import Judge
from simulator.policies.policies import Policy, Proposal
from simulator.runs.metrics import DayLog, Spoken
from simulator.world.feedback import FeedbackChannel
from simulator.world.life import LifeDay
from simulator.world.reasons import reason_in_words
from simulator.world.user_agent import UserAgent

REQUEST = "Do you have an idea for me?"

WHEN_ASKED = {"timing": 0.97, "frequency": 0.97, "communication": 0.7}
"""What the picker takes for granted of an answer: who asks is overdue, at a receptive moment."""
WHEN_UNASKED = {"timing": 0.6, "frequency": 0.9, "communication": 0.7}
"""And of other speech, of whose moment it knows nothing."""


class Voice(Protocol):
    """Puts an idea into words."""

    def say(self, idea: int, context: Context, style: Style, seed: int) -> tuple[str, bool]:
        """The sentence, and whether a written one had to be replaced by a prepared one."""


@dataclass
class AnswerPicker:
    """Picks the idea of every answer to a request, in the same way for all policies.

    It begins with the pooled liking and learns from the feedback on all that is said in the house, whoever chose it.
    """

    ranker: Ranker
    features: FeatureMaker
    history: History
    familiarity: Familiarity

    def see(self, activity: str) -> None:
        """Take note of what the person does."""
        if activity not in self.familiarity.texts:
            self.familiarity.see(activity)
            self.ranker.notice(self.features.likeness(activity))

    def pick(self, context: Context) -> int:
        """The idea most likely to please a stranger now, among those not resting."""
        base = self.features.base
        liking = self._liking(context)
        best = self.ranker.best(liking, resting(self.history, base, context.time), np.ones(len(liking)), 0.0)
        return best.index if best is not None else 0

    def heard(self, context: Context, idea: int, requested: bool, feedback: Feedback | None) -> None:
        """Something was said; learn from what followed, and let the idea rest."""
        self.history.tick(context.time, context.awake_minutes)
        likelihood = evidence.likelihoods(feedback) if feedback is not None else None
        if likelihood is not None:
            chance, row = self.ranker.chance_of_idea(self._liking(context, idea), idea)
            chances = {"preference": chance, **(WHEN_ASKED if requested else WHEN_UNASKED)}
            self.ranker.model.learn(row, *evidence.messages(likelihood, chances)["preference"])
        self.history.say(context.time, self.features.base.ideas[idea].id, requested)

    def _liking(self, context: Context, only: int | None = None) -> NDArray[np.float64]:
        counts = heard(self.history, self.features.base, context.time)
        return self.features.liking(context, counts, self.familiarity.features(), only)

    def get_arrays(self) -> dict[str, NDArray[Any]]:
        """The learned liking, ready to be stored."""
        return self.ranker.model.pack()

    def get_state(self) -> dict[str, Any]:
        """The rest of its state, JSON-ready."""
        return {"history": self.history.get_state(), "seen": list(self.familiarity.texts)}

    def set_state(self, state: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Inverse of `get_state` and `get_arrays`."""
        self.history.set_state(state["history"])
        for text in state["seen"]:
            self.familiarity.see(text)
        self.ranker.model.unpack(arrays["mean"], arrays["covariance"])


@dataclass
class Household:
    """Everything that one run of one persona needs beside the days themselves."""

    agent: UserAgent
    policy: Policy
    picker: AnswerPicker
    voice: Voice
    channel: FeedbackChannel
    judge: Judge | None = None
    model: LanguageModel | None = None
    """Puts the person's reasons into words; without one they are taken from prepared sentences."""


@dataclass
class DayRecord:
    """A lived day: the log for the measures, and the events for whoever wants to look at it."""

    log: DayLog
    events: list[dict[str, Any]] = field(default_factory=list)
    annoyance: list[float] = field(default_factory=list)


def live(house: Household, day: LifeDay) -> DayRecord:
    """One day from waking to sleep."""
    agent, policy = house.agent, house.policy
    agent.begin_day(day)
    policy.begin_day(day)
    totals: list[int] = []
    spoken: list[Spoken] = []
    events: list[dict[str, Any]] = []
    annoyance: list[float] = []
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
            continue
        said, event = _speak(house, day, tick, context or context_at(day, tick, False), proposal, asked)
        totals.append(said.rating.total)
        spoken.append(said)
        events.append(event)
    log = DayLog(
        day.day,
        tuple(totals),
        tuple(spoken),
        float(np.mean(annoyance)) if annoyance else 0.0,
        agent.trust,
        day.fallbacks,
    )
    return DayRecord(log, events, annoyance)


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


def _speak(
    house: Household, day: LifeDay, tick: int, context: Context, proposal: Proposal, asked: bool
) -> tuple[Spoken, dict[str, Any]]:
    agent = house.agent
    idea = agent.taste.base.ideas[proposal.idea]
    text, fallback = proposal.text, False
    if not text:
        text, fallback = house.voice.say(proposal.idea, context, proposal.style, day.day * 1000 + tick)
    suggestion = Suggestion(f"{day.day}-{tick}", text, idea.id, proposal.style, asked)
    fresh = not _heard_lately(agent, day, tick, proposal.idea)
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


def _heard_lately(agent: UserAgent, day: LifeDay, tick: int, idea: int) -> bool:
    agent.pleasing_now(tick)
    return bool(agent.heard_counts[idea])


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
        "time": context.time.isoformat(timespec="seconds"),
        "activity": context.activity,
        "room": context.room,
        "activity_minutes": context.activity_minutes,
        "awake_minutes": context.awake_minutes,
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
