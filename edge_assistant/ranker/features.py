"""What the ranker sees of an idea at a moment, as numbers.

Everything is computed from a `Context`, the packaged example texts and the knowledge base: never from a simulator's
label.
The directions in which texts are described are those in which the packaged ideas differ most, whatever other ideas are
present, so that a prior learned elsewhere still fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.activity_texts import SPREAD, TEXT_DIRECTIONS, ActivityTexts, Classifier
from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, Context
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.familiarity import standardised
from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase, load_packaged

FloatArray = NDArray[np.float64]

IDEA_DIRECTIONS = 40

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
    *(f"like what you do ({name})" for name in ACTIVITY_CLASSES),
    "like what you do now",
)
"""Names of the preference features that ideas share; one more of its own follows for each idea."""


def principal_directions(vectors: FloatArray, count: int) -> FloatArray:
    """(D, count) directions of largest variance of (n, D) vectors, signs fixed by their largest component."""
    centred = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, np.argsort(values, kind="stable")[::-1][:count]]
    largest = np.argmax(np.abs(chosen), axis=0)
    return np.asarray(chosen * np.sign(chosen[largest, np.arange(chosen.shape[1])]))


@dataclass
class FeatureMaker:
    """Turns contexts and ideas into feature vectors; embeds each text once.

    Attributes:
        embedder: the assistant's own.
        classifier: infers the class of an activity from its text.
        base: the ideas.
    """

    embedder: Embedder
    classifier: Classifier
    base: KnowledgeBase
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
        self.texts = ActivityTexts(self.embedder, self.classifier, centre, directions[:, :TEXT_DIRECTIONS])
        self._suits = self.base.kinds_matrix.astype(float)

    def _packaged_vectors(self) -> FloatArray:
        return np.asarray(self.embedder.embed([idea.text for idea in load_packaged().ideas]), dtype=float)

    def likeness(self, text: str) -> FloatArray:
        """(n,) likeness of all ideas to an activity."""
        if text not in self._likeness:
            self._likeness[text] = self.idea_vectors @ self.texts.vector(text)
        return self._likeness[text]

    def classes_of(self, text: str) -> FloatArray:
        """(classes,) what an activity may be."""
        return self.texts.read(text)[0]

    def liking(self, context: Context, heard: FloatArray, familiar: FloatArray, only: int | None = None) -> FloatArray:
        """(n, len(LIKING_NAMES)) preference features of all ideas, or (1, ...) of one.

        Args:
            context: the moment.
            heard: (n,) hearings of the last 7 days.
            familiar: (n, FEATURES) likeness of the ideas to what the person does, see `Familiarity`.
            only: the index of the one idea that is asked for.
        """
        rows = slice(None) if only is None else slice(only, only + 1)
        classes, _ = self.texts.read(context.activity, context.room)
        suits = self._suits[rows] @ classes
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
