"""How well verdicts were foretold: the usual measures, and intervals that resample whole recordings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

DRAWS = 4000
NAMES = ("precision", "recall", "f1", "accuracy", "false_alarm_rate")


def counts(predicted: BoolArray, labels: BoolArray, groups: Sequence[str]) -> FloatArray:
    """(groups, 4): true and false positives, false and true negatives of each recording."""
    names = sorted(set(groups))
    at = np.array([names.index(group) for group in groups])
    table = np.zeros((len(names), 4))
    kinds = (predicted & labels, predicted & ~labels, ~predicted & labels, ~predicted & ~labels)
    for column, kind in enumerate(kinds):
        table[:, column] = np.bincount(at[kind], minlength=len(names))
    return table


def measures(table: FloatArray) -> dict[str, FloatArray]:
    """The measures of counts (..., 4); what has no meaning (nothing was predicted, nothing was right) is 0.

    `false_alarm_rate` is the share of what was not right that was predicted to be.
    """
    hits, alarms, missed, spared = np.moveaxis(np.asarray(table, dtype=float), -1, 0)
    return {
        "precision": _share(hits, hits + alarms),
        "recall": _share(hits, hits + missed),
        "f1": _share(2 * hits, 2 * hits + alarms + missed),
        "accuracy": _share(hits + spared, hits + alarms + missed + spared),
        "false_alarm_rate": _share(alarms, alarms + spared),
    }


def described(table: FloatArray, seed: int = 0) -> dict[str, Any]:
    """All measures of the sum over recordings; `NAME_ci` is a bootstrap 95 % interval over recordings."""
    whole = measures(table.sum(axis=0))
    drawn = measures(table[_draws(len(table), seed)].sum(axis=1))
    result: dict[str, Any] = {name: float(whole[name]) for name in NAMES}
    return result | {f"{name}_ci": np.quantile(drawn[name], [0.025, 0.975]).tolist() for name in NAMES}


def gain(table: FloatArray, other: FloatArray, seed: int = 0) -> dict[str, Any]:
    """By how much F1 is above that of other predictions for the same rows, with its paired interval."""
    drawn = _draws(len(table), seed)
    differences = measures(table[drawn].sum(axis=1))["f1"] - measures(other[drawn].sum(axis=1))["f1"]
    whole = float(measures(table.sum(axis=0))["f1"] - measures(other.sum(axis=0))["f1"])
    return {"f1": whole, "ci": np.quantile(differences, [0.025, 0.975]).tolist()}


def area(scores: FloatArray, labels: BoolArray) -> float | None:
    """Chance that a right row scores above a wrong one (equal scores count half); None without both kinds."""
    if labels.all() or not labels.any():
        return None
    _, order, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[order]
    right = int(labels.sum())
    return float((ranks[labels].sum() - right * (right + 1) / 2) / (right * (len(labels) - right)))


def best_threshold(scores: FloatArray, labels: BoolArray, slack: float = 0.01) -> float:
    """The score from which on to predict 'right', for the highest F1.

    F1 is flat near its top and its peak is noise: the mean of all thresholds within `slack` of the best is taken.
    """
    candidates = np.unique(np.quantile(scores, np.linspace(0.01, 0.99, 99)))
    table = [
        [(labels & (scores >= at)).sum(), (~labels & (scores >= at)).sum(), (labels & (scores < at)).sum(), 0]
        for at in candidates
    ]
    values = measures(np.array(table))["f1"]
    return float(candidates[values >= values.max() - slack].mean())


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _draws(size: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, size, (DRAWS, size))
