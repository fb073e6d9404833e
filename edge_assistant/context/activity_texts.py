"""What the texts of activities say: a class, and where they lie among the directions in which texts differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.llm.embedding import Embedder

FloatArray = NDArray[np.float64]

TEXT_DIRECTIONS = 16
SPREAD = 5.0
"""Brings the coordinates of texts, cosines along single directions, to a size of about 1."""


class Classifier(Protocol):
    """Infers the class of an activity from its text and, where it is known, the room."""

    def probabilities(self, text: str, room: str = "") -> FloatArray:
        """(len(ACTIVITY_CLASSES),) summing to 1."""


@dataclass
class ActivityTexts:
    """Reads each text once.

    Attributes:
        embedder: the assistant's own.
        classifier: of activities.
        centre: (d,) of the space of texts.
        directions: (d, TEXT_DIRECTIONS) in which texts are described.
    """

    embedder: Embedder
    classifier: Classifier
    centre: FloatArray
    directions: FloatArray
    _read: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = field(default_factory=dict)

    def read(self, text: str, room: str = "") -> tuple[FloatArray, FloatArray]:
        """Class probabilities (classes,) of an activity, and coordinates (TEXT_DIRECTIONS,) of its text."""
        known = self._read.get((text, room))
        if known is None:
            known = (
                np.asarray(self.classifier.probabilities(text, room), dtype=float),
                (self.vector(text) - self.centre) @ self.directions * SPREAD,
            )
            self._read[text, room] = known
        return known

    def vector(self, text: str) -> FloatArray:
        """(d,) unit vector of a text."""
        return np.asarray(self.embedder.embed([text])[0], dtype=float)
