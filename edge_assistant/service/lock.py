"""One owner of a home's store and model: a lock that ends with its process, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from edge_assistant.errors import LockedError, StoreError
from edge_assistant.storage.private_folders import make_private
from quant.errors import refused

HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
"""What `flock` says where somebody else has the lock; anything else is the file system's own trouble."""


class HomeLock:
    """Held while a service runs. Use it in a `with` statement."""

    def __init__(self, home: Path) -> None:
        self.path = home / "core.lock"
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            LockedError: another process has it; the message names it.
            StoreError: the home cannot be written, or its file system has no locks.
        """
        home = self.path.parent
        try:
            make_private(home)
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(_refused(home, error)) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{os.getpid()}\n".encode())
        except OSError as error:
            owner = os.read(self._descriptor, 32).decode("ascii", "replace").strip() if error.errno in HELD else ""
            self._let_go()
            if error.errno in HELD:
                raise LockedError(
                    f"home {home}: process {owner or '?'} is running on it; see it with 'edge-assistant status' or "
                    "'tui', or stop it first"
                ) from error
            raise StoreError(_refused(home, error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _refused(home: Path, error: OSError) -> str:
    """What the system refused, and the way out."""
    if error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL):
        return f"home {home}: its file system has no locks ({error.strerror}); choose a local folder with --home"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"home {home}: cannot be written ({error.strerror}); make it yours, or choose another with --home"
    return f"home {home}: {refused(error, 'choose another folder with --home')}"
