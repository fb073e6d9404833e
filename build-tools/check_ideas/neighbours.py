"""Checks of ideas against each other that need their meaning: what is said twice, and numbers that no neighbour has.

vectors = embedder.embed(list(base.texts))
near_pairs(base.ideas, vectors)
outliers(base.ideas, vectors)
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ATTRIBUTES, Idea
from edge_assistant.ranker.ideas import attribute_matrix

UNUSUAL_FILE = Path(__file__).with_name("unusual_ideas.toml")

SAME = 0.85
"""Cosine of two texts from which on they mean nearly the same."""

NEIGHBOURS = 12
FARTHEST = 3.0
"""Local deviations by which an attribute may lie from those of the neighbours."""

LEAST_SPREAD = 0.4
"""A local deviation counts as at least this share of the deviation over all ideas: neighbours often agree exactly."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """An attribute far from those of the ideas that mean something similar.

    Attributes:
        idea: whose it is.
        attribute: one of `ATTRIBUTES`.
        value: its value.
        expected: the mean of its neighbours, minutes as geometric mean.
        deviations: how far off, in local deviations.
    """

    idea: Idea
    attribute: str
    value: float
    expected: float
    deviations: float

    def __str__(self) -> str:
        return (
            f"idea {self.idea.id!r}: {self.attribute} is {self.value:g}, similar ideas have about {self.expected:.2g} "
            f"({self.deviations:+.1f} local deviations)"
        )


def near_pairs(ideas: Sequence[Idea], vectors: NDArray[np.float32]) -> list[tuple[Idea, Idea, float]]:
    """Pairs of ideas that mean nearly the same, with their cosine, the nearest first.

    Args:
        ideas: any.
        vectors: of their texts, unit length, shape (n, dimension).
    """
    cosines = np.triu(vectors @ vectors.T, 1)
    rows, columns = np.nonzero(cosines >= SAME)
    order = np.argsort(-cosines[rows, columns], kind="stable")
    return [(ideas[rows[at]], ideas[columns[at]], float(cosines[rows[at], columns[at]])) for at in order]


def outliers(ideas: Sequence[Idea], vectors: NDArray[np.float32]) -> list[Outlier]:
    """Attributes more than `FARTHEST` local deviations from those of the nearest ideas, without those known as right.

    Args:
        ideas: more than `NEIGHBOURS`.
        vectors: of their texts, unit length, shape (n, dimension).
    """
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    raw = attribute_matrix(ideas)
    around = raw[nearest]
    spread = np.maximum(around.std(axis=1), LEAST_SPREAD * np.maximum(raw.std(axis=0), 1e-9))
    off = (raw - around.mean(axis=1)) / spread
    found = []
    for row, column in zip(*np.nonzero(np.abs(off) > FARTHEST), strict=True):
        idea, name = ideas[row], ATTRIBUTES[column]
        if name not in unusual().get(idea.id, ()):
            expected = float(around[row, :, column].mean())
            expected = float(np.exp(expected)) if name == "minutes" else expected
            found.append(Outlier(idea, name, getattr(idea, name), expected, float(off[row, column])))
    return found


@cache
def unusual() -> dict[str, list[str]]:
    """For packaged ideas the attributes that were looked at and are right, far as they lie from their neighbours'."""
    found: dict[str, list[str]] = tomllib.loads(UNUSUAL_FILE.read_text(encoding="utf-8"))["unusual"]
    return found
