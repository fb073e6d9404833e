"""LoRA layers on a frozen model: a trainable stack over an optional frozen one.

layers = add_lora(loaded.model, LoraConfig(), seed=0)
set_frozen(layers, read_gguf(task_adapter))     # below it, not trained, part of the reference
...train...
weights = get_weights(layers)                   # of the trainable stack alone
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from quant.block_layers import BlockLinear
from quant.errors import AdapterError
from quant.lora_weights import LoraWeights

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

_FUSED = {
    "q_proj": ("qkv_proj",),
    "k_proj": ("qkv_proj",),
    "v_proj": ("qkv_proj",),
    "o_proj": ("out_proj",),
    "gate_proj": ("gate_up_proj", "w1"),
    "up_proj": ("gate_up_proj", "w3"),
    "down_proj": ("w2",),
}
"""What the usual layers are called in families that name or join them in another way."""


@dataclass(frozen=True)
class LoraConfig:
    """Settings of a LoRA.

    Attributes:
        rank: of the update of each weight.
        alpha: the update is scaled by alpha / rank.
        dropout: share of a layer's inputs that the trainable stack does not see, in training.
        targets: last parts of the names of the layers that get one; families with joined layers get the joined one.
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.05
    targets: tuple[str, ...] = TARGETS

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise AdapterError(f"LoRA: rank {self.rank}, expected at least 1")
        if not (math.isfinite(self.alpha) and self.alpha > 0):
            raise AdapterError(f"LoRA: alpha {self.alpha}, expected a positive number")
        if not 0 <= self.dropout < 1:
            raise AdapterError(f"LoRA: dropout {self.dropout}, expected 0 to below 1")
        if not self.targets:
            raise AdapterError("LoRA: no targets; name at least one layer")


class LoraLinear(torch.nn.Module):  # type: ignore[misc]
    """A frozen linear layer with low-rank updates.

    Args:
        base: the layer, [..., in] to [..., out].
        config: the settings.
        generator: for the first A; the first B is 0, so that nothing changes before training.

    Attributes:
        lora_a: trainable [rank, in].
        lora_b: trainable [out, rank].
        scale: of their product.
        frozen_a, frozen_b, frozen_scale: the same of a stack that is not trained; None without one.
    """

    frozen_a: torch.Tensor | None
    frozen_b: torch.Tensor | None

    def __init__(self, base: Any, config: LoraConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.base = base
        self.rank, self.alpha = config.rank, float(config.alpha)
        self.scale = self.alpha / self.rank
        bound = 1 / math.sqrt(base.in_features)
        start = torch.empty(config.rank, base.in_features).uniform_(-bound, bound, generator=generator)
        self.lora_a = torch.nn.Parameter(start)
        self.lora_b = torch.nn.Parameter(torch.zeros(base.out_features, config.rank))
        self.dropout = torch.nn.Dropout(config.dropout)
        self.register_buffer("frozen_a", None, persistent=False)
        self.register_buffer("frozen_b", None, persistent=False)
        self.frozen_scale = 1.0
        self.architecture = ""
        self.heads: tuple[int, int] | None = None

    @property
    def in_features(self) -> int:
        """Size of the input."""
        return int(self.base.in_features)

    @property
    def out_features(self) -> int:
        """Size of the output."""
        return int(self.base.out_features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., in] to [..., out]; the updates are computed in float32."""
        out: torch.Tensor = self.base(x)
        if self.frozen_a is not None and self.frozen_b is not None:
            out = out + self._update(x, self.frozen_a, self.frozen_b, self.frozen_scale).to(out.dtype)
        return out + self._update(self.dropout(x), self.lora_a, self.lora_b, self.scale).to(out.dtype)

    @staticmethod
    def _update(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor, scale: float) -> torch.Tensor:
        return (x.to(a.dtype) @ a.t()) @ b.t() * scale


def add_lora(model: Any, config: LoraConfig, seed: int) -> dict[str, LoraLinear]:
    """Put a LoRA on every target layer; nothing but the LoRA asks for gradients afterwards.

    Args:
        model: as `torch_model.load_model` gives it, or any transformers model with linear layers.
        config: the settings.
        seed: of the first A's.

    Returns:
        The new layers by module path, in the model's order.

    Raises:
        AdapterError: the model has none of the targets, or carries a LoRA already.
    """
    wanted = layer_names(config.targets)
    found = {}
    for path, module in list(model.named_modules()):
        if isinstance(module, LoraLinear):
            raise AdapterError(f"LoRA: {path} carries one already; remove it first")
        if isinstance(module, BlockLinear | torch.nn.Linear) and path.rsplit(".", 1)[-1] in wanted:
            found[path] = module
    if not found:
        raise AdapterError(f"LoRA: the model has no layer named {', '.join(config.targets)}; name others as targets")
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    architecture, heads = getattr(model, "gguf_architecture", ""), attention_heads(model.config)
    layers = {}
    for path, module in found.items():
        layer = LoraLinear(module, config, generator)
        layer.architecture, layer.heads = architecture, heads
        layer.train(model.training)
        model.set_submodule(path, layer)
        layers[path] = layer
    return layers


def layer_names(targets: Iterable[str]) -> set[str]:
    """Last parts of the names of the layers that are meant, in families that name or join them otherwise too."""
    return {name for target in targets for name in (target, *_FUSED.get(target, ()))}


def remove_lora(model: Any) -> None:
    """Put every base layer back, exactly as it was."""
    for path, module in list(model.named_modules()):
        if isinstance(module, LoraLinear):
            model.set_submodule(path, module.base)


def attention_heads(config: Any) -> tuple[int, int] | None:
    """Attention and key-value heads of a transformers configuration."""
    heads = getattr(config, "num_attention_heads", None)
    if heads is None:
        return None
    return int(heads), int(getattr(config, "num_key_value_heads", None) or heads)


def get_weights(layers: Mapping[str, LoraLinear]) -> LoraWeights:
    """A copy of the trainable stack."""
    first = next(iter(layers.values()))
    tensors = {name: (_numbers(layer.lora_a), _numbers(layer.lora_b)) for name, layer in layers.items()}
    return LoraWeights(first.architecture, first.rank, first.alpha, tensors, first.heads)


def set_weights(layers: Mapping[str, LoraLinear], weights: LoraWeights) -> None:
    """Fill the trainable stack; layers that `weights` does not have get 0.

    Raises:
        AdapterError: names, sizes or rank do not fit; all mismatches at once, and nothing was changed.
    """
    problems = _misfits(layers, weights)
    problems += [
        f"rank {weights.rank}, expected {layer.rank}"
        for layer in list(layers.values())[:1]
        if layer.rank != weights.rank
    ]
    if problems:
        raise AdapterError("adapter does not fit: " + "; ".join(problems))
    with torch.no_grad():
        for name, layer in layers.items():
            if name in weights.tensors:
                a, b = weights.tensors[name]
                layer.lora_a.copy_(torch.from_numpy(a))
                layer.lora_b.copy_(torch.from_numpy(b))
            else:
                layer.lora_b.zero_()
            layer.alpha, layer.scale = weights.alpha, weights.scale


def set_frozen(layers: Mapping[str, LoraLinear], weights: LoraWeights | None) -> None:
    """Lay a LoRA of any rank under the trainable one, to stay as it is; None takes it away.

    Raises:
        AdapterError: names or sizes do not fit; all mismatches at once, and nothing was changed.
    """
    problems = [] if weights is None else _misfits(layers, weights)
    if problems:
        raise AdapterError("adapter does not fit: " + "; ".join(problems))
    for name, layer in layers.items():
        part = None if weights is None else weights.tensors.get(name)
        layer.frozen_a = None if part is None else torch.from_numpy(part[0].copy())
        layer.frozen_b = None if part is None else torch.from_numpy(part[1].copy())
        layer.frozen_scale = 1.0 if weights is None else weights.scale


def _misfits(layers: Mapping[str, LoraLinear], weights: LoraWeights) -> list[str]:
    first = next(iter(layers.values()))
    problems = []
    if weights.architecture and first.architecture and weights.architecture != first.architecture:
        problems.append(f"made for '{weights.architecture}', not '{first.architecture}'")
    for name, (a, b) in weights.tensors.items():
        if name not in layers:
            problems.append(f"{name}: no such layer")
        elif (a.shape[1], b.shape[0]) != (layers[name].in_features, layers[name].out_features):
            layer = layers[name]
            problems.append(f"{name}: {a.shape[1]} to {b.shape[0]}, not {layer.in_features} to {layer.out_features}")
    return problems


def _numbers(parameter: torch.Tensor) -> Any:
    return parameter.detach().to(torch.float32).clone().numpy()
