"""Asking the desktop by its own small programs, without waiting long and without believing much.

A process that was started before the desktop lacks the desktop's variables, and one that outlives a session keeps those
of a session that is gone. So what is missing is asked of systemd's user manager, which desktops tell.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence

SECONDS = 1.5
MOST_CHARACTERS = 1_000_000

SESSION_VARIABLES = (
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "HYPRLAND_INSTANCE_SIGNATURE",
    "SWAYSOCK",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_ID",
)

SESSION_SECONDS = 60.0
"""For so long what the user manager said of the session is believed."""

_session: tuple[float, dict[str, str]] = (-SESSION_SECONDS, {})


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
    environment = {**_session[1], **os.environ, "LC_ALL": "C.UTF-8"}
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


def session(name: str) -> str:
    """One of `SESSION_VARIABLES` of the desktop that runs now; '' where none runs.

    This process's own value wins: whoever set it meant it.
    """
    global _session
    own = os.environ.get(name, "")
    if own or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return own
    if not os.environ.get("XDG_RUNTIME_DIR"):
        return ""  # no user manager can be reached
    if time.monotonic() - _session[0] > SESSION_SECONDS:
        lines = (ask(["systemctl", "--user", "show-environment"]) or "").splitlines()
        pairs = (line.partition("=")[::2] for line in lines)
        _session = (time.monotonic(), {key: value for key, value in pairs if key in SESSION_VARIABLES})
    return _session[1].get(name, "")


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
    address = session("DBUS_SESSION_BUS_ADDRESS")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return address.startswith("unix:") or (not address and bool(runtime) and os.path.exists(f"{runtime}/bus"))  # noqa: PTH110


def _call(name: str, path: str, method: str, *arguments: str) -> str | None:
    options = ["--session", "--timeout", "1", "--dest", name, "--object-path", path, "--method", method]
    return ask(["gdbus", "call", *options, *arguments])
