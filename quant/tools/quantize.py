"""Quantizing a GGUF file to any type that llama.cpp has.

llama.cpp writes aside, in a process of its own; what is complete is renamed. One call of it cannot be continued in the
middle.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quant.atomic import check_target, remove_leftovers, replacing
from quant.errors import QuantError, WriteError
from quant.gguf_file import GgufFile
from quant.tools.file_types import file_type
from quant.tools.llama_job import run_job

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class Quantized:
    """A finished file.

    Attributes:
        path: of it.
        type: file type, such as 'Q4_K_M'.
        bytes: its size.
        sha256: its hash.
    """

    path: str
    type: str
    bytes: int
    sha256: str


def quantize(
    source: Path,
    target: Path,
    type_name: str,
    *,
    pure: bool = False,
    threads: int = 0,
    on_progress: OnProgress | None = None,
) -> Quantized:
    """Write `target`, whole or not at all.

    Args:
        source: any GGUF model; one that is quantized already loses a little more.
        target: the file to write or replace.
        type_name: see `file_types.file_types`.
        pure: no mixture: every matrix gets the one type.
        threads: 0 takes one a core.
        on_progress: told the share done.

    Raises:
        CallError: unknown type, or source and target are one.
        WriteError: the target's folder or the disk refused.
        QuantError: llama.cpp refused. After each of them `target` is as it was.
    """
    number, type_name = file_type(type_name), type_name.upper()
    check_target(target, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target)
    with replacing(target) as aside:
        _run(
            aside,
            on_progress,
            source=str(source),
            file_type=number,
            threads=threads or os.cpu_count() or 1,
            pure=pure,
        )
        GgufFile.open(aside)  # whole, or it does not get its name
    return Quantized(str(target), type_name, target.stat().st_size, GgufFile.open(target).sha256())


def join_parts(first: Path, target: Path) -> None:
    """Write a model that is split over several files as one, as it is.

    Args:
        first: part 1; the others lie beside it, named as llama.cpp names them.
        target: the file to write.

    Raises:
        WriteError: the disk refused.
        QuantError: the parts do not belong together, or one is damaged.
    """
    _run(target, None, source=str(first), file_type=0, threads=1, copy=True)


def _run(target: Path, on_progress: OnProgress | None, **arguments: Any) -> None:
    try:
        run_job("quantize", on_progress, target=str(target), **arguments)
    except QuantError as error:
        if "iostream error" not in str(error):  # all that C++ says of a disk that refuses
            raise
        raise WriteError(f"{target}: the disk took only a part; free some space and repeat") from error
