"""Files that can be computed again at any time: their names hold a hash of all that they depend on.

Writing them never fails the work: a disk that refuses costs a recomputation.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def digest(*parts: object) -> str:
    """Hash of what a file depends on."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def source_digest(paths: Iterable[Path]) -> str:
    """Hash of the modules that make what is kept: a changed program makes it anew."""
    return hashlib.sha256(b"\x1f".join(path.read_bytes() for path in paths)).hexdigest()


def replace_file(path: Path, write: Callable[[Any], object]) -> None:
    """Write a file aside, sync and rename it, so that a reader sees the old or the new one and never half of it."""
    aside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        log.warning("life cache: %s cannot be written (%s); it will be computed again next time", path, error)
        with suppress(OSError):
            aside.unlink(missing_ok=True)


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
