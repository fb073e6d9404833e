"""A desktop for tests: a real D-Bus with a real service, and real programs on the path."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.context import desktop
from edge_assistant.context.sources.quiet import DesktopQuiet

NOW = datetime(2026, 11, 24, 14, 0)
DESKTOP_VARIABLES = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_CURRENT_DESKTOP",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_ID",
    "DBUS_SESSION_BUS_ADDRESS",
    "SWAYSOCK",
    "HYPRLAND_INSTANCE_SIGNATURE",
)

SERVICE = """
import asyncio, json, sys
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

async def main():
    table = {tuple(key.split(" ")): value for key, value in json.loads(sys.argv[1]).items()}
    bus = await MessageBus().connect()
    def answer(message):
        found = table.get((message.interface, message.member))
        if message.message_type is MessageType.METHOD_CALL and found:
            signature, body = found
            body = [Variant(*item) if isinstance(item, list) else item for item in body]
            return Message.new_method_return(message, signature, body)
    bus.add_message_handler(answer)
    for name in sys.argv[2:]:
        await bus.request_name(name)
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def bare_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """No desktop at all, until a test makes one."""
    for variable in DESKTOP_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(desktop, "_session", (-desktop.SESSION_SECONDS, {}))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A function that puts a program, a shell script, first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def put(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return put


Put = Callable[[str, str], None]
Serve = Callable[..., None]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A function that starts a session bus with a service: its names, and what each 'interface method' answers."""
    if not shutil.which("dbus-daemon") or not shutil.which("gdbus"):
        pytest.skip("needs dbus-daemon and gdbus: on Debian, 'apt install dbus libglib2.0-bin'")
    children: list[subprocess.Popen[str]] = []

    def start(*names: str, **answers: Any) -> None:
        address = f"unix:path={tmp_path}/bus{len(children)}"
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={address}"]
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        children.append(daemon)
        assert daemon.stdout.readline().startswith("unix:")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        table = json.dumps(answers["answers"])
        service = subprocess.Popen([sys.executable, "-c", SERVICE, table, *names], stdout=subprocess.PIPE, text=True)
        children.append(service)
        assert service.stdout.readline() == "ready\n"

    yield start
    for child in reversed(children):
        child.terminate()
        child.wait(10)
        child.stdout.close()


def blocked() -> str:
    told = DesktopQuiet().observe(NOW)
    return told.blocked if told else ""
