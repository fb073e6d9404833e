"""Whether words wish for something, refuse it, or do neither: told from written examples, where no list of words ends.

'Bedtime stories are chaos' or 'consider me absent' hold no word that says no. A multinomial logistic regression over
sentence embeddings and words (term frequency times inverse document frequency; Manning, Raghavan and Schuetze, 2008,
section 6.2) is fitted to the examples of one question, data/importer/QUESTION.tsv: a line is `good`, `bad` or
`neither`, a tab, and the words. The fit of the packaged embedder lies beside it, since making it takes a while.

    tone = Tone.of("timing", default_embedder())
    tone.chances(["consider me absent when I am coding"])    # (1, 3) of good, bad, neither
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from edge_assistant.context.activity_classes import rarity, word_features
from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import Embedder

FloatArray = NDArray[np.float64]

FOLDER = Path(__file__).parents[3] / "data" / "importer"
QUESTIONS = ("timing", "preference")
LABELS = ("good", "bad", "neither")
RIDGE = 0.3
"""Penalty on squared weights, in units of one example's log loss."""


@dataclass(frozen=True)
class Tone:
    """A fitted question; use `of`.

    Attributes:
        embedder: of the words.
        weights: (d + words, 3).
        bias: (3,).
        words: inverse document frequency of each known word.
    """

    embedder: Embedder
    weights: FloatArray
    bias: FloatArray
    words: dict[str, float]

    @classmethod
    def of(cls, question: str, embedder: Embedder) -> Tone:
        """The classifier of a question; fitted once a process and embedder.

        Raises:
            DataError: the example file is damaged.
        """
        key = (question, embedder.name)
        if key not in _FITTED:
            _FITTED[key] = _packaged(question, embedder) or _fit(question, embedder)
        return _FITTED[key]

    def chances(self, texts: Sequence[str]) -> FloatArray:
        """(len(texts), 3) chances of `LABELS`, rows summing to 1."""
        if not texts:
            return np.zeros((0, len(LABELS)))
        return _softmax(np.asarray(_features(self.embedder, texts, self.words) @ self.weights) + self.bias)


def examples(question: str) -> tuple[list[str], list[str]]:
    """The labels and the words of a question's examples.

    Raises:
        DataError: a line has no label of `LABELS`; names file and line.
    """
    path = FOLDER / f"{question}.tsv"
    labels, texts = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, text = line.partition("\t")
        if label not in LABELS or not tab or not text.strip():
            raise DataError(f"{path}, line {number}: expected {', '.join(LABELS)}, a tab, and words")
        labels.append(label)
        texts.append(text.strip())
    return labels, texts


_FITTED: dict[tuple[str, str], Tone] = {}


def _fit(question: str, embedder: Embedder) -> Tone:
    labels, texts = examples(question)
    words = rarity(texts)
    weights, bias = regress(_features(embedder, texts, words), np.array([LABELS.index(label) for label in labels]))
    return Tone(embedder, weights, bias, words)


def save(question: str, embedder: Embedder) -> None:
    """Write the fit to the file that later processes with the same embedder and examples load.

    After a change of the examples: `python -m simulator.people.importer.fits`.
    """
    tone = _fit(question, embedder)
    np.savez_compressed(
        FOLDER / f"{question}.npz",
        key=_key(question, embedder),
        weights=tone.weights.astype(np.float16),
        bias=tone.bias.astype(np.float32),
        words=np.array(list(tone.words)),
        rarity=np.array(list(tone.words.values()), dtype=np.float32),
    )


def _packaged(question: str, embedder: Embedder) -> Tone | None:
    """The packaged fit, or None where it was made with another embedder or other examples."""
    path = FOLDER / f"{question}.npz"
    if not path.is_file():
        return None
    with np.load(path) as tables:
        if str(tables["key"]) != _key(question, embedder):
            return None
        words = dict(zip(tables["words"].tolist(), tables["rarity"].tolist(), strict=True))
        return Tone(embedder, tables["weights"].astype(np.float64), tables["bias"].astype(np.float64), words)


def _key(question: str, embedder: Embedder) -> str:
    content = (FOLDER / f"{question}.tsv").read_bytes()
    return f"{embedder.name} {hashlib.sha256(content).hexdigest()}"


def _features(embedder: Embedder, texts: Sequence[str], words: dict[str, float]) -> csr_matrix:
    vectors = embedder.embed(list(texts)).astype(np.float64)
    return hstack([csr_matrix(vectors), word_features(texts, words)]).tocsr()


def regress(features: csr_matrix, labels: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Weights (d, 3) and bias (3,) with the least ridge-penalised log loss; the bias is not penalised."""
    count, dimension = features.shape
    targets = np.eye(len(LABELS))[labels]

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        table = flat.reshape(dimension + 1, len(LABELS))
        chances = _softmax(np.asarray(features @ table[:-1]) + table[-1])
        value = -np.log(np.maximum(chances[np.arange(count), labels], 1e-300)).sum()
        errors = chances - targets
        gradient = np.vstack([features.T @ errors + RIDGE * table[:-1], errors.sum(axis=0)])
        return float(value + RIDGE / 2 * (table[:-1] ** 2).sum()), gradient.ravel()

    start = np.zeros((dimension + 1) * len(LABELS))
    table = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    table = np.asarray(table, dtype=np.float64).reshape(dimension + 1, len(LABELS))
    return table[:-1], table[-1]


def _softmax(scores: FloatArray) -> FloatArray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
