"""The file types that llama.cpp can quantize to, by the names that people use, such as 'Q4_K_M'."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from quant.errors import CallError

_PREFIXES = ("LLAMA_FTYPE_MOSTLY_", "LLAMA_FTYPE_ALL_")


@lru_cache(1)
def file_types() -> dict[str, int]:
    """Name to number of `enum llama_ftype`, as the installed llama-cpp-python lists them."""
    import llama_cpp.llama_cpp as binding

    found = {}
    for name, value in vars(binding).items():
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = int(value)
    return found


def file_type(name: str) -> int:
    """The number of a type; letter case does not count.

    Raises:
        CallError: no such type; the message lists those there are.
    """
    known = file_types()
    if name.upper() not in known:
        raise CallError(f"type '{name}': llama.cpp has no such file type; it has {', '.join(sorted(known))}")
    return known[name.upper()]


def file_type_name(number: Any) -> str:
    """'Q4_K_M' for 15; '' for what is not known."""
    return next((name for name, value in file_types().items() if value == number), "")
