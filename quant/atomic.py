"""Files that appear under their final name whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quant.errors import CallError, WriteError


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
        reason = error.strerror or error
        raise WriteError(f"{target}: cannot be written ({reason}); name a file in a folder of yours") from error


def aside_of(path: Path) -> Path:
    """The name beside `path` that this process writes to first."""
    return path.with_name(f"{path.name}.{os.getpid()}.partial")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; renamed when the block ends well, removed when it does not.

    Raises:
        CallError: `path` is a folder.
    """
    if path.is_dir():
        raise CallError(f"{path}: is a folder; name a file")
    aside = aside_of(path)
    try:
        yield aside
        sync(aside)
        aside.replace(path)
        sync(path.parent)
    finally:
        aside.unlink(missing_ok=True)
