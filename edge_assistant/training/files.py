"""Files that last: JSON, checksums, locks, and a folder that appears whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError, LockedError
from edge_assistant.storage.private_folders import make_private
from quant.atomic import sync, write_text

PARTIAL = ".partial"
MANIFEST = "manifest.json"


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace a file by a JSON object, at once and for good."""
    write_text(path, json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        DataError: missing, or something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error}); check the file") from error
    if not isinstance(data, dict):
        raise DataError(f"{path}: holds no JSON object; check the file")
    return data


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file below a folder but its manifest, by relative path."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": sha256_of(path)} for path in names
    }


def check_files(folder: Path, files: dict[str, Any], *, contents: bool) -> list[str]:
    """What is wrong with the files that a manifest lists: missing, another size, or (`contents`) another hash."""
    problems = []
    for name, known in sorted(files.items()):
        path = folder / name
        if not isinstance(known, dict):
            problems.append(f"{name} has no size and checksum")
        elif Path(name).is_absolute() or ".." in Path(name).parts:
            problems.append(f"{name} lies outside of the folder")
        elif not path.is_file():
            problems.append(f"{name} is missing")
        elif path.stat().st_size != known.get("size"):
            problems.append(f"{name} has {path.stat().st_size} bytes instead of {known.get('size')}")
        elif contents and sha256_of(path) != known.get("sha256"):
            problems.append(f"{name} has another checksum")
    return problems


def sync_folder(folder: Path) -> None:
    """Let all files of a folder, and the folder, reach the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def put_in_place(aside: Path, final: Path) -> None:
    """Rename a whole, synced folder to its final name; a folder of that name is replaced."""
    sync_folder(aside)
    old = final.with_name(f".old-{final.name}")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    aside.rename(final)
    sync(final.parent)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def locked(path: Path, who: str, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock file; it is given back when the process ends, however it ends.

    Raises:
        LockedError: held by another process, and `wait` is False.
    """
    make_private(path.parent)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise LockedError(f"{who}: another process is at work on this; wait for it or stop it") from error
        yield
    finally:
        os.close(descriptor)
