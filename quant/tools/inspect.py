"""What is in a GGUF file, without loading the model: metadata, types, bits a weight, whether it can be trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quant.errors import QuantError
from quant.gguf_file import GgufFile
from quant.tools.file_types import file_type_name

_LONG = 8
"""Metadata arrays longer than this are told by their length."""


@dataclass(frozen=True)
class Inspection:
    """A file as it is shown.

    Attributes:
        path: the file.
        kind: 'model', 'adapter' or what else the file says it is.
        name: what the file calls itself.
        architecture: GGUF name of the family.
        file_type: llama.cpp's name of the whole, such as 'Q4_K_M'; '' where none is given.
        file_bytes: size on disk.
        parameters: number of weights.
        bits_per_weight: bits of all tensors divided by their weights.
        types: GGML type to tensors, weights and bytes.
        licence: as given, '' where it is not.
        context_length: tokens; 0 where it is not given.
        chat_template: '' where there is none: a base model, which may not understand instructions.
        problems: why it cannot be trained on, one line each; empty is good.
        metadata: all keys, long arrays as their length.
    """

    path: str
    kind: str
    name: str
    architecture: str
    file_type: str
    file_bytes: int
    parameters: int
    bits_per_weight: float
    types: dict[str, dict[str, int]]
    licence: str
    context_length: int
    chat_template: str
    problems: tuple[str, ...]
    metadata: dict[str, Any]


def inspect(path: Path) -> Inspection:
    """Read the header of a file.

    Raises:
        DamagedFileError: no GGUF file, or cut short.
    """
    file = GgufFile.open(path)
    types: dict[str, dict[str, int]] = {}
    for entry in file.tensors.values():
        row = types.setdefault(entry.type_name, {"tensors": 0, "weights": 0, "bytes": 0})
        row["tensors"] += 1
        row["weights"] += math.prod(entry.shape)
        row["bytes"] += entry.nbytes
    weights = sum(row["weights"] for row in types.values())
    data = file.metadata
    return Inspection(
        path=str(path),
        kind=str(data.get("general.type", "model")),
        name=str(data.get("general.name", "")),
        architecture=file.architecture,
        file_type=file_type_name(data.get("general.file_type")),
        file_bytes=path.stat().st_size,
        parameters=weights,
        bits_per_weight=8 * sum(row["bytes"] for row in types.values()) / max(1, weights),
        types=dict(sorted(types.items(), key=lambda item: -item[1]["bytes"])),
        licence=str(data.get("general.license", data.get("general.license.name", ""))),
        context_length=int(file.key("context_length", 0)),
        chat_template=str(data.get("tokenizer.chat_template", "")),
        problems=tuple(_problems(file)),
        metadata={key: _short(value) for key, value in data.items() if key != "tokenizer.chat_template"},
    )


def _short(value: Any) -> Any:
    return f"{len(value)} values" if isinstance(value, list) and len(value) > _LONG else value


def _problems(file: GgufFile) -> list[str]:
    from quant.dequantize import check_supported
    from quant.families import family_of

    found = []
    try:
        family_of(file)
    except QuantError as error:
        found.append(str(error))
    for entry in {entry.ggml_type: entry for entry in file.tensors.values()}.values():
        try:
            check_supported(entry.ggml_type, f"tensor {entry.name}")
        except QuantError as error:
            found.append(str(error))
    return found
