"""Which of the known questions a question is: a logistic regression over examples of each, and of others.

Embeddings alone see what a question is about, and take 'how long did I read' for 'what did I read'; its small words
tell what is asked. So the features are the embedding, and beside it the words and pairs of words that several examples
share, weighed by rarity (term frequency times inverse document frequency; Manning, Raghavan and Schuetze, 2008, 6.2).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.llm.embedding import Embedder
from edge_assistant.service.answers.answerer import ANSWERERS

OTHERS_FILE = Path(__file__).with_name("others.toml")
OTHER = "other"
LEAST = 0.35
"""Probability from which on a question is a known one."""
WORDS_WEIGHT, RIDGE = 0.8, 1 / 30


class Recogniser:
    """Fitted when the first question comes, which takes a second; all the same each time."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def recognise(self, plain: str) -> tuple[str, float]:
        """The name of the likeliest answerer, '' where it is none of them, and its probability.

        Args:
            plain: a question without the words that tell a time.
        """
        chances = self._model.predict_proba(self._features([plain]))[0]
        best = int(chances.argmax())
        name, chance = str(self._model.classes_[best]), float(chances[best])
        return (name if name != OTHER and chance >= LEAST else "", chance)

    @cached_property
    def _model(self) -> Any:
        from sklearn.linear_model import LogisticRegression

        names, texts = zip(*self._examples, strict=True)
        return LogisticRegression(C=1 / RIDGE, max_iter=1000).fit(self._features(texts), names)

    @cached_property
    def _examples(self) -> list[tuple[str, str]]:
        others = tomllib.loads(OTHERS_FILE.read_text(encoding="utf-8"))["questions"]
        known = [(name, text) for name in ANSWERERS.names() for text in ANSWERERS.get(name).examples]
        return known + [(OTHER, text) for text in others]

    @cached_property
    def _rarity(self) -> dict[str, float]:
        counts = Counter(gram for _, text in self._examples for gram in set(_grams(text)))
        total = len(self._examples)
        # what only one example says is what it is about, not what it asks
        return {gram: float(np.log((1 + total) / (1 + n)) + 1) for gram, n in sorted(counts.items()) if n > 1}

    def _features(self, texts: Sequence[str]) -> NDArray[np.float64]:
        places = {gram: place for place, gram in enumerate(self._rarity)}
        rows = np.zeros((len(texts), len(places)))
        for row, text in zip(rows, texts, strict=True):
            for gram in _grams(text):
                if gram in places:
                    row[places[gram]] = self._rarity[gram]
        rows *= WORDS_WEIGHT / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return np.hstack([np.asarray(self.embedder.embed(list(texts)), dtype=float), rows])


def _grams(text: str) -> list[str]:
    plain = re.sub(r"\b(what|when|where|who|how)s\b|['’]s\b", r"\1 is", text.lower())
    words = re.findall(r"[^\W_]+", plain)
    return [*words, *(f"{one} {other}" for one, other in zip(["<", *words], words, strict=False))]
