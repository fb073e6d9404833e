"""A LoRA adapter worked into its base: one file that needs no adapter.

Only the matrices that the adapter changes are dequantized, one after another, and the changed file is quantized again;
matrices that stay as they were keep their blocks where the type stays too.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from quant.atomic import aside_of, check_target, remove_leftovers
from quant.errors import CallError, QuantError
from quant.gguf_file import GgufFile, TensorEntry, block_sizes
from quant.gguf_names import gguf_rows, to_gguf
from quant.lora_weights import LoraWeights
from quant.tools.adapter_convert import read_adapter
from quant.tools.file_types import file_type, file_type_name
from quant.tools.quantize import Quantized, quantize

F32, F16 = 0, 1


def merge(
    base: Path,
    adapter: Path,
    target: Path,
    *,
    type_name: str = "",
    strength: float = 1.0,
    threads: int = 0,
    on_progress: Callable[[float], None] | None = None,
) -> Quantized:
    """Write the base with the adapter in it.

    Args:
        base: GGUF model.
        adapter: in any format that is read.
        target: the file to write.
        type_name: to quantize to; '' keeps the base's.
        strength: factor on the adapter.
        threads: for quantizing; 0 takes one a core.
        on_progress: told the share done.

    Raises:
        AdapterError: the adapter does not fit; all mismatches at once.
        CallError: the type or the strength cannot be used, or `target` is what it would be made from.
        WriteError: the target's folder or the disk refused.
        QuantError: the base does not name its type, or llama.cpp refused.
    """
    file = GgufFile.open(base)
    if not math.isfinite(strength):
        raise CallError(f"merge: strength is {strength}; choose a finite number")
    type_name = (type_name or file_type_name(file.metadata.get("general.file_type"))).upper()
    if not type_name:
        raise QuantError(f"{base}: it does not name its file type; choose one with --type")
    file_type(type_name)
    check_target(target, base, adapter)
    weights = read_adapter(adapter, base)
    target.parent.mkdir(parents=True, exist_ok=True)
    tell = on_progress or (lambda _share: None)
    # in the target's folder, which must have the room anyway; the name is of this process alone
    merged = target.with_name(f"{target.name}.merged")
    between = aside_of(merged)
    remove_leftovers(merged)
    try:
        kind = F32 if type_name in ("F32", "BF16") else F16
        with between.open("wb") as out:
            _write(file, weights, strength, kind, out, lambda share: tell(0.5 * share))
        return quantize(between, target, type_name, threads=threads, on_progress=lambda share: tell(0.5 + 0.5 * share))
    finally:
        between.unlink(missing_ok=True)


def _write(
    file: GgufFile, weights: LoraWeights, strength: float, kind: int, out: BinaryIO, tell: Callable[[float], None]
) -> None:
    """Write the whole GGUF file, with changed matrices in `kind` and everything else as it was."""
    stems = {f"{to_gguf(module, file.architecture)}.weight": module for module in weights.tensors}
    alignment = int(file.metadata.get("general.alignment", 32))
    elements_size = {name: math.prod(entry.shape) * (4 if kind == F32 else 2) for name, entry in file.tensors.items()}
    with file.path.open("rb") as source:
        _, keys_end = _keys_span(file)
        source.seek(0)
        out.write(source.read(keys_end))
        offset = 0
        sizes = {name: elements_size[name] if name in stems else entry.nbytes for name, entry in file.tensors.items()}
        for name, entry in file.tensors.items():
            text = name.encode()
            out.write(struct.pack("<Q", len(text)) + text + struct.pack("<I", len(entry.shape)))
            out.write(struct.pack(f"<{len(entry.shape)}Q", *reversed(entry.shape)))
            out.write(struct.pack("<IQ", kind if name in stems else entry.ggml_type, offset))
            offset += -(-sizes[name] // alignment) * alignment
        for number, (name, entry) in enumerate(file.tensors.items(), 1):
            out.write(b"\0" * (-out.tell() % alignment))
            if name in stems:
                out.write(_changed(file, entry, weights, stems[name], strength, kind))
            else:
                source.seek(entry.offset)
                out.write(source.read(entry.nbytes))
            tell(number / len(file.tensors))
        out.write(b"\0" * (-out.tell() % alignment))


def _keys_span(file: GgufFile) -> tuple[int, int]:
    """Where the metadata begins and ends in the file, in bytes."""
    table = sum(8 + len(name.encode()) + 4 + 8 * len(entry.shape) + 12 for name, entry in file.tensors.items())
    alignment = int(file.metadata.get("general.alignment", 32))
    first = min(entry.offset for entry in file.tensors.values())
    name, entry = next(iter(file.tensors.items()))
    text = name.encode()
    mark = struct.pack("<Q", len(text)) + text + struct.pack("<I", len(entry.shape))
    with file.path.open("rb") as source:
        source.seek(max(0, first - table - alignment))
        near = source.read(alignment + len(mark) + 8)
    at = near.find(mark)
    if at < 0:
        raise QuantError(f"{file.path}: its tensor table is not where it should be; convert the file anew")
    return 24, max(0, first - table - alignment) + at


def _changed(
    file: GgufFile, entry: TensorEntry, weights: LoraWeights, module: str, strength: float, kind: int
) -> bytes:
    import torch

    from quant.dequantize import check_supported, dequantize_into

    check_supported(entry.ggml_type, f"{file.path}: tensor {entry.name}")
    matrix = torch.empty(entry.shape, dtype=torch.float32)
    dequantize_into(file.blocks(entry.name), entry.ggml_type, matrix)
    a, b = weights.tensors[module]
    rows = gguf_rows(module, file.architecture, b.shape[0], weights.heads)
    b = b if rows is None else b[rows]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in one line
        values: Any = matrix.numpy() + np.float32(strength * weights.scale) * (b @ a)
    if not np.isfinite(values).all():
        raise QuantError(f"{module}: the sum is no finite number at strength {strength:g}; choose a smaller one")
    if kind == F16:
        if np.abs(values).max() > np.finfo(np.float16).max:
            raise QuantError(f"{module}: numbers too large for 16 bits; merge with --type F32 and quantize that")
        values = values.astype(np.float16)
    assert kind in block_sizes()
    data: bytes = values.tobytes()
    return data
