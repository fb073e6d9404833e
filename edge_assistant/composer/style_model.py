"""Which style a person likes: an exact posterior over what they want of each aspect, and over forbidden topics.

Each aspect is wanted in one way or does not matter; a sentence is well put when nothing that matters is offended and no
forbidden topic is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style import keeps
from edge_assistant.domain import SENSITIVE_TOPICS, STYLE_CHOICES, Style

FloatArray = NDArray[np.float64]

ASPECTS = tuple(STYLE_CHOICES)
WISHES: tuple[tuple[str, ...], ...] = tuple(("any", *STYLE_CHOICES[aspect]) for aspect in ASPECTS)
HYPOTHESES = tuple(product(*WISHES))
"""All combinations of wishes, one per aspect."""
STYLES = tuple(Style(*values) for values in product(*STYLE_CHOICES.values()))

SLIP = 0.03
"""Chance that a verdict on communication contradicts the wishes."""
TOPIC_PRIOR = 0.12
"""Chance that a person forbids a sensitive topic, nothing else known."""

ALIKE_SLIP = 0.25
"""How often somebody to whom a difference matters finds two sentences alike, against one to whom it does not."""

WISHED = 30.0
"""Odds for a wish that the person names."""


def vague_wishes() -> list[list[float]]:
    """For each aspect the prior chance of each wish in `WISHES`."""
    return [[0.5] + [0.5 / (len(wishes) - 1)] * (len(wishes) - 1) for wishes in WISHES]


class StyleModel:
    """Posterior over `HYPOTHESES` (their count,) and over forbidden topics (topics,)."""

    def __init__(self, wishes: Sequence[list[list[float]]], topics: FloatArray | None = None) -> None:
        """Start from people met before: this one may be like any of them.

        Args:
            wishes: for each of those people a marginal for each aspect; kept apart, since who likes it short
                often likes it direct.
            topics: the chance that each is forbidden.
        """
        belief = np.zeros(len(HYPOTHESES))
        for person in wishes:
            table = np.ones(1)
            for marginal in person:
                table = np.outer(table, np.asarray(marginal)).ravel()
            belief += table
        self.belief = belief / belief.sum()  # replaced by each lesson, never changed in place
        self._best_of: FloatArray | None = None
        self._best = 0.0
        self.topics = np.full(len(SENSITIVE_TOPICS), TOPIC_PRIOR) if topics is None else np.array(topics)

    def chance(self, text: str, topics: tuple[str, ...]) -> float:
        """P(communication = 1) of a sentence on these topics."""
        return self._fits_chance(_fits(text)) * self._topics_free(topics)

    def best(self) -> Style:
        """The style most likely to be well put.

        No style is tried for the sake of learning: a badly put sentence is often accepted all the same, so that the
        trial teaches little.
        """
        return STYLES[int(np.argmax(_FITS_OF_STYLE @ self.belief))]

    def best_chance(self) -> float:
        """P(communication = 1) in that style, on a topic that nobody minds; worked out once a belief."""
        if self._best_of is not self.belief:
            self._best_of = self.belief
            self._best = (1 - SLIP) * float((_FITS_OF_STYLE @ self.belief).max()) + SLIP / 2
        return self._best

    def learn(self, text: str, topics: tuple[str, ...], likelihood_one: float, likelihood_zero: float) -> None:
        """Update with a verdict on how a sentence was put."""
        fits = _fits(text)
        free = self._topics_free(topics)
        well = (1 - SLIP) * fits + SLIP / 2
        for topic in topics:
            index = SENSITIVE_TOPICS.index(topic)
            others = free / max(1 - self.topics[index], 1e-9)
            fine = float(self.belief @ well) * others
            allowed = likelihood_one * fine + likelihood_zero * (1 - fine)
            forbidden = likelihood_zero
            prior = self.topics[index]
            self.topics[index] = prior * forbidden / max(prior * forbidden + (1 - prior) * allowed, 1e-12)
        self._update(likelihood_one * well * free + likelihood_zero * (1 - well * free))

    def learn_choice(self, better: str, worse: str, slip: float) -> None:
        """The person prefers one sentence to another; `slip` is the chance that they pressed the wrong key.

        Who minds both or neither chooses at random.
        """
        first, second = _kept_count(better), _kept_count(worse)
        self._update(np.where(first > second, 1 - slip, np.where(first < second, slip, 0.5)))

    def learn_alike(self, first: str, second: str) -> None:
        """The person finds neither of two sentences better."""
        same = _kept_count(first) == _kept_count(second)
        self._update(np.where(same, 1.0, ALIKE_SLIP))

    def disagreement(self, first: str, second: str) -> float:
        """How open it is which of two sentences is better: the chance of the less likely preference, 0 to 0.5."""
        one, other = _kept_count(first), _kept_count(second)
        return float(min(self.belief @ (one > other), self.belief @ (one < other)))

    def learn_too_long(self) -> None:
        """The person asked for something shorter."""
        self._update(np.where(_WANTS_SHORT, 1.0, 0.05))

    def learn_wish(self, aspect: str, value: str) -> None:
        """The person said in so many words what they want of an aspect."""
        place = ASPECTS.index(aspect)
        self._update(np.array([WISHED if wishes[place] == value else 1.0 for wishes in HYPOTHESES]))

    def marginals(self) -> dict[str, dict[str, float]]:
        """For each aspect the chance of each wish."""
        shape = [len(wishes) for wishes in WISHES]
        table = self.belief.reshape(shape)
        result = {}
        for index, aspect in enumerate(ASPECTS):
            others = tuple(axis for axis in range(len(shape)) if axis != index)
            result[aspect] = dict(zip(WISHES[index], table.sum(axis=others).tolist(), strict=True))
        return result

    def _update(self, likelihood: FloatArray) -> None:
        updated = np.maximum(self.belief * likelihood, 1e-9)
        self.belief = updated / updated.sum()

    def _fits_chance(self, fits: FloatArray) -> float:
        return float((1 - SLIP) * (fits @ self.belief) + SLIP / 2)

    def _topics_free(self, topics: tuple[str, ...]) -> float:
        return float(np.prod([1 - self.topics[SENSITIVE_TOPICS.index(topic)] for topic in topics]))


def _fits(text: str) -> FloatArray:
    """(hypotheses,) whether a sentence offends nothing that each of them wants."""
    kept = [[wish == "any" or keeps(text, aspect, wish) for wish in WISHES[i]] for i, aspect in enumerate(ASPECTS)]
    fits = np.ones(1)
    for row in kept:
        fits = np.outer(fits, np.asarray(row, dtype=float)).ravel()
    return fits


def _kept_count(text: str) -> FloatArray:
    """(hypotheses,) of how many aspects that matter a sentence keeps what is wanted."""
    total = np.zeros(1)
    for i, aspect in enumerate(ASPECTS):
        kept = np.array([float(wish == "any" or keeps(text, aspect, wish)) for wish in WISHES[i]])
        total = np.add.outer(total, kept).ravel()
    return total


_FITS_OF_STYLE = np.array(
    [
        [
            float(all(wish in ("any", getattr(style, aspect)) for aspect, wish in zip(ASPECTS, wishes, strict=True)))
            for wishes in HYPOTHESES
        ]
        for style in STYLES
    ]
)
_WANTS_SHORT = np.array([wishes[ASPECTS.index("length")] == "short" for wishes in HYPOTHESES])
