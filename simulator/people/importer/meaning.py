"""What words mean, by embeddings: activity classes, categories and attributes of ideas, and whether a clause wishes.

meaning = Meaning(default_embedder())
meaning.kinds(["kneading rye dough"])                           # [('cooking', 0.9)]
meaning.stances("timing", ["consider me absent when I code"])   # (1, 3): chances of good, bad, neither
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.ideas import CATEGORIES, CATEGORY_NAMES, load_packaged
from simulator.people.importer.values import FOLDER

FloatArray = NDArray[np.float64]

STANCES = ("good", "bad", "neither")
SURE = 0.5  # chance from which a clause counts as a wish or a refusal
NEAREST = 4  # ideas of a category that speak for it beside its description
SLACKNESS = 3.0  # inverse of the penalty on squared weights (scikit-learn's C) of the stances


class Meaning:
    """Compares words by an embedder; everything fitted is kept for the life of the object."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.base = load_packaged()
        self._kinds = ActivityClassifier(embedder)
        self._stances: dict[str, tuple[Any, Any]] = {}

    def kinds(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The likeliest activity class of each text and its chance."""
        chances = self._kinds.probabilities_of(list(texts))
        return [(ACTIVITY_CLASSES[int(row.argmax())], float(row.max())) for row in chances]

    def stances(self, question: str, texts: Sequence[str]) -> FloatArray:
        """(len(texts), 3) chances of `STANCES`, by a logistic regression fitted to the question's written examples."""
        if not texts:
            return np.zeros((0, len(STANCES)))
        if question not in self._stances:
            from sklearn.feature_extraction.text import TfidfVectorizer
            from sklearn.linear_model import LogisticRegression

            labels, written = examples(question)
            words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, stop_words=None).fit(written)
            model = LogisticRegression(C=SLACKNESS, max_iter=500)
            self._stances[question] = words, model.fit(self._features(words, written), labels)
        words, model = self._stances[question]
        found = np.asarray(model.predict_proba(self._features(words, texts)))
        return found[:, [list(model.classes_).index(stance) for stance in STANCES]]

    def categories(self, texts: Sequence[str]) -> FloatArray:
        """(len(texts), len(CATEGORY_NAMES)) likeness: half its description's, half its nearest ideas' cosine."""
        to_ideas = self.alike(texts, self.base.texts)
        near = np.zeros((len(texts), len(CATEGORY_NAMES)))
        for index in set(self.base.category_index.tolist()):
            own = np.sort(to_ideas[:, self.base.category_index == index], axis=1)
            near[:, index] = own[:, -NEAREST:].mean(axis=1)
        described = [f"{name.replace('_', ' ')}: {text}" for name, text in CATEGORIES.items()]
        return np.asarray(0.5 * self.alike(texts, described) + 0.5 * near)

    def alike(self, texts: Sequence[str], others: Sequence[str]) -> FloatArray:
        """(len(texts), len(others)) cosines."""
        return np.asarray(self.embedder.embed(list(texts)) @ self.embedder.embed(list(others)).T, dtype=np.float64)

    def _features(self, words: Any, texts: Sequence[str]) -> Any:
        return hstack([csr_matrix(self.embedder.embed(list(texts))), words.transform(texts)]).tocsr()


@cache
def examples(question: str) -> tuple[list[str], list[str]]:
    """The labels (of `STANCES`) and the words of a question's written examples."""
    lines = (FOLDER / f"{question}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line.strip() and not line.startswith("#")]
    return [label for label, _ in pairs], [words.strip() for _, words in pairs]
