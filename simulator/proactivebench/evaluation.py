"""Learning from some recordings, foretelling others: everything is chosen on the rows that are learned from.

A threshold for F1 comes from foretelling each training fold of recordings by the others. Rows of a recording never
stand on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import Embedder
from simulator.proactivebench import baselines
from simulator.proactivebench.acceptance import AcceptanceModel
from simulator.proactivebench.features import PROPOSAL_NAMES, Measured, measure
from simulator.proactivebench.measures import area, best_threshold, counts, described, gain
from simulator.proactivebench.rows import Row

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TARGETS = ("valid", "help_needed")
FOLDS = 8
"""Of recordings within the training rows, for the threshold."""

Foretell = Callable[[IntArray, IntArray], tuple[FloatArray, FloatArray]]
"""Scores of both targets for the second positions after learning from the first."""
Progress = Callable[[str, int, int], None]
"""Told what is under way, how much is done and how much there is."""


@dataclass
class Bench:
    """All rows with what is measured of them."""

    rows: list[Row]
    measured: Measured
    bags: list[Counter[str]]

    @classmethod
    def of(cls, rows: Sequence[Row], embedder: Embedder) -> Bench:
        """Measure rows."""
        return cls(list(rows), measure(rows, embedder), [baselines.bag(row) for row in rows])

    def labels(self, target: str, chosen: IntArray) -> NDArray[np.bool_]:
        """The verdicts on the rows at these positions."""
        return np.array([getattr(self.rows[index], target) for index in chosen])

    def traces(self, chosen: IntArray) -> list[str]:
        """The recordings of the rows at these positions."""
        return [self.rows[index].trace for index in chosen]

    def acceptance(self, train: IntArray, test: IntArray) -> tuple[FloatArray, FloatArray]:
        """Latent values by the acceptance model."""
        model = AcceptanceModel()
        model.fit(self.rows, self.measured, train)
        return model.latent(self.rows, self.measured, test)

    def bag_of_words(self, train: IntArray, test: IntArray) -> tuple[FloatArray, FloatArray]:
        """Log odds by the bag of words."""
        scores = []
        for target in TARGETS:
            model = baselines.BagOfWords()
            model.fit([self.bags[index] for index in train], self.labels(target, train))
            scores.append(model.scores([self.bags[index] for index in test]))
        return scores[0], scores[1]


@dataclass(frozen=True)
class Foretold:
    """Scores of rows and what is predicted from them, for each target."""

    scores: dict[str, FloatArray]
    predicted: dict[str, NDArray[np.bool_]]


def folds(traces: Sequence[str], count: int) -> list[IntArray]:
    """Positions by fold; whole recordings, the largest first into the smallest fold."""
    sizes = Counter(traces)
    held: list[list[str]] = [[] for _ in range(min(count, len(sizes)))]
    for trace, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        min(held, key=lambda fold: sum(sizes[name] for name in fold)).append(trace)
    of = {trace: index for index, fold in enumerate(held) for trace in fold}
    at = np.array([of[trace] for trace in traces])
    return [np.flatnonzero(at == index) for index in range(len(held))]


def foretell(bench: Bench, learn: Foretell, train: IntArray, test: IntArray) -> Foretold:
    """Learn from `train`, choose thresholds on it by its own folds, predict `test`."""
    inner = [np.zeros(len(train)), np.zeros(len(train))]
    for held in folds(bench.traces(train), FOLDS):
        rest = np.setdiff1d(np.arange(len(train)), held)
        for values, found in zip(inner, learn(train[rest], train[held]), strict=True):
            values[held] = found
    scores, predicted = {}, {}
    for target, values, found in zip(TARGETS, inner, learn(train, test), strict=True):
        scores[target] = found
        predicted[target] = found >= best_threshold(values, bench.labels(target, train))
    return Foretold(scores, predicted)


def across(bench: Bench, learn: Foretell, chosen: IntArray, tell: Callable[[int, int], None]) -> Foretold:
    """Every recording foretold once by what was learned from all others, its threshold chosen among those others."""
    names = sorted(set(bench.traces(chosen)))
    scores = {target: np.zeros(len(chosen)) for target in TARGETS}
    predicted = {target: np.zeros(len(chosen), dtype=bool) for target in TARGETS}
    of = np.array(bench.traces(chosen))
    for done, name in enumerate(names):
        tell(done, len(names))
        held = np.flatnonzero(of == name)
        found = foretell(bench, learn, chosen[of != name], chosen[held])
        for target in TARGETS:
            scores[target][held] = found.scores[target]
            predicted[target][held] = found.predicted[target]
    tell(len(names), len(names))
    return Foretold(scores, predicted)


def evaluate(
    train: Sequence[Row], test: Sequence[Row] | None, embedder: Embedder, progress: Progress, seed: int = 0
) -> dict[str, Any]:
    """Everything that the command prints.

    Args:
        train: rows to learn from.
        test: rows to foretell; None foretells each recording of `train` by the others.
        embedder: of texts.
        progress: told of what is under way.
        seed: of the intervals.

    Raises:
        DataError: too few recordings to learn from.
    """
    shared = {row.trace for row in train} & {row.trace for row in test} if test is not None else set()
    kept = [row for row in train if row.trace not in shared]
    recordings = len({row.trace for row in kept})
    least = 2 if test is not None else 3
    if recordings < least:
        raise DataError(
            f"the training rows hold {recordings} recording{'s' * (recordings != 1)} that the test rows do not hold, "
            f"expected at least {least}; rows with the same first event are of one recording"
        )
    progress("measuring texts", 0, 1)
    bench = Bench.of([*kept, *(test or ())], embedder)
    positions = np.arange(len(kept))
    target_rows = np.arange(len(kept), len(bench.rows)) if test is not None else positions
    found: dict[str, Foretold] = {}
    for name, learn in (("ours", bench.acceptance), ("bag_of_words", bench.bag_of_words)):
        if test is not None:
            progress(name, 0, 1)
            found[name] = foretell(bench, learn, positions, target_rows)
            progress(name, 1, 1)
        else:
            found[name] = across(
                bench,
                learn,
                positions,
                lambda done, of, name=name: progress(name, done, of),  # type: ignore[misc]
            )
    result = _results(bench, target_rows, found, seed)
    result["rows"] = {
        "train": len(kept),
        "test": len(target_rows),
        "train_recordings": recordings,
        "test_recordings": len(set(bench.traces(target_rows))),
        "left_out_of_training": len(train) - len(kept),
        "split": "files" if test is not None else "every recording held out once",
    }
    return result


def weights(rows: Sequence[Row], embedder: Embedder) -> list[tuple[str, float]]:
    """What of a proposal matters most, learned from all rows."""
    model = AcceptanceModel()
    model.fit(rows, measure(rows, embedder), np.arange(len(rows)))
    return model.of_proposals.strongest(PROPOSAL_NAMES)


def _results(bench: Bench, chosen: IntArray, found: dict[str, Foretold], seed: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    others: dict[str, dict[str, Any]] = {}
    traces = bench.traces(chosen)
    for target in TARGETS:
        labels = bench.labels(target, chosen)
        tables = {
            "always_propose": counts(np.ones(len(chosen), dtype=bool), labels, traces),
            "never_propose": counts(np.zeros(len(chosen), dtype=bool), labels, traces),
            "bag_of_words": counts(found["bag_of_words"].predicted[target], labels, traces),
        }
        ours = counts(found["ours"].predicted[target], labels, traces)
        result[target] = described(ours, seed) | {
            "area": area(found["ours"].scores[target], labels),
            "share": float(labels.mean()),
            "gain": {name: gain(ours, table, seed) for name, table in tables.items()},
        }
        for name, table in tables.items():
            others.setdefault(name, {})[target] = described(table, seed)
    for name, by_target in others.items():
        by_target["f1"] = by_target["valid"]["f1"]
        others[name] = by_target
    others["bag_of_words"]["area"] = area(found["bag_of_words"].scores["valid"], bench.labels("valid", chosen))
    return result | {"baselines": others}
