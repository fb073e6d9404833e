"""The arithmetic of training, with less to keep and fewer passes over memory than the plain layers need.

- A LoRA is added onto its layer's output in place, and keeps only its dropped-out input and a [tokens, rank] product.
- Layers that read the same input (q, k, v; gate, up) share one dropout mask and one dropped-out input. The mask comes
  from a fast generator seeded by the forward pass and the layer: the same pass has the same mask, also when it is
  computed a second time. It is kept as one bit a number, and laid over their bits, which is faster than multiplying.
- Logits are computed in float32 whatever the rest is: they are few, and rounding them moves log probabilities most.
- The last layer of a gated feed-forward block keeps gate and up, and nothing between.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from quant.block_layers import BlockLinear, Multiply, multiply, multiply_back
from quant.families import family_in

SHARED = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
"""Layers of a block that read the same input."""


class Dropout(threading.local):
    """Masks for the inputs of the LoRA layers. Each thread has its own pass, so that several run side by side.

    Args:
        rate: share of the entries that are left out, within 0 and 1 (exclusive).
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._threshold = round(rate * 65536)
        self._seed: tuple[int, ...] = (0,)
        # weak: an input leads to the whole computation before it, which would live as long as this
        self._input: weakref.ref[torch.Tensor] | None = None
        self._mask: torch.Tensor | None = None
        self._masked: torch.Tensor | None = None

    def seed(self, numbers: Sequence[int]) -> None:
        """Name the forward pass that comes in this thread; equal names give equal masks."""
        self._seed = tuple(numbers)
        self.forget()

    def mask(self, x: torch.Tensor, layer: int) -> torch.Tensor | None:
        """What `masked` takes for `x`; the same for the same tensor asked for again at once. None: all stay."""
        if not self._threshold:
            return None
        if self._input is None or self._input() is not x:
            generator = np.random.SFC64([*self._seed, layer])
            draws = generator.random_raw(-(-x.numel() // 4)).view(np.uint16)[: x.numel()]
            bits = np.packbits(draws >= self._threshold)
            self._mask, self._input, self._masked = torch.from_numpy(bits), weakref.ref(x), None
        return self._mask

    def masked_input(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`masked` of the tensor that `mask` was asked for; computed once for the layers that share it."""
        if mask is not self._mask:
            return masked(x.detach(), mask)
        if self._masked is None:
            self._masked = masked(x.detach(), mask)
        return self._masked

    def forget(self) -> None:
        """Let go of the last input."""
        self._input = self._mask = self._masked = None

    @property
    def factor(self) -> float:
        """What stays is multiplied by this, so that the mean does not change."""
        return 65536 / (65536 - self._threshold)


_INTEGERS = {2: np.int16, 4: np.int32, 8: np.int64}


def masked(x: torch.Tensor, bits: torch.Tensor | None) -> torch.Tensor:
    """`x` with zeros where a mask of `Dropout`, one bit a number, says so."""
    if bits is None:
        return x
    stays = np.unpackbits(bits.numpy(), count=x.numel()).view(np.int8)
    laid = torch.from_numpy(np.negative(stays, dtype=_INTEGERS[x.element_size()])).view(x.shape)  # all bits, or none
    return (x.contiguous().view(laid.dtype) & laid).view(x.dtype)


class _LoraProduct(torch.autograd.Function):  # type: ignore[misc]
    """x W^T + bias + frozen scale (x F^T) G^T + scale (kept A^T) B^T of frozen layers W that share one input x.

    `kept` is x with the mask laid over it, once for all; the A's are one matrix. One output a layer.
    """

    @staticmethod
    def forward(ctx: Any, x: Any, kept: Any, bits: Any, scale: float, layers: Any, *matrices: Any) -> Any:
        outs, inner = _products(ctx, x, kept, scale, layers, matrices)
        ctx.save_for_backward(kept, bits, inner, *matrices)
        return outs

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        kept, bits, inner, *matrices = ctx.saved_tensors
        for_x, for_matrices = _products_back(ctx, gradients, kept, bits, inner, matrices, ctx.needs_input_grad[0])
        return for_x, None, None, None, None, *for_matrices


class _GatedLoraProduct(torch.autograd.Function):  # type: ignore[misc]
    """The same of one layer with x = silu(gate) * up, which is computed again on the way back instead of being kept."""

    @staticmethod
    def forward(ctx: Any, gate: Any, up: Any, bits: Any, scale: float, layer: Any, *matrices: Any) -> Any:
        x = _gate(gate, up)
        (out,), inner = _products(ctx, x, masked(x, bits), scale, (layer,), matrices)
        ctx.save_for_backward(gate, up, bits, inner, *matrices)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        gate, up, bits, inner, *matrices = ctx.saved_tensors
        kept = masked(_gate(gate, up), bits)
        for_x, for_matrices = _products_back(ctx, gradients, kept, bits, inner, matrices, True)
        return *_gate_back(for_x, gate, up), None, None, None, *for_matrices


def _products(
    ctx: Any, x: Any, kept: Any, scale: float, layers: Sequence[Any], matrices: Sequence[Any]
) -> tuple[tuple[Any, ...], Any]:
    """The outputs, and kept A^T; `matrices` are A and B of each layer in turn."""
    ctx.scale, ctx.layers = scale, layers
    joined = torch.cat([_like(a, x) for a in matrices[::2]])
    inner = kept.reshape(-1, x.shape[-1]) @ joined.t()
    outs = []
    for layer, b, own in zip(layers, matrices[1::2], inner.split([len(a) for a in matrices[::2]], 1), strict=True):
        out = _frozen(layer, x)
        out.view(-1, out.shape[-1]).addmm_(own, _like(b, x).t(), alpha=scale)
        outs.append(out)
    return tuple(outs), inner


def _products_back(
    ctx: Any, gradients: Sequence[Any], kept: Any, bits: Any, inner: Any, matrices: Sequence[Any], wants_x: bool
) -> tuple[Any, list[Any]]:
    """Gradients of x, and of A and B of each layer in turn."""
    ranks = [len(a) for a in matrices[::2]]
    for_x, at_inner, for_b = None, torch.empty_like(inner), []
    parts = zip(ctx.layers, gradients, matrices[1::2], inner.split(ranks, 1), at_inner.split(ranks, 1), strict=True)
    for layer, gradient, b, own, back in parts:
        flat = gradient.reshape(-1, gradient.shape[-1])
        back.copy_(flat @ _like(b, flat)).mul_(ctx.scale)
        for_b.append((flat.t() @ own).mul_(ctx.scale).to(b.dtype))
        if wants_x:
            through = _frozen_back(layer, flat)
            for_x = through if for_x is None else for_x.add_(through)
    for_a = (at_inner.t() @ kept.reshape(-1, kept.shape[-1])).to(matrices[0].dtype).split(ranks)
    if for_x is not None:
        joined = torch.cat([_like(a, at_inner) for a in matrices[::2]])
        for_x = for_x.add_(masked(at_inner @ joined, bits)).view(kept.shape)
    return for_x, [one for both in zip(for_a, for_b, strict=True) for one in both]


def _gate(gate: Any, up: Any) -> Any:
    return torch.nn.functional.silu(gate).mul_(up)


def _gate_back(gradient: Any, gate: Any, up: Any) -> tuple[Any, Any]:
    """Gradients of gate and up, for silu(gate) * up."""
    sigmoid = torch.sigmoid(gate)
    activated = gate * sigmoid
    for_up = gradient * activated
    # silu' = sigmoid (1 + gate (1 - sigmoid)) = sigmoid + activated (1 - sigmoid)
    for_gate = activated.mul_(1 - sigmoid).add_(sigmoid).mul_(up).mul_(gradient)
    return for_gate, for_up


def _like(parameter: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """A LoRA's matrix in the precision of the activations."""
    return parameter.detach().to(x.dtype)


def _frozen(layer: Any, x: Any) -> Any:
    """What a layer gives without the trained LoRA, as memory that may be written to."""
    base = layer.base
    if isinstance(base, BlockLinear):
        out = multiply(x, base.blocks)
        out = out if base.bias is None else out.add_(base.bias)
    else:
        out = torch.nn.functional.linear(x, base.weight, base.bias)
    if layer.frozen_a is not None:
        inner = x.reshape(-1, x.shape[-1]) @ _like(layer.frozen_a, x).t()
        out.view(-1, out.shape[-1]).addmm_(inner, _like(layer.frozen_b, x).t(), alpha=layer.frozen_scale)
    return out


def _frozen_back(layer: Any, flat: Any) -> Any:
    """What comes back through it for rows of gradients."""
    base = layer.base
    out = multiply_back(flat, base.blocks) if isinstance(base, BlockLinear) else flat @ base.weight
    if layer.frozen_a is not None:
        back = flat @ _like(layer.frozen_b, flat)
        out.addmm_(back, _like(layer.frozen_a, flat), alpha=layer.frozen_scale)
    return out


class RootMeanSquareNorm(torch.autograd.Function):  # type: ignore[misc]
    """x / sqrt(mean(x^2) + eps) * weight, with a frozen weight."""

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, eps: float) -> Any:
        inverse = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_().div_(x.shape[-1]).add_(eps).rsqrt_()
        ctx.save_for_backward(x, weight, inverse)
        return (x * inverse).mul_(weight)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (gradient,) = gradients
        x, weight, inverse = ctx.saved_tensors
        weighted = gradient * weight
        along = (weighted * x).mean(dim=-1, keepdim=True).mul_(inverse.pow(3))
        return weighted.mul_(inverse).sub_(x * along), None, None


class _Passes:
    """What all forward passes of a model have in common: the dropout, and whether the personal LoRA counts."""

    def __init__(self, rate: float) -> None:
        self.dropout = Dropout(rate)
        self.personal = True

    def set_personal(self, value: bool) -> None:
        self.personal = value

    def drawn(self, x: torch.Tensor, number: int) -> tuple[torch.Tensor | None, float]:
        """The mask for the input of layer `number`, None where all of it stays, and by what to scale what is left."""
        if not torch.is_grad_enabled():
            return None, 1.0
        return self.dropout.mask(x, number), self.dropout.factor


def fuse(model: Any, layers: Mapping[str, Any], rate: float) -> tuple[Dropout, Callable[[bool], None]]:
    """Replace the forward passes of the LoRA layers, and of the feed-forward layers and norms that are known.

    Args:
        model: a transformers causal language model.
        layers: its LoRA layers by module path.
        rate: of the dropout.

    Returns:
        The dropout, to be seeded before each pass; and a function that switches the personal LoRA on or off.
    """
    passes = _Passes(rate)
    numbers = {id(layer): number for number, layer in enumerate(layers.values())}
    for layer in layers.values():
        _share([layer], numbers[id(layer)], passes)
    plain = family_in(model).plain
    for module in model.modules():
        name = type(module).__name__
        for names in SHARED:
            members = [getattr(module, one, None) for one in names]
            if all(id(one) in numbers for one in members):
                _share(members, numbers[id(members[0])], passes)
        if name.endswith("MLP") and id(getattr(module, "down_proj", None)) in numbers:
            if isinstance(module.act_fn, torch.nn.SiLU) or type(module.act_fn).__name__ == "SiLUActivation":
                module.forward = _feed_forward(module)
                module.down_proj.forward = _gated_forward(module.down_proj, numbers[id(module.down_proj)], passes)
        elif plain and name.endswith("RMSNorm"):
            module.forward = _norm_forward(module)

    head = model.get_output_embeddings()
    if isinstance(head, BlockLinear):
        setattr(head, "forward", _head_forward(head))  # noqa: B010 - to mypy a method is no attribute
    return passes.dropout, passes.set_personal


class _Waiting(threading.local):
    """What one call has computed for the layers that share its input, until they ask for it in the same thread."""

    def __init__(self) -> None:
        self.outs: dict[int, torch.Tensor] = {}
        self.input: weakref.ref[torch.Tensor] | None = None


def _share(members: Sequence[Any], number: int, passes: _Passes) -> None:
    """Let the first of some layers that are called with the same input compute for all of them."""
    waiting = _Waiting()

    def forward_of(at: int) -> Any:
        def forward(x: torch.Tensor) -> torch.Tensor:
            if not passes.personal:
                out: torch.Tensor = _frozen(members[at], x)
                return out
            if at not in waiting.outs or waiting.input is None or waiting.input() is not x:
                bits, factor = passes.drawn(x, number)
                kept = x.detach() if bits is None else passes.dropout.masked_input(x, bits)
                matrices = [matrix for member in members for matrix in (member.lora_a, member.lora_b)]
                outs = _LoraProduct.apply(x, kept, bits, members[0].scale * factor, tuple(members), *matrices)
                waiting.outs, waiting.input = dict(enumerate(outs)), weakref.ref(x)
            return waiting.outs.pop(at)

        return forward

    for at, member in enumerate(members):
        member.forward = forward_of(at)


def _feed_forward(module: Any) -> Any:
    def forward(x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = module.down_proj(module.gate_proj(x), module.up_proj(x))
        return out

    return forward


def _gated_forward(layer: Any, number: int, passes: _Passes) -> Any:
    def forward(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
        """The layer's output for silu(gate) * up."""
        out: torch.Tensor
        if passes.personal:
            bits, factor = passes.drawn(gate, number)
            out = _GatedLoraProduct.apply(gate, up, bits, layer.scale * factor, layer, layer.lora_a, layer.lora_b)
        else:
            out = _frozen(layer, _gate(gate, up))
        return out

    return forward


def _head_forward(head: BlockLinear) -> Any:
    def forward(x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = Multiply.apply(x.float(), head.blocks)
        return out if head.bias is None else out.add_(head.bias.float())

    return forward


def _norm_forward(module: Any) -> Any:
    def forward(x: torch.Tensor) -> torch.Tensor:
        return RootMeanSquareNorm.apply(x, module.weight, module.variance_epsilon)

    return forward
