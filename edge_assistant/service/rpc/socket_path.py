"""Where service and clients meet. Imports nothing heavy: a screen needs it before its first frame."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from edge_assistant.storage.private_folders import make_private

LONGEST_SOCKET_PATH = 100
"""Bytes; systems allow 104 or 108."""


def socket_path(home: Path) -> Path:
    """The service's socket: in the home, or where that path is too long, in a private folder of the runtime."""
    path = home / "core.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and len(runtime) < 60 and Path(runtime).is_dir():
        return Path(runtime) / f"edge-assistant-{name}" / "core.sock"
    return Path(tempfile.gettempdir()) / f"edge-assistant-{os.getuid()}-{name}" / "core.sock"


def private_folder(folder: Path) -> None:
    """Make a folder that is this user's alone.

    Raises:
        PermissionError: it is there and belongs to, or is open to, somebody else.
    """
    make_private(folder)
    status = folder.stat()
    if status.st_uid != os.getuid():
        raise PermissionError(f"{folder}: belongs to somebody else")
    if status.st_mode & 0o077:
        folder.chmod(0o700)
