"""Kahneman-Tversky optimization: each answer counts by itself, as good or bad, against a moving reference point.

Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic Optimization", equations 7 and 8.
"""

from __future__ import annotations

import torch


def kto_loss(
    chosen: torch.Tensor,
    rejected: torch.Tensor,
    reference: tuple[torch.Tensor, torch.Tensor],
    beta: float,
    reference_point: torch.Tensor,
) -> torch.Tensor:
    """Loss of each pair: the mean of its two answers' losses.

    Args:
        chosen: [n] log probabilities of the answers that pleased, in nats, summed over their tokens.
        rejected: [n] the same of those that did not.
        reference: both again under the reference model.
        beta: above 0.
        reference_point: scalar, at least 0, without gradient: see `reference_point`.

    Returns:
        [n], within 0 and 1; 1/2 where the trained model is the reference.
    """
    good = 1 - torch.sigmoid(beta * (chosen - reference[0] - reference_point))
    bad = 1 - torch.sigmoid(beta * (reference_point - (rejected - reference[1])))
    return (good + bad) / 2


def reference_point(mismatched: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """How far the model has moved from the reference in general, in nats, at least 0; carries no gradient.

    Estimated, as in the paper, from answers under prompts that they do not belong to.

    Args:
        mismatched: [n] log probabilities of such answers.
        reference: [n] the same under the reference model.
    """
    return (mismatched - reference).mean().clamp(min=0).detach()
