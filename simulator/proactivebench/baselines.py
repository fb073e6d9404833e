"""What the learned models are held against: always and never saying yes, and a bag of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit, log_expit

from simulator.proactivebench.features import words_of
from simulator.proactivebench.rows import Row

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LATEST = 3
"""Events whose words are counted."""
FEWEST = 2
"""Rows that a word must occur in."""
STEPS = 60


def bag(row: Row) -> Counter[str]:
    """Words and pairs of words of the latest events and of the proposal; those of the proposal are marked."""
    counted: Counter[str] = Counter()
    texts = [("", " ".join(event.text for event in row.events[-LATEST:]))]
    texts.append(("+", "nothing said" if row.proposal is None else row.proposal))
    for mark, text in texts:
        words = words_of(text)
        counted.update(mark + word for word in words)
        counted.update(f"{mark}{first} {second}" for first, second in pairwise(words))
    return counted


class BagOfWords:
    """Logistic regression on damped, inversely weighted word counts of unit length."""

    def __init__(self, ridge: float = 1.0) -> None:
        """`ridge`: penalty on the weights."""
        self.ridge = ridge
        self._column: dict[str, int] = {}
        self._rarity: FloatArray = np.zeros(0)
        self._weights: FloatArray = np.zeros(1)

    def fit(self, bags: Sequence[Counter[str]], labels: BoolArray) -> None:
        """Learn from rows and their labels."""
        occurs = Counter(word for counted in bags for word in counted)
        words = sorted(word for word, rows in occurs.items() if rows >= FEWEST)
        self._column = {word: index for index, word in enumerate(words)}
        self._rarity = np.array([np.log((1 + len(bags)) / (1 + occurs[word])) + 1 for word in words])
        vectors = self._vectors(bags)
        signs = np.where(labels, 1.0, -1.0)

        def loss(weights: FloatArray) -> tuple[float, FloatArray]:
            margins = signs * (vectors @ weights[:-1] + weights[-1])
            pull = -signs * expit(-margins)
            slope = np.append(vectors.T @ pull + self.ridge * weights[:-1], pull.sum())
            return float(-log_expit(margins).sum() + 0.5 * self.ridge * weights[:-1] @ weights[:-1]), slope

        found = minimize(loss, np.zeros(len(words) + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
        self._weights = np.asarray(found.x, dtype=float)

    def scores(self, bags: Sequence[Counter[str]]) -> FloatArray:
        """(n,) log odds."""
        return np.asarray(self._vectors(bags) @ self._weights[:-1] + self._weights[-1], dtype=float)

    def _vectors(self, bags: Sequence[Counter[str]]) -> Any:
        """(n, words) sparse, each row of length 1."""
        values, columns, starts = [], [], [0]
        for counted in bags:
            known = [(self._column[word], count) for word, count in counted.items() if word in self._column]
            at = np.array([column for column, _ in known], dtype=np.int64)
            row = (1 + np.log(np.array([count for _, count in known], dtype=float))) * self._rarity[at]
            values.append(row / max(float(np.linalg.norm(row)), 1e-9))
            columns.append(at)
            starts.append(starts[-1] + len(at))
        shape = (len(bags), len(self._column))
        return csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape)
