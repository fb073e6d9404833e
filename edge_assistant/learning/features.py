"""What the learners see of a moment and of an idea, as numbers.

Everything is computed from a `Context`, the packaged example texts and the knowledge base: never from a simulator's label.
Fixed directions, not the data at hand, give the texts their coordinates, so that a prior learned elsewhere still fits.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_KINDS, ATTRIBUTES, Context
from edge_assistant.embedding import Embedder
from edge_assistant.knowledge import CATEGORY_NAMES, KnowledgeBase

FloatArray = NDArray[np.float64]

TEXT_DIRECTIONS = 16
IDEA_DIRECTIONS = 24
COARSE_HOURS = np.arange(0, 24, 2.0)
FINE_HOURS = np.arange(0, 24, 1.0)

MOMENT_NAMES: tuple[str, ...] = (
    "always",
    *(f"while {kind}" for kind in ACTIVITY_KINDS),
    *(f"around {hour:.0f} h" for hour in COARSE_HOURS),
    *(f"at {hour:.0f} h" for hour in FINE_HOURS),
    *(f"weekends around {hour:.0f} h" for hour in COARSE_HOURS),
    "weekends",
    "just after a change of activity",
    "early in an activity",
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


def _directions(count: int, dimension: int, name: str) -> FloatArray:
    """Fixed random directions, scaled so that coordinates of unit vectors have variance about 1."""
    return np.random.default_rng(zlib.crc32(name.encode())).normal(size=(dimension, count))


class Kinds(Protocol):
    """Infers what kind an activity is from its text."""

    def probabilities(self, text: str) -> FloatArray:
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
    _texts: dict[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ideas = np.asarray(self.embedder.embed([idea.text for idea in self.base.ideas]), dtype=float)
        self.idea_vectors = ideas
        centred = ideas - ideas.mean(axis=0)
        about = centred @ _directions(IDEA_DIRECTIONS, ideas.shape[1], "idea")
        n = len(self.base)
        categories = np.zeros((n, len(CATEGORY_NAMES)))
        categories[np.arange(n), self.base.category_index] = 1.0
        self._categories = categories
        self._static = np.hstack([np.ones((n, 1)), categories, self.base.attributes, about])
        self._text_directions = _directions(TEXT_DIRECTIONS, ideas.shape[1], "activity")
        self._suits = self.base.kinds_matrix.astype(float)

    def activity(self, text: str) -> tuple[FloatArray, FloatArray]:
        """Kind probabilities (kinds,) and coordinates (TEXT_DIRECTIONS,) of an activity's text."""
        known = self._texts.get(text)
        if known is None:
            plain = text.removeprefix("still ")
            vector = np.asarray(self.embedder.embed([plain])[0], dtype=float)
            known = np.asarray(self.kinds.probabilities(plain), dtype=float), vector @ self._text_directions
            self._texts[text] = known
        return known

    def moment(self, context: Context) -> FloatArray:
        """(len(MOMENT_NAMES),) timing features."""
        kinds, about = self.activity(context.activity)
        time = context.time
        quarter = time.hour * 4 + time.minute // 15
        pause = [np.exp(-context.activity_minutes / 6), np.exp(-context.activity_minutes / 20)]
        return np.concatenate([[1.0], kinds, _hours(quarter, time.weekday() >= 5), pause, 0.5 * about])

    def liking(self, context: Context, heard: FloatArray) -> FloatArray:
        """(n, len(LIKING_NAMES)) preference features of all ideas; `heard` counts hearings of the last 7 days."""
        kinds, _ = self.activity(context.activity)
        suits = self._suits @ kinds
        hour = context.time.hour
        parts = (float(context.time.weekday() >= 5), float(hour < 11), float(hour >= 18))
        blocks = [self._static, suits[:, None]]
        blocks += [part * self.base.attributes for part in parts]
        blocks += [part * self._categories for part in parts]
        blocks += [suits[:, None] * self._categories, heard[:, None]]
        return np.hstack(blocks)
