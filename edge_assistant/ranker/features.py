"""What the ranker sees of an idea at a moment, as numbers.

Everything is computed from a `Context`, the packaged example texts and the knowledge base: never from a simulator's
label.
The directions in which texts are described are those in which the packaged ideas differ most, whatever other ideas are
present, so that a prior learned elsewhere still fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.activity_texts import SPREAD, TEXT_DIRECTIONS, ActivityTexts, Classifier
from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, Context, Idea
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.familiarity import Familiarity, standardised
from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase, load_packaged
from edge_assistant.ranker.shared_words import SharedWords

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

IDEA_DIRECTIONS = 64

DAYPARTS = ("weekend", "morning", "evening")

STATIC_NAMES: tuple[str, ...] = (
    "ideas in general",
    *(f"category {name}" for name in CATEGORY_NAMES),
    *(f"{name}" for name in ATTRIBUTES),
    *(f"what the idea is about ({number + 1})" for number in range(IDEA_DIRECTIONS)),
)
"""What holds of an idea at any moment."""

SHARED_WORDS = "shares words with what you said you like"

LIKING_NAMES: tuple[str, ...] = (
    *STATIC_NAMES,
    "suits the activity",
    *(f"{part}: {name}" for part in DAYPARTS for name in ATTRIBUTES),
    *(f"{part}: category {name}" for part in DAYPARTS for name in CATEGORY_NAMES),
    *(f"suits the activity: category {name}" for name in CATEGORY_NAMES),
    "category heard this week",
    "like what you said you like",
    SHARED_WORDS,
    "like what you said you do not like",
    "like something you do",
    "like several things you do",
    *(f"like what you do ({name})" for name in ACTIVITY_CLASSES),
    "like what you do now",
)
"""Names of the preference features that ideas share."""

MOST_HEARD = 6.0
"""Hearings of a category in 7 days above which more make no difference."""


def principal_directions(vectors: FloatArray, count: int) -> FloatArray:
    """(D, count) directions of largest variance of (n, D) vectors, signs fixed by their largest component."""
    centred = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, np.argsort(values, kind="stable")[::-1][:count]]
    largest = np.argmax(np.abs(chosen), axis=0)
    return np.asarray(chosen * np.sign(chosen[largest, np.arange(chosen.shape[1])]))


@dataclass
class Stated:
    """What a person has said outright that they like and do not like, as likeness to all ideas.

    Attributes:
        likes, dislikes: texts in the person's own words, with the (n,) likeness of all ideas to each.
    """

    likes: dict[str, FloatArray] = field(default_factory=dict)
    dislikes: dict[str, FloatArray] = field(default_factory=dict)
    _features: FloatArray | None = None

    def features(self, maker: FeatureMaker) -> FloatArray:
        """(n, 3): likeness to the nearest like, in sense and in words, and to the nearest dislike; 0 where none is."""
        if self._features is None:
            columns = np.zeros((len(maker.base), 3))
            if self.likes:
                columns[:, 0] = standardised(np.array(list(self.likes.values())).max(axis=0))
                shared = np.array([maker.shared_words(text) for text in self.likes]).max(axis=0)
                columns[:, 1] = standardised(np.sqrt(shared))
            if self.dislikes:
                columns[:, 2] = standardised(np.array(list(self.dislikes.values())).max(axis=0))
            self._features = columns
        return self._features

    def changed(self) -> None:
        """A text came or went."""
        self._features = None


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
        ideas = self._vectors(self.base.ideas)
        packaged = ideas if self.base is load_packaged() else self._vectors(load_packaged().ideas)
        self._directions = principal_directions(packaged, IDEA_DIRECTIONS)
        self._centre = packaged.mean(axis=0)
        directions = self._directions[:, :TEXT_DIRECTIONS]
        self.texts = ActivityTexts(self.embedder, self.classifier, self._centre, directions)
        self._describe(ideas)

    def extended(self, base: KnowledgeBase, vectors: FloatArray) -> FeatureMaker:
        """The same over more ideas.

        Args:
            base: begins with the present ideas.
            vectors: (more, D) embedding of the new ones' texts.
        """
        more = copy(self)
        more.base, more._likeness = base, {}
        more._describe(np.vstack([self.idea_vectors, vectors]))
        return more

    def _describe(self, ideas: FloatArray) -> None:
        self.idea_vectors = ideas
        self.about = (ideas - self._centre) @ self._directions * SPREAD
        n = len(self.base)
        categories = np.zeros((n, len(CATEGORY_NAMES)))
        categories[np.arange(n), self.base.category_index] = 1.0
        self._categories = categories
        self.static = np.hstack([np.ones((n, 1)), categories, self.base.attributes, self.about])
        self._suits = self.base.kinds_matrix.astype(float)
        self._words: SharedWords | None = None

    def shared_words(self, text: str) -> FloatArray:
        """(n,) how much all ideas share words with a text, 0 to 1."""
        if self._words is None:
            self._words = SharedWords([idea.text for idea in self.base.ideas])
        return self._words.likeness(text)

    def _vectors(self, ideas: Sequence[Idea]) -> FloatArray:
        return np.asarray(self.embedder.embed([idea.text for idea in ideas]), dtype=float)

    def likeness(self, text: str) -> FloatArray:
        """(n,) likeness of all ideas to a text, such as an activity."""
        if text not in self._likeness:
            self._likeness[text] = self.idea_vectors @ self.texts.vector(text)
        return self._likeness[text]

    def classes_of(self, text: str) -> FloatArray:
        """(classes,) what an activity may be."""
        return self.texts.read(text)[0]

    def rows(self, seen: IdeaSight, ideas: IntArray) -> FloatArray:
        """(len(ideas), len(LIKING_NAMES)) preference features of some ideas at a moment."""
        suits = self._suits[ideas] @ seen.classes
        categories, attributes = self._categories[ideas], self.base.attributes[ideas]
        blocks = [self.static[ideas], suits[:, None]]
        blocks += [part * attributes for part in seen.parts]
        blocks += [part * categories for part in seen.parts]
        blocks += [suits[:, None] * categories, seen.heard[self.base.category_index[ideas], None]]
        blocks += [seen.stated[ideas], seen.familiar[ideas], seen.now[ideas, None]]
        return np.hstack(blocks)

    def scores(self, seen: IdeaSight, weights: FloatArray) -> FloatArray:
        """(n,) features times weights (len(LIKING_NAMES),) of all ideas, without making the rows."""
        index, attributes = self.base.category_index, len(ATTRIBUTES)
        names = len(CATEGORY_NAMES)
        cursor = len(STATIC_NAMES)
        total = self.static @ weights[:cursor]
        suits = self._suits @ seen.classes
        total += suits * weights[cursor]
        cursor += 1
        of_attributes, of_categories = np.zeros(attributes), np.zeros(names)
        for part in seen.parts:
            of_attributes += part * weights[cursor : cursor + attributes]
            cursor += attributes
        for part in seen.parts:
            of_categories += part * weights[cursor : cursor + names]
            cursor += names
        total += self.base.attributes @ of_attributes + of_categories[index]
        total += suits * weights[cursor : cursor + names][index]
        cursor += names
        total += seen.heard[index] * weights[cursor]
        cursor += 1
        for block in (seen.stated, seen.familiar):
            total += block @ weights[cursor : cursor + block.shape[1]]
            cursor += block.shape[1]
        return np.asarray(total + seen.now * weights[cursor])

    def sight(self, context: Context, heard: FloatArray, familiarity: Familiarity, stated: Stated) -> IdeaSight:
        """What matters of a moment for ideas.

        Args:
            context: the moment.
            heard: (n,) hearings of the last 7 days.
            familiarity: of ideas with what the person does.
            stated: likes and dislikes.
        """
        classes, _ = self.texts.read(context.activity, context.room)
        hour = context.time.hour
        of_category = np.bincount(self.base.category_index, weights=heard, minlength=len(CATEGORY_NAMES))
        return IdeaSight(
            classes=classes,
            parts=(float(context.time.weekday() >= 5), float(hour < 11), float(hour >= 18)),
            heard=np.minimum(of_category, MOST_HEARD),
            stated=stated.features(self),
            familiar=familiarity.features(),
            now=standardised(self.likeness(context.activity)),
        )


@dataclass(frozen=True, slots=True)
class IdeaSight:
    """A moment as it matters for ideas.

    Attributes:
        classes: (classes,) of the activity.
        parts: whether it is a weekend, a morning, an evening; 0 or 1.
        heard: (categories,) hearings of the last 7 days.
        stated: (n, 3) see `Stated`.
        familiar: (n, FEATURES) see `Familiarity`.
        now: (n,) likeness to the present activity, standardised.
    """

    classes: FloatArray
    parts: tuple[float, float, float]
    heard: FloatArray
    stated: FloatArray
    familiar: FloatArray
    now: FloatArray
