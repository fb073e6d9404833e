"""What kind of activity a text describes, inferred as it must be for a person: from the words, never from a label.

A multinomial logistic regression over sentence embeddings, fitted once to the phrases of `data/kinds.toml`, plus
weights for words that tell the kind (cues). The text counts as a whole and once more up to its first preposition, since
'eating with the radio on' is about eating. A room, where it is known, shifts the odds. 'unknown' gets mass where no
example is near and no cue was found.

    kinds = KindModel(default_embedder())
    kinds.probabilities("making lunch")    # (27,), in the order of ACTIVITY_KINDS
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_KINDS
from edge_assistant.embedding import Embedder

DATA_FILE = Path(__file__).parent / "data" / "kinds.toml"

FIT_FILE = DATA_FILE.with_suffix(".npz")
"""Derived from the data file by `python -m edge_assistant.kinds`; a stale one is ignored and the fit made anew."""

FloatArray = NDArray[np.float64]

KNOWN_KINDS = ACTIVITY_KINDS[:-1]
"""All but 'unknown', which is the last."""

RIDGE = 0.1
"""Penalty on squared weights, in units of one example's log loss."""

HEAD_WEIGHT = 0.7
"""Scale of the head's embedding beside that of the whole text."""

CUE_WEIGHTS = np.array([2.0, 2.5, 1.0, 0.5])
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


class KindModel:
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
        self._weights, self._bias, self._examples = _FITS[key]
        self._cache: OrderedDict[tuple[str, str], FloatArray] = OrderedDict()

    def probabilities(self, text: str, room: str = "") -> FloatArray:
        """One text's probabilities in the order of `ACTIVITY_KINDS`, shape (27,), sum 1; read-only."""
        found = self._cache.get((text, room))
        return self.probabilities_of([text], [room])[0] if found is None else found

    def probabilities_of(self, texts: Sequence[str], rooms: Sequence[str] | None = None) -> list[FloatArray]:
        """Many texts' probabilities; those not seen before are embedded in one call."""
        keys = list(zip(texts, rooms if rooms is not None else [""] * len(texts), strict=True))
        missing = list(dict.fromkeys(key for key in keys if key not in self._cache))
        computed: dict[tuple[str, str], FloatArray] = {key: self._cache[key] for key in keys if key in self._cache}
        if missing:
            vectors = self._embedder.embed([text for text, _ in missing]).astype(np.float64)
            features = _features(self._embedder, [text for text, _ in missing], vectors)
            scores = features @ self._weights + self._bias
            nearest = (vectors @ self._examples.T).max(axis=1)
            for key, score, similarity in zip(missing, scores, nearest, strict=True):
                computed[key] = self._cache[key] = self._finish(key, score, float(similarity))
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return [computed[key] for key in keys]

    def kind(self, text: str, room: str = "") -> str:
        """The likeliest kind."""
        return ACTIVITY_KINDS[int(self.probabilities(text, room).argmax())]

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


Fit = tuple[FloatArray, FloatArray, FloatArray]
"""Weights (2 d, 26), bias (26,) and the examples' vectors (n, d)."""

_FITS: dict[str, Fit] = {}


def fit(embedder: Embedder) -> Fit:
    """Embed the examples and fit the classifier; takes seconds, so that of the packaged embedder is packaged."""
    data = kind_data()["examples"]
    texts = [text for kind in KNOWN_KINDS for text in data[kind]]
    labels = np.array([position for position, kind in enumerate(KNOWN_KINDS) for _ in data[kind]], dtype=np.int64)
    vectors = embedder.embed(texts).astype(np.float64)
    return *_regress(_features(embedder, texts, vectors), labels), vectors


def save_fit(embedder: Embedder, path: Path) -> None:
    """Write the fit to a file that later models of the same embedder and data load."""
    weights, bias, vectors = (table.astype(np.float32) for table in fit(embedder))
    np.savez_compressed(path, key=f"{embedder.name} {data_hash()}", weights=weights, bias=bias, vectors=vectors)


def _packaged_fit(key: str) -> Fit | None:
    """The packaged fit, or None where it was made with another embedder or other data."""
    if not FIT_FILE.is_file():
        return None
    with np.load(FIT_FILE) as tables:
        if str(tables["key"]) != key:
            return None
        weights, bias, vectors = (tables[name].astype(np.float64) for name in ("weights", "bias", "vectors"))
        return weights, bias, vectors


def _features(embedder: Embedder, texts: Sequence[str], vectors: FloatArray) -> FloatArray:
    """Embeddings of the texts beside those of their heads, shape (n, 2 d)."""
    heads = embedder.embed([_head(text) for text in texts]).astype(np.float64)
    return np.hstack([vectors, HEAD_WEIGHT * heads])


@cache
def kind_data() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


@cache
def data_hash() -> str:
    """SHA-256 of the data file: what a fit, or a prior built with it, depends on."""
    return hashlib.sha256(DATA_FILE.read_bytes()).hexdigest()


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


def _regress(features: FloatArray, labels: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Weights (d, 26) and bias (26,) with the least ridge-penalised log loss; the bias is not penalised."""
    from scipy.optimize import minimize

    count, dimension = features.shape
    targets = np.eye(len(KNOWN_KINDS))[labels]

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        table = flat.reshape(dimension + 1, len(KNOWN_KINDS))
        scores = features @ table[:-1] + table[-1]
        scores -= scores.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scores).sum(axis=1))
        value = float((log_sum - scores[np.arange(count), labels]).sum() + RIDGE / 2 * (table[:-1] ** 2).sum())
        errors = np.exp(scores - log_sum[:, None]) - targets
        gradient = np.vstack([features.T @ errors + RIDGE * table[:-1], errors.sum(axis=0)])
        return value, gradient.ravel()

    start = np.zeros((dimension + 1) * len(KNOWN_KINDS))
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    table = np.asarray(solution, dtype=np.float64).reshape(dimension + 1, len(KNOWN_KINDS))
    return table[:-1], table[-1]


if __name__ == "__main__":
    from edge_assistant.embedding import default_embedder

    save_fit(default_embedder(), FIT_FILE)
