"""Bayesian probit regression with a Gaussian posterior over the weights, learned one observation at a time.

P(y = 1 | x) = Phi(w x) with w ~ N(mean, covariance). An observation need not be a plain label: all that matters are its
likelihoods under y = 1 and y = 0, so that totals, acceptances and named reasons are learned from in the same way. The
update matches the posterior's first two moments exactly (assumed-density filtering; Minka, 2001, section 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]

_SQRT_TWO_PI = float(np.sqrt(2 * np.pi))


class ProbitModel:
    """A Gaussian over D weights.

    Attributes:
        mean: (D,).
        covariance: (D, D).
    """

    def __init__(self, mean: FloatArray, covariance: FloatArray) -> None:
        self.mean = np.array(mean, dtype=float)
        self.covariance = np.array(covariance, dtype=float)

    def grow(self, variance: float) -> None:
        """One more weight, N(0, variance), independent of the others until something is learned of it."""
        size = len(self.mean)
        covariance = np.zeros((size + 1, size + 1))
        covariance[:size, :size] = self.covariance
        covariance[size, size] = variance
        self.mean = np.append(self.mean, 0.0)
        self.covariance = covariance

    def moments(self, features: FloatArray) -> tuple[float, float]:
        """Mean and variance of the latent value at one feature vector (D,)."""
        return float(features @ self.mean), float(features @ self.covariance @ features)

    def chance(self, features: FloatArray) -> float:
        """P(y = 1)."""
        return chance_of(*self.moments(features))

    def learn(self, features: FloatArray, likelihood_one: float, likelihood_zero: float) -> None:
        """Update with an observation that has these likelihoods under y = 1 and y = 0."""
        gained = self.covariance @ features
        mean, variance = float(features @ self.mean), float(features @ gained)
        shift, shrink = moment_match(mean, variance, likelihood_one, likelihood_zero)
        if shift == 0.0 and shrink == 0.0:
            return
        self.mean += shift * gained
        self.covariance -= shrink * np.outer(gained, gained)  # this order keeps it exactly symmetric

    def pack(self) -> dict[str, NDArray[np.floating]]:
        """The beliefs ready to be stored: the mean, and the covariance's lower triangle as float32."""
        return {"mean": self.mean, "covariance": self.covariance[np.tril_indices(len(self.mean))].astype(np.float32)}

    def unpack(self, mean: NDArray[np.floating], triangle: NDArray[np.floating]) -> None:
        """Inverse of `pack`."""
        size = len(mean)
        lower = np.zeros((size, size))
        lower[np.tril_indices(size)] = triangle
        self.mean = np.array(mean, dtype=float)
        self.covariance = lower + np.tril(lower, -1).T


def chance_of(mean: float, variance: float) -> float:
    """P(y = 1) when the latent value has this mean and variance."""
    return float(ndtr(mean / (1.0 + variance) ** 0.5))


def chances_of(mean: FloatArray, variance: FloatArray) -> FloatArray:
    """P(y = 1) for many latent values at once."""
    return np.asarray(ndtr(mean / np.sqrt(1.0 + variance)))


def moment_match(mean: float, variance: float, likelihood_one: float, likelihood_zero: float) -> tuple[float, float]:
    """Coefficients of the update: mean += shift * Cx, covariance -= shrink * Cx (Cx)'.

    With f ~ N(mean, variance) and the likelihood L(f) = L0 + (L1 - L0) Phi(f), shift is d log Z / d mean and shrink is
    -d2 log Z / d mean2, Z being the expected likelihood.
    """
    scale = (1.0 + variance) ** 0.5
    z = mean / scale
    difference = likelihood_one - likelihood_zero
    evidence = likelihood_zero + difference * float(ndtr(z))
    if difference == 0.0 or evidence <= 1e-12:
        return 0.0, 0.0
    density = float(np.exp(-0.5 * z * z)) / _SQRT_TWO_PI
    shift = difference * density / (evidence * scale)
    shrink = shift * shift + shift * z / scale
    # the exact second derivative can be negative for soft evidence; never let a variance pass its bounds
    return shift, float(np.clip(shrink, -0.5 / (variance + 1e-9), 0.999 / (variance + 1e-9)))
