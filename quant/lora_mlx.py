"""LoRA adapters as folders of Apple's mlx-lm: `adapter_config.json`, `adapters.safetensors`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from quant.errors import AdapterError
from quant.lora_folder import layer_count, pairs_of, read_folder, short_names, write_folder
from quant.lora_gguf import with_base
from quant.lora_weights import LoraWeights

WEIGHTS = "adapters.safetensors"

_NAME = re.compile(r"(.+)\.lora_([ab])")
_LAYER = re.compile(r".*\.layers\.\d+\.(.+)")


def write_mlx(path: Path, weights: LoraWeights, *, base_name: str = "") -> None:
    """Write an adapter folder.

    Args:
        path: the folder; made when missing.
        weights: what to write.
        base_name: of the model, for people; '' for none.
    """
    tensors = {}
    for module, (a, b) in sorted(weights.tensors.items()):
        # there, an input is multiplied from the left
        tensors[f"{module}.lora_a"] = np.ascontiguousarray(a.T)
        tensors[f"{module}.lora_b"] = np.ascontiguousarray(b.T)
    names = short_names(weights.tensors) or sorted({_inner(module) for module in weights.tensors})
    config = {
        "model": base_name,
        "fine_tune_type": "lora",
        "num_layers": layer_count(weights.tensors),
        "lora_parameters": {"rank": weights.rank, "scale": weights.scale, "dropout": 0.0, "keys": names},
    }
    write_folder(path, WEIGHTS, tensors, weights, config)


def read_mlx(path: Path, *, base: Path | None = None) -> LoraWeights:
    """Read an adapter folder.

    Args:
        path: the folder.
        base: GGUF file of the base, for what the folder does not know: its family and attention heads.

    Raises:
        AdapterError: a pickle, a kind of adapter that is no plain LoRA, damaged or incomplete; all reasons at once.
    """
    config, found, facts = read_folder(path, WEIGHTS)
    problems = []
    kind = config.get("fine_tune_type", "lora")
    if kind != "lora":
        problems.append(f"kind {kind!r}, only 'lora' is understood")
    settings = config.get("lora_parameters")
    scale = settings.get("scale") if isinstance(settings, dict) else None
    if not isinstance(scale, int | float):
        problems.append("the settings have no scale")
        scale = 1.0
    named: dict[str, dict[str, Any]] = {}
    for name, values in found.items():
        match = _NAME.fullmatch(name)
        if match is None:
            problems.append(f"'{name}' is no part of a LoRA")
        else:
            named.setdefault(match[1], {})[match[2]] = np.ascontiguousarray(values.T)
    if problems:
        raise AdapterError(f"adapter {path}: {'; '.join(problems)}")
    rank = next((parts["a"].shape[0] for parts in named.values() if "a" in parts), 1)
    return with_base(pairs_of(path, named, float(scale) * rank, facts), base)


def _inner(module: str) -> str:
    found = _LAYER.fullmatch(module)
    return found[1] if found else module
