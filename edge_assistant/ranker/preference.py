"""Which idea: a learned liking over shared features and one effect per idea, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Reason
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel, chance_of
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.ranker.ideas import KnowledgeBase

FloatArray = NDArray[np.float64]

ALIKE = 0.9
"""Share of an idea's own effect that it has in common with ideas of like text."""
LIKENESS_SCALE = 1.0
"""How fast that falls with the cosine distance of the texts."""
TASTE = 0.15
"""Variance that an activity gives to the liking of what is like it, all of that together."""
PEAK = 1.0
"""Deviations above the mean from which an idea counts as like an activity."""
SHORTLIST = 16
"""Ideas whose uncertainty is worked out before one is chosen."""


@dataclass(frozen=True)
class Ranked:
    """The chosen idea and the runners-up.

    Attributes:
        index: of the idea in the knowledge base.
        chance: that it pleases now, calibrated.
        hopeful: the same with optimism.
        features: (D,) of the idea, for learning from what follows.
        alternatives: indices of the next best.
    """

    index: int
    chance: float
    hopeful: float
    features: FloatArray
    alternatives: tuple[int, ...]


class Ranker:
    """The liking of one person for all ideas of a knowledge base."""

    def __init__(self, prior: Prior, base: KnowledgeBase, vectors: FloatArray) -> None:
        """Start from a prior.

        Args:
            prior: of a stranger.
            base: the ideas.
            vectors: (n, d) unit vectors of their texts; what is learned of one idea holds a little for those alike.
        """
        self.base = base
        n = len(base)
        mean = np.concatenate([prior.liking.mean, np.zeros(n)])
        covariance = np.zeros((len(mean), len(mean)))
        covariance[: len(LIKING_NAMES), : len(LIKING_NAMES)] = prior.liking.covariance()
        alike = np.exp((vectors @ vectors.T - 1) / LIKENESS_SCALE)
        effects = prior.idea_effect * (ALIKE * alike + (1 - ALIKE) * np.eye(n))
        covariance[len(LIKING_NAMES) :, len(LIKING_NAMES) :] = 0.5 * (effects + effects.T)
        self.model = ProbitModel(mean, covariance)

    def notice(self, likeness: FloatArray, variance: float = TASTE) -> None:
        """An activity is seen for the first time: the person may like, or not, what is like it.

        An unknown weight N(0, variance) on the ideas' closeness is added to their own effects; only its covariance is
        kept.

        Args:
            likeness: (n,) of all ideas to the activity.
            variance: how much the person may like it or not.
        """
        deviations = (likeness - likeness.mean()) / max(float(likeness.std()), 1e-9)
        near = np.maximum(deviations - PEAK, 0.0)
        near = (near - near.mean()) / max(float(near.std()), 1e-9)
        shared = len(LIKING_NAMES)
        self.model.covariance[shared:, shared:] += variance * np.outer(near, near)

    def best(
        self, liking: FloatArray, resting: NDArray[np.bool_], weights: FloatArray, optimism: float
    ) -> Ranked | None:
        """The idea most likely to please.

        Args:
            liking: (n, shared) features of all ideas at this moment.
            resting: (n,) ideas that must not be said.
            weights: (n,) what the chances are multiplied by for the order, as for topics that may be unwanted.
            optimism: standard deviations by which unsure chances are raised.

        Returns:
            None when every idea rests.
        """
        shared = liking.shape[1]
        mean = liking @ self.model.mean[:shared] + self.model.mean[shared:]
        order = np.argsort(np.where(resting, np.inf, -mean), kind="stable")
        shortlist = [int(index) for index in order[:SHORTLIST] if not resting[index]]
        if not shortlist:
            return None
        rows = np.zeros((len(shortlist), len(self.model.mean)))
        rows[:, :shared] = liking[shortlist]
        rows[np.arange(len(shortlist)), [shared + index for index in shortlist]] = 1.0
        variance = np.einsum("ij,ij->i", rows @ self.model.covariance, rows)
        hopeful = np.array([chance_of(mean[i], v, optimism) for i, v in zip(shortlist, variance, strict=True)])
        order = np.argsort(-hopeful * weights[shortlist], kind="stable")
        first = int(order[0])
        return Ranked(
            shortlist[first],
            chance_of(float(mean[shortlist[first]]), float(variance[first])),
            float(hopeful[first]),
            rows[first],
            tuple(shortlist[int(index)] for index in order[1:4]),
        )

    def chance_of_idea(self, liking: FloatArray, index: int) -> tuple[float, FloatArray]:
        """The chance that one idea pleases, and its features (D,), from its shared features (1, shared)."""
        row = np.zeros(len(self.model.mean))
        row[: liking.shape[1]] = liking[0]
        row[liking.shape[1] + index] = 1.0
        return self.model.chance(row), row

    def reasons(self, features: FloatArray, most: int = 4) -> tuple[Reason, ...]:
        """What speaks for and against an idea most strongly, in probit units."""
        weights = self.model.mean * features
        order = np.argsort(-np.abs(weights))[:most]
        names = [LIKING_NAMES[i] if i < len(LIKING_NAMES) else "this very idea" for i in order]
        return tuple(Reason(name, float(weights[i])) for name, i in zip(names, order, strict=True) if weights[i] != 0)
