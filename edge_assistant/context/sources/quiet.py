"""Whether the desktop asks for silence: do not disturb, a locked screen, a program that fills the screen.

Each question is put to whatever answers it on this desktop. Where nothing does, nothing forbids speech.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.context.apps import is_terminal
from edge_assistant.context.desktop import ask, ask_bus, has_session_bus, session
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES, SwitchedOffError

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

DO_NOT_DISTURB = "do not disturb is on"
LOCKED = "the screen is locked"
FULL_SCREEN = "a program fills the screen"
KEPT_AWAKE = "a program keeps the screen awake, as films and calls do"

GNOMES = ("gnome", "unity", "budgie", "cinnamon", "pop")

Check = Callable[[], bool | None]
"""True or False where this desktop answers, None where it does not."""


class DesktopQuiet:
    """The desktop's wish for silence."""

    name = "quiet"
    every = 60.0
    patience = 4.0

    def __init__(self, do_not_disturb: bool = True, full_screen: bool = True) -> None:
        """
        Args:
            do_not_disturb: ask whether notifications are off, and whether the screen is locked.
            full_screen: ask whether a program fills the screen, or keeps it awake where the other cannot be asked.
        """
        self._questions: list[tuple[str, tuple[Check, ...]]] = []
        if do_not_disturb:
            self._questions += [(DO_NOT_DISTURB, DO_NOT_DISTURB_CHECKS), (LOCKED, LOCKED_CHECKS)]
        if full_screen:
            self._questions += [(FULL_SCREEN, FULL_SCREEN_CHECKS), (KEPT_AWAKE, KEPT_AWAKE_CHECKS)]

    def observe(self, now: datetime) -> Observation | None:
        for reason, checks in self._questions:
            if any(check() for check in checks):
                return Observation(blocked=reason, confidence=0.0)
        return None


# -- do not disturb ---------------------------------------------------------------------------------------------------


def gnome_banners_off() -> bool | None:
    """GNOME and its relatives keep it as a setting; it is asked for only on their desktops."""
    if not _desktop(*GNOMES) or not has_session_bus():
        return None
    told = ask(["gsettings", "get", "org.gnome.desktop.notifications", "show-banners"])
    return {"false": True, "true": False}.get(told or "")


def notifications_inhibited() -> bool | None:
    """KDE's notification service, and others that have the property."""
    told = ask_bus(
        "org.freedesktop.Notifications",
        "/org/freedesktop/Notifications",
        "org.freedesktop.DBus.Properties.Get",
        "org.freedesktop.Notifications",
        "Inhibited",
    )
    return {"(<true>,)": True, "(<false>,)": False}.get(told or "")


def small_daemons_paused() -> bool | None:
    """The notification programs of small desktops. They are only asked where a graphical session runs."""
    if not _graphical():
        return None
    answers = [
        (ask(command), yes)
        for command, yes in (
            (("dunstctl", "is-paused"), "true"),
            (("swaync-client", "--get-dnd", "--skip-wait"), "true"),
            (("xfconf-query", "-c", "xfce4-notifyd", "-p", "/do-not-disturb"), "true"),
            (("makoctl", "mode"), "do-not-disturb|dnd"),
        )
    ]
    found = [re.search(f"^({yes})$", told, re.MULTILINE) is not None for told, yes in answers if told is not None]
    return any(found) if found else None


def macos_focus() -> bool | None:
    """macOS: the present form where this program may read it, then that of older releases."""
    if platform.system() != "Darwin":
        return None
    try:
        file = Path.home() / "Library/DoNotDisturb/DB/Assertions.json"
        data = json.loads(file.read_bytes())
        return any(entry.get("storeAssertionRecords") for entry in data["data"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    told = ask(["defaults", "-currentHost", "read", "com.apple.notificationcenterui", "doNotDisturb"])
    return {"1": True, "0": False}.get(told or "")


# -- a locked screen --------------------------------------------------------------------------------------------------


def screen_saver_active() -> bool | None:
    """The desktop's screen saver or lock."""
    for desktop in ("gnome", "freedesktop", "cinnamon", "mate", "xfce"):
        name = f"org.{desktop}.ScreenSaver"
        told = _yes_or_no(ask_bus(name, f"/org/{desktop}/ScreenSaver", f"{name}.GetActive"))
        if told is not None:
            return told
    return None


def session_locked() -> bool | None:
    """What systemd knows of this session."""
    number = session("XDG_SESSION_ID")
    told = ask(["loginctl", "show-session", number, "-p", "LockedHint"]) if number else None
    return {"LockedHint=yes": True, "LockedHint=no": False}.get(told or "")


# -- a full screen ----------------------------------------------------------------------------------------------------


def x11_full_screen() -> bool | None:
    """The active window's state, as window managers note it.

    A terminal may hold this very assistant, so it does not count.
    """
    if not session("DISPLAY"):
        return None
    root = ask(["xprop", "-root", "_NET_ACTIVE_WINDOW"]) or ""
    found = re.search(r"window id # (0x[0-9a-f]+)", root)
    if not found or int(found[1], 16) == 0:
        return None
    told = ask(["xprop", "-id", found[1], "_NET_WM_STATE", "WM_CLASS"])
    if told is None:
        return None
    names = re.findall(r'"([^"]*)"', next((line for line in told.splitlines() if line.startswith("WM_CLASS")), ""))
    return "_NET_WM_STATE_FULLSCREEN" in told and not any(is_terminal(name) for name in names)


def sway_full_screen() -> bool | None:
    """The focused window of sway."""
    if not session("SWAYSOCK"):
        return None
    tree = _json(ask(["swaymsg", "-t", "get_tree", "-r"]))
    if tree is None:
        return None
    for node in _nodes(tree):
        if node.get("focused") and node.get("fullscreen_mode"):
            properties = node.get("window_properties")
            old = properties.get("class") if isinstance(properties, dict) else ""
            return not is_terminal(str(node.get("app_id") or old or ""))
    return False


def hyprland_full_screen() -> bool | None:
    """The active window of Hyprland."""
    if not session("HYPRLAND_INSTANCE_SIGNATURE"):
        return None
    window = _json(ask(["hyprctl", "activewindow", "-j"]))
    if not isinstance(window, dict):
        return None
    state = window.get("fullscreen")
    # older releases say true or false, newer ones a number of which 1 means only maximised
    full = state if isinstance(state, bool) else state in (2, 3)
    return full and not is_terminal(str(window.get("class") or ""))


# -- a screen that is kept awake, where nobody tells what fills it --------------------------------------------------


def wayland_kept_awake() -> bool | None:
    """GNOME and KDE under Wayland: whether a program wants the session not to become idle (flag 8 of GNOME's manager)
    or the screen's settings kept (flag 4 of KDE's power management).
    """
    if not session("WAYLAND_DISPLAY"):
        return None
    if _desktop(*GNOMES):
        name, path, method = "org.gnome.SessionManager", "/org/gnome/SessionManager", "IsInhibited"
        return _yes_or_no(ask_bus(name, path, f"{name}.{method}", "uint32 8"))
    if _desktop("kde", "plasma"):
        name = "org.kde.Solid.PowerManagement.PolicyAgent"
        return _yes_or_no(ask_bus(name, f"/{name.replace('.', '/')}", f"{name}.HasInhibition", "uint32 4"))
    return None


def macos_kept_awake() -> bool | None:
    """macOS: whether a program holds off the display's sleep."""
    if platform.system() != "Darwin":
        return None
    found = re.search(r"PreventUserIdleDisplaySleep\s+([01])\b", ask(["pmset", "-g", "assertions"]) or "")
    return found[1] == "1" if found else None


DO_NOT_DISTURB_CHECKS: tuple[Check, ...] = (
    gnome_banners_off,
    notifications_inhibited,
    small_daemons_paused,
    macos_focus,
)
LOCKED_CHECKS: tuple[Check, ...] = (screen_saver_active, session_locked)
FULL_SCREEN_CHECKS: tuple[Check, ...] = (x11_full_screen, sway_full_screen, hyprland_full_screen)
KEPT_AWAKE_CHECKS: tuple[Check, ...] = (wayland_kept_awake, macos_kept_awake)


def _graphical() -> bool:
    return bool(session("DISPLAY") or session("WAYLAND_DISPLAY"))


def _desktop(*names: str) -> bool:
    current = session("XDG_CURRENT_DESKTOP").lower()
    return any(name in current for name in names)


def _yes_or_no(told: str | None) -> bool | None:
    """What a bus says, as `gdbus` prints it."""
    return {"(true,)": True, "(false,)": False}.get(told or "")


def _json(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """A tree's nodes, without recursion: how deep it is, is not for us to say."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.get("nodes") or [])
            waiting.extend(node.get("floating_nodes") or [])


@CONTEXT_SOURCES.register("quiet", "do not disturb, a locked screen, a program that fills it")
def _quiet(settings: SourceSettings) -> DesktopQuiet:
    if not (settings.do_not_disturb or settings.full_screen):
        raise SwitchedOffError("set sources.do_not_disturb or sources.full_screen to true to switch it on")
    return DesktopQuiet(settings.do_not_disturb, settings.full_screen)
