"""Idle time, by whatever means a desktop has."""

from __future__ import annotations

import os
import platform
import pty
import time
from collections.abc import Callable

import pytest

from edge_assistant.context.hub import Hub
from edge_assistant.context.sources import idle
from edge_assistant.context.sources.idle import SEARCH_EVERY, DesktopIdle
from tests.edge_assistant.context.desktops import NOW, Put, Serve, bare_desktop, programs, serve

__all__ = ["bare_desktop", "programs", "serve"]


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
