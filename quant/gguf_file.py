"""Reading a GGUF file's header quickly, and its tensors as views of the mapped file.

file = GgufFile.open(Path("model.gguf"))
file.metadata["general.architecture"], file.tensors["token_embd.weight"].type_name
blocks = file.blocks("token_embd.weight")    # uint8 [rows, bytes a row], nothing is read yet

A few kilobytes to megabytes are read, never the weights. The layout is described in the ggml project's `docs/gguf.md`.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from quant.errors import DamagedFileError

if TYPE_CHECKING:
    import torch

_FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""Metadata value types of a fixed size, as struct letters; 8 is a string, 9 an array."""

_STRING, _ARRAY = 8, 9

_LONG_ARRAY = 1024
"""Arrays with more entries (vocabularies) are passed over, and read when somebody asks for them."""

_MOST_DIMENSIONS = 8


@lru_cache(1)
def block_sizes() -> dict[int, tuple[int, int]]:
    """For each GGML type its elements and bytes a block."""
    from gguf import GGML_QUANT_SIZES

    return {int(kind): sizes for kind, sizes in GGML_QUANT_SIZES.items()}


def type_name(ggml_type: int) -> str:
    """'Q4_1' for 3, and so on; the number itself for what nobody knows."""
    from gguf import GGMLQuantizationType

    try:
        return str(GGMLQuantizationType(ggml_type).name)
    except ValueError:
        return f"type {ggml_type}"


@dataclass(frozen=True)
class TensorEntry:
    """Where one tensor lies.

    Attributes:
        name: GGUF name.
        shape: in torch's order, rows first.
        ggml_type: number of `enum ggml_type`.
        offset: bytes from the beginning of the file.
        nbytes: its length; of a type that nobody knows, the way to the next tensor.
    """

    name: str
    shape: tuple[int, ...]
    ggml_type: int
    offset: int
    nbytes: int

    @property
    def type_name(self) -> str:
        """Name of the GGML type."""
        return type_name(self.ggml_type)


@dataclass(frozen=True)
class _Later:
    """A long array that has not been read: where it begins, and what it holds."""

    offset: int
    element: int
    count: int


class Metadata(Mapping[str, Any]):
    """The keys of one file and their values, arrays as lists; long ones are read on demand and kept."""

    def __init__(self, path: Path, values: dict[str, Any]) -> None:
        self._path, self._values = path, values

    def __getitem__(self, key: str) -> Any:
        value = self._values[key]
        if isinstance(value, _Later):
            with _reading(self._path) as file:
                file.seek(value.offset)
                value = self._values[key] = _items(file, value.element, value.count)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:  # the one of Mapping reads the value
        return key in self._values


@dataclass(frozen=True)
class GgufFile:
    """A GGUF file's metadata and tensor table.

    Attributes:
        path: the file.
        metadata: all keys; arrays are lists.
        tensors: by GGUF name, in the order of the file.
    """

    path: Path
    metadata: Mapping[str, Any]
    tensors: dict[str, TensorEntry]

    @classmethod
    def open(cls, path: Path) -> GgufFile:
        """Read the header.

        Raises:
            DamagedFileError: not a GGUF file, truncated, of a version that is not known, or not there.
        """
        with _reading(path) as file:
            return _read(path, file)

    @property
    def architecture(self) -> str:
        """GGUF name of the family, such as 'llama'; '' where the file says none."""
        return str(self.metadata.get("general.architecture", ""))

    def key(self, name: str, default: Any = None) -> Any:
        """Metadata `<architecture>.<name>`."""
        return self.metadata.get(f"{self.architecture}.{name}", default)

    def number(self, name: str, default: int = 0) -> int:
        """Metadata `<architecture>.<name>` as a number; of an array (one value a layer) the greatest."""
        value = self.key(name, default)
        return int(max(value, default=default) if isinstance(value, list) else value or default)

    def blocks(self, name: str) -> torch.Tensor:
        """Bytes of a tensor as uint8 [rows, bytes a row], a view of the mapped file.

        Pages are read when they are touched, shared with every other process that maps the file, and never written.
        """
        import torch

        entry = self.tensors[name]
        # 'c': torch warns of read-only arrays; what nobody writes stays shared all the same.
        mapped = np.memmap(self.path, mode="c", dtype=np.uint8, offset=entry.offset, shape=(entry.nbytes,))
        rows = math.prod(entry.shape[:-1])
        return torch.from_numpy(np.asarray(mapped)).view(rows, entry.nbytes // max(rows, 1))

    def sha256(self) -> str:
        """Hex SHA-256 of the whole file, read now."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


class _DamagedHeaderError(Exception):
    """The bytes make no sense, or end too early."""


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """The open file; whatever is wrong with it comes out as a `DamagedFileError`."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise DamagedFileError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except (_DamagedHeaderError, struct.error, MemoryError, OverflowError, ValueError, TypeError) as error:
        raise DamagedFileError(f"{path}: damaged or truncated in its header ({error}); get the file again") from error


def _read(path: Path, file: BinaryIO) -> GgufFile:
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(4) != b"GGUF":
        raise DamagedFileError(f"{path}: not a GGUF file; choose a file that ends in .gguf")
    (version,) = _take(file, "I")
    if version not in (2, 3):
        raise DamagedFileError(f"{path}: GGUF version {version} is not known (2 and 3 are); convert the file again")
    tensor_count, key_count = _take(file, "QQ")
    if max(tensor_count, key_count) > size // 8:
        raise _DamagedHeaderError("it announces more entries than fit")
    values: dict[str, Any] = {}
    for _ in range(key_count):
        name = _string(file)
        (kind,) = _take(file, "I")
        values[name] = _value(file, kind)
    table = []
    for _ in range(tensor_count):
        name = _string(file)
        (dimensions,) = _take(file, "I")
        if dimensions > _MOST_DIMENSIONS:
            raise _DamagedHeaderError(f"tensor {name!r} has {dimensions} dimensions")
        shape = _take(file, f"{dimensions}Q")[::-1]
        table.append((name, shape, *_take(file, "IQ")))
    alignment = int(values.get("general.alignment", 32))
    start = -(-file.tell() // alignment) * alignment if alignment > 0 else size + 1
    return GgufFile(path, Metadata(path, values), _tensors(path, table, start, size))


def _tensors(path: Path, table: list[tuple[Any, ...]], start: int, size: int) -> dict[str, TensorEntry]:
    sizes, tensors = block_sizes(), {}
    ends = sorted({start + offset for _, _, _, offset in table} | {size})
    for name, shape, ggml_type, offset in table:
        begin = start + offset
        if ggml_type in sizes:
            elements, block_bytes = sizes[ggml_type]
            nbytes = math.prod(shape) // elements * block_bytes
        else:  # newer than the gguf package: whoever needs its numbers will say so
            nbytes = next((end for end in ends if end > begin), size) - begin
        if begin + nbytes > size or nbytes < 0:
            raise DamagedFileError(f"{path}: truncated, it is cut short at tensor {name}; get the file again")
        tensors[name] = TensorEntry(name, shape, ggml_type, begin, nbytes)
    return tensors


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise _DamagedHeaderError("it ends too early")
    return data


def _take(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{layout}", _exactly(file, struct.calcsize(f"<{layout}")))


def _string(file: BinaryIO) -> str:
    (length,) = _take(file, "Q")
    return _exactly(file, length).decode("utf-8", errors="replace")


def _value(file: BinaryIO, kind: int) -> Any:
    if kind in _FIXED:
        return _take(file, _FIXED[kind])[0]
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        raise _DamagedHeaderError(f"metadata of the unknown type {kind}")
    element, count = _take(file, "IQ")
    if count <= _LONG_ARRAY:
        return _items(file, element, count)
    later = _Later(file.tell(), element, count)
    if element in _FIXED:
        file.seek(count * struct.calcsize(f"<{_FIXED[element]}"), 1)
    else:
        for _ in range(count):  # these have no common length: step over each
            if element == _STRING:
                (length,) = _take(file, "Q")
                file.seek(length, 1)
            else:
                _value(file, element)
    return later


def _items(file: BinaryIO, element: int, count: int) -> list[Any]:
    if element in _FIXED:
        return list(_take(file, f"{count}{_FIXED[element]}"))
    return [_value(file, element) for _ in range(count)]
