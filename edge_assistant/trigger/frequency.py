"""How often a person wants to hear from us: posteriors on grids over minimum gap, daily maximum and maximum gap.

Small enough to be exact. All gaps are minutes of awake time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_GAPS = np.array([10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360, 480], dtype=float)
DAILY_MAXIMA = np.arange(1, 25, dtype=float)
MAX_GAPS = np.array(
    [40, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 600, 720, 900], dtype=float
)

SLIP = 0.02
"""Chance that a verdict on frequency contradicts the true gap and maximum."""
ASKED, NOT_ASKED = 0.6, 20.0
"""What is believed of how often an overdue person asks at a receptive moment: requests in so many such moments, as
pseudo-counts of a Gamma prior with a wide spread."""


def vague_frequency() -> FloatArray:
    """(gaps, maxima) prior of someone nothing is known about: long gaps go with small maxima."""
    expected = np.clip(420 / MIN_GAPS, 1.5, 18)[:, None]
    spread = np.exp(-0.5 * ((np.log(DAILY_MAXIMA)[None, :] - np.log(expected)) / 0.6) ** 2)
    gaps = np.exp(-0.5 * ((np.log(MIN_GAPS) - np.log(75)) / 0.9) ** 2)[:, None]
    return _normalised(gaps * spread / spread.sum(axis=1, keepdims=True))


def vague_patience() -> FloatArray:
    """(max gaps,) prior of someone nothing is known about."""
    return _normalised(np.exp(-0.5 * ((np.log(MAX_GAPS) - np.log(220)) / 0.7) ** 2))


class FrequencyModel:
    """Posterior over minimum gap x daily maximum, (gaps, maxima)."""

    def __init__(self, belief: FloatArray) -> None:
        self.belief = _normalised(belief)

    def chance(self, since_spoken: float, spoken_today: int) -> float:
        """P(frequency = 1) for speaking now, so many minutes after the last and with so many spoken today."""
        return float((1 - SLIP) * (self.belief * _allows(since_spoken, spoken_today)).sum() + SLIP / 2)

    def learn(self, since_spoken: float, spoken_today: int, likelihood_one: float, likelihood_zero: float) -> None:
        """Update with a verdict on having spoken then."""
        allowed = (1 - SLIP) * _allows(since_spoken, spoken_today) + SLIP / 2
        self.belief = _normalised(self.belief * (likelihood_one * allowed + likelihood_zero * (1 - allowed)))

    def believe(self, belief: FloatArray) -> None:
        """Take over a posterior (gaps, maxima) that was worked out elsewhere, up to a factor."""
        self.belief = _normalised(belief)

    def min_gap(self) -> float:
        """Expected minimum gap, minutes."""
        return float(self.belief.sum(axis=1) @ MIN_GAPS)

    def daily_max(self) -> float:
        """Expected daily maximum."""
        return float(self.belief.sum(axis=0) @ DAILY_MAXIMA)


class PatienceModel:
    """Posterior over the maximum gap: after how long without a welcome word a person misses one."""

    def __init__(self, belief: FloatArray) -> None:
        self.belief = _normalised(belief)
        self.asked, self.moments = ASKED, NOT_ASKED

    def asking(self) -> float:
        """Expected chance that the person asks at a receptive moment at which they are overdue."""
        return min(self.asked / self.moments, 0.5)

    def overdue(self, since_welcome: float) -> float:
        """P(overdue) so many minutes after the last welcome suggestion."""
        return float(self.belief[since_welcome > MAX_GAPS].sum())

    def counts(self, since_welcome: float) -> float:
        """P(half the maximum gap has passed): only then is another welcome suggestion worth something."""
        return float(self.belief[since_welcome >= MAX_GAPS / 2].sum())

    def learn_request(self, since_welcome: float) -> None:
        """The person asked: they are overdue."""
        self.asked += 1.0
        self.moments += 1.0
        self.learn(np.where(since_welcome > MAX_GAPS, 1.0, 0.02))

    def learn_no_request(self, since_welcome: float, receptive: float) -> None:
        """The person did not ask at a tick at which they were receptive with this chance."""
        if since_welcome > MAX_GAPS[0]:
            self.moments += self.overdue(since_welcome) * receptive
            self.learn(np.where(since_welcome > MAX_GAPS, 1 - self.asking() * receptive, 1.0))

    def max_gap(self) -> float:
        """Expected maximum gap, minutes."""
        return float(self.belief @ MAX_GAPS)

    def learn(self, likelihood: FloatArray) -> None:
        """Update with the likelihoods (max gaps,) of an observation."""
        self.believe(self.belief * likelihood)

    def believe(self, belief: FloatArray) -> None:
        """Take over a posterior (max gaps,) that was worked out elsewhere, up to a factor."""
        self.belief = _normalised(belief)


def _allows(since_spoken: float, spoken_today: int) -> FloatArray:
    return np.outer(since_spoken >= MIN_GAPS, spoken_today + 1 <= DAILY_MAXIMA).astype(float)


def _normalised(values: FloatArray) -> FloatArray:
    values = np.maximum(values, 1e-9 * values.max())
    return np.asarray(values / values.sum())
