"""Direct preference optimization: make what pleased more likely than what did not, relative to a reference.

Rafailov et al., "Direct Preference Optimization", equation 7; the sigmoid loss without label smoothing.
"""

from __future__ import annotations

import torch


def dpo_loss(
    chosen: torch.Tensor, rejected: torch.Tensor, reference: tuple[torch.Tensor, torch.Tensor], beta: float
) -> torch.Tensor:
    """Loss of each pair.

    Args:
        chosen: [n] log probabilities of the answers that pleased, in nats, summed over their tokens.
        rejected: [n] the same of those that did not.
        reference: both again under the reference model.
        beta: above 0; how strongly the trained model is held to the reference.

    Returns:
        [n], at least 0; ln 2 where the trained model is the reference.
    """
    return -torch.nn.functional.logsigmoid(beta * margin(chosen, rejected, reference))


def margin(chosen: torch.Tensor, rejected: torch.Tensor, reference: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """[n], in nats: by how much more than the reference the model prefers what pleased; above 0 is ordered well."""
    return (chosen - reference[0]) - (rejected - reference[1])
