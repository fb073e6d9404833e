"""The trigger's acceptance model on annotated rows: Bayesian probit regressions, one of proposals, one of moments.

Recordings differ in how
much their people welcome anything; an effect of each recording takes that up, so that the weights need not, and a
recording never seen has the prior's effect. Silence is right where no help is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from edge_assistant.learning.fit import summarise
from edge_assistant.learning.prior import Gaussian
from edge_assistant.learning.probit import ProbitModel
from simulator.proactivebench.features import MOMENT_NAMES, Measured
from simulator.proactivebench.rows import Event, Row

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

PROPOSAL_VARIANCE, MOMENT_VARIANCE = 0.003, 0.01
"""Prior variances of a weight of a standardised feature."""
MEANING_VARIANCE = 0.5
"""Of a weight along a direction of the vectors, which keep their own scale."""
RECORDING_VARIANCE = 0.2
"""Of the effect of a recording."""
FARTHEST = 4.0
"""Standard deviations at which features are cut."""
MOST_DIRECTIONS = 200
"""Principal directions of the vectors that are kept."""

OF_MOMENTS = tuple(name for name in MOMENT_NAMES if name != "events")
WITH_PROPOSALS = tuple(name for name in OF_MOMENTS if not name.startswith(("recently: ", "all along: ")))
"""What of the moment is weighed beside what the proposal says."""


class Weights:
    """A probit regression whose features are standardised on what it was fitted to."""

    def __init__(self, variance: float) -> None:
        """`variance`: prior variance of a weight."""
        self.variance = variance
        self._mean: FloatArray = np.zeros(0)
        self._scale: FloatArray = np.ones(0)
        self._directions: Directions | None = None
        self.count = 0
        self.model = ProbitModel(np.zeros(1), np.eye(1))

    def fit(self, features: FloatArray, labels: BoolArray, traces: Sequence[str], vectors: FloatArray) -> None:
        """Learn from observations.

        Args:
            features: (n, d), to be standardised.
            labels: (n,).
            traces: (n,) the recording of each.
            vectors: (n, k) meanings, which keep their scale; k may be 0.
        """
        self._mean, self._scale = features.mean(axis=0), features.std(axis=0) + 1e-3
        self._directions = Directions.of(vectors) if vectors.shape[1] else None
        names = sorted(set(traces))
        effects = np.array([[float(trace == name) for name in names] for trace in traces])
        known = self._inputs(features, vectors)
        size, count = known.shape[1], features.shape[1]
        variances = np.full(size + len(names), RECORDING_VARIANCE)
        variances[0], variances[1 : count + 1], variances[count + 1 : size] = 1.0, self.variance, MEANING_VARIANCE
        start = Gaussian(np.zeros(len(variances)), np.zeros((len(variances), 0)), variances)
        message = summarise(np.hstack([known, effects]), labels, start)
        factor = cho_factor(message.precision + np.diag(1.0 / variances))
        covariance = cho_solve(factor, np.eye(len(variances)))
        self.model = ProbitModel((covariance @ message.shift)[:size], covariance[:size, :size])
        self.count = count

    def latent(self, features: FloatArray, vectors: FloatArray) -> FloatArray:
        """(n,) latent value over its spread, for recordings never seen; `scipy.special.ndtr` of it is the chance."""
        known = self._inputs(features, vectors)
        spread = np.einsum("ij,jk,ik->i", known, self.model.covariance, known, optimize=True) + RECORDING_VARIANCE
        return np.asarray(known @ self.model.mean / np.sqrt(1.0 + spread))

    def strongest(self, names: Sequence[str], most: int = 8) -> list[tuple[str, float]]:
        """The features that weigh most, with their weights a standard deviation."""
        weights = self.model.mean[1 : self.count + 1]
        order = np.argsort(-np.abs(weights))[:most]
        return [(names[index], float(weights[index])) for index in order]

    def _inputs(self, features: FloatArray, vectors: FloatArray) -> FloatArray:
        scaled = np.clip((features - self._mean) / self._scale, -FARTHEST, FARTHEST)
        blocks = [np.ones((len(features), 1)), scaled]
        if self._directions is not None:
            blocks.append(self._directions.of_vectors(vectors))
        return np.hstack(blocks)


@dataclass(frozen=True)
class Directions:
    """Principal directions of some vectors, at the vectors' own scale."""

    mean: FloatArray
    axes: FloatArray

    @classmethod
    def of(cls, vectors: FloatArray) -> Directions:
        """The strongest, at most `MOST_DIRECTIONS`."""
        mean = vectors.mean(axis=0)
        _, strengths, axes = np.linalg.svd(vectors - mean, full_matrices=False)
        return cls(mean, axes[: min(MOST_DIRECTIONS, int((strengths > 1e-9).sum()))])

    def of_vectors(self, vectors: FloatArray) -> FloatArray:
        """(n, count) coordinates."""
        return np.asarray((vectors - self.mean) @ self.axes.T)


class AcceptanceModel:
    """Foretells of a row whether help is needed, and whether what was proposed, or silence, is right."""

    def __init__(self) -> None:
        self.of_proposals = Weights(PROPOSAL_VARIANCE)
        self.of_moments = Weights(MOMENT_VARIANCE)

    def fit(self, rows: Sequence[Row], measured: Measured, chosen: IntArray) -> None:
        """Learn from the rows at the positions `chosen`."""
        first: dict[tuple[Event, ...], int] = {}
        for index in chosen:
            first.setdefault(rows[index].events, int(index))
        moments = np.array(list(first.values()))
        help_needed = np.array([rows[index].help_needed for index in moments])
        self.of_moments.fit(
            _moments(measured, moments), help_needed, [rows[i].trace for i in moments], _meanings(measured, moments)
        )
        spoken = np.array([index for index in chosen if rows[index].proposal is not None], dtype=np.int64)
        if len(spoken):
            valid = np.array([rows[index].valid for index in spoken])
            traces = [rows[index].trace for index in spoken]
            self.of_proposals.fit(_proposals(measured, spoken), valid, traces, np.zeros((len(spoken), 0)))

    def latent(self, rows: Sequence[Row], measured: Measured, chosen: IntArray) -> tuple[FloatArray, FloatArray]:
        """Latent values of `valid` and of `help_needed` of the rows at the positions `chosen`."""
        needed = self.of_moments.latent(_moments(measured, chosen), _meanings(measured, chosen))
        spoken = np.array([rows[index].proposal is not None for index in chosen])
        accepted = -needed
        if spoken.any() and self.of_proposals.count:
            features = _proposals(measured, chosen[spoken])
            accepted[spoken] = self.of_proposals.latent(features, np.zeros((len(features), 0)))
        return accepted, needed


def _moments(measured: Measured, chosen: IntArray) -> FloatArray:
    return measured.moments[chosen][:, [MOMENT_NAMES.index(name) for name in OF_MOMENTS]]


def _meanings(measured: Measured, chosen: IntArray) -> FloatArray:
    return np.hstack([measured.last[chosen], measured.past[chosen]])


def _proposals(measured: Measured, chosen: IntArray) -> FloatArray:
    moments = measured.moments[chosen][:, [MOMENT_NAMES.index(name) for name in WITH_PROPOSALS]]
    return np.hstack([measured.proposals[chosen], moments])
