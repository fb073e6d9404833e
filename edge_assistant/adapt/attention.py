"""Attention over packed sequences: each segment looks at what stands above it, and at itself.

Nothing is computed between tokens that do not see each other, which a mask over the whole sequence would do. Any
transformers model takes it once `install` has named it; the layout travels as an argument of the call:

    install(model)
    model.base_model(input_ids=..., position_ids=..., packing=Layout(packed))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from edge_assistant.adapt.half_attention import HalfAttention
from edge_assistant.adapt.packing import Packed

NAME = "edge_assistant_packed"


@dataclass(frozen=True)
class _Part:
    """One segment: its queries, the tokens that they see, and which of these each one sees."""

    start: int
    stop: int
    keys: torch.Tensor
    """int64 [K], or empty where the keys are the first tokens of the packed sequence."""
    first_keys: int
    """K where the keys are the first K tokens, otherwise 0."""
    seen: torch.Tensor
    """bool [stop - start, K]."""
    distance: torch.Tensor
    """int64 like `seen`: how many tokens back."""


@dataclass(frozen=True)
class Layout:
    """The segments of a packed sequence as tensors, made once for all layers."""

    packed: Packed
    parts: tuple[_Part, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = []
        for segment in self.packed.segments:
            own = torch.arange(segment.start, segment.stop)
            keys = torch.cat([torch.from_numpy(segment.above), own])
            first = len(keys) if int(keys[-1]) == len(keys) - 1 else 0
            depth = len(segment.above)
            distance = (depth + torch.arange(segment.length))[:, None] - torch.arange(len(keys))[None, :]
            parts.append(_Part(segment.start, segment.stop, keys, first, distance >= 0, distance))
        object.__setattr__(self, "parts", tuple(parts))


def install(model: Any) -> None:
    """Let a transformers model attend by segments; calls without `packing` are refused from then on."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, _attend)
    model.set_attn_implementation(NAME)


def _attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    *,
    packing: Layout,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of one layer, with the signature that transformers asks for.

    Args:
        module: the attention layer.
        query: [1, heads, N, size].
        key: [1, kv heads, N, size].
        value: the same.
        attention_mask: not used; `packing` says who sees whom.
        dropout: of attention weights; not used, as adapters are trained without it.
        scaling: of the scores.
        packing: of the call.
        sliding_window: how many tokens a token sees, itself included; None for all.
        softcap: bound of the scores, for families that have one.

    Returns:
        [1, N, heads, size], and no weights.
    """
    outputs = []
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    for part in packing.parts:
        queries = query[:, :, part.start : part.stop]
        if part.first_keys:
            keys, values = key[:, :, : part.first_keys], value[:, :, : part.first_keys]
        else:
            keys, values = key.index_select(2, part.keys), value.index_select(2, part.keys)
        seen = part.seen if sliding_window is None else part.seen & (part.distance < sliding_window)
        if softcap is not None:
            outputs.append(_capped(queries, keys, values, seen, scaling, softcap))
        elif query.element_size() == 2 and query.requires_grad:
            depth = keys.shape[2] - queries.shape[2]
            who = None if sliding_window is None else seen
            outputs.append(HalfAttention.apply(queries, keys, values, depth, who, scale))
        elif part.start == 0 and sliding_window is None:
            outputs.append(_product(queries, keys, values, is_causal=True, scale=scaling, enable_gqa=True))
        else:
            outputs.append(_product(queries, keys, values, attn_mask=seen, scale=scaling, enable_gqa=True))
    return torch.cat(outputs, dim=2).transpose(1, 2).contiguous(), None


_product = torch.nn.functional.scaled_dot_product_attention


def _repeat(one: torch.Tensor, groups: int) -> torch.Tensor:
    """Each key or value head once for each of its query heads."""
    batch, heads, tokens, size = one.shape
    return one[:, :, None].expand(batch, heads, groups, tokens, size).reshape(batch, heads * groups, tokens, size)


def _capped(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    seen: torch.Tensor,
    scaling: float | None,
    softcap: float,
) -> torch.Tensor:
    """Attention whose scores are bounded by a hyperbolic tangent before the softmax."""
    scale = queries.shape[-1] ** -0.5 if scaling is None else scaling
    groups = queries.shape[1] // keys.shape[1]
    keys, values = _repeat(keys, groups), _repeat(values, groups)
    scores = softcap * torch.tanh(queries @ keys.transpose(2, 3) * (scale / softcap))
    return scores.masked_fill(~seen, float("-inf")).softmax(dim=-1) @ values
