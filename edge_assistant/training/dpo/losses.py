"""What is minimized, from log probabilities of answers in nats, summed over their tokens; one loss a pair, each [n].

`chosen` are the answers that pleased, `rejected` those that did not, `reference` both again under the reference model;
`beta`, above 0, says how strongly the trained model is held to it.
"""

from __future__ import annotations

import torch

Reference = tuple[torch.Tensor, torch.Tensor]


def margin(chosen: torch.Tensor, rejected: torch.Tensor, reference: Reference) -> torch.Tensor:
    """By how many nats more than the reference the model prefers what pleased; above 0 is ordered well."""
    return (chosen - reference[0]) - (rejected - reference[1])


def dpo_loss(chosen: torch.Tensor, rejected: torch.Tensor, reference: Reference, beta: float) -> torch.Tensor:
    """Direct preference optimization: make what pleased likelier than what did not, relative to the reference.

    Rafailov et al., "Direct Preference Optimization", equation 7; the sigmoid loss without label smoothing. At least
    0; ln 2 where the trained model is the reference.
    """
    return -torch.nn.functional.logsigmoid(beta * margin(chosen, rejected, reference))


def kto_loss(
    chosen: torch.Tensor, rejected: torch.Tensor, reference: Reference, beta: float, point: torch.Tensor
) -> torch.Tensor:
    """Kahneman-Tversky optimization: each answer counts by itself, as good or bad, against a moving reference point.

    Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic Optimization", equations 7 and 8; the mean of a
    pair's two answers. Within 0 and 1; 1/2 where the trained model is the reference. `point` is `reference_point`.
    """
    good = 1 - torch.sigmoid(beta * (chosen - reference[0] - point))
    bad = 1 - torch.sigmoid(beta * (point - (rejected - reference[1])))
    return (good + bad) / 2


def reference_point(mismatched: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """How far the model has moved from the reference in general: a scalar in nats, at least 0, without gradient.

    Estimated, as in the paper, from answers [n] under prompts that they do not belong to, and the same under the
    reference model.
    """
    return (mismatched - reference).mean().clamp(min=0).detach()


def sft_loss(chosen: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Supervised fine-tuning: make what pleased likely; at least 0, nats a token of `lengths` [n] tokens each."""
    return -chosen / lengths
