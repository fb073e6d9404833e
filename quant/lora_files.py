"""LoRA adapters in files: GGUF for llama.cpp, safetensors folders for PEFT and for MLX; turned into each other, and
held against a base.
"""

from __future__ import annotations

from pathlib import Path

from quant.atomic import check_target
from quant.errors import AdapterError, CallError
from quant.gguf_file import GgufFile
from quant.gguf_names import to_gguf
from quant.lora_gguf import heads_of, read_gguf, with_base, write_gguf
from quant.lora_mlx import read_mlx, write_mlx
from quant.lora_peft import read_peft, write_peft
from quant.lora_weights import LoraWeights

__all__ = [
    "convert_adapter",
    "misfits",
    "read_adapter",
    "read_gguf",
    "read_mlx",
    "read_peft",
    "write_gguf",
    "write_mlx",
    "write_peft",
]

FORMATS = ("gguf", "peft", "mlx")
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


def format_of(path: Path) -> str:
    """Which format a file or folder is in.

    Raises:
        AdapterError: none that is known, or nothing is there.
    """
    if path.is_file() and path.suffix.lower() == ".gguf":
        return "gguf"
    if path.is_dir() and (path / "adapter_model.safetensors").is_file():
        return "peft"
    if path.is_dir() and (path / "adapters.safetensors").is_file():
        return "mlx"
    if path.is_dir() and any(path.glob("*.bin")):
        raise AdapterError(f"adapter {path}: pickled weights are not read; save it as safetensors")
    if not path.exists():
        raise AdapterError(f"adapter {path}: there is nothing; check the path")
    raise AdapterError(
        f"adapter {path}: neither a .gguf file nor a folder with adapter_model.safetensors (PEFT) or "
        "adapters.safetensors (MLX); name one of these"
    )


def read_adapter(path: Path, base: Path | None = None) -> LoraWeights:
    """Read an adapter of any of the formats; with `base` it is completed from it, and must fit it.

    Raises:
        AdapterError: it is damaged, or does not fit; all mismatches at once.
    """
    kind = format_of(path)
    if kind == "gguf":
        weights = read_gguf(path, base=base)
    else:
        weights = read_peft(path, base=base) if kind == "peft" else read_mlx(path, base=base)
    weights = with_base(weights, base)
    problems = [] if base is None else misfits(weights, base)
    if problems:
        raise AdapterError(f"adapter {path} does not fit {base}: {'; '.join(problems)}")
    return weights


def convert_adapter(source: Path, target: Path, to: str, base: Path | None = None) -> LoraWeights:
    """Write an adapter in another format and return it.

    Args:
        source: file or folder.
        target: a file for GGUF, which is replaced; a folder for the others, see `lora_folder.write_folder`.
        to: one of `FORMATS`.
        base: GGUF file of the base model; needed for GGUF where the source does not say enough.

    Raises:
        AdapterError: see `read_adapter`.
        CallError: the format is not known, or the target is in use for something else.
        WriteError: the target's folder refuses.
    """
    if to not in FORMATS:
        raise CallError(f"format '{to}' is not known; choose one of {', '.join(FORMATS)}")
    if to == "gguf":
        check_target(target, source, *([base] if base else []))
    weights = read_adapter(source, base)
    target.parent.mkdir(parents=True, exist_ok=True)
    if to == "gguf":
        write_gguf(target, weights, base=base)
    elif to == "peft":
        write_peft(target, weights)
    else:
        write_mlx(target, weights)
    return weights
