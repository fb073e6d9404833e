"""How far two judges agree: Cohen's kappa, area under the curve, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Verdicts = NDArray[np.int64]


def kappa(first: Verdicts, second: Verdicts) -> float | None:
    """Cohen's kappa of 0/1 verdicts: agreement beyond chance; None where both judges always say the same one thing.

    Cohen (1960): (observed - expected) / (1 - expected).
    """
    if not len(first):
        return None
    observed = float(np.mean(first == second))
    one, two = float(first.mean()), float(second.mean())
    expected = one * two + (1 - one) * (1 - two)
    return None if expected > 1 - 1e-12 else (observed - expected) / (1 - expected)


def area(value: NDArray[np.float64], label: Verdicts) -> float | None:
    """Area under the ROC curve: the chance that a 1 has a higher value than a 0; ties count half."""
    ones, zeros = int(label.sum()), int(len(label) - label.sum())
    if not ones or not zeros:
        return None
    from scipy.stats import rankdata

    ranks = rankdata(value)
    return float((ranks[label == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration_error(chance: NDArray[np.float64], label: Verdicts, bins: int = 10) -> float:
    """Expected calibration error: mean distance between said and true share over equally filled bins."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(chance[part].mean() - label[part].mean()) for part in parts) / len(order))


def kappa_interval(
    first: Verdicts, second: Verdicts, groups: Sequence[str], draws: int = 1000
) -> tuple[float | None, float | None]:
    """Bootstrap 95 % interval of kappa, resampling whole groups; none of fewer than two groups."""
    names = sorted(set(groups))
    if len(names) < 2:
        return None, None
    places = [np.flatnonzero(np.array(groups) == name) for name in names]
    rng = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        chosen = np.concatenate([places[index] for index in rng.integers(0, len(names), len(names))])
        value = kappa(first[chosen], second[chosen])
        if value is not None:
            found.append(value)
    return (float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))) if found else (None, None)
