"""The variables of the person's session, which a service that starts before the desktop does not have yet.

systemd's user manager learns them from the desktop once that is there, and again from the next one after a new login.
A process that was started in a terminal has them right from the beginning.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, MutableMapping

VARIABLES = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_ID",
    "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "SWAYSOCK",
    "HYPRLAND_INSTANCE_SIGNATURE",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_TIME",
)
"""What the sources of the moment and the notifications ask for."""

SERVICE_VARIABLE, PROCESS_VARIABLE = "INVOCATION_ID", "SYSTEMD_EXEC_PID"
"""systemd gives them to what it starts; a shell in a terminal inherits them, with the number of another process."""

PATIENCE = 2.0
_LINE = re.compile(r"(?P<name>\w+)=(?:\$'(?P<quoted>.*)'|(?P<plain>.*))", re.DOTALL)


def manager_environment() -> dict[str, str]:
    """What systemd's user manager knows; empty where there is none."""
    try:
        shown = subprocess.run(
            ["systemctl", "--user", "show-environment"],  # noqa: S607 - found on the path, as everywhere
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return parsed(os.fsdecode(shown.stdout))


def parsed(text: str) -> dict[str, str]:
    """The output of `systemctl show-environment`; values with special characters are quoted as a shell does."""
    found = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        value = match["plain"]
        if match["quoted"] is not None:
            value = match["quoted"].encode("latin-1", "backslashreplace").decode("unicode_escape")
            value = value.encode("latin-1", "surrogateescape").decode("utf-8", "surrogateescape")
        found[match["name"]] = value
    return found


def follow_session(
    environment: MutableMapping[str, str] | None = None, manager: Mapping[str, str] | None = None
) -> list[str]:
    """Bring this process's variables up to date with the person's session; returns those that have changed.

    Args:
        environment: to change; None is this process's.
        manager: what the session knows; None asks systemd.
    """
    own = os.environ if environment is None else environment
    if SERVICE_VARIABLE not in own or own.get(PROCESS_VARIABLE, str(os.getpid())) != str(os.getpid()):
        return []
    known = manager_environment() if manager is None else manager
    changed = []
    for name in VARIABLES if known else ():
        value = known.get(name)
        if own.get(name) != value and (value is not None or name not in ("DBUS_SESSION_BUS_ADDRESS", "LANG")):
            changed.append(name)
            if value is None:
                del own[name]  # the desktop that it named has ended
            else:
                own[name] = value
    return changed
