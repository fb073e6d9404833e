"""LoRA adapters in files: GGUF for llama.cpp, safetensors folders for PEFT and for MLX; and whether one fits a base."""

from __future__ import annotations

import re
from pathlib import Path

from quant.errors import AdapterError
from quant.gguf_file import GgufFile
from quant.gguf_names import to_gguf
from quant.lora_gguf import heads_of, read_gguf, write_gguf
from quant.lora_mlx import read_mlx, write_mlx
from quant.lora_peft import read_peft, write_peft
from quant.lora_weights import LoraWeights

__all__ = ["misfits", "read_gguf", "read_mlx", "read_peft", "write_gguf", "write_mlx", "write_peft"]

_LAYER = re.compile(r"(.*\.layers)\.(\d+)\.(.+)")


def misfits(weights: LoraWeights, base: Path) -> list[str]:
    """Everything in which a LoRA does not fit a base's GGUF file; empty when it fits. Like layers are told together.

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
    return problems + _together(wrong)


def _together(wrong: dict[str, str]) -> list[str]:
    """One line for all layers of a kind that have the same fault: 'model.layers.0-27.mlp.up_proj: ...'."""
    numbers: dict[tuple[str, str, str], list[int]] = {}
    lines = []
    for module, fault in wrong.items():
        found = _LAYER.fullmatch(module)
        if found is None:
            lines.append(f"{module}: {fault}")
        else:
            numbers.setdefault((found[1], found[3], fault), []).append(int(found[2]))
    return lines + [f"{stem}.{_ranges(found)}.{kind}: {fault}" for (stem, kind, fault), found in numbers.items()]


def _ranges(numbers: list[int]) -> str:
    """'0-3,7' of 0, 1, 2, 3, 7 in any order."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)
