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

BETA = 0.1
"""Of DPO; the likelihood of an answer counts by as much."""

SYSTEM = "Suggest one thing that is welcome now, or answer No recommendation."
NOWHERE = "Now: unknown"
"""The moment that is no moment."""

SUITS, NOTHING = "It suits the moment.", "Nothing suits now."
"""The reasons for a suggestion and for silence."""


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


def sentence(text: str, idea: int, style: Style, reason_first: bool) -> Answer:
    """The answer that makes a suggestion."""
    return Answer(text, idea, style, f"{SUITS} {text}" if reason_first else text)


def silence(style: Style, reason_first: bool) -> Answer:
    """The answer that says nothing."""
    written = f"{NOTHING} {NO_RECOMMENDATION}" if reason_first else NO_RECOMMENDATION
    return Answer(NO_RECOMMENDATION, None, style, written)


def case(lines: Sequence[str], now: str) -> str:
    """The user's part of the prompt; what changes most stands last."""
    return "\n".join([*lines, f"Now: {now}"])


def likelihoods(model: LanguageModel, user: str, answers: Sequence[Answer]) -> NDArray[np.float64]:
    """(answers,) log probabilities in nats, summed over tokens."""
    request = ScoreRequest(model.chat(SYSTEM, user), tuple(answer.written for answer in answers))
    return np.array(model.score([request])[0].log_probabilities)


def chances(likelihood: NDArray[np.float64], nowhere: NDArray[np.float64]) -> NDArray[np.float64]:
    """(answers,) chances of being chosen; both arguments in nats."""
    value = BETA * (likelihood - nowhere)
    weight = np.exp(value - value.max())
    return np.asarray(weight / weight.sum())
