"""The numbers of a model whose weights lie in blocks, for libraries that need all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from edge_assistant.errors import ModelError
from quant.block_layers import BlockEmbedding, BlockLinear

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights


def full_weights(model: Any) -> Iterator[tuple[str, Any]]:
    """Name and float32 tensor of every number that a transformers model stores, those in blocks included, one by one.

    Args:
        model: as `quant.torch_model.load_model` gives it, without LoRA layers.
    """
    for name, module in model.named_modules():
        if isinstance(module, BlockLinear | BlockEmbedding):
            yield f"{name}.weight", module.dequantize()
    for name, parameter in model.named_parameters():
        yield name, parameter.detach().float()
    stored = model.state_dict().keys()
    for name, buffer in model.named_buffers():
        if name in stored:  # such as the scale of each layer of gemma4
            yield name, buffer.float()


def with_task(model: Any, task: LoraWeights | None) -> Iterator[tuple[str, Any]]:
    """The same with a task adapter folded in.

    Raises:
        ModelError: the adapter has layers that the model lacks; all of them are named.
    """
    left = {} if task is None else dict(task.tensors)
    for name, value in full_weights(model):
        part = left.pop(name.removesuffix(".weight"), None)
        if part is None or task is None:
            yield name, value
        else:
            yield name, value + torch.from_numpy(part[1] @ part[0]) * task.scale
    if left:
        raise ModelError(f"task adapter: the model has no {', '.join(sorted(left))}; it was made for another model")


def write_plain(
    model: Any,
    tokenizer: Any,
    folder: Path,
    task: LoraWeights | None = None,
    dtype: torch.dtype = torch.bfloat16,
) -> None:
    """Write a model in transformers' own form, not quantized: for libraries that read no GGUF."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tied = bool(model.config.tie_word_embeddings)
    weights = {
        name: value.to(dtype).contiguous()
        for name, value in with_task(model, task)
        if not (tied and name == "lm_head.weight")
    }
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    model.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
