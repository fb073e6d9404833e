"""What PEFT and MLX folders have in common: one JSON of settings beside one safetensors file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from quant.atomic import PARTIAL, write_bytes, write_text
from quant.errors import AdapterError, CallError
from quant.lora_weights import LoraWeights

CONFIG = "adapter_config.json"

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy")
"""Files of these kinds run code when they are opened, or may; they never are."""

_LAYER = re.compile(r"(.*\.layers)\.(\d+)\.(.+)")


def read_folder(path: Path, weights_name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Settings, tensors as float32 arrays by name, and the metadata of the safetensors file.

    Raises:
        AdapterError: something is missing or damaged, or the numbers are only there as a pickle.
    """
    weights_path = path / weights_name
    if not weights_path.is_file():
        pickles = sorted(found.name for found in path.glob("*") if found.suffix in PICKLES)
        if pickles:
            raise AdapterError(
                f"adapter {path}: {pickles[0]} is a pickle, which can run any program when it is opened; "
                "save the adapter as safetensors"
            )
        raise AdapterError(f"adapter {path}: {weights_name} is missing; name the folder of an adapter")
    try:
        config = json.loads((path / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AdapterError(f"adapter {path / CONFIG}: cannot be read ({error}); get the adapter again") from error
    if not isinstance(config, dict):
        raise AdapterError(f"adapter {path / CONFIG}: holds no settings; get the adapter again")
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights_path, "pt") as file:
            found, facts = {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise AdapterError(f"adapter {weights_path}: damaged ({error}); get the adapter again") from error
    whole = sorted(name for name, values in found.items() if not values.is_floating_point())
    if whole:
        raise AdapterError(f"adapter {weights_path}: '{whole[0]}' holds whole numbers; save it in float16 or float32")
    return config, {name: values.float().numpy() for name, values in found.items()}, facts


def write_folder(
    path: Path, weights_name: str, tensors: Mapping[str, Any], weights: LoraWeights, config: Mapping[str, Any]
) -> None:
    """Numbers first, settings last; each file whole or not at all. What was written here before is replaced.

    Raises:
        CallError: `path` is a file, or a folder that holds anything else.
    """
    from safetensors.numpy import save

    if path.exists() and not _is_free(path, weights_name):
        raise CallError(f"{path}: holds something else; name a new or an empty folder")
    path.mkdir(parents=True, exist_ok=True)
    # other programs pass over what they do not know; we find family and heads again without the base
    facts = {"format": "pt", "architecture": weights.architecture}
    if weights.heads is not None:
        facts["heads"] = f"{weights.heads[0]},{weights.heads[1]}"
    write_bytes(path / weights_name, _in_order(save(dict(tensors), metadata=facts)))
    write_text(path / CONFIG, json.dumps(config, indent=2, sort_keys=True) + "\n")


def _is_free(path: Path, weights_name: str) -> bool:
    """Whether a folder is empty, or holds only what `write_folder` wrote."""
    from safetensors import SafetensorError, safe_open

    if not path.is_dir():
        return False
    names = {found.name for found in path.iterdir() if found.suffix != PARTIAL}
    if weights_name not in names or names - {weights_name, CONFIG}:
        return not names
    try:
        with safe_open(path / weights_name, "np") as file:
            return "architecture" in (file.metadata() or {})
    except (SafetensorError, OSError):
        return False


def _in_order(data: bytes) -> bytes:
    """The same safetensors file with sorted metadata: the library writes them in another order each time."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # numbers begin at a multiple of 8
    return len(text).to_bytes(8, "little") + text + data[8 + size :]


def known_facts(facts: Mapping[str, str]) -> tuple[str, tuple[int, int] | None]:
    """Family and heads, as `write_folder` noted them."""
    found = re.fullmatch(r"(\d+),(\d+)", facts.get("heads", ""))
    return facts.get("architecture", ""), (int(found[1]), int(found[2])) if found else None


def short_names(modules: Iterable[str]) -> list[str] | None:
    """'self_attn.q_proj' and so on where every layer up to the last has the same ones; None where they differ."""
    layers: dict[str, set[str]] = {}
    for module in modules:
        found = _LAYER.fullmatch(module)
        if found is None:
            return None
        layers.setdefault(found[2], set()).add(found[3])
    kinds = next(iter(layers.values()))
    whole = set(layers) == {str(number) for number in range(len(layers))}
    return sorted(kinds) if whole and all(other == kinds for other in layers.values()) else None


def layer_count(modules: Iterable[str]) -> int:
    """One more than the highest layer that is named."""
    numbers = [int(found[2]) for module in modules if (found := _LAYER.fullmatch(module))]
    return max(numbers, default=-1) + 1


def pairs_of(path: Path, named: Mapping[str, dict[str, Any]], alpha: float, facts: Mapping[str, str]) -> LoraWeights:
    """Weights from {module: {'a': [rank, in], 'b': [out, rank]}}.

    Raises:
        AdapterError: a part is missing, or shapes do not fit; all at once.
    """
    missing = [
        f"{module} lacks its {'A' if 'a' not in parts else 'B'}" for module, parts in named.items() if len(parts) < 2
    ]
    if missing:
        raise AdapterError(f"adapter {path}: {'; '.join(missing)}")
    ranks = {int(parts["a"].shape[0]) for parts in named.values() if parts["a"].ndim == 2}
    architecture, heads = known_facts(facts)
    tensors = {module: (parts["a"], parts["b"]) for module, parts in named.items()}
    try:
        return LoraWeights(architecture, max(ranks, default=0), alpha, tensors, heads)
    except AdapterError as error:
        raise AdapterError(str(error).replace("adapter:", f"adapter {path}:", 1)) from error
