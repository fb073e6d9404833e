"""Files that appear under their final name whole or not at all."""

from __future__ import annotations

import glob
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from quant.errors import CallError, WriteError, refused

PARTIAL = ".partial"
"""How the name of a file ends that is not complete."""


def sync(path: Path) -> None:
    """Let a file or folder reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_target(target: Path, *sources: Path) -> None:
    """See, before any work, whether a file can be written.

    Args:
        target: the file.
        sources: files and folders that it is made from, which must stay.

    Raises:
        CallError: it is a folder, a source, or inside of one.
        WriteError: its folder refuses.
    """
    if target.is_dir():
        raise CallError(f"{target}: is a folder; name a file")
    for source in sources:
        if target.exists() and source.exists() and target.samefile(source):
            raise CallError(f"{target}: source and target are the same file; name another target")
        if source.is_dir() and target.resolve().is_relative_to(source.resolve()):
            raise CallError(f"{target}: lies in {source}, from which it is made; name another target")
    folder = next(path for path in target.absolute().parents if path.exists())
    try:
        # tried rather than asked for: permissions say little to the superuser and on special file systems
        aside = folder / aside_of(target).name
        aside.touch()
        aside.unlink()
    except OSError as error:
        raise WriteError(
            f"{target}: cannot be written: {refused(error, 'name a file in a folder of yours')}"
        ) from error


def aside_of(path: Path) -> Path:
    """The name beside `path` that this thread of this process writes to first."""
    return path.with_name(f"{path.name}.{os.getpid()}-{threading.get_native_id()}{PARTIAL}")


@contextmanager
def replacing(path: Path, *, mode: int | None = None) -> Iterator[Path]:
    """A name beside `path` to write to; renamed when the block ends well, removed when it does not.

    Args:
        path: the file to write or replace.
        mode: permissions, such as 0o600 for what is nobody else's business; None leaves them to the process.

    Raises:
        CallError: `path` is a folder.
        OSError: the disk refused; `path` is as it was.
    """
    if path.is_dir():
        raise CallError(f"{path}: is a folder; name a file")
    aside = aside_of(path)
    try:
        if mode is not None:
            os.close(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode))
        yield aside
        put_in_place(aside, path)
    finally:
        with suppress(OSError):  # what went wrong above is on its way
            aside.unlink(missing_ok=True)


def put_in_place(aside: Path, path: Path) -> None:
    """Give a complete file that lies beside `path` its name, at once and for good."""
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def write_text(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a text file whole or not at all."""
    with replacing(path, mode=mode) as aside:
        aside.write_text(text, encoding="utf-8")


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file whole or not at all."""
    with replacing(path, mode=mode) as aside:
        aside.write_bytes(data)


def write_json(path: Path, value: Any, *, mode: int | None = None) -> None:
    """Write a JSON file whole or not at all."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n", mode=mode)


def remove_leftovers(target: Path) -> None:
    """Delete what killed processes left beside `target`; those of living ones stay."""
    import psutil

    for path in target.parent.glob(f"{glob.escape(target.name)}.*{PARTIAL}"):
        owner = path.name.removeprefix(f"{target.name}.").removesuffix(PARTIAL).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            path.unlink(missing_ok=True)
