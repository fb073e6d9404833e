"""Reading a GGUF file's header quickly, and its tensors as views of the mapped file.

file = GgufFile.open(Path("model.gguf"))
file.metadata["general.architecture"], file.tensors["token_embd.weight"].type_name
blocks = file.blocks("token_embd.weight")    # uint8 [rows, bytes a row], nothing is read yet
"""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from quant.errors import DamagedFileError

if TYPE_CHECKING:
    import torch

_FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""Metadata value types of a fixed size, as struct letters; 8 is a string, 9 an array."""

_STRING, _ARRAY = 8, 9


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
        nbytes: its length.
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
class GgufFile:
    """A GGUF file's metadata and tensor table.

    Attributes:
        path: the file.
        metadata: all keys; arrays are lists.
        tensors: by GGUF name, in the order of the file.
    """

    path: Path
    metadata: dict[str, Any]
    tensors: dict[str, TensorEntry]

    @classmethod
    def open(cls, path: Path) -> GgufFile:
        """Read the header.

        Raises:
            DamagedFileError: no GGUF file, cut short, of a version that is not known, or not there.
        """
        try:
            with path.open("rb") as file:
                return _read(path, file)
        except OSError as error:
            raise DamagedFileError(f"{path}: {error.strerror or error}; check the path") from error
        except (struct.error, UnicodeDecodeError, MemoryError, OverflowError) as error:
            raise DamagedFileError(f"{path}: the header is damaged ({error}); get the file again") from error

    @property
    def architecture(self) -> str:
        """GGUF name of the family, such as 'llama'; '' where the file says none."""
        return str(self.metadata.get("general.architecture", ""))

    def key(self, name: str, default: Any = None) -> Any:
        """Metadata `<architecture>.<name>`."""
        return self.metadata.get(f"{self.architecture}.{name}", default)

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


def _read(path: Path, file: Any) -> GgufFile:
    if file.read(4) != b"GGUF":
        raise DamagedFileError(f"{path}: this is no GGUF file; choose one that ends with .gguf")
    version, tensor_count, key_count = struct.unpack("<IQQ", _exactly(file, 20))
    if version not in (2, 3):
        raise DamagedFileError(f"{path}: GGUF version {version} is not known (2 and 3 are); convert the file anew")
    metadata: dict[str, Any] = {}
    for _ in range(key_count):
        name = _string(file)
        (kind,) = struct.unpack("<I", _exactly(file, 4))
        metadata[name] = _value(path, file, kind)
    table = []
    for _ in range(tensor_count):
        name = _string(file)
        (dimensions,) = struct.unpack("<I", _exactly(file, 4))
        shape = struct.unpack(f"<{dimensions}Q", _exactly(file, 8 * dimensions))[::-1]
        table.append((name, shape, *struct.unpack("<IQ", _exactly(file, 12))))
    alignment = int(metadata.get("general.alignment", 32))
    start = -(-file.tell() // alignment) * alignment
    size = path.stat().st_size
    sizes = block_sizes()
    tensors = {}
    for name, shape, ggml_type, offset in table:
        if ggml_type not in sizes:
            raise DamagedFileError(
                f"{path}: tensor {name} is of GGML {type_name(ggml_type)}, which is not known; update the gguf package"
            )
        elements, block_bytes = sizes[ggml_type]
        nbytes = math.prod(shape) // elements * block_bytes
        if start + offset + nbytes > size:
            raise DamagedFileError(f"{path}: cut short at tensor {name}; get the file again")
        tensors[name] = TensorEntry(name, shape, ggml_type, start + offset, nbytes)
    return GgufFile(path, metadata, tensors)


def _exactly(file: Any, count: int) -> bytes:
    data: bytes = file.read(count)
    if len(data) != count:
        raise struct.error("it ends too early")
    return data


def _string(file: Any) -> str:
    (length,) = struct.unpack("<Q", _exactly(file, 8))
    return _exactly(file, length).decode("utf-8", errors="replace")


def _value(path: Path, file: Any, kind: int) -> Any:
    if kind in _FIXED:
        letter = _FIXED[kind]
        return struct.unpack(f"<{letter}", _exactly(file, struct.calcsize(f"<{letter}")))[0]
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        raise DamagedFileError(f"{path}: metadata of the unknown type {kind}; get the file again")
    element, count = struct.unpack("<IQ", _exactly(file, 12))
    if element in _FIXED:
        letter = _FIXED[element]
        return list(struct.unpack(f"<{count}{letter}", _exactly(file, count * struct.calcsize(f"<{letter}"))))
    return [_value(path, file, element) for _ in range(count)]
