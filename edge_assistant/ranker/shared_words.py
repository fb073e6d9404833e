"""How many words an idea shares with a text of the person's own: what the sense of a sentence, which an embedding
gives, leaves out. Both together are what search engines call hybrid retrieval.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class SharedWords:
    """The words of n texts, each weighed by how few of the texts hold it."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(stems(text)) for text in texts]
        holding = Counter(token for count in counts for token in count)
        self._count = len(texts)
        self._rarity = {token: float(np.log((1 + len(texts)) / (1 + number))) + 1 for token, number in holding.items()}
        self._held: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for token, weight in self._weights(count).items():
                self._held[token].append((place, weight))

    def likeness(self, text: str) -> FloatArray:
        """(n,) cosine of a text with each by their words without endings, 0 to 1."""
        found = np.zeros(self._count)
        for token, weight in self._weights(Counter(stems(text))).items():
            for place, held in self._held.get(token, ()):
                found[place] += weight * held
        return found

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        """tf-idf of length 1; words that no text holds count as the rarest do, so that they dilute the others."""
        rarest = float(np.log(1 + self._count)) + 1
        raw = {token: number * self._rarity.get(token, rarest) for token, number in count.items()}
        length = float(np.sqrt(sum(weight**2 for weight in raw.values())))
        return {token: weight / length for token, weight in raw.items()}


def stems(text: str) -> list[str]:
    """The words of a text of three letters and more, without their endings."""
    return [stem(word) for word in re.findall(r"[^\W\d_]{3,}", text.lower())]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """An English word in small letters, without its ending."""
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
