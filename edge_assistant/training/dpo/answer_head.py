"""Log probabilities of answer tokens from hidden states, without logits for all of them at once.

Rows go through the vocabulary a few at a time, in float32. Their gradient, the wanted token's vector less the mean of
all vectors under the prediction, is known as soon as the prediction is: it is made on the way forward, in the type of
the hidden states, and only scaled on the way back.
"""

from __future__ import annotations

from typing import Any

import torch

from quant.block_layers import Blocks, multiply, multiply_back

LOGITS_AT_A_TIME = 8 << 20
"""Numbers; 32 MiB. Each time the whole table is dequantized, so more at a time is quicker."""


class AnswerLogProbabilities(torch.autograd.Function):  # type: ignore[misc]
    """Of M tokens, in nats, from P hidden states and a frozen table of token vectors."""

    @staticmethod
    def forward(ctx: Any, hidden: Any, table: Blocks, rows: Any, targets: Any) -> Any:
        """Hidden [P, size], rows int64 [M] into it, targets int64 [M]; returns float32 [M]."""
        inputs = hidden.float()
        wanted = table.gather(targets, torch.float32)
        found = (inputs[rows] * wanted).sum(-1)
        sums = torch.empty(len(inputs))
        means = torch.empty_like(inputs) if hidden.requires_grad else None
        step = max(1, LOGITS_AT_A_TIME // table.rows)
        for start in range(0, len(inputs), step):
            part = slice(start, start + step)
            logits = multiply(inputs[part], table)
            sums[part] = logits.logsumexp(-1)
            if means is not None:
                # the gradient is rounded to this type in any case, and a mean in it takes half the time
                chances = logits.sub_(sums[part, None]).exp_().to(hidden.dtype)
                means[part] = multiply_back(chances, table).float()
        ctx.save_for_backward(rows, wanted, means)
        ctx.dtype = hidden.dtype
        return found - sums[rows]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (gradient,) = gradients
        rows, wanted, means = ctx.saved_tensors
        shares = torch.zeros(len(means)).index_add_(0, rows, gradient)
        for_hidden = means.mul(-shares[:, None]).index_add_(0, rows, wanted * gradient[:, None])
        return for_hidden.to(ctx.dtype), None, None, None
