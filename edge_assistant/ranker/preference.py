"""Which idea: a learned liking over features that ideas share and an effect of each idea that was judged, with its
uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Reason
from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel, chance_of
from edge_assistant.own.thing import OWN
from edge_assistant.ranker.features import LIKING_NAMES, STATIC_NAMES, FeatureMaker, IdeaSight
from edge_assistant.ranker.own_liking import OwnLiking
from edge_assistant.ranker.repeats import Repeated

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TASTE = 0.15
"""Variance that an activity gives to the liking of what is like it, all of that together."""
PEAK = 1.0
"""Deviations above the mean from which an idea counts as like an activity."""
SHORTLIST = 16
"""Ideas whose uncertainty is worked out before one is chosen."""

_DIRECTIONS = sum(name.startswith("what the idea is about") for name in STATIC_NAMES)
_ABOUT = slice(len(STATIC_NAMES) - _DIRECTIONS, len(STATIC_NAMES))


@dataclass(frozen=True)
class Ranked:
    """The chosen idea and the runners-up.

    Attributes:
        index: of the idea in the knowledge base.
        chance: that it pleases now, calibrated, repeats included.
        features: (len(LIKING_NAMES),) of the idea, for learning from what follows.
        alternatives: indices of the next best.
        fresh: chance that it was not heard too lately; a factor of `chance`.
        days: since it, or one that means nearly the same, was heard; inf where none was.
    """

    index: int
    chance: float
    features: FloatArray
    alternatives: tuple[int, ...]
    fresh: float = 1.0
    days: float = float("inf")


class Ranker:
    """The liking of one person for all ideas of a knowledge base.

    Attributes:
        model: over the weights of `LIKING_NAMES`, then over the effects of the ideas in `judged`.
        judged: places of the ideas that were judged, each with its place among the effects.
        own: what is believed of own things, which it is not left to the weights to like.
        owned: (n,) which ideas are own things.
    """

    def __init__(self, prior: Prior, features: FeatureMaker) -> None:
        """Start from a prior."""
        self.effect = prior.idea_effect
        self.model = ProbitModel(prior.liking.mean, prior.liking.covariance())
        self.judged: dict[int, int] = {}
        self.own = OwnLiking()
        self.describe(features)

    def describe(self, features: FeatureMaker) -> None:
        """Take up the ideas, or more ideas after those that there were."""
        self.features = features
        about = features.about
        self._direction = np.linalg.pinv(about - about.mean(axis=0))  # (directions, n)
        self.owned = np.array([idea.id.startswith(OWN) for idea in features.base.ideas])

    def notice(self, likeness: FloatArray) -> None:
        """An activity is seen for the first time, of this likeness (n,) to all ideas: what is like it may be liked."""
        deviations = (likeness - likeness.mean()) / max(float(likeness.std()), 1e-9)
        near = np.maximum(deviations - PEAK, 0.0)
        near = (near - near.mean()) / max(float(near.std()), 1e-9)
        direction = self._direction @ near
        self.model.covariance[_ABOUT, _ABOUT] += TASTE * np.outer(direction, direction)

    def best(self, sight: IdeaSight, heard: Repeated, weights: FloatArray) -> Ranked | None:
        """The idea most likely to please.

        Args:
            sight: the moment.
            heard: which ideas may be said again.
            weights: (n,) what the chances are multiplied by for the order, as for topics that may be unwanted.

        Returns:
            None when every idea rests.
        """
        mean, fresh = self.means(sight), heard.fresh
        allowed = fresh > 0
        if not allowed.any():
            return None
        rough = np.where(allowed, mean + np.log(np.maximum(fresh * weights, 1e-9)), -np.inf)
        count = min(SHORTLIST, int(allowed.sum()))
        shortlist = np.argpartition(-rough, count - 1)[:count]
        shortlist = shortlist[np.argsort(-rough[shortlist], kind="stable")]
        rows = self.rows(sight, shortlist)
        variance = self._variances(rows, shortlist)
        pairs = zip(mean[shortlist], variance, strict=True)
        chances = np.array([chance_of(m, v) for m, v in pairs]) * fresh[shortlist]
        order = np.argsort(-chances * weights[shortlist], kind="stable")
        first = int(order[0])
        return Ranked(
            int(shortlist[first]),
            float(chances[first]),
            rows[first, : len(LIKING_NAMES)],
            tuple(int(shortlist[index]) for index in order[1:4]),
            float(fresh[shortlist[first]]),
            float(heard.days[shortlist[first]]),
        )

    def means(self, sight: IdeaSight) -> FloatArray:
        """(n,) latent liking of all ideas."""
        mean = self.features.scores(sight, self.model.mean[: len(LIKING_NAMES)])
        if self.owned.any():
            mean[self.owned] = self.own.means(mean[self.owned], float(mean.mean()))
        for index, place in self.judged.items():
            mean[index] += self.model.mean[len(LIKING_NAMES) + place]
        return mean

    def chances(self, sight: IdeaSight, ideas: IntArray) -> tuple[FloatArray, FloatArray]:
        """Latent means and variances (len(ideas),) of some ideas."""
        rows = self.rows(sight, ideas)
        means, own = rows @ self.model.mean, self.owned[ideas]
        if own.any():
            means[own] = self.means(sight)[ideas[own]]
        return means, self._variances(rows, ideas)

    def chance_of_idea(self, sight: IdeaSight, index: int) -> tuple[float, FloatArray]:
        """The chance that one idea pleases, rests aside, and its features (len(LIKING_NAMES),)."""
        rows = self.rows(sight, np.array([index]))
        mean, variance = self.chances(sight, np.array([index]))
        return chance_of(float(mean[0]), float(variance[0])), rows[0, : len(LIKING_NAMES)]

    def learn(self, index: int, features: FloatArray, likelihood_one: float, likelihood_zero: float) -> None:
        """Update with a verdict on one idea, given its features (len(LIKING_NAMES),)."""
        if self.owned[index]:
            self.own.learn(likelihood_one, likelihood_zero)
        if index not in self.judged:
            self.judged[index] = len(self.judged)
            self.model.grow(self.effect)
        self.model.learn(self.row(index, features), likelihood_one, likelihood_zero)

    def row(self, index: int, features: FloatArray) -> FloatArray:
        """(D,) the features of a judged idea with its own effect."""
        row = np.zeros(len(self.model.mean))
        if not self.owned[index]:
            row[: len(features)] = features
        row[len(LIKING_NAMES) + self.judged[index]] = 1.0
        return row

    def take_up(self, ids: Sequence[str]) -> None:
        """The ideas that the effects of the model are about; effects of ideas that are gone are integrated out."""
        known = [index for index, name in enumerate(ids) if name in self.features.base.by_id]
        kept = [*range(len(LIKING_NAMES)), *(len(LIKING_NAMES) + index for index in known)]
        self.model.mean = self.model.mean[kept]
        self.model.covariance = self.model.covariance[np.ix_(kept, kept)]
        self.judged = {self.features.base.index(ids[index]): place for place, index in enumerate(known)}

    def rows(self, sight: IdeaSight, ideas: IntArray) -> FloatArray:
        """(len(ideas), D) features with the effects of the judged ones."""
        rows = np.zeros((len(ideas), len(self.model.mean)))
        rows[:, : len(LIKING_NAMES)] = self.features.rows(sight, ideas)
        for row, index in enumerate(ideas.tolist()):
            if index in self.judged:
                rows[row, len(LIKING_NAMES) + self.judged[index]] = 1.0
        return rows

    def reasons(self, index: int, features: FloatArray, most: int = 4) -> tuple[Reason, ...]:
        """What speaks for and against an idea most strongly, in probit units."""
        if self.owned[index]:
            return (Reason("one of your own things", float(self.own.level.mean[0])),)
        weights = self.model.mean[: len(features)] * features
        order = np.argsort(-np.abs(weights))[:most]
        found = [Reason(LIKING_NAMES[i], float(weights[i])) for i in order if weights[i] != 0]
        if index in self.judged:
            found.append(Reason("this very idea", float(self.model.mean[len(LIKING_NAMES) + self.judged[index]])))
        return tuple(sorted(found, key=lambda reason: -abs(reason.weight))[:most])

    def _variances(self, rows: FloatArray, ideas: IntArray) -> FloatArray:
        """(len(ideas),) variance of the latent liking."""
        own = self.owned[ideas]
        if own.any():
            rows = np.where(own[:, None] & (np.arange(rows.shape[1]) < len(LIKING_NAMES)), 0.0, rows)
        found = np.einsum("ij,ij->i", rows @ self.model.covariance, rows) + self._unknown(ideas)
        return np.asarray(found + own * self.own.variance)

    def _unknown(self, ideas: IntArray) -> FloatArray:
        """(len(ideas),) variance of the effects of ideas that nobody has judged yet."""
        return np.array([0.0 if index in self.judged else self.effect for index in ideas.tolist()])
