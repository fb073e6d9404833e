"""The ideas that are known to please: how many there are, and how many would be needed.

One idea can be said again every few days at best, so somebody who wants five suggestions a day needs a dozen ideas that
please. As long as there are fewer, finding another one is worth more than the one word with which it is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

DAYS = 2.5
"""Days until the same idea is as good as new."""
PLEASING = 0.5
"""Chance from which on an idea counts as one that pleases."""
OPEN = (0.2, 0.8)
"""Between these chances it is still open whether an idea pleases, as after a word at a bad moment."""
FEW, MANY = 2.0, 4.0
"""Suggestions a day: who wants no more than few is not tried out at all, who wants many is so in full."""
AWAKE = 960.0
"""Minutes of a day in which suggestions are wanted."""


@dataclass
class Discovery:
    """What was heard, by idea: the chance that it pleased when it was said last."""

    pleased: dict[str, float] = field(default_factory=dict)

    def note(self, idea_id: str, chance: float) -> None:
        """An idea was said, and pleased with this chance."""
        self.pleased[idea_id] = chance

    def knows(self, idea_id: str) -> bool:
        """Whether it is known of an idea that it pleases, or that it does not."""
        chance = self.pleased.get(idea_id)
        return chance is not None and not OPEN[0] < chance < OPEN[1]

    def worth(self, wanted: FloatArray, belief: FloatArray) -> float:
        """How much finding one more is worth, 0 to 1: much where much is wanted and little is known to please.

        Args:
            wanted: (n,) suggestions a day that may be wanted.
            belief: (n,) chance of each, summing to 1.
        """
        eager = np.clip((wanted - FEW) / (MANY - FEW), 0.0, 1.0)
        return float(belief @ (self.lack(wanted) * eager))

    def lack(self, wanted: FloatArray) -> FloatArray:
        """Share of the ideas that are still missing, 0 to 1, where so many suggestions a day are wanted."""
        size = sum(chance for chance in self.pleased.values() if chance >= PLEASING)
        return np.maximum(0.0, 1.0 - size / (DAYS * np.maximum(wanted, 0.1)))


def wanted_a_day(max_gaps: FloatArray, daily_max: float) -> FloatArray:
    """Suggestions a day that people with these maximum gaps (minutes) and this daily maximum may want."""
    return np.minimum(daily_max, AWAKE / max_gaps)
