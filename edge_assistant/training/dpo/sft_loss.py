"""Supervised fine-tuning: make what pleased likely, token by token."""

from __future__ import annotations

import torch


def sft_loss(chosen: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Loss of each answer: nats a token.

    Args:
        chosen: [n] log probabilities of the answers, in nats, summed over their tokens.
        lengths: [n] tokens of each.

    Returns:
        [n], at least 0.
    """
    return -chosen / lengths
