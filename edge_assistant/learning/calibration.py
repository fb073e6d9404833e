"""Whether the learner has lately been too sure of itself with this person, or not sure enough.

Chances that are right over all people need not be right for one of them at one time: a new mood, a habit that the
features do not see. An offset in log odds, at first well below 0, follows what came of what was said, and returns
to where it began over days. A row of false alarms so leads to silence, which no single belief about moments or ideas
would.
"""

from __future__ import annotations

import math

VARIANCE = 0.25
"""Of the offset of a stranger, in squared log odds."""

STRANGER = -0.4
"""The offset of a stranger, and where it returns to: the best of many moments and ideas looks better than it is."""

KEPT_OVERNIGHT = 0.9
"""Share of what was learned of the offset that is still there a day later."""

LEAST = 1e-6
"""Chances are kept this far from 0 and 1, where log odds have no end."""


class Calibration:
    """The belief about the offset: its `mean` and `variance`."""

    def __init__(self) -> None:
        self.mean, self.variance = STRANGER, VARIANCE

    def night(self) -> None:
        """A day later the offset is a little nearer to where it began, and less known."""
        self.mean = STRANGER + (self.mean - STRANGER) * KEPT_OVERNIGHT
        self.variance = VARIANCE + (self.variance - VARIANCE) * KEPT_OVERNIGHT**2

    def learn(self, chance: float, welcome: float) -> None:
        """Something was said at a believed chance, and was welcome with the chance `welcome`, usually 0 or 1."""
        expected = shifted(chance, self.mean)
        self.variance = 1.0 / (1.0 / self.variance + expected * (1.0 - expected))
        self.mean += self.variance * (welcome - expected)


def shifted(chance: float, offset: float) -> float:
    """A chance moved by an offset in log odds."""
    if offset == 0.0:
        return chance
    inside = min(max(chance, LEAST), 1.0 - LEAST)
    return 1.0 / (1.0 + math.exp(-(math.log(inside / (1.0 - inside)) + offset)))
