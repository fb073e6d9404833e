"""Fits the prior of a population: a normal distribution of weight vectors from which each person's is drawn.

Each person's ratings are first summed up as a Gaussian message about their weights (Laplace around the mode), once; the
population's mean and covariance then follow by expectation maximisation over people: algebra on those messages.
Leaving a person out costs no new pass over the ratings, and their message is not used at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import log_ndtr

from edge_assistant.learning.prior import Gaussian

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Message:
    """What one person's ratings say of their weights: exp(-w' precision w / 2 + shift w)."""

    precision: FloatArray
    shift: FloatArray


def summarise(features: FloatArray, labels: NDArray[np.bool_], start: Gaussian, rounds: int = 12) -> Message:
    """The Laplace message of probit observations (n, D), (n,), found under a wide starting prior."""
    signs = np.where(labels, 1.0, -1.0)
    prior_precision = 1.0 / start.diagonal
    weights = start.mean.copy()
    curvature = np.zeros(len(labels))
    for _ in range(rounds):
        latent = signs * (features @ weights)
        ratio = np.exp(-0.5 * latent**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(latent))
        curvature = np.maximum(ratio * (ratio + latent), 1e-6)
        slope = features.T @ (signs * ratio) - prior_precision * (weights - start.mean)
        hessian = (features.T * curvature) @ features + np.diag(prior_precision)
        step = cho_solve(cho_factor(hessian), slope)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    precision = (features.T * curvature) @ features
    # at the mode the message's gradient balances the prior's
    return Message(precision, precision @ weights + prior_precision * (weights - start.mean))


def without_effects(message: Message, shared: int, variance: float) -> Message:
    """A message about the shared weights alone: the other weights, each N(0, variance), are integrated out.

    Args:
        message: about shared weights, then one effect for each idea.
        shared: number of shared weights.
        variance: of an idea's own effect.
    """
    inner = message.precision[shared:, shared:] + np.eye(len(message.shift) - shared) / variance
    across = message.precision[:shared, shared:]
    solved = cho_solve(cho_factor(inner), np.hstack([across.T, message.shift[shared:, None]]))
    precision = message.precision[:shared, :shared] - across @ solved[:, :-1]
    return Message(0.5 * (precision + precision.T), message.shift[:shared] - across @ solved[:, -1])


def population(messages: Sequence[Message], start: Gaussian, rank: int, rounds: int = 8, own: float = 0.5) -> Gaussian:
    """The population that explains the messages best.

    Args:
        messages: one a person.
        start: where to begin; also the floor against overconfidence.
        rank: columns of the covariance's factor.
        rounds: of expectation maximisation.
        own: share of the remaining variance that each weight keeps for itself; the rest of the off-diagonal
            structure is kept.
    """
    mean, covariance = start.mean.copy(), np.diag(start.diagonal)
    count = len(messages)
    for _ in range(rounds):
        precision = np.linalg.inv(covariance)
        pull = precision @ mean
        means, spread = [], np.zeros_like(covariance)
        for message in messages:
            posterior = np.linalg.inv(precision + message.precision)
            means.append(posterior @ (pull + message.shift))
            spread += posterior
        stacked = np.array(means)
        # a weak pull towards the start keeps weights that few ratings touch near it
        mean = (stacked.sum(axis=0) + 2.0 * start.mean) / (count + 2.0)
        centred = stacked - mean
        covariance = (spread + centred.T @ centred + 2.0 * np.diag(start.diagonal) * own) / (count + 2.0)
        covariance = 0.5 * (covariance + covariance.T) + 1e-6 * np.eye(len(mean))
    return compress(mean, covariance, rank)


def compress(mean: FloatArray, covariance: FloatArray, rank: int) -> Gaussian:
    """Nearest factor-plus-diagonal form: the strongest shared directions, and all of the rest on the diagonal."""
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    values, vectors = np.linalg.eigh(correlation)
    strongest = np.argsort(values)[::-1][:rank]
    factor = deviation[:, None] * vectors[:, strongest] * np.sqrt(np.maximum(values[strongest], 0))
    factor = factor.astype(np.float16).astype(float)
    diagonal = np.maximum(np.diag(covariance) - (factor**2).sum(axis=1), 1e-3 * np.diag(covariance) + 1e-6)
    return Gaussian(mean, factor, diagonal)
