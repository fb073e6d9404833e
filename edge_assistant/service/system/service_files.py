"""What an operating system needs to start the assistant with the person's session: a systemd unit, a launchd plist."""

from __future__ import annotations

import plistlib
import shutil
import sys
from pathlib import Path

from edge_assistant.paths import APPLICATION, HOME_VARIABLE, Paths

LABEL = "org.edge-assistant.core"


def command_line() -> list[str]:
    """How this installation is called, with absolute paths."""
    beside = Path(sys.executable).with_name(APPLICATION)
    found = str(beside) if beside.is_file() else shutil.which(APPLICATION)
    return [found, "run"] if found else [sys.executable, "-m", "edge_assistant.cli", "run"]


def systemd_unit(paths: Paths) -> str:
    """A user unit: to be written to ~/.config/systemd/user/edge-assistant.service."""
    command = " ".join(_quoted(part) for part in command_line())
    return f"""\
[Unit]
Description=edge-assistant: a proactive assistant on this machine
After=graphical-session.target
PartOf=graphical-session.target

[Service]
Type=exec
ExecStart={command}
Environment={_quoted(f"{HOME_VARIABLE}={paths.home}")}
Restart=on-failure
RestartSec=5
Nice=5
UMask=0077
# nothing leaves this machine: sockets of the machine itself are all it gets
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
IPAddressDeny=any
IPAddressAllow=localhost
NoNewPrivileges=true
PrivateTmp=false

[Install]
WantedBy=default.target
"""


def launchd_plist(paths: Paths) -> str:
    """A launch agent: to be written to ~/Library/LaunchAgents/org.edge-assistant.core.plist."""
    document = {
        "Label": LABEL,
        "ProgramArguments": command_line(),
        "EnvironmentVariables": {HOME_VARIABLE: str(paths.home)},
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardErrorPath": str(paths.home / "run.log"),
    }
    return plistlib.dumps(document).decode()


def _quoted(text: str) -> str:
    """As systemd reads it: quotes around, percent signs doubled."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"'
