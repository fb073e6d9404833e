"""A transformers causal language model built from a GGUF file alone, whose weights stay in the file's blocks.

    loaded = load_model(Path("model.gguf"))
    logits = loaded.model(input_ids=torch.tensor([loaded.tokenizer("Hello").input_ids])).logits

What is made of numbers is small: norms, biases, rotary frequencies. Everything else is dequantized when it is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from quant.block_layers import BlockEmbedding, BlockLinear, Blocks
from quant.dequantize import check_supported, dequantize_into
from quant.errors import UnsupportedModelError
from quant.families import Family, configuration, family_of
from quant.gguf_file import GgufFile
from quant.tokenizer import load_tokenizer

_UNUSED = ("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight")
"""Tensors that are no parameter of the model; they went into the configuration or the rotary frequencies."""

_building = threading.Lock()


@dataclass(frozen=True)
class LoadedModel:
    """A model to train on.

    Attributes:
        model: transformers causal language model, frozen, in evaluation mode.
        tokenizer: with the file's chat template.
        architecture: GGUF name of the family, such as 'llama'.
        sha256: hex hash of the file.
        path: the file.
    """

    model: Any
    tokenizer: Any
    architecture: str
    sha256: str
    path: Path


def load_model(path: Path, *, dtype: torch.dtype = torch.float32) -> LoadedModel:
    """Build a model over a mapped GGUF file.

    Args:
        path: the file.
        dtype: of the arithmetic.

    Raises:
        DamagedFileError: the file is missing, cut short, or none of GGUF.
        UnsupportedModelError: its family, a tensor's type or a feature is not known; the message names it.
    """
    file = GgufFile.open(path)
    family = family_of(file)
    for entry in file.tensors.values():
        check_supported(entry.ggml_type, f"{path}: tensor {entry.name}")
    model = build_model(file, family, dtype)
    return LoadedModel(model, load_tokenizer(file), file.architecture, file.sha256(), path)


def build_model(file: GgufFile, family: Family, dtype: torch.dtype) -> Any:
    """The model alone; see `load_model`."""
    from transformers import AutoModelForCausalLM

    with _parameters_on_meta():
        model = AutoModelForCausalLM.from_config(configuration(file), dtype=dtype)
    names = gguf_names(file, model)
    used = _fill(model, file, family, names, dtype) | _fill_buffers(model, file, dtype)
    unknown = sorted(set(file.tensors) - used - set(_UNUSED))
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise UnsupportedModelError(f"{file.path}: tensors that no '{file.architecture}' model has: {shown}")
    if "rope_freqs.weight" in file.tensors:
        _scale_frequencies(model, file)
    model.requires_grad_(False)
    model.gguf_architecture = file.architecture  # adapters are named after it
    return model.eval()


def gguf_names(file: GgufFile, model: Any) -> dict[str, str]:
    """For each module path that has a tensor in the file its GGUF name, without '.weight'."""
    found = {}
    lookup = _lookup(file)
    for path, module in model.named_modules():
        if not path or (
            not any(True for _ in module.parameters(recurse=False))
            and not isinstance(module, (BlockLinear, BlockEmbedding))
        ):
            continue
        name = lookup(path)
        if path == "lm_head" and "output.weight" not in file.tensors:
            name = "token_embd"  # tied
        if name is not None:
            found[path] = name
    return found


def _lookup(file: GgufFile) -> Any:
    """Module path to GGUF name, by the gguf package's table of the family."""
    from gguf import MODEL_ARCH_NAMES, get_tensor_name_map

    architecture = next(number for number, name in MODEL_ARCH_NAMES.items() if name == file.architecture)
    table = get_tensor_name_map(architecture, int(file.key("block_count")))
    return table.get_name


def _fill(model: Any, file: GgufFile, family: Family, names: dict[str, str], dtype: torch.dtype) -> set[str]:
    """Give every module its tensors; returns the GGUF names that were used."""
    used: set[str] = set()
    missing: list[str] = []
    for path, module in list(model.named_modules()):
        own = dict(module.named_parameters(recurse=False))
        if not own:
            continue
        stem = names.get(path)
        wanted = {name: f"{stem}.{name}" for name in own}
        lost = [f"{path}.{name}" for name, tensor in wanted.items() if stem is None or tensor not in file.tensors]
        if lost:
            missing += lost
            continue
        used.update(wanted.values())
        if isinstance(module, torch.nn.Linear):
            model.set_submodule(path, _linear(model, file, family, wanted, dtype))
        elif isinstance(module, torch.nn.Embedding):
            scale = float(getattr(module, "scalar_embed_scale", 1.0))
            blocks = _blocks(file, wanted["weight"], tuple(module.weight.shape), None)
            model.set_submodule(path, BlockEmbedding(blocks, scale, dtype))
        else:
            for name, tensor in wanted.items():
                value = _values(file, tensor).view(own[name].shape)
                if "norm" in path and name == "weight":
                    value -= family.norm_offset
                setattr(module, name, torch.nn.Parameter(value.to(dtype), requires_grad=False))
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise UnsupportedModelError(f"{file.path}: '{file.architecture}' without the tensors of {shown}")
    return used


def _fill_buffers(model: Any, file: GgufFile, dtype: torch.dtype) -> set[str]:
    """Set what a family keeps beside its parameters, such as the scale of a layer; returns the GGUF names used."""
    lookup = _lookup(file)
    used = set()
    for path, module in model.named_modules():
        for name, buffer in list(module.named_buffers(recurse=False)):
            stem = lookup(f"{path}.{name}")
            tensor = f"{stem}.weight"
            if stem is not None and tensor in file.tensors:
                setattr(module, name, _values(file, tensor).view(buffer.shape).to(dtype))
                used.add(tensor)
    return used


def _linear(model: Any, file: GgufFile, family: Family, wanted: dict[str, str], dtype: torch.dtype) -> BlockLinear:
    weight = wanted["weight"]
    order = None
    if family.permuted and (".attn_q." in weight or ".attn_k." in weight):
        config = model.config
        heads = config.num_attention_heads if ".attn_q." in weight else config.num_key_value_heads
        order = row_order(file.tensors[weight].shape[0], heads)
    blocks = _blocks(file, weight, file.tensors[weight].shape, order)
    bias = None
    if "bias" in wanted:
        bias = _values(file, wanted["bias"]).to(dtype)
        bias = bias if order is None else bias[order]
    return BlockLinear(blocks, bias)


def row_order(rows: int, heads: int) -> torch.Tensor:
    """Which row of a permuted GGUF tensor each row of transformers' q or k is: int64 [rows].

    GGUF pairs the two halves of each head's rotation; transformers keeps them apart.
    """
    return torch.arange(rows).view(heads, rows // heads // 2, 2).transpose(1, 2).reshape(-1)


def _blocks(file: GgufFile, name: str, shape: tuple[int, ...], order: torch.Tensor | None) -> Blocks:
    entry = file.tensors[name]
    if entry.shape != shape:
        raise UnsupportedModelError(f"{file.path}: tensor {name} has the shape {entry.shape}, not {shape}")
    return Blocks(file.blocks(name), entry.ggml_type, shape[-1], order)


def _values(file: GgufFile, name: str) -> torch.Tensor:
    """A small tensor as float32 numbers."""
    entry = file.tensors[name]
    data = file.blocks(name)
    out = torch.empty(data.shape[0], entry.shape[-1])
    dequantize_into(data, entry.ggml_type, out)
    return out.view(entry.shape)


def _scale_frequencies(model: Any, file: GgufFile) -> None:
    """Divide the rotary frequencies by the file's factors, as llama.cpp does."""
    factors = _values(file, "rope_freqs.weight")
    for module in model.modules():
        for name, buffer in list(module.named_buffers(recurse=False)):
            whole = not name.startswith("sliding")  # layers with a window turn as always
            if whole and name.endswith("inv_freq") and buffer.shape == factors.shape:
                setattr(module, name, buffer / factors)


@contextmanager
def _parameters_on_meta() -> Iterator[None]:
    """Modules made inside have parameters without memory, and buffers as always."""
    thread = threading.get_ident()
    original = torch.nn.Module.register_parameter

    def register(module: torch.nn.Module, name: str, parameter: torch.nn.Parameter | None) -> None:
        if parameter is not None and threading.get_ident() == thread:
            parameter = torch.nn.Parameter(parameter.to("meta"), requires_grad=False)
        original(module, name, parameter)

    with _building:
        torch.nn.Module.register_parameter = register
        try:
            yield
        finally:
            torch.nn.Module.register_parameter = original
