"""Asking the desktop by its own small programs, without waiting long and without believing much."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

SECONDS = 1.5
MOST_CHARACTERS = 1_000_000


def ask(command: Sequence[str], seconds: float = SECONDS) -> str | None:
    """What a program prints; None when it is not installed, fails, hangs or prints nothing.

    Args:
        command: name and arguments; no shell is involved.
        seconds: after this time the program is ended.
    """
    program = shutil.which(command[0])
    if program is None:
        return None
    # plain words whatever the person's language
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    text = done.stdout[:MOST_CHARACTERS].decode("utf-8", errors="replace").strip()
    return text if done.returncode == 0 and text else None


def ask_bus(name: str, path: str, method: str, *arguments: str) -> str | None:
    """The answer of a program on the session's D-Bus, as `gdbus` prints it, such as '(uint64 1200,)'.

    None where there is no bus. A program that is not running is not started.
    """
    if not has_session_bus():
        return None
    owned = _call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", name)
    return _call(name, path, method, *arguments) if owned == "(true,)" else None


def has_session_bus() -> bool:
    """Whether a session bus can be reached without starting one."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return address.startswith("unix:") or (not address and bool(runtime) and os.path.exists(f"{runtime}/bus"))  # noqa: PTH110


def _call(name: str, path: str, method: str, *arguments: str) -> str | None:
    options = ["--session", "--timeout", "1", "--dest", name, "--object-path", path, "--method", method]
    return ask(["gdbus", "call", *options, *arguments])
