"""Idle time and the desktop's wish for silence: a real D-Bus with a real service, and real programs on the path."""

from __future__ import annotations

import json
import os
import platform
import pty
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.context.desktop import MOST_CHARACTERS, ask, ask_bus
from edge_assistant.context.hub import Hub
from edge_assistant.context.sources import idle, quiet
from edge_assistant.context.sources.idle import SEARCH_EVERY, DesktopIdle
from edge_assistant.context.sources.quiet import DO_NOT_DISTURB, FULL_SCREEN, KEPT_AWAKE, LOCKED, DesktopQuiet

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


# -- programs -------------------------------------------------------------------------------------------------------


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


# -- idle time ------------------------------------------------------------------------------------------------------


def test_gnome_is_asked_over_a_real_bus(serve: Serve) -> None:
    method = "org.gnome.Mutter.IdleMonitor GetIdletime"
    serve("org.gnome.Mutter.IdleMonitor", answers={method: ["t", [421_500]]})
    assert idle.from_gnome() == 421.5
    told = DesktopIdle(away_minutes=5).observe(NOW)
    assert (told.presence, told.idle_seconds, told.activity) == ("away", 421.5, "")
    near = DesktopIdle(away_minutes=8).observe(NOW)
    assert near.presence == "" and near.idle_seconds == 421.5


def test_kde_is_asked_only_on_its_own_desktop(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    method = "org.freedesktop.ScreenSaver GetSessionIdleTime"
    serve("org.freedesktop.ScreenSaver", answers={method: ["u", [30_000]]})
    assert idle.from_kde() is None
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert idle.from_kde() == 30.0


def test_a_service_with_nonsense_is_not_believed(serve: Serve) -> None:
    method = "org.gnome.Mutter.IdleMonitor GetIdletime"
    serve("org.gnome.Mutter.IdleMonitor", answers={method: ["t", [2**63]]})
    assert idle.from_gnome() is None
    serve("org.gnome.Mutter.IdleMonitor", answers={method: ["s", ["soon"]]})
    assert idle.from_gnome() is None


def test_the_x_server_is_asked_where_there_is_one(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("xprintidle", "echo 65000")
    assert idle.from_x11() is None
    monkeypatch.setenv("DISPLAY", ":0")
    assert idle.from_x11() == 65.0
    programs("xprintidle", "echo couldn\\'t open display")
    assert idle.from_x11() is None
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    programs("xprintidle", "echo 65000")
    assert idle.from_x11() is None


def test_macos_tells_nanoseconds(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("ioreg", "echo '    | |   \"HIDIdleTime\" = 12500000000'")
    assert idle.from_macos() is None or platform.system() == "Darwin"
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert idle.from_macos() == 12.5


def test_logind_is_believed_of_graphical_sessions(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "7")
    since = int((time.time() - 600) * 1e6)
    programs("loginctl", f"printf 'IdleHint=yes\\nIdleSinceHint={since}\\nType=wayland\\n'")
    assert 590 < idle.from_logind() < 700
    programs("loginctl", "printf 'IdleHint=no\\nIdleSinceHint=0\\nType=x11\\n'")
    assert idle.from_logind() == 0.0
    programs("loginctl", "printf 'IdleHint=yes\\nIdleSinceHint=5\\nType=x11\\n'")
    assert idle.from_logind() is None
    programs("loginctl", "printf 'IdleHint=no\\nIdleSinceHint=0\\nType=tty\\n'")
    assert idle.from_logind() is None


def test_the_terminal_typed_into_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = pty.openpty()
    try:
        monkeypatch.setattr(idle, "_terminals", lambda: {os.ttyname(terminal).removeprefix("/dev/"), "pts/none"})
        os.write(keyboard, b"x\n")
        os.read(terminal, 10)
        os.utime(os.ttyname(terminal), (time.time() - 900, time.time()))
        assert 890 < idle.from_terminals() < 1000
        os.utime(os.ttyname(terminal), (time.time() + 900, time.time()))
        assert idle.from_terminals() == 0.0
    finally:
        os.close(keyboard)
        os.close(terminal)
    monkeypatch.setattr(idle, "_terminals", set)
    assert idle.from_terminals() is None


def test_this_computers_terminals_have_plain_names() -> None:
    assert all("/" not in name.removeprefix("pts/") for name in idle._terminals())


def test_the_first_means_that_works_is_kept_and_replaced_when_it_stops() -> None:
    works = {"a": False, "b": True}
    asked: list[str] = []

    def means(name: str) -> Callable[[], float | None]:
        def measure() -> float | None:
            asked.append(name)
            return 10.0 if works[name] else None

        return measure

    source = DesktopIdle(means=(means("a"), means("b")))
    assert source.observe(NOW).idle_seconds == 10.0
    works["a"] = True
    source.observe(NOW)
    assert asked == ["a", "b", "b"]
    works["b"] = False
    assert source.observe(NOW).idle_seconds == 10.0
    assert asked[-2:] == ["b", "a"]
    works["a"] = False
    assert source.observe(NOW) is None
    count = len(asked)
    for _ in range(SEARCH_EVERY):
        assert source.observe(NOW) is None
    assert len(asked) == count
    works["b"] = True
    assert source.observe(NOW).idle_seconds == 10.0


def test_unknown_idle_time_is_nothing_and_no_failure() -> None:
    reading = Hub([DesktopIdle(means=())]).context(NOW)
    assert reading.states[0].state == "nothing" and reading.observation.idle_seconds is None


# -- silence --------------------------------------------------------------------------------------------------------


def blocked() -> str:
    told = DesktopQuiet().observe(NOW)
    return told.blocked if told else ""


def test_nothing_forbids_speech_without_a_desktop(programs: Put, tmp_path: Path) -> None:
    for name in ("gsettings", "gdbus", "dunstctl", "xprop", "swaymsg", "hyprctl"):
        programs(name, f"touch {tmp_path}/asked; echo true")
    assert blocked() == ""
    assert not (tmp_path / "asked").exists()


def test_do_not_disturb_over_a_real_bus(serve: Serve) -> None:
    get = "org.freedesktop.DBus.Properties Get"
    serve("org.freedesktop.Notifications", answers={get: ["v", [["b", True]]]})
    assert blocked() == DO_NOT_DISTURB
    assert DesktopQuiet(do_not_disturb=False).observe(NOW) is None
    serve("org.freedesktop.Notifications", answers={get: ["v", [["b", False]]]})
    assert blocked() == ""


def test_gnomes_setting_is_read_on_its_desktop(programs: Put, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("gsettings", 'test "$3" = show-banners && echo false')
    serve("org.example.Nothing", answers={})
    assert blocked() == ""
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    assert blocked() == DO_NOT_DISTURB
    programs("gsettings", "echo true")
    assert blocked() == ""
    programs("gsettings", "echo 'No such schema' >&2; exit 1")
    assert blocked() == ""


@pytest.mark.parametrize(
    ("program", "on", "off"),
    [
        ("dunstctl", "echo true", "echo false"),
        ("swaync-client", "echo true", "echo false"),
        ("xfconf-query", "echo true", "echo false"),
        ("makoctl", "printf 'default\\ndo-not-disturb\\n'", "echo default"),
    ],
)
def test_the_daemons_of_small_desktops(
    programs: Put, monkeypatch: pytest.MonkeyPatch, program: str, on: str, off: str
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    programs(program, on)
    assert blocked() == DO_NOT_DISTURB
    programs(program, off)
    assert blocked() == ""


def test_macos_focus_in_both_forms(programs: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    programs("defaults", "echo 1")
    assert blocked() == DO_NOT_DISTURB
    file = tmp_path / "Library/DoNotDisturb/DB/Assertions.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"data": [{"storeAssertionRecords": []}]}')
    assert blocked() == ""
    file.write_text('{"data": [{"storeAssertionRecords": [{"x": 1}]}]}')
    assert blocked() == DO_NOT_DISTURB
    programs("defaults", "exit 1")
    for nonsense in ("[", "7", '{"data": 7}', '{"data": [7]}', "null"):
        file.write_text(nonsense)
        assert blocked() == ""


def test_a_locked_screen_over_a_real_bus(serve: Serve) -> None:
    serve("org.gnome.ScreenSaver", answers={"org.gnome.ScreenSaver GetActive": ["b", [True]]})
    assert blocked() == LOCKED
    serve("org.gnome.ScreenSaver", answers={"org.gnome.ScreenSaver GetActive": ["b", [False]]})
    assert blocked() == ""


def test_a_locked_session_by_systemd(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "7")
    programs("loginctl", "echo LockedHint=yes")
    assert blocked() == LOCKED
    programs("loginctl", "echo LockedHint=no")
    assert blocked() == ""


def xprop(state: str, window_class: str = '"mpv", "mpv"', window: str = "0x3a00007") -> str:
    return (
        'case "$1" in\n'
        f"-root) echo '_NET_ACTIVE_WINDOW(WINDOW): window id # {window}';;\n"
        f"*) printf '%s\\n' '_NET_WM_STATE(ATOM) = {state}' 'WM_CLASS(STRING) = {window_class}';;\n"
        "esac"
    )


def test_a_full_screen_under_x11_unless_it_is_a_terminal(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("xprop", xprop("_NET_WM_STATE_FULLSCREEN"))
    assert blocked() == ""
    monkeypatch.setenv("DISPLAY", ":0")
    assert blocked() == FULL_SCREEN
    assert DesktopQuiet(full_screen=False).observe(NOW) is None
    programs("xprop", xprop("_NET_WM_STATE_FULLSCREEN", '"gnome-terminal-server", "Gnome-terminal"'))
    assert blocked() == ""
    programs("xprop", xprop("_NET_WM_STATE_MAXIMIZED_VERT"))
    assert blocked() == ""
    programs("xprop", xprop("_NET_WM_STATE_FULLSCREEN", window="0x0"))
    assert blocked() == ""


def test_a_real_xprop_without_a_server_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert quiet.x11_full_screen() is None


def sway(full: int, app: str | None, window_class: str = "") -> str:
    window = {"focused": True, "fullscreen_mode": full, "app_id": app, "window_properties": {"class": window_class}}
    return json.dumps({"nodes": [{"nodes": [], "floating_nodes": [window]}, {"nodes": None}]})


def test_a_full_screen_under_sway(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWAYSOCK", "/run/x")
    for tree, reason in (
        (sway(1, "mpv"), FULL_SCREEN),
        (sway(0, "mpv"), ""),
        (sway(1, "foot"), ""),
        (sway(1, None, "Alacritty"), ""),
        (sway(1, None, "steam_app_1"), FULL_SCREEN),
        ("[" * 5000, ""),
        ("7", ""),
    ):
        programs("swaymsg", f"echo '{tree}'")
        assert blocked() == reason


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ('{"fullscreen": 2, "class": "mpv"}', FULL_SCREEN),
        ('{"fullscreen": 1, "class": "mpv"}', ""),
        ('{"fullscreen": true, "class": "mpv"}', FULL_SCREEN),
        ('{"fullscreen": false, "class": "mpv"}', ""),
        ('{"fullscreen": 2, "class": "kitty"}', ""),
        ("{}", ""),
        ("Invalid", ""),
    ],
)
def test_a_full_screen_under_hyprland(programs: Put, monkeypatch: pytest.MonkeyPatch, window: str, reason: str) -> None:
    monkeypatch.setenv("HYPRLAND_INSTANCE_SIGNATURE", "x")
    programs("hyprctl", f"echo '{window}'")
    assert blocked() == reason


@pytest.mark.parametrize(
    ("desktop", "name", "method"),
    [
        ("GNOME", "org.gnome.SessionManager", "IsInhibited"),
        ("KDE", "org.kde.Solid.PowerManagement.PolicyAgent", "HasInhibition"),
    ],
)
def test_a_screen_that_is_kept_awake_over_a_real_bus(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, desktop: str, name: str, method: str
) -> None:
    serve(name, answers={f"{name} {method}": ["b", [True]]})
    assert DesktopQuiet().observe(NOW) is None  # not this desktop
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    assert DesktopQuiet().observe(NOW) is None  # not under Wayland: there the window's own state is asked for
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert DesktopQuiet().observe(NOW).blocked == KEPT_AWAKE
    assert DesktopQuiet(full_screen=False).observe(NOW) is None
    serve(name, answers={f"{name} {method}": ["b", [False]]})
    assert DesktopQuiet().observe(NOW) is None


def test_a_screen_that_is_kept_awake_on_macos(programs: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    for awake, reason in (("1", KEPT_AWAKE), ("0", None)):
        lines = ("UserIsActive 1", f"PreventUserIdleDisplaySleep    {awake}", "PreventUserIdleSystemSleep 1")
        programs("pmset", "\n".join(f"echo '   {line}'" for line in lines))
        told = DesktopQuiet(do_not_disturb=False).observe(NOW)
        assert (told.blocked if told else None) == reason
