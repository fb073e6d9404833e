"""What kind of activity a text describes, inferred as it must be for a person: from the words, never from a label.

A multinomial logistic regression over sentence embeddings and words (term frequency times inverse document frequency;
Manning, Raghavan and Schuetze, 2008, section 6.2), fitted once to the phrases of `data/kinds.toml` and
`data/kind_phrases.toml`, plus weights by hand for words that tell the kind (cues). The text counts as a whole and once
more up to its first preposition, since 'eating with the radio on' is about eating. A room, where it is known, shifts
the odds. 'unknown' gets mass where no example of the first file is near and no cue was found.

    kinds = KindModel(default_embedder())
    kinds.probabilities("making lunch")    # (27,), in the order of ACTIVITY_KINDS
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.llm.embedding import Embedder

DATA_FILE = Path(__file__).parents[1] / "data" / "kinds.toml"

PHRASES_FILE = DATA_FILE.with_name("kind_phrases.toml")

FIT_FILE = DATA_FILE.with_suffix(".npz")
"""Derived from the data files by `python -m edge_assistant.context.activity_classes`; a stale one is fitted anew."""

FloatArray = NDArray[np.float64]

KNOWN_KINDS = ACTIVITY_CLASSES[:-1]
"""All but 'unknown', which is the last."""

RIDGE = 0.3
"""Penalty on squared weights, in units of one example's log loss."""

HEAD_WEIGHT = 0.7
"""Scale of the head's embedding beside that of the whole text."""

CUE_WEIGHTS = np.array([1.0, 1.25, 0.5, 0.25])
"""Log-odds of a cue: one opening word, an opening phrase, a word in the head, a word after it."""

FAR, NEAR_STEEPNESS = 0.27, 25.0
"""Cosine to the nearest example at which a text without cues is as likely unknown as known, and the slope there."""

CACHED_TEXTS = 20000

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
_HEAD_END = re.compile(
    r"\s(?:with|before|after|for|about|while|until|from|during|against|beside|near|without|under|between|when|as)\s"
)
_SKIPPED_WORDS = (
    "a an the my his her our their your i am i'm morning afternoon evening night late early quick quickly "
    "short long slow slowly some first second last old usual daily weekly just still another half monday "
    "tuesday wednesday thursday friday saturday sunday"
)
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_LONGEST_CUE = 3


class ActivityClassifier:
    """Probabilities of the activity kinds of a text."""

    def __init__(self, embedder: Embedder) -> None:
        """Fit to the packaged examples, or take the fit of an earlier model with the same examples and embedder.

        Args:
            embedder: any; its name and the data's hash are the key of the fit.
        """
        self._embedder = embedder
        data = kind_data()
        self._starts, self._holds = _cue_tables(data["cues"])
        self._rooms = _room_table(data.get("rooms", {}))
        key = f"{embedder.name} {data_hash()}"
        if key not in _FITS:
            _FITS[key] = _packaged_fit(key) or fit(embedder)
        self._fit = _FITS[key]
        self._cache: OrderedDict[tuple[str, str], FloatArray] = OrderedDict()

    def probabilities(self, text: str, room: str = "") -> FloatArray:
        """One text's probabilities in the order of `ACTIVITY_CLASSES`, shape (27,), sum 1; read-only."""
        found = self._cache.get((text, room))
        return self.probabilities_of([text], [room])[0] if found is None else found

    def probabilities_of(self, texts: Sequence[str], rooms: Sequence[str] | None = None) -> list[FloatArray]:
        """Many texts' probabilities; those not seen before are embedded in one call."""
        keys = list(zip(texts, rooms if rooms is not None else [""] * len(texts), strict=True))
        missing = list(dict.fromkeys(key for key in keys if key not in self._cache))
        computed: dict[tuple[str, str], FloatArray] = {key: self._cache[key] for key in keys if key in self._cache}
        if missing:
            new = [text for text, _ in missing]
            vectors = self._embedder.embed(new).astype(np.float64)
            scores = self._fit.scores(_features(self._embedder, new, vectors), new)
            nearest = (vectors @ self._fit.examples.T).max(axis=1)
            for key, score, similarity in zip(missing, scores, nearest, strict=True):
                computed[key] = self._cache[key] = self._finish(key, score, float(similarity))
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return [computed[key] for key in keys]

    def kind(self, text: str, room: str = "") -> str:
        """The likeliest kind."""
        return ACTIVITY_CLASSES[int(self.probabilities(text, room).argmax())]

    def _finish(self, key: tuple[str, str], scores: FloatArray, similarity: float) -> FloatArray:
        text, room = key
        cues = self._cues(text)
        scores = scores + CUE_WEIGHTS @ cues + self._rooms.get(room, 0.0)
        scores = np.exp(scores - scores.max())
        unknown = 0.0 if cues.any() else 1.0 / (1.0 + np.exp(NEAR_STEEPNESS * (similarity - FAR)))
        result = np.append(scores / scores.sum() * (1.0 - unknown), unknown)
        result.flags.writeable = False
        return result

    def _cues(self, text: str) -> FloatArray:
        """Shape (4, 26): how strongly each way of `CUE_WEIGHTS` speaks for each kind; a shared cue is split."""
        hits = np.zeros((4, len(KNOWN_KINDS)))
        words = _WORD.findall(text.lower())
        for position in range(len(words)):
            length, kinds = self._opening(words[position:])
            if length:
                hits[min(length, 2) - 1, list(kinds)] += 1.0 / len(kinds)
                break
            if words[position] not in _SKIPPED:
                break
        for row, part in ((2, _WORD.findall(_head(text).lower())), (3, words)):
            for gram in _grams(part):
                kinds = self._holds.get(gram, ())
                if kinds:
                    hits[row, list(kinds)] = 1.0 / len(kinds)
        hits[3] = np.maximum(hits[3] - hits[2], 0.0)
        return hits

    def _opening(self, words: Sequence[str]) -> tuple[int, tuple[int, ...]]:
        """The longest cue that these words begin with."""
        for length in range(min(_LONGEST_CUE, len(words)), 0, -1):
            kinds = self._starts.get(" ".join(words[:length]))
            if kinds:
                return length, kinds
        return 0, ()


@dataclass(frozen=True)
class Fit:
    """A fitted classifier.

    Attributes:
        weights: (2 d, 26) of the embeddings.
        bias: (26,).
        word_weights: (words, 26).
        words: inverse document frequency of each known word, in the order of `word_weights`.
        examples: (n, d) vectors of the examples that a known text resembles.
    """

    weights: FloatArray
    bias: FloatArray
    word_weights: FloatArray
    words: dict[str, float]
    examples: FloatArray

    def scores(self, features: FloatArray, texts: Sequence[str]) -> FloatArray:
        """(n, 26) log-odds up to a constant, from (n, 2 d) features and the texts themselves."""
        return np.asarray(features @ self.weights + self.bias + word_features(texts, self.words) @ self.word_weights)


_FITS: dict[str, Fit] = {}


def fit(embedder: Embedder) -> Fit:
    """Embed the examples and fit the classifier; takes a minute, so that of the packaged embedder is packaged."""
    examples, more = kind_data()["examples"], kind_data()["more"]
    texts = [text for table in (examples, more) for kind in KNOWN_KINDS for text in table[kind]]
    labels = [at for table in (examples, more) for at, kind in enumerate(KNOWN_KINDS) for _ in table[kind]]
    vectors = embedder.embed(texts).astype(np.float64)
    words = rarity(texts)
    features = _features(embedder, texts, vectors)
    weights, bias = _regress(hstack([csr_matrix(features), word_features(texts, words)]).tocsr(), np.array(labels))
    anchors = vectors[: sum(len(examples[kind]) for kind in KNOWN_KINDS)]
    return Fit(weights[: features.shape[1]], bias, weights[features.shape[1] :], words, anchors)


def save_fit(embedder: Embedder, path: Path) -> None:
    """Write the fit to a file that later models of the same embedder and data load."""
    made = fit(embedder)
    names = ("weights", "bias", "word_weights", "examples")
    tables: dict[str, Any] = {name: getattr(made, name).astype(np.float16) for name in names}
    tables |= {"words": np.array(list(made.words)), "rarity": np.array(list(made.words.values()), dtype=np.float32)}
    np.savez_compressed(path, key=f"{embedder.name} {data_hash()}", **tables)


def _packaged_fit(key: str) -> Fit | None:
    """The packaged fit, or None where it was made with another embedder or other data."""
    if not FIT_FILE.is_file():
        return None
    with np.load(FIT_FILE) as tables:
        if str(tables["key"]) != key:
            return None
        names = ("weights", "bias", "word_weights", "examples")
        arrays = {name: tables[name].astype(np.float64) for name in names}
        words = dict(zip(tables["words"].tolist(), tables["rarity"].tolist(), strict=True))
        return Fit(words=words, **arrays)


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency, smoothed, of all words and pairs of words that at least two texts hold."""
    counts = Counter(gram for text in texts for gram in set(_terms(text)))
    total = len(texts)
    return {gram: float(np.log((1 + total) / (1 + count)) + 1) for gram, count in sorted(counts.items()) if count >= 2}


def word_features(texts: Sequence[str], words: dict[str, float]) -> csr_matrix:
    """(n, words) rows of length 1: the rarity of each known word that a text holds."""
    place = {word: position for position, word in enumerate(words)}
    found = [sorted({gram for gram in _terms(text) if gram in words}) for text in texts]
    values = [np.array([words[gram] for gram in grams]) for grams in found]
    lengths = [max(float(np.linalg.norm(row)), 1e-9) for row in values]
    data = np.concatenate([row / length for row, length in zip(values, lengths, strict=True)] or [np.zeros(0)])
    columns = [place[gram] for grams in found for gram in grams]
    starts = np.cumsum([0, *(len(grams) for grams in found)])
    return csr_matrix((data, columns, starts), shape=(len(texts), len(words)))


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def _features(embedder: Embedder, texts: Sequence[str], vectors: FloatArray) -> FloatArray:
    """Embeddings of the texts beside those of their heads, shape (n, 2 d)."""
    heads = embedder.embed([_head(text) for text in texts]).astype(np.float64)
    return np.hstack([vectors, HEAD_WEIGHT * heads])


@cache
def kind_data() -> dict[str, Any]:
    """The tables of the data files."""
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (DATA_FILE, PHRASES_FILE)]
    return tables[0] | tables[1]


@cache
def data_hash() -> str:
    """SHA-256 of the data files: what a fit, or a prior built with it, depends on."""
    return hashlib.sha256(DATA_FILE.read_bytes() + PHRASES_FILE.read_bytes()).hexdigest()


def _head(text: str) -> str:
    return _HEAD_END.split(text, maxsplit=1)[0]


def _grams(words: Sequence[str]) -> list[str]:
    return [
        " ".join(words[start : start + length])
        for length in range(1, _LONGEST_CUE + 1)
        for start in range(len(words) - length + 1)
    ]


def _cue_tables(cues: dict[str, Any]) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    tables: list[dict[str, list[int]]] = [{}, {}]
    for kind, ways in cues.items():
        for table, way in zip(tables, ("starts", "holds"), strict=True):
            for cue in dict.fromkeys(ways[way]):
                table.setdefault(cue, []).append(KNOWN_KINDS.index(kind))
    starts, holds = ({cue: tuple(kinds) for cue, kinds in table.items()} for table in tables)
    return starts, holds


def _room_table(rooms: dict[str, dict[str, float]]) -> dict[str, FloatArray]:
    return {
        room: np.array([shifts.get(kind, 0.0) for kind in KNOWN_KINDS], dtype=np.float64)
        for room, shifts in rooms.items()
    }


def _regress(features: csr_matrix, labels: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Weights (d, classes) and bias (classes,) with the least ridge-penalised log loss; the bias is not penalised."""
    from sklearn.linear_model import LogisticRegression

    # its default tolerance stops at weights that are .06 away from the minimum
    model = LogisticRegression(C=1.0 / RIDGE, tol=1e-6, max_iter=1000).fit(features, labels)
    return np.ascontiguousarray(model.coef_.T), np.asarray(model.intercept_)


if __name__ == "__main__":
    from edge_assistant.llm.embedding import default_embedder

    save_fit(default_embedder(), FIT_FILE)
