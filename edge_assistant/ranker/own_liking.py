"""How welcome a word about one of the person's own things is: they wrote it down, so they want to hear of it.

What was learned of other ideas moves it, by how much better or worse than the average of all ideas it is liked; what
is answered to own things moves all of them a little. It teaches nothing of other ideas: that milk is wanted says
nothing of errands.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_assistant.learning.probit import ProbitModel

FloatArray = NDArray[np.float64]

LEVEL, VARIANCE = 0.9, 0.5
"""Latent liking of a stranger's own things, and how much people differ in it: a chance of about 3 in 4."""
TASTE = 0.5
"""Share of the difference in liking to other ideas that counts: who cares little for errands still wants the milk."""
BOUND = 0.8
"""That difference moves the latent liking by no more."""


class OwnLiking:
    """What is believed of this person's liking for words about their own things.

    Attributes:
        level: a probit model of one weight.
    """

    def __init__(self) -> None:
        self.level = ProbitModel(np.array([LEVEL]), np.array([[VARIANCE]]))

    def means(self, scores: FloatArray, typical: float) -> FloatArray:
        """Latent liking of own things, from their scores (k,) as ideas and the mean score of all ideas."""
        return float(self.level.mean[0]) + np.clip(TASTE * (scores - typical), -BOUND, BOUND)

    @property
    def variance(self) -> float:
        """Of the level."""
        return float(self.level.covariance[0, 0])

    def learn(self, likelihood_one: float, likelihood_zero: float) -> None:
        """Update with a verdict on any own thing."""
        self.level.learn(np.ones(1), likelihood_one, likelihood_zero)
