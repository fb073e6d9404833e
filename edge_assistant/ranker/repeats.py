"""How soon this person is willing to hear the same idea again: a posterior over days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

REPEAT_DAYS = np.array([0.5, 1, 2, 3, 5, 7, 9, 12, 16, 22, 30, 45, 90], dtype=float)
"""Days after which an idea is as good as new, as hypotheses."""

TOLD_SPREAD = 0.6
"""Deviation, in logarithms, of the days that somebody names from those after which they are willing."""

SLIP = 0.05
"""Chance that a verdict contradicts the true days."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """How every idea stands with what was heard.

    Attributes:
        days: (n,) since it, or one that means nearly the same, was heard; inf where none was.
        fresh: (n,) chance that it may be heard again; 0 for what must not be said.
    """

    days: FloatArray
    fresh: FloatArray


def vague_repeats() -> FloatArray:
    """(days,) prior of somebody nothing is known about: mostly a week or two."""
    spread = np.exp(-0.5 * ((np.log(REPEAT_DAYS) - np.log(8.0)) / 0.9) ** 2)
    return np.asarray(spread / spread.sum())


class RepeatModel:
    """Posterior over the days between two hearings of one idea."""

    def __init__(self, belief: FloatArray) -> None:
        self.belief = np.array(belief / belief.sum())

    def fresh(self, days: FloatArray) -> FloatArray:
        """(n,) chance that ideas heard so many days ago (inf: never) may be heard again."""
        allowed = np.asarray(days)[:, None] >= REPEAT_DAYS[None, :]
        return np.asarray((SLIP + (1 - 2 * SLIP) * (allowed @ self.belief)) * np.isfinite(days) + ~np.isfinite(days))

    def learn(self, days: float, liked: float, likelihood_one: float, likelihood_zero: float) -> None:
        """Update with a verdict on preference.

        Args:
            days: since the idea was heard; inf where it was not, which teaches nothing.
            liked: chance that the idea pleases, repeats aside.
            likelihood_one: of what was told if it pleased.
            likelihood_zero: of the same if it did not.
        """
        if not np.isfinite(days):
            return
        pleased = liked * np.where(days >= REPEAT_DAYS, 1 - SLIP, SLIP)
        belief = self.belief * (likelihood_one * pleased + likelihood_zero * (1 - pleased))
        self.belief = np.maximum(belief, 1e-9 * belief.max())
        self.belief /= self.belief.sum()

    def told(self, days: float, spread: float = TOLD_SPREAD) -> None:
        """The person says after how many days they are willing to hear the same thing again, give or take."""
        self.belief = self.belief * np.exp(-0.5 * ((np.log(REPEAT_DAYS) - np.log(days)) / spread) ** 2)
        self.belief = np.maximum(self.belief, 1e-9 * self.belief.max())
        self.belief /= self.belief.sum()

    def days(self) -> float:
        """The expected number of days."""
        return float(self.belief @ REPEAT_DAYS)
