"""Blocks to numbers, for every GGML type, into memory that the caller owns.

The C functions of the ggml library that llama-cpp-python brings, which the served model is computed with, write where
they are told and know every type. Where the library is not found, or its table is of another layout than we know, the
gguf package's numpy code does it, slowly.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from quant.errors import UnsupportedModelError
from quant.gguf_file import block_sizes, type_name

F32, F16, BF16 = 0, 1, 30
PLAIN = {F32: torch.float32, F16: torch.float16, BF16: torch.bfloat16}
"""Types that are numbers already."""

_WORTH_THREADS = 1 << 16
"""Fewer numbers are done sooner than a thread has begun."""

_ToFloat = Callable[[int, int, int], None]


class _TypeTraits(ctypes.Structure):
    """`struct ggml_type_traits` of ggml.h, up to what is needed."""

    _fields_ = [
        ("type_name", ctypes.c_char_p),
        ("block_size", ctypes.c_int64),
        ("block_size_interleave", ctypes.c_int64),
        ("type_size", ctypes.c_size_t),
        ("is_quantized", ctypes.c_bool),
        ("to_float", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)),
    ]


@lru_cache(1)
def _library() -> Any:
    """The ggml library beside llama-cpp-python, or None."""
    found = importlib.util.find_spec("llama_cpp")
    if found is None or not found.submodule_search_locations:
        return None
    name = {"darwin": "libggml-base.dylib", "win32": "ggml-base.dll"}.get(sys.platform, "libggml-base.so")
    path = Path(found.submodule_search_locations[0]) / "lib" / name
    try:
        library = ctypes.CDLL(str(path))
        library.ggml_get_type_traits.restype = ctypes.POINTER(_TypeTraits)
        library.ggml_get_type_traits.argtypes = [ctypes.c_int]
    except (OSError, AttributeError):
        return None
    return library


@lru_cache(64)
def _to_float(ggml_type: int) -> _ToFloat | None:
    """Ggml's own function for a type; None where it has none, or where its table has another layout than we know."""
    library = _library()
    if library is None:
        return None
    traits = library.ggml_get_type_traits(ggml_type).contents
    if (traits.block_size, traits.type_size) != block_sizes()[ggml_type] or not traits.to_float:
        return None
    function: _ToFloat = traits.to_float
    return function


def supported(ggml_type: int) -> bool:
    """Whether anything at hand dequantizes this type."""
    return ggml_type in PLAIN or _to_float(ggml_type) is not None or _reference(ggml_type) is not None


def check_supported(ggml_type: int, where: str) -> None:
    """Refuse a type that nothing here can read.

    Raises:
        UnsupportedModelError: names the type and the tensor.
    """
    if not supported(ggml_type):
        raise UnsupportedModelError(
            f"{where}: GGML type {type_name(ggml_type)} cannot be dequantized here; quantize the model to another type"
        )


def dequantize_on_threads(blocks: torch.Tensor, ggml_type: int, out: torch.Tensor) -> None:
    """The same as `dequantize_into`, rows shared out over as many threads as torch uses."""
    rows, threads = len(blocks), torch.get_num_threads()
    if (
        threads == 1 or out.numel() < _WORTH_THREADS or ggml_type in PLAIN
    ):  # torch copies plain numbers on threads itself
        dequantize_into(blocks, ggml_type, out)
        return
    step = -(-rows // threads)
    first, *others = range(0, rows, step)
    waiting = [
        _threads(threads).submit(dequantize_into, blocks[at : at + step], ggml_type, out[at : at + step])
        for at in others
    ]
    dequantize_into(blocks[first : first + step], ggml_type, out[first : first + step])
    for one in waiting:
        one.result()


@lru_cache(1)
def _threads(count: int) -> ThreadPoolExecutor:
    """Threads that wait for rows; ggml's functions let others run meanwhile."""
    return ThreadPoolExecutor(count - 1, thread_name_prefix="dequantize")


def dequantize_into(blocks: torch.Tensor, ggml_type: int, out: torch.Tensor) -> None:
    """Write the numbers of some rows.

    Args:
        blocks: uint8 [rows, bytes a row], contiguous.
        ggml_type: of the blocks.
        out: float32 [rows, elements a row], contiguous.
    """
    if ggml_type in PLAIN:
        out.copy_(blocks.view(PLAIN[ggml_type]))
    elif (function := _to_float(ggml_type)) is not None:
        function(blocks.data_ptr(), out.data_ptr(), out.numel())
    else:
        reference = _reference(ggml_type)
        assert reference is not None  # `check_supported` stood before
        out.copy_(reference(blocks).view(out.shape))


def _reference(ggml_type: int) -> Callable[[torch.Tensor], torch.Tensor] | None:
    """The gguf package's dequantizer for a type; bytes to flat float32."""
    from gguf import GGMLQuantizationType, quants

    try:
        kind = GGMLQuantizationType(ggml_type)
    except ValueError:
        return None
    if kind not in quants._type_traits:
        return None
    return lambda blocks: torch.from_numpy(quants.dequantize(blocks.contiguous().numpy(), kind).reshape(-1))
