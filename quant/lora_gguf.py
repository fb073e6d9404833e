"""LoRA adapters as GGUF files, in the form that llama.cpp loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from quant.atomic import replacing
from quant.errors import AdapterError, DamagedFileError
from quant.gguf_file import GgufFile
from quant.gguf_names import from_gguf, gguf_rows, to_gguf
from quant.lora_weights import LoraWeights

_SETTINGS = ("adapter.type", "adapter.lora.alpha", "adapter.lora.task_name")
"""What is known of an adapter's metadata; anything else may change what it computes."""

Precision = Literal["f32", "f16"]


def write_gguf(
    path: Path, weights: LoraWeights, *, base: Path | None = None, precision: Precision = "f32", name: str = ""
) -> None:
    """Write an adapter, whole or not at all.

    Args:
        path: of the file.
        weights: what to write.
        base: GGUF file of the base, for what `weights` does not know of it: family and attention heads.
        precision: of the numbers; 'f16' halves the file.
        name: for `general.name`.

    Raises:
        AdapterError: the family or its heads are not known, GGUF has no name for a layer, or a number is too large for
            'f16'; all problems of layers at once.
    """
    from gguf import GGUFWriter

    weights = with_base(weights, base)
    if not weights.architecture:
        raise AdapterError(f"adapter {path}: the family of its base is not known; name the base model")
    tensors = _gguf_tensors(path, weights, np.dtype(np.float16 if precision == "f16" else np.float32))
    with replacing(path) as aside:
        writer = GGUFWriter(aside, weights.architecture)
        writer.add_type("adapter")
        if name:
            writer.add_name(name)
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", float(weights.alpha))
        if weights.heads is not None:
            # llama.cpp does not ask; it is what makes the file readable without its base
            writer.add_head_count(weights.heads[0])
            writer.add_head_count_kv(weights.heads[1])
        for tensor, values in tensors.items():
            writer.add_tensor(tensor, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def _gguf_tensors(path: Path, weights: LoraWeights, kind: Any) -> dict[str, Any]:
    tensors: dict[str, Any] = {}
    problems = []
    for module, (a, b) in sorted(weights.tensors.items()):
        try:
            stem = to_gguf(module, weights.architecture)
            rows = gguf_rows(module, weights.architecture, b.shape[0], weights.heads)
        except AdapterError as error:
            problems.append(str(error).removeprefix("adapter: "))
            continue
        pair = [np.ascontiguousarray(part, dtype=kind) for part in (a, b if rows is None else b[rows])]
        if not all(np.isfinite(part).all() for part in pair):
            problems.append(f"{module}: numbers too large for 16 bits")
        tensors[f"{stem}.weight.lora_a"], tensors[f"{stem}.weight.lora_b"] = pair
    if problems:
        raise AdapterError(f"adapter {path}: {'; '.join(problems)}")
    return tensors


def read_gguf(path: Path, *, base: Path | None = None) -> LoraWeights:
    """Read an adapter.

    Args:
        path: of the file.
        base: GGUF file of the base, which files of other programs need where the rows of q and k depend on it.

    Raises:
        AdapterError: the file is no LoRA, or something in it is not understood; all problems of layers at once.
    """
    try:
        file = GgufFile.open(path)
    except DamagedFileError as error:
        raise AdapterError(f"adapter {error}") from error
    facts = file.metadata
    if facts.get("general.type") != "adapter" or facts.get("adapter.type") != "lora":
        raise AdapterError(f"adapter {path}: this GGUF file is not a LoRA adapter; choose one that is")
    architecture = file.architecture
    own = facts.get(f"{architecture}.attention.head_count"), facts.get(f"{architecture}.attention.head_count_kv")
    heads = (int(own[0]), int(own[1])) if own[0] and own[1] else heads_of(base)
    parts: dict[str, dict[str, Any]] = {}
    # such as the words that wake an aLoRA, or a prefix that every prompt must have
    problems = [f"{key} is set" for key in facts if key.startswith("adapter.") and key not in _SETTINGS]
    for name in file.tensors:
        stem, _, which = name.rpartition(".")
        if which not in ("lora_a", "lora_b") or not stem.endswith(".weight"):
            problems.append(f"'{name}' is no part of a LoRA")
            continue
        parts.setdefault(stem.removesuffix(".weight"), {})[which] = _numbers(file, name)
    tensors = {}
    for stem, pair in parts.items():
        try:
            module = from_gguf(stem, architecture)
            if len(pair) < 2:
                raise AdapterError(f"adapter: '{stem}' lacks one of its two parts")
            a, b = pair["lora_a"], pair["lora_b"]
            rows = gguf_rows(module, architecture, b.shape[0], heads)
            tensors[module] = (a, b if rows is None else b[np.argsort(rows)])
        except AdapterError as error:
            problems.append(str(error).removeprefix("adapter: "))
    if problems:
        raise AdapterError(f"adapter {path}: {'; '.join(problems)}")
    rank = next((a.shape[0] for a, _ in tensors.values()), 0)
    alpha = float(facts.get("adapter.lora.alpha", 0.0)) or float(rank)  # llama.cpp: 0 is no scaling
    return LoraWeights(architecture, rank, alpha, tensors, heads)


def with_base(weights: LoraWeights, base: Path | None) -> LoraWeights:
    """The same weights with what a base's header knows, where they lack it."""
    if base is None or (weights.architecture and weights.heads):
        return weights
    architecture = GgufFile.open(base).architecture
    if weights.architecture and weights.architecture != architecture:
        raise AdapterError(f"adapter: made for '{weights.architecture}', and {base} is of '{architecture}'")
    return LoraWeights(architecture, weights.rank, weights.alpha, weights.tensors, weights.heads or heads_of(base))


def heads_of(base: Path | None) -> tuple[int, int] | None:
    """Attention and key-value heads of a base's GGUF file; None without a file, or where its layers differ in them."""
    if base is None:
        return None
    file = GgufFile.open(base)
    heads = file.key("attention.head_count")
    kv = file.key("attention.head_count_kv", heads)
    return (int(heads), int(kv)) if isinstance(heads, int) and isinstance(kv, int) else None


def _numbers(file: GgufFile, name: str) -> Any:
    """A tensor as float32 [rows, columns]."""
    import torch

    from quant.dequantize import check_supported, dequantize_into

    entry = file.tensors[name]
    check_supported(entry.ggml_type, f"{file.path}: tensor {name}")
    data = file.blocks(name)
    out = torch.empty(data.shape[0], entry.shape[-1])
    dequantize_into(data, entry.ggml_type, out)
    return out.numpy()
