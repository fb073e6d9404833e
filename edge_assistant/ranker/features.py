"""What the learners see of a moment and of an idea, as numbers.

Everything is computed from a `Context`, the packaged example texts and the knowledge base: never from a simulator's
label.
The directions in which texts are described are those in which the packaged ideas differ most, whatever other ideas are
present, so that a prior learned elsewhere still fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, Context
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.familiarity import standardised
from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase, load_packaged

FloatArray = NDArray[np.float64]

TEXT_DIRECTIONS = 16
IDEA_DIRECTIONS = 40
SPREAD = 5.0
"""Brings the coordinates of texts, cosines along single directions, to a size of about 1."""
COARSE_HOURS = np.arange(0, 24, 2.0)
FINE_HOURS = np.arange(0, 24, 1.0)

MOMENT_NAMES: tuple[str, ...] = (
    "always",
    *(f"while {kind}" for kind in ACTIVITY_CLASSES),
    *(f"around {hour:.0f} h" for hour in COARSE_HOURS),
    *(f"at {hour:.0f} h" for hour in FINE_HOURS),
    *(f"weekends around {hour:.0f} h" for hour in COARSE_HOURS),
    "weekends",
    "just after a change of activity",
    "early in an activity",
    "false alarms of late",
    *(f"what the activity is about ({number + 1})" for number in range(TEXT_DIRECTIONS)),
)
"""Names of the timing features, in order."""

DAYPARTS = ("weekend", "morning", "evening")

LIKING_NAMES: tuple[str, ...] = (
    "ideas in general",
    *(f"category {name}" for name in CATEGORY_NAMES),
    *(f"{name}" for name in ATTRIBUTES),
    *(f"what the idea is about ({number + 1})" for number in range(IDEA_DIRECTIONS)),
    "suits the activity",
    *(f"{part}: {name}" for part in DAYPARTS for name in ATTRIBUTES),
    *(f"{part}: category {name}" for part in DAYPARTS for name in CATEGORY_NAMES),
    *(f"suits the activity: category {name}" for name in CATEGORY_NAMES),
    "times heard this week",
    "like something you do",
    "like several things you do",
    *(f"like what you do ({kind})" for kind in ACTIVITY_CLASSES),
    "like what you do now",
)
"""Names of the preference features that ideas share; one more of its own follows for each idea."""


@lru_cache(maxsize=2048)
def _hours(quarter: int, weekend: bool) -> FloatArray:
    """Smooth bumps over the hours of the day for a quarter of an hour, 0 to 95."""
    hour = quarter / 4 + 0.125
    coarse = _bumps(hour, COARSE_HOURS, 1.2)
    return np.concatenate([coarse, _bumps(hour, FINE_HOURS, 0.6), coarse * weekend, [float(weekend)]])


def _bumps(hour: float, centres: FloatArray, width: float) -> FloatArray:
    distance = np.abs(hour - centres)
    distance = np.minimum(distance, 24 - distance)
    return np.asarray(np.exp(-0.5 * (distance / width) ** 2))


def principal_directions(vectors: FloatArray, count: int) -> FloatArray:
    """(D, count) directions of largest variance of (n, D) vectors, signs fixed by their largest component."""
    centred = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, np.argsort(values, kind="stable")[::-1][:count]]
    largest = np.argmax(np.abs(chosen), axis=0)
    return np.asarray(chosen * np.sign(chosen[largest, np.arange(chosen.shape[1])]))


class Kinds(Protocol):
    """Infers what kind an activity is from its text and, where it is known, the room."""

    def probabilities(self, text: str, room: str = "") -> FloatArray:
        """(len(ACTIVITY_KINDS),) summing to 1."""


@dataclass
class FeatureMaker:
    """Turns contexts and ideas into feature vectors; embeds each text once.

    Attributes:
        embedder: the assistant's own.
        kinds: infers what kind an activity is from its text.
        base: the ideas.
    """

    embedder: Embedder
    kinds: Kinds
    base: KnowledgeBase
    _texts: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    _likeness: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ideas = np.asarray(self.embedder.embed([idea.text for idea in self.base.ideas]), dtype=float)
        self.idea_vectors = ideas
        packaged = ideas if self.base is load_packaged() else self._packaged_vectors()
        directions = principal_directions(packaged, IDEA_DIRECTIONS)
        centre = packaged.mean(axis=0)
        about = (ideas - centre) @ directions * SPREAD
        n = len(self.base)
        categories = np.zeros((n, len(CATEGORY_NAMES)))
        categories[np.arange(n), self.base.category_index] = 1.0
        self._categories = categories
        self._static = np.hstack([np.ones((n, 1)), categories, self.base.attributes, about])
        self._text_directions = directions[:, :TEXT_DIRECTIONS]
        self._centre = centre
        self._suits = self.base.kinds_matrix.astype(float)

    def _packaged_vectors(self) -> FloatArray:
        return np.asarray(self.embedder.embed([idea.text for idea in load_packaged().ideas]), dtype=float)

    def activity(self, text: str, room: str = "") -> tuple[FloatArray, FloatArray]:
        """Kind probabilities (kinds,) of an activity, and coordinates (TEXT_DIRECTIONS,) of its text."""
        known = self._texts.get((text, room))
        if known is None:
            plain = text.removeprefix("still ")
            vector = np.asarray(self.embedder.embed([plain])[0], dtype=float)
            known = (
                np.asarray(self.kinds.probabilities(plain, room), dtype=float),
                (vector - self._centre) @ self._text_directions * SPREAD,
            )
            self._texts[text, room] = known
        return known

    def moment(self, context: Context, unwelcome: float) -> FloatArray:
        """(len(MOMENT_NAMES),) timing features; `unwelcome` counts false alarms of late."""
        kinds, about = self.activity(context.activity, context.room)
        time = context.time
        quarter = time.hour * 4 + time.minute // 15
        pause = [np.exp(-context.activity_minutes / 6), np.exp(-context.activity_minutes / 20), min(unwelcome, 4.0)]
        return np.concatenate([[1.0], kinds, _hours(quarter, time.weekday() >= 5), pause, about])

    def vector(self, text: str) -> FloatArray:
        """(d,) unit vector of an activity's text."""
        return np.asarray(self.embedder.embed([text.removeprefix("still ")])[0], dtype=float)

    def likeness(self, text: str) -> FloatArray:
        """(n,) likeness of all ideas to an activity."""
        plain = text.removeprefix("still ")
        if plain not in self._likeness:
            self._likeness[plain] = self.idea_vectors @ self.vector(plain)
        return self._likeness[plain]

    def kinds_of(self, text: str) -> FloatArray:
        """(kinds,) what kind an activity may be."""
        return self.activity(text)[0]

    def liking(self, context: Context, heard: FloatArray, familiar: FloatArray, only: int | None = None) -> FloatArray:
        """(n, len(LIKING_NAMES)) preference features of all ideas, or (1, ...) of one.

        Args:
            context: the moment.
            heard: (n,) hearings of the last 7 days.
            familiar: (n, FEATURES) likeness of the ideas to what the person does, see `Familiarity`.
            only: the index of the one idea that is asked for.
        """
        rows = slice(None) if only is None else slice(only, only + 1)
        kinds, _ = self.activity(context.activity, context.room)
        suits = self._suits[rows] @ kinds
        categories, attributes = self._categories[rows], self.base.attributes[rows]
        hour = context.time.hour
        parts = (float(context.time.weekday() >= 5), float(hour < 11), float(hour >= 18))
        blocks = [self._static[rows], suits[:, None]]
        blocks += [part * attributes for part in parts]
        blocks += [part * categories for part in parts]
        blocks += [suits[:, None] * categories, heard[rows, None]]
        now = standardised(self.likeness(context.activity))
        blocks += [familiar[rows], now[rows, None]]
        return np.hstack(blocks)
