"""A language model as judge: it reads the persona's own words, gives a reason, and then says Yes or No.

Each of the four dimensions is a question of its own. The verdict is the likelier of the two answers right after the
model's reason. Small models cannot do this: only one that has passed `edge-assistant experiment judges` may judge,
and its record is kept by the hash of the model and the text of this module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from edge_assistant.domain import DIMENSIONS, Rating, Suggestion
from edge_assistant.errors import UsageError
from edge_assistant.llm.models import cache_directory, read_json, write_json
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest
from simulator.judges.judge import JUDGES
from simulator.people.persona import Persona
from simulator.world.user_agent import UserAgent

ANSWERS = (" Yes", " No")
REASON_TOKENS = 40
"""Most tokens of a reason: one sentence."""


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


@JUDGES.register("llm", "a language model that has passed 'experiment judges', from the persona's own words")
class LlmJudge:
    """The model's verdict on all four dimensions."""

    needs_model: ClassVar[bool] = True

    def __init__(self, model: LanguageModel | None) -> None:
        """Asked under whatever adapter is attached.

        Raises:
            UsageError: there is no model, or it has not passed the test.
        """
        if model is None:
            raise UsageError("judge llm asks a language model; choose --judge rubric, or --language model")
        if not passed(model.sha256):
            raise UsageError(
                f"judge llm: {model.name} has not passed the judging test; "
                "run 'edge-assistant experiment judges --model FILE --out DIR' first, or choose --judge rubric"
            )
        self.model = model

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """1 where Yes is at least as likely as No; without an idea the preference is 0."""
        moment = Moment.of(agent, tick, suggestion)
        values = margins(self.model, [(moment, name) for name in DIMENSIONS])
        preference, timing, frequency, communication = (int(value >= 0) for value in values)
        return Rating(preference if idea is not None else 0, timing, frequency, communication)


def margins(model: LanguageModel, asked: Sequence[tuple[Moment, str]]) -> list[float]:
    """Log probability of Yes minus that of No, in nats, after the model's own reason; two batches for all questions."""
    prompts = [question(model, moment, dimension) for moment, dimension in asked]
    reasons = model.generate([GenerateRequest(f"{prompt}Reason:", REASON_TOKENS, stop=("\n",)) for prompt in prompts])
    scores = model.score(
        [
            ScoreRequest(f"{prompt}Reason: {reason.text.strip()}\nAnswer:", ANSWERS)
            for prompt, reason in zip(prompts, reasons, strict=True)
        ]
    )
    return [score.log_probabilities[0] - score.log_probabilities[1] for score in scores]


def question(model: LanguageModel, moment: Moment, dimension: str) -> str:
    """The prompt of one dimension; what precedes the moment is the same all life long."""
    persona = moment.persona
    system = (
        f"You are {persona.name}, {persona.age}. {getattr(persona.prose, dimension)} "
        "Judge by this alone: give your reason in one sentence, then answer Yes or No."
    )
    return model.chat(system, _USER[dimension](moment))


def keep_record(sha256: str, record: dict[str, Any]) -> None:
    """Keep what the judging test found.

    Args:
        sha256: of the model that was tested.
        record: JSON-ready; its 'passed' says whether the model may judge.
    """
    write_json(_record_file(sha256), {"version": _version(), **record})


def passed(sha256: str) -> bool:
    """Whether this model has passed the test with the questions as they stand here."""
    kept = read_json(_record_file(sha256))
    return kept.get("version") == _version() and kept.get("passed") is True


def _record_file(sha256: str) -> Path:
    return cache_directory() / "judges" / f"{sha256}.json"


def _version() -> str:
    """The questions as they stand: other questions need another test."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


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
