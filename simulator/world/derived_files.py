"""Files derived from lives: results, and what can be computed again at any time under a name that holds a hash.

A result that cannot be written is an error; of the others a disk that refuses costs a recomputation.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_assistant.errors import StoreError
from quant.atomic import replacing
from quant.errors import QuantError, refused

log = logging.getLogger(__name__)


def digest(*parts: object) -> str:
    """Hash of what a file depends on."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def source_digest(paths: Iterable[Path]) -> str:
    """Hash of the modules that make what is kept: a changed program makes it anew."""
    return hashlib.sha256(b"\x1f".join(path.read_bytes() for path in paths)).hexdigest()


def read_kept(path: Path, key: str) -> Any:
    """What a JSON file holds that was kept under a key, see `keep`; None where it is missing, damaged or another's."""
    try:
        found = json.loads(path.read_bytes())
        return found["kept"] if found["key"] == key else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("life cache: %s is damaged (%s); it is computed anew", path, error)
        return None


def keep(path: Path, key: str, value: Any) -> None:
    """Keep a value, JSON-ready, under a key that holds all that it depends on; a disk that refuses is only told."""
    try:
        put(path, json.dumps({"key": key, "kept": value}))
    except StoreError as error:
        log.warning("life cache: %s; it will be computed again next time", error)


def put(path: Path, content: bytes | str) -> None:
    """Write a result that people or other programs read, whole or not at all.

    Raises:
        StoreError: the disk refused.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as aside:
            aside.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        why = refused(error, "choose another folder")
        raise StoreError(f"{path}: cannot be written: {why}; a run goes on with --resume") from error
    except QuantError as error:
        raise StoreError(str(error)) from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system drops when the process ends. Where there are no locks, two may do the same work."""
    try:
        import fcntl

        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except (ImportError, OSError):
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            log.debug("life cache: %s cannot be locked (%s)", path, error)
        yield
