"""LoRA adapters in files: GGUF for llama.cpp, safetensors folders for PEFT and for MLX; and whether one fits a base."""

from __future__ import annotations

from pathlib import Path

from quant.errors import AdapterError
from quant.gguf_file import GgufFile
from quant.gguf_names import to_gguf
from quant.lora_gguf import heads_of, read_gguf, write_gguf
from quant.lora_mlx import read_mlx, write_mlx
from quant.lora_peft import read_peft, write_peft
from quant.lora_weights import LoraWeights

__all__ = ["misfits", "read_gguf", "read_mlx", "read_peft", "write_gguf", "write_mlx", "write_peft"]

MOST_TOLD = 5
"""Layers that do not fit and are named one by one."""


def misfits(weights: LoraWeights, base: Path) -> list[str]:
    """Everything in which a LoRA does not fit a base's GGUF file; empty when it fits.

    Raises:
        DamagedFileError: the base cannot be read.
    """
    file = GgufFile.open(base)
    problems = []
    if weights.architecture and weights.architecture != file.architecture:
        problems.append(f"made for '{weights.architecture}', the base is of '{file.architecture}'")
    own = heads_of(base)
    if weights.heads is not None and own is not None and weights.heads != own:
        problems.append(f"made for {weights.heads} attention and key-value heads, the base has {own}")
    wrong: dict[str, str] = {}
    for module, (a, b) in sorted(weights.tensors.items()):
        try:
            name = f"{to_gguf(module, file.architecture)}.weight"
        except AdapterError:
            wrong[module] = "the base has no such layer"
            continue
        entry = file.tensors.get(name)
        if entry is None:
            wrong[module] = "the base has no such layer"
        elif entry.shape != (b.shape[0], a.shape[1]):
            wrong[module] = f"{a.shape[1]} to {b.shape[0]}, the base has {entry.shape[1]} to {entry.shape[0]}"
    lines = [f"{module}: {fault}" for module, fault in wrong.items()]
    return problems + lines[:MOST_TOLD] + [f"and so {len(lines) - MOST_TOLD} more layers"] * (len(lines) > MOST_TOLD)
