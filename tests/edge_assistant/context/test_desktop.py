"""Asking the desktop's programs, its bus and its session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge_assistant.context import desktop
from edge_assistant.context.desktop import MOST_CHARACTERS, ask, ask_bus
from edge_assistant.context.sources.quiet import LOCKED
from tests.edge_assistant.context.desktops import Put, Serve, bare_desktop, blocked, programs, serve

__all__ = ["bare_desktop", "programs", "serve"]


def test_a_program_that_is_missing_fails_hangs_or_floods_says_nothing_or_little(programs: Put) -> None:
    programs("fails", "echo no; exit 3")
    programs("hangs", "exec sleep 60")
    programs("silent", "true")
    programs("floods", f"head -c {3 * MOST_CHARACTERS} /dev/zero | tr '\\0' x")
    programs("binary", "printf 'a\\377b'")
    assert ask(["surely-not-installed"]) is None
    assert ask(["fails"]) is None and ask(["silent"]) is None
    assert ask(["hangs"], seconds=0.2) is None
    assert len(ask(["floods"], seconds=30)) == MOST_CHARACTERS
    assert ask(["binary"]) == "a\ufffdb"


def test_without_a_bus_nobody_is_asked(programs: Put, tmp_path: Path) -> None:
    programs("gdbus", f"touch {tmp_path}/asked; echo '(true,)'")
    assert ask_bus("org.gnome.ScreenSaver", "/", "x.y") is None
    assert not (tmp_path / "asked").exists()


SESSIONS = {
    "X11": ("DISPLAY=:0\\nXAUTHORITY=/run/x\\n", {"DISPLAY": ":0", "XAUTHORITY": "/run/x", "WAYLAND_DISPLAY": ""}),
    "Wayland": ("LANG=de\\nWAYLAND_DISPLAY=wayland-1\\n", {"WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ""}),
    "sway": ("SWAYSOCK=/run/user/1/sway.sock\\n", {"SWAYSOCK": "/run/user/1/sway.sock"}),
    "a value with a sign": ("XDG_CURRENT_DESKTOP=a=b\\n", {"XDG_CURRENT_DESKTOP": "a=b"}),
    "lines that are none": ("\\n==\\nDISPLAY\\nDBUS_SESSION_BUS_ADDRESS=unix:path=/x\\n", {"DISPLAY": ""}),
    "no desktop": ("HOME=/root\\n", {"DISPLAY": "", "WAYLAND_DISPLAY": ""}),
}


@pytest.mark.parametrize(("told", "expected"), SESSIONS.values(), ids=SESSIONS.keys())
def test_a_service_that_began_before_the_desktop_finds_it(
    programs: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, expected: dict[str, str]
) -> None:
    programs("systemctl", f"printf '{told}'")
    assert {name: desktop.session(name) for name in expected} == dict.fromkeys(expected, "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert {name: desktop.session(name) for name in expected} == expected
    programs("systemctl", "exit 1")
    assert {name: desktop.session(name) for name in expected} == expected
    monkeypatch.setattr(desktop, "SESSION_SECONDS", 0.0)
    assert desktop.session("DISPLAY") == ""  # the session has ended
    monkeypatch.setenv("DISPLAY", ":7")
    assert desktop.session("DISPLAY") == ":7"


def test_a_bus_that_came_later_is_asked(serve: Serve, programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    serve("org.gnome.ScreenSaver", answers={"org.gnome.ScreenSaver GetActive": ["b", [True]]})
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert blocked() == ""
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    programs("systemctl", f"echo DBUS_SESSION_BUS_ADDRESS={address}; echo DISPLAY=:0")
    monkeypatch.setattr(desktop, "SESSION_SECONDS", 0.0)
    assert blocked() == LOCKED
