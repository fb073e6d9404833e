"""Attention over packed sequences, and LFM2's convolutions: each segment looks at what stands above it, and at itself.

Nothing is computed between tokens that do not see each other, which a mask over the whole sequence would do. Any
transformers model takes it once `install` has named it; the layout is an argument of the call:

    install(model)
    model.base_model(input_ids=..., position_ids=..., packing=Layout(packed))

Some families do not hand a call's arguments on to their layers, so the decoder takes the layout out of the
call and keeps it for its thread, until the next call: layers may be computed again on the way back.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from edge_assistant.training.dpo.half_attention import HalfAttention
from edge_assistant.training.dpo.packing import Packed
from quant.families import family_in

NAME = "edge_assistant_packed"

_call = threading.local()
"""The layout of this thread's last call."""


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
    before: torch.Tensor = field(init=False, repr=False)
    """int64 [N + 1]: the token before each one in its own sequences; N for none, and for N itself."""

    def __post_init__(self) -> None:
        parts = []
        count = len(self.packed.tokens)
        before = torch.arange(-1, count)
        for segment in self.packed.segments:
            before[segment.start] = int(segment.above[-1]) if len(segment.above) else count
            own = torch.arange(segment.start, segment.stop)
            keys = torch.cat([torch.from_numpy(segment.above), own])
            first = len(keys) if int(keys[-1]) == len(keys) - 1 else 0
            depth = len(segment.above)
            distance = (depth + torch.arange(segment.length))[:, None] - torch.arange(len(keys))[None, :]
            parts.append(_Part(segment.start, segment.stop, keys, first, distance >= 0, distance))
        before[count] = count
        object.__setattr__(self, "parts", tuple(parts))
        object.__setattr__(self, "before", before)


def install(model: Any) -> None:
    """Let a transformers model attend by segments; calls without `packing` are refused from then on."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, _attend)
    model.set_attn_implementation(NAME)
    model.get_decoder().register_forward_pre_hook(_take_layout, with_kwargs=True)
    convolution = family_in(model).convolution
    for module in model.modules():
        if type(module).__name__ == convolution:
            module.forward = partial(_convolve, module)


def _take_layout(module: torch.nn.Module, args: Any, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    _call.layout = given.pop("packing")
    return args, given


def _convolve(module: Any, hidden_states: torch.Tensor, **_: Any) -> torch.Tensor:
    """A gated short convolution over the tokens before each one in its own sequences; transformers' layer of LFM2.

    Args:
        module: the layer.
        hidden_states: [1, N, size].

    Returns:
        The same shape.
    """
    gate_in, gate_out, x = module.in_proj(hidden_states).transpose(-1, -2).chunk(3, dim=-2)
    x = torch.nn.functional.pad(gate_in * x, (0, 1))  # the last one stands for nothing
    taps = module.conv.weight.squeeze(1).to(x.dtype).unbind(-1)
    before = _call.layout.before
    place = torch.arange(len(before) - 1)
    total = 0
    for tap in reversed(taps):
        total = total + tap[:, None] * x[:, :, place]
        place = before[place]
    if module.conv.bias is not None:
        total = total + module.conv.bias[:, None]
    out: torch.Tensor = module.out_proj((gate_out * total).transpose(-1, -2).contiguous())
    return out


def _attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    *,
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
        attention_mask: not used; the layout of the call says who sees whom.
        dropout: of attention weights; not used, as adapters are trained without it.
        scaling: of the scores.
        sliding_window: how many tokens a token sees, itself included; None for all.
        softcap: bound of the scores, for families that have one.

    Returns:
        [1, N, heads, size], and no weights.
    """
    outputs = []
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    for part in _call.layout.parts:
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
