"""Read the head of a GGUF file: its key-value pairs, its tensors, and how long a complete file must be.

A few kilobytes to megabytes are read, never the weights. The layout is described in the ggml project's `docs/gguf.md`.
Arrays longer than `LONGEST_ARRAY` (vocabularies) are skipped, which makes this much quicker than a full reader.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from edge_assistant.errors import ModelError

MAGIC = b"GGUF"
LONGEST_ARRAY = 1024
_LONGEST_STRING = 1 << 26
_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


class _DamagedError(Exception):
    """The bytes do not make sense, or end too early."""


@dataclass(frozen=True)
class Tensor:
    """One tensor's entry: GGML type number, dimensions (fastest first), and offset in the data part in bytes."""

    name: str
    kind: int
    shape: tuple[int, ...]
    offset: int


@dataclass(frozen=True)
class Header:
    """What a GGUF file says of itself.

    Attributes:
        fields: key-value pairs; long arrays are None.
        tensors: in file order.
        data_start: where the tensors' bytes begin.
        complete_size: bytes that the file must have at least.
    """

    fields: dict[str, Any]
    tensors: tuple[Tensor, ...]
    data_start: int
    complete_size: int

    @property
    def architecture(self) -> str:
        """Such as 'llama'."""
        return str(self.fields.get("general.architecture", ""))

    def number(self, key: str, default: int = 0) -> int:
        """The architecture's own number, such as `block_count`; an array (one a layer) gives its maximum."""
        value = self.fields.get(f"{self.architecture}.{key}", default)
        return int(max(value, default=default) if isinstance(value, list) else value or default)


def read_header(path: Path) -> Header:
    """Read and check the head of `path`.

    Raises:
        ModelError: the file cannot be read, is no GGUF file, or is shorter than it says.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            if file.read(4) != MAGIC:
                raise ModelError(f"model {path}: not a GGUF file; choose a file that ends in .gguf")
            header = _parse(file, size)
    except OSError as error:
        raise ModelError(
            f"model {path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    except (_DamagedError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(
            f"model {path}: damaged or truncated in its header ({error}); download or copy it again"
        ) from None
    if size < header.complete_size:
        raise ModelError(
            f"model {path}: truncated, {size} of {header.complete_size} bytes are there; download or copy it again"
        )
    return header


def _parse(file: BinaryIO, size: int) -> Header:
    (version,) = _take(file, "I")
    if version not in (2, 3):
        raise _DamagedError(f"GGUF version {version} is not known")
    tensor_count, field_count = _take(file, "QQ")
    if max(tensor_count, field_count) > size // 8:
        raise _DamagedError("it announces more entries than fit")
    fields: dict[str, Any] = {}
    for _ in range(field_count):
        key = _string(file)
        (kind,) = _take(file, "I")
        fields[key] = _value(file, kind)
    tensors = tuple(_tensor(file) for _ in range(tensor_count))
    alignment = int(fields.get("general.alignment", 32))
    data_start = -(-file.tell() // alignment) * alignment
    ends = [tensor.offset + _byte_count(tensor) for tensor in tensors]
    return Header(fields, tensors, data_start, data_start + max(ends, default=0))


def _take(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    data = file.read(struct.calcsize("<" + layout))
    return struct.unpack("<" + layout, data)


def _string(file: BinaryIO) -> str:
    (length,) = _take(file, "Q")
    if length > _LONGEST_STRING:
        raise _DamagedError(f"a string of {length} bytes")
    data = file.read(length)
    if len(data) != length:
        raise _DamagedError("it ends inside a string")
    return data.decode("utf-8")


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        return _take(file, _FORMATS[kind])[0]
    item, count = _take(file, "IQ")
    if item == _STRING:
        read: Callable[[], Any] = lambda: _string(file)  # noqa: E731 - one reader or the other
    else:
        layout = _FORMATS[item]
        if count > LONGEST_ARRAY:
            file.seek(count * struct.calcsize("<" + layout), 1)
            return None
        read = lambda: _take(file, layout)[0]  # noqa: E731
    if count <= LONGEST_ARRAY:
        return [read() for _ in range(count)]
    for _ in range(count):  # strings have no common length; step over each
        (length,) = _take(file, "Q")
        file.seek(length, 1)
    return None


def _tensor(file: BinaryIO) -> Tensor:
    name = _string(file)
    (rank,) = _take(file, "I")
    if rank > 8:
        raise _DamagedError(f"tensor {name!r} has {rank} dimensions")
    shape = _take(file, "Q" * rank)
    kind, offset = _take(file, "IQ")
    return Tensor(name, kind, shape, offset)


def _byte_count(tensor: Tensor) -> int:
    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

    try:
        sizes: tuple[int, int] = GGML_QUANT_SIZES[GGMLQuantizationType(tensor.kind)]
    except (ValueError, KeyError):
        return 0  # a type newer than the gguf package: llama.cpp decides
    block, size = sizes
    return math.prod(tensor.shape) // block * size
