"""What the model of the paper's assistant is asked, and the answers among which it chooses.

Upstream's model writes freely. A small one that may only choose is given some sentences of the moment and 'No
recommendation', and chooses by their likelihood: how much likelier the moment makes an answer than no moment at all, in
nats, times DPO's beta. That is what DPO moves, so the nightly training moves the choice as it moves what is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.prompts import NO_RECOMMENDATION
from edge_assistant.domain import Style
from edge_assistant.llm.protocols import LanguageModel, ScoreRequest
from simulator.people.persona import Persona

BETA = 0.1
"""Of DPO; the likelihood of an answer counts by as much."""

SYSTEM = "Suggest one thing that is welcome now, or answer No recommendation."
NOWHERE = "Now: unknown"
"""The moment that is no moment."""

NOTHING = "Nothing suits now."
"""The reason for silence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that the model may choose.

    Attributes:
        text: what would be said; `NO_RECOMMENDATION` for silence.
        idea: its index, None for silence.
        style: how it is put.
        written: the whole answer as the model sees it, with its reason where there is one.
    """

    text: str
    idea: int | None
    style: Style
    written: str


def with_reason(text: str, reason: str, place: str) -> str:
    """The answer with its reason before or after it."""
    if place == "left":
        return f"{reason} {text}"
    return f"{text} {reason}" if place == "right" else text


def silence(place: str, style: Style) -> Answer:
    """The answer that says nothing."""
    return Answer(NO_RECOMMENDATION, None, style, with_reason(NO_RECOMMENDATION, NOTHING, place))


def case(lines: Sequence[str], now: str, persona: Persona | None) -> str:
    """The user's part of the prompt; what changes most stands last."""
    who = ""
    if persona is not None:
        prose = persona.prose
        who = f"They say: {prose.preference} {prose.timing} {prose.frequency} {prose.communication}\n"
    memory = "\n".join(lines)
    return f"{who}{memory}\nNow: {now}" if memory else f"{who}Now: {now}"


def likelihoods(model: LanguageModel, user: str, answers: Sequence[Answer]) -> NDArray[np.float64]:
    """(answers,) log probabilities in nats, summed over tokens."""
    request = ScoreRequest(model.chat(SYSTEM, user), tuple(answer.written for answer in answers))
    return np.array(model.score([request])[0].log_probabilities)


def chances(likelihood: NDArray[np.float64], nowhere: NDArray[np.float64]) -> NDArray[np.float64]:
    """(answers,) chances of being chosen; both arguments in nats."""
    value = BETA * (likelihood - nowhere)
    weight = np.exp(value - value.max())
    return np.asarray(weight / weight.sum())
