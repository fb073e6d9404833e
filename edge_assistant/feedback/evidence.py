"""What each form of feedback says about the four dimensions, as likelihoods.

The assistant's model of a person: a welcome suggestion (preference, timing, frequency all 1) is accepted, unless it is
badly put, when it is accepted with probability 0.6 and otherwise dismissed for that. An unwelcome one is ignored when
the moment is blocked, or dismissed with the first failing of timing, frequency, preference.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import DIMENSIONS, Feedback, Rating

ACCEPTED_BADLY_PUT = 0.6
IGNORED_BADLY_TIMED = 0.45
"""Chance that an ill-timed suggestion is ignored rather than dismissed."""
NOISE = 0.01
"""Chance that a person answers at random; keeps one slip from ruling anything out."""

_BIT = (0, 1)
COMBINATIONS: tuple[tuple[int, int, int, int], ...] = tuple(product(_BIT, _BIT, _BIT, _BIT))
"""All (preference, timing, frequency, communication)."""
WELCOME = np.array([all(combination[:3]) for combination in COMBINATIONS])
"""(16,) whether each is welcome."""

_TABLE = np.array(COMBINATIONS, dtype=float)


@lru_cache(maxsize=256)
def likelihoods(feedback: Feedback) -> NDArray[np.float64] | None:
    """(16,) likelihood of spoken feedback under each of `COMBINATIONS`, or None when nothing was told."""
    if feedback.rating is not None:
        return _mixed([_same(feedback.rating, combination) for combination in COMBINATIONS])
    if feedback.reaction is not None:
        return _mixed([_reaction(feedback, *combination) for combination in COMBINATIONS])
    if feedback.total is not None:
        return _mixed([float(sum(combination) == feedback.total) for combination in COMBINATIONS])
    return None


def messages(likelihood: NDArray[np.float64], chances: dict[str, float]) -> dict[str, tuple[float, float]]:
    """For each dimension its likelihoods under 1 and 0, the other dimensions averaged over their present chances."""
    chance = np.array([chances[name] for name in DIMENSIONS])
    weights = np.where(_TABLE == 1, chance, 1 - chance)  # (16, 4)
    result = {}
    for index, name in enumerate(DIMENSIONS):
        others = np.delete(weights, index, axis=1).prod(axis=1) * likelihood
        one = _TABLE[:, index] == 1
        result[name] = (float(others[one].sum()), float(others[~one].sum()))
    return result


def welcome(likelihood: NDArray[np.float64], chances: dict[str, float]) -> float:
    """The chance that something was welcome, by its feedback and what was believed of each dimension before."""
    chance = np.array([chances[name] for name in DIMENSIONS])
    weights = likelihood * np.where(_TABLE == 1, chance, 1 - chance).prod(axis=1)
    return float(weights @ WELCOME / max(float(weights.sum()), 1e-300))


def _mixed(values: list[float]) -> NDArray[np.float64]:
    return (1 - NOISE) * np.array(values) + NOISE / 8


def _same(rating: Rating, combination: tuple[int, int, int, int]) -> float:
    return float(tuple(getattr(rating, name) for name in DIMENSIONS) == combination)


def _reaction(feedback: Feedback, preference: int, timing: int, frequency: int, communication: int) -> float:
    welcome = preference and timing and frequency
    reaction, reason = feedback.reaction, feedback.reason
    if "later" in feedback.turns and (timing or not preference):
        return 0.0
    if reaction == "accepted":
        return (1.0 if communication else ACCEPTED_BADLY_PUT) if welcome else 0.0
    if reaction == "ignored":
        return 0.0 if timing else IGNORED_BADLY_TIMED
    if welcome:
        fits = reason in (None, "communication")
        return (1 - ACCEPTED_BADLY_PUT) * fits * (1 - communication)
    if not timing:
        return (1 - IGNORED_BADLY_TIMED) * (reason in (None, "timing"))
    return float(reason in (None, "preference" if frequency else "frequency"))
