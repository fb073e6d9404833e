"""How much each idea is like what the person does anyway: taste that shows without a single rating.

What is done for pleasure tells more of taste than what must be done, so likeness is summed up for each kind of
activity by itself, each activity counted once. Beside it stand the three nearest activities of all.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES

FloatArray = NDArray[np.float64]

NEAREST = 3
FEATURES = 2 + len(ACTIVITY_CLASSES)
LEAST_SPREAD = 0.03
"""Deviation of likeness over ideas from which a kind counts fully: below it hardly anything of it was seen."""


class Likenesses(Protocol):
    """Compares activities with ideas, and says what kind they are."""

    def likeness(self, text: str) -> FloatArray:
        """(n,) likeness of all ideas to an activity."""

    def classes_of(self, text: str) -> FloatArray:
        """(classes,) what an activity may be, summing to 1."""


class Familiarity:
    """Likeness of ideas to the activities of one person.

    Attributes:
        texts: the activities seen, in order of first sight.
    """

    def __init__(self, likenesses: Likenesses, ideas: int) -> None:
        """`ideas`: how many there are."""
        self._likenesses = likenesses
        self.texts: dict[str, None] = {}
        self._nearest = np.zeros((NEAREST, ideas))
        self._sums = np.zeros((len(ACTIVITY_CLASSES), ideas))
        self._features: FloatArray | None = np.zeros((ideas, FEATURES))

    def see(self, text: str) -> None:
        """An activity is seen; only the first sight of a text counts."""
        if text in self.texts:
            return
        self.texts[text] = None
        likeness = self._likenesses.likeness(text)
        self._nearest = np.sort(np.vstack([self._nearest, likeness]), axis=0)[-NEAREST:]
        self._sums += np.outer(self._likenesses.classes_of(text), likeness - likeness.mean())
        self._features = None

    def features(self) -> FloatArray:
        """(n, FEATURES): likeness to the nearest activity, to the nearest three, and to those of each kind."""
        if self._features is None:
            nearest = (standardised(self._nearest[-1]), standardised(self._nearest.mean(axis=0)))
            spread = np.maximum(self._sums.std(axis=1, keepdims=True), LEAST_SPREAD)
            self._features = np.column_stack([*nearest, *(self._sums / spread)])
        return self._features


def standardised(values: FloatArray) -> FloatArray:
    """Mean 0 and deviation 1 over all ideas; zeros where nothing varies."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values))
