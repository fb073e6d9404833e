"""The questions that a judging model answers, one a dimension: the persona's own words first, the moment last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from edge_assistant.domain import Suggestion
from edge_assistant.llm.protocols import LanguageModel, ScoreRequest
from simulator.people.persona import Persona
from simulator.world.user_agent import UserAgent

ANSWERS = (" Yes", " No")


@dataclass(frozen=True)
class Moment:
    """What a judge may look at: the words and the circumstances, as the person would know them.

    Attributes:
        persona: whose prose is read.
        clock: 'Monday 18:40'.
        activity: what the person does, in words, and where.
        minutes: since it began.
        since_spoken: awake minutes since the assistant last spoke today; None when it has not.
        spoken_today: unasked suggestions of this day.
        text: what is said now.
        requested: the person asked for it.
    """

    persona: Persona
    clock: str
    activity: str
    minutes: float
    since_spoken: float | None
    spoken_today: int
    text: str
    requested: bool

    @classmethod
    def of(cls, agent: UserAgent, tick: int, suggestion: Suggestion) -> Self:
        """The moment at which a person hears a suggestion, before it is taken in."""
        day = agent.day
        activity = day.activities[day.activity[tick]]
        since = agent.since_spoken(tick)
        return cls(
            agent.persona,
            f"{day.time(tick):%A %H:%M}",
            f"{activity.told} ({activity.room})",
            float(day.minutes_in_block[tick]),
            since if since < float("inf") else None,
            agent.spoken_today,
            suggestion.text,
            suggestion.requested,
        )


def question(model: LanguageModel, moment: Moment, dimension: str) -> ScoreRequest:
    """The request whose two continuations are 'Yes' and 'No'; what precedes the moment is the same all life long."""
    persona = moment.persona
    system = (
        f"You are {persona.name}, {persona.age}. {getattr(persona.prose, dimension)} "
        "Answer the question by this alone, with Yes or No."
    )
    return ScoreRequest(model.chat(system, _USER[dimension](moment)) + "Answer:", ANSWERS)


def _preference(moment: Moment) -> str:
    now = f"It is {moment.clock}, you are {moment.activity}."
    return f'{now} An assistant suggests: "{moment.text}" Do you like the idea?'


def _timing(moment: Moment) -> str:
    return f"It is {moment.clock}. For {moment.minutes:.0f} minutes you are {moment.activity}. Is it a good moment?"


def _frequency(moment: Moment) -> str:
    if moment.requested:
        return "You have just asked the assistant for an idea. Is it fine that it speaks?"
    if moment.since_spoken is None:
        return "The assistant has not spoken today. Is it fine that it speaks now?"
    return (
        f"The assistant has spoken {moment.spoken_today} times today, the last time {moment.since_spoken:.0f} minutes "
        "ago. Is it fine that it speaks again now?"
    )


def _communication(moment: Moment) -> str:
    return f'An assistant says: "{moment.text}" Is it said the way you want it?'


_USER = {"preference": _preference, "timing": _timing, "frequency": _frequency, "communication": _communication}
