"""What each form of feedback says about the four dimensions, as likelihoods, and how this person gives feedback.

The assistant's model of a person: a welcome suggestion (preference, timing, frequency all 1) is accepted, unless it is
badly put, when it is accepted with some probability and otherwise dismissed for that. An unwelcome one at a bad moment
is ignored with some probability, or dismissed with the first failing of timing, frequency, preference. And anybody may
press the wrong key. None of the three chances is known of a person: a posterior over them is learned.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import DIMENSIONS, Feedback, Rating

FloatArray = NDArray[np.float64]

ACCEPTS_BADLY_PUT = (0.15, 0.35, 0.55, 0.75, 0.92)
IGNORES_BADLY_TIMED = (0.1, 0.3, 0.5, 0.7, 0.9)
SLIPS = (0.005, 0.03, 0.08, 0.16, 0.3)
SLIP_PRIOR = (0.35, 0.3, 0.2, 0.1, 0.05)
HABITS: tuple[tuple[float, float, float], ...] = tuple(product(ACCEPTS_BADLY_PUT, IGNORES_BADLY_TIMED, SLIPS))
"""Hypotheses about how a person reacts."""
ANSWERS = 7
"""Different answers that a slip of the finger can give."""

CARD_SLIPS = (0.02, 0.08, 0.15, 0.25, 0.4)
CARD_SLIP_PRIOR = (0.2, 0.3, 0.25, 0.15, 0.1)
"""Chances of a wrong answer to a card of the review."""

_BIT = (0, 1)
COMBINATIONS: tuple[tuple[int, int, int, int], ...] = tuple(product(_BIT, _BIT, _BIT, _BIT))
"""All (preference, timing, frequency, communication)."""
WELCOME = np.array([all(combination[:3]) for combination in COMBINATIONS])
"""(16,) whether each is welcome."""

_TABLE = np.array(COMBINATIONS, dtype=float)


class ReactionModel:
    """Posterior over `HABITS`."""

    def __init__(self) -> None:
        prior = np.tile(np.array(SLIP_PRIOR), len(HABITS) // len(SLIPS))
        self.belief: FloatArray = prior / prior.sum()

    def likelihoods(self, feedback: Feedback) -> FloatArray | None:
        """(16,) likelihood of spoken feedback under each of `COMBINATIONS`, or None when nothing was told."""
        table = _likelihoods(feedback)
        return None if table is None else np.asarray(self.belief @ table)

    def learn(self, feedback: Feedback, chances: dict[str, float]) -> None:
        """Learn how the person reacts, given the present chances of the dimensions."""
        table = _likelihoods(feedback)
        if table is None:
            return
        updated = self.belief * (table @ _weights(chances))
        self.belief = np.maximum(updated, 1e-9 * updated.max())
        self.belief /= self.belief.sum()

    def slip(self) -> float:
        """The expected chance of a slip."""
        return float(self.belief @ np.array([habit[2] for habit in HABITS]))


class CardModel:
    """How reliable the answers to cards are: a posterior over the chance of a wrong one."""

    def __init__(self) -> None:
        self.belief: FloatArray = np.array(CARD_SLIP_PRIOR)

    def slip(self) -> float:
        """The expected chance of a wrong answer."""
        return float(self.belief @ np.array(CARD_SLIPS))

    def learn(self, chance: float) -> None:
        """An answer came that was right with this chance, as believed before."""
        slips = np.array(CARD_SLIPS)
        self.belief = self.belief * (chance * (1 - slips) + (1 - chance) * slips)
        self.belief /= self.belief.sum()


def messages(likelihood: FloatArray, chances: dict[str, float]) -> dict[str, tuple[float, float]]:
    """For each dimension its likelihoods under 1 and 0, the other dimensions averaged over their present chances."""
    chance = np.array([chances[name] for name in DIMENSIONS])
    weights = np.where(_TABLE == 1, chance, 1 - chance)  # (16, 4)
    result = {}
    for index, name in enumerate(DIMENSIONS):
        others = np.delete(weights, index, axis=1).prod(axis=1) * likelihood
        one = _TABLE[:, index] == 1
        result[name] = (float(others[one].sum()), float(others[~one].sum()))
    return result


def welcome(likelihood: FloatArray, chances: dict[str, float]) -> float:
    """The chance that something was welcome, by its feedback and what was believed of each dimension before."""
    weights = likelihood * _weights(chances)
    return float(weights @ WELCOME / max(float(weights.sum()), 1e-300))


def _weights(chances: dict[str, float]) -> FloatArray:
    """(16,) chance of each combination."""
    chance = np.array([chances[name] for name in DIMENSIONS])
    return np.asarray(np.where(_TABLE == 1, chance, 1 - chance).prod(axis=1))


@lru_cache(maxsize=512)
def _likelihoods(feedback: Feedback) -> FloatArray | None:
    """(habits, 16) likelihoods, or None when nothing was told."""
    rows = []
    for accepts, ignores, slip in HABITS:
        if feedback.rating is not None:
            values = [_same(feedback.rating, combination) for combination in COMBINATIONS]
        elif feedback.reaction is not None:
            values = [_reaction(feedback, accepts, ignores, *combination) for combination in COMBINATIONS]
        elif feedback.total is not None:
            values = [float(sum(combination) == feedback.total) for combination in COMBINATIONS]
        else:
            return None
        rows.append((1 - slip) * np.array(values) + slip / ANSWERS)
    return np.array(rows)


def _same(rating: Rating, combination: tuple[int, int, int, int]) -> float:
    return float(tuple(getattr(rating, name) for name in DIMENSIONS) == combination)


def _reaction(
    feedback: Feedback, accepts: float, ignores: float, preference: int, timing: int, frequency: int, communication: int
) -> float:
    welcome = preference and timing and frequency
    reaction, reason = feedback.reaction, feedback.reason
    if "later" in feedback.turns and (timing or not preference):
        return 0.0
    if reaction == "accepted":
        return (1.0 if communication else accepts) if welcome else 0.0
    if reaction == "ignored":
        return 0.0 if timing else ignores
    if welcome:
        fits = reason in (None, "communication")
        return (1 - accepts) * fits * (1 - communication)
    if not timing:
        return (1 - ignores) * (reason in (None, "timing"))
    return float(reason in (None, "preference" if frequency else "frequency"))
