"""How many words an idea shares with a text of the person's own: what the sense of a sentence, which an embedding
gives, leaves out. Both together are what search engines call hybrid retrieval.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class SharedWords:
    """The words of n texts, each weighed by how few of the texts hold it."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(stems(text)) for text in texts]
        holding = Counter(stem for count in counts for stem in count)
        self._count = len(texts)
        self._rarity = {stem: float(np.log((1 + len(texts)) / (1 + number))) + 1 for stem, number in holding.items()}
        self._held: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for stem, weight in self._weights(count).items():
                self._held[stem].append((place, weight))

    def likeness(self, text: str) -> FloatArray:
        """(n,) cosine of a text with each by their words without endings, 0 to 1."""
        found = np.zeros(self._count)
        for stem, weight in self._weights(Counter(stems(text))).items():
            for place, held in self._held.get(stem, ()):
                found[place] += weight * held
        return found

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        """tf-idf of length 1; words that no text holds count as the rarest do, so that they dilute the others."""
        rarest = float(np.log(1 + self._count)) + 1
        raw = {stem: number * self._rarity.get(stem, rarest) for stem, number in count.items()}
        length = float(np.sqrt(sum(weight**2 for weight in raw.values())))
        return {stem: weight / length for stem, weight in raw.items()}


def stems(text: str) -> list[str]:
    """The words of a text of three letters and more, without their endings."""
    return [str(stem) for stem in stemmer().stemWords(re.findall(r"[^\W\d_]{3,}", text.lower()))]


@cache
def stemmer() -> Any:
    """Of English words."""
    import snowballstemmer

    return snowballstemmer.stemmer("english")
