"""Attention and scores with ways back of their own, against the plain computation."""

from __future__ import annotations

import pytest
import torch

from edge_assistant.training.dpo import answer_head
from edge_assistant.training.dpo.half_attention import HalfAttention
from quant.block_layers import Blocks


@pytest.mark.parametrize(
    ("n", "tokens", "by_mask"), [(150, 150, False), (150, 200, False), (30, 150, False), (30, 150, True)]
)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_attention_in_16_bits_has_the_gradients_of_exact_attention(
    n: int, tokens: int, by_mask: bool, dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    sizes = ((6, n), (2, tokens), (2, tokens))
    query, key, value = (torch.randn(1, heads, count, 16).to(dtype).requires_grad_() for heads, count in sizes)
    seen = torch.ones(n, tokens, dtype=torch.bool).tril(tokens - n)
    back = torch.randn(1, 6, n, 16).to(dtype)

    def exact(*parts: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.scaled_dot_product_attention(*parts, attn_mask=seen, enable_gqa=True, scale=0.3)

    out = HalfAttention.apply(query, key, value, tokens - n, seen if by_mask else None, 0.3)
    parts = [one.double() for one in (query, key, value)]
    assert torch.allclose(out.double(), exact(*parts), atol=0.03)
    found = torch.autograd.grad(out, (query, key, value), back)
    for mine, true in zip(found, torch.autograd.grad(exact(*parts), (query, key, value), back.double()), strict=True):
        assert float((mine.double() - true).norm() / true.norm()) < 0.01


def test_answers_are_scored_as_by_all_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    table = Blocks(torch.randn(50, 12).view(torch.uint8).view(50, 48), 0, 12)
    hidden = torch.randn(7, 12, requires_grad=True)
    rows, targets = torch.tensor([0, 0, 2, 6, 5]), torch.tensor([3, 49, 0, 7, 7])
    weights = torch.randn(5)
    monkeypatch.setattr(answer_head, "LOGITS_AT_A_TIME", 150)  # three rows at a time
    found = answer_head.AnswerLogProbabilities.apply(hidden, table, rows, targets)
    expected = (hidden @ table.gather(torch.arange(50), torch.float32).t()).log_softmax(-1)[rows, targets]
    assert torch.allclose(found, expected, atol=1e-5)
    mine, true = (torch.autograd.grad((one * weights).sum(), hidden)[0] for one in (found, expected))
    assert torch.allclose(mine, true, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(
            answer_head.AnswerLogProbabilities.apply(hidden, table, rows, targets), expected, atol=1e-5
        )
