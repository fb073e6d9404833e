"""Lives one day of one persona under one policy, tick by tick, and notes what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from edge_assistant.domain import TICK_MINUTES, Context, Feedback, Manner, Rating, Suggestion
from edge_assistant.history import History
from edge_assistant.learning.familiarity import Familiarity
from edge_assistant.learning.features import FeatureMaker
from edge_assistant.ranking import Ranker
from simulator.feedback import FeedbackChannel
from simulator.life import LifeDay
from simulator.metrics import DayLog, Spoken
from simulator.policies import Policy, Proposal
from simulator.user_agent import UserAgent

REQUEST = "Do you have an idea for me?"


class Voice(Protocol):
    """Puts an idea into words."""

    def say(self, idea: int, context: Context, manner: Manner, seed: int) -> tuple[str, bool]:
        """The sentence, and whether a written one had to be replaced by a prepared one."""


class FeedbackJudge(Protocol):
    """Another judge than the rubric, for the feedback only."""

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """Its verdict on speech, given the rubric's."""


@dataclass
class AnswerPicker:
    """Picks the idea of every answer to a request: the pooled liking, the same for all policies."""

    ranker: Ranker
    features: FeatureMaker
    history: History
    familiarity: Familiarity

    def see(self, activity: str) -> None:
        """Take note of what the person does."""
        plain = activity.removeprefix("still ")
        if plain not in self.familiarity.texts:
            self.familiarity.see(plain, self.features.vector(plain))

    def pick(self, context: Context) -> int:
        """The idea most likely to please a stranger now, among those not resting."""
        liking = self.features.liking(context, self.history.heard(context.time), self.familiarity.features())
        best = self.ranker.best(liking, self.history.resting(context.time), np.ones(len(liking)), 0.0)
        return best.index if best is not None else 0


@dataclass
class Household:
    """Everything that one run of one persona needs beside the days themselves."""

    agent: UserAgent
    policy: Policy
    picker: AnswerPicker
    voice: Voice
    channel: FeedbackChannel
    judge: FeedbackJudge | None = None


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
        proposal = policy.decide(tick, context)
        if asked:
            assert context is not None
            house.picker.history.tick(context.time, context.awake_minutes)
            proposal = policy.answer(context, house.picker.pick(context))
        if proposal is None:
            rating = agent.rate_silence(tick)
            totals.append(rating.total)
            if policy.needs_context or house.channel.tells_of_silence:
                policy.learn(house.channel.of_silence(rating))
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
    text, fallback = house.voice.say(proposal.idea, context, proposal.manner, day.day * 1000 + tick)
    suggestion = Suggestion(f"{day.day}-{tick}", text, idea.id, proposal.manner, asked)
    fresh = not _heard_lately(agent, day, tick, proposal.idea)
    exact = agent.rate_spoken(tick, proposal.idea, suggestion)
    shown = exact
    if house.judge is not None:
        shown = house.judge.rate_spoken(agent, tick, proposal.idea, suggestion, exact)
    reaction = agent.react(tick, shown, suggestion)
    agent.hear(tick, proposal.idea, suggestion, exact)
    house.picker.history.tick(context.time, context.awake_minutes)
    house.picker.history.say(context.time, idea.id, asked)
    house.policy.said(text)
    feedback = house.channel.of_speech(shown, reaction, day.day, tick)
    house.policy.learn(feedback)
    said = Spoken(
        tick, idea.id, idea.category, exact, asked, reaction.reaction == "accepted", fresh, compose_fallback=fallback
    )
    return said, _event(day, context, suggestion, said, reaction, feedback, proposal, agent)


def _heard_lately(agent: UserAgent, day: LifeDay, tick: int, idea: int) -> bool:
    agent.pleasing_now(tick)
    return bool(agent.heard_counts[idea])


def _event(
    day: LifeDay,
    context: Context,
    suggestion: Suggestion,
    said: Spoken,
    reaction: Feedback,
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
        "turns": list(reaction.turns),
        "told": feedback.to_dict() if feedback is not None else None,
        "annoyance": round(agent.annoyance, 4),
    }
