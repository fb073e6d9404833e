"""The desktop's wish for silence."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

from edge_assistant.context.sources import quiet
from edge_assistant.context.sources.quiet import DO_NOT_DISTURB, FULL_SCREEN, KEPT_AWAKE, LOCKED, DesktopQuiet
from tests.edge_assistant.context.desktops import NOW, Put, Serve, bare_desktop, blocked, programs, serve

__all__ = ["bare_desktop", "programs", "serve"]


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
