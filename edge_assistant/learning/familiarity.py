"""How much each idea is like what the person does anyway: taste that shows without a single rating.

Kept as the three nearest activities to each idea among all that were ever seen, each counted once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NEAREST = 3


class Familiarity:
    """Likeness of ideas to the activities of one person.

    Attributes:
        texts: the activities seen, in order of first sight.
    """

    def __init__(self, idea_vectors: FloatArray) -> None:
        """`idea_vectors`: (n, d) unit vectors."""
        self._ideas = idea_vectors
        self.texts: dict[str, None] = {}
        self._nearest = np.zeros((NEAREST, len(idea_vectors)))
        self._features = np.zeros((len(idea_vectors), 2))

    def see(self, text: str, vector: FloatArray) -> None:
        """An activity is seen; only the first sight of a text counts."""
        if text in self.texts:
            return
        self.texts[text] = None
        likeness = self._ideas @ vector
        stacked = np.sort(np.vstack([self._nearest, likeness]), axis=0)
        self._nearest = stacked[-NEAREST:]
        self._features = np.column_stack([standardised(self._nearest[-1]), standardised(self._nearest.mean(axis=0))])

    def features(self) -> FloatArray:
        """(n, 2): likeness to the nearest activity and to the nearest three, standardised over ideas."""
        return self._features


def standardised(values: FloatArray) -> FloatArray:
    """Mean 0 and deviation 1 over all ideas; zeros where nothing varies."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values))
