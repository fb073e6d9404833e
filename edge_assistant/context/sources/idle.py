"""For how long nothing was typed or moved, by whatever means this computer has.

The means are tried in order; the first that answers serves from then on, and another is looked for when it stops.
Where none answers, nothing is known, and nothing is said about it.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edge_assistant.context.desktop import ask, ask_bus, session
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

LONGEST = 365 * 86_400.0
"""No computer waits longer than this, in seconds; what claims so is not believed."""

SEARCH_EVERY = 20
"""Looks after which means are searched for again, when none was found."""

Means = Callable[[], float | None]


def from_gnome() -> float | None:
    """GNOME's own clock, on X11 and Wayland."""
    told = ask_bus(
        "org.gnome.Mutter.IdleMonitor",
        "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor.GetIdletime",
    )
    return _seconds(re.fullmatch(r"\(uint64 (\d+),\)", told or ""), 1000.0)


def from_kde() -> float | None:
    """KDE's, in milliseconds; others give the same name another unit, so they are not asked."""
    if "kde" not in session("XDG_CURRENT_DESKTOP").lower():
        return None
    told = ask_bus("org.freedesktop.ScreenSaver", "/ScreenSaver", "org.freedesktop.ScreenSaver.GetSessionIdleTime")
    return _seconds(re.fullmatch(r"\((?:uint32 )?(\d+),\)", told or ""), 1000.0)


def from_x11() -> float | None:
    """The X server's, where xprintidle is installed; it sees nothing under Wayland."""
    if not session("DISPLAY") or session("WAYLAND_DISPLAY"):
        return None
    return _seconds(re.fullmatch(r"(\d+)", ask(["xprintidle"]) or ""), 1000.0)


def from_macos() -> float | None:
    """The input system's, in nanoseconds."""
    if platform.system() != "Darwin":
        return None
    return _seconds(re.search(r'"HIDIdleTime" = (\d+)', ask(["ioreg", "-c", "IOHIDSystem", "-d", "4"]) or ""), 1e9)


def from_logind() -> float | None:
    """What the desktop told systemd of this session; 0 while it says that somebody is there."""
    number = session("XDG_SESSION_ID")
    if not number:
        return None
    told = ask(["loginctl", "show-session", number, "-p", "IdleHint", "-p", "IdleSinceHint", "-p", "Type"]) or ""
    fields = dict(line.partition("=")[::2] for line in told.splitlines())
    if fields.get("Type") not in ("x11", "wayland", "mir"):
        return None  # nobody sets the hint of a text session
    if fields.get("IdleHint") == "no":
        return 0.0
    since = fields.get("IdleSinceHint", "")
    if fields.get("IdleHint") != "yes" or not since.isdigit() or since == "0":
        return None
    return _sound(time.time() - int(since) / 1e6)


def from_terminals(folder: Path = Path("/dev")) -> float | None:
    """The terminal that was typed into last, of those on which this person is logged in or this program runs."""
    times = []
    for name in _terminals():
        try:
            times.append((folder / name).stat().st_atime)
        except OSError:
            continue
    return _sound(time.time() - max(times)) if times else None


def _terminals() -> set[str]:
    """Names such as 'pts/3' of this person's terminals."""
    import psutil

    names: set[str] = set()
    with contextlib.suppress(psutil.Error, OSError, KeyError, RuntimeError):
        me = psutil.Process().username()
        names.update(user.terminal for user in psutil.users() if user.name == me and user.terminal)
    with contextlib.suppress(OSError):
        names.add(os.ttyname(0).removeprefix("/dev/"))
    return {name for name in names if re.fullmatch(r"(pts/)?\w+", name)}


MEANS: tuple[Means, ...] = (from_gnome, from_kde, from_x11, from_macos, from_logind, from_terminals)


class DesktopIdle:
    """Idle time by the best means there is."""

    name = "idle"
    every = 30.0
    patience = 3.0

    def __init__(self, away_minutes: float = 5.0, means: tuple[Means, ...] = MEANS) -> None:
        """
        Args:
            away_minutes: after this long the person is taken to be away.
            means: functions that give seconds, or None when they do not work here; the best first.
        """
        self._away = away_minutes * 60.0
        self._means = means
        self._chosen: Means | None = None
        self._searches_in = 0

    def observe(self, now: datetime) -> Observation | None:
        seconds = self._measure()
        if seconds is None:
            return None
        return Observation(idle_seconds=seconds, presence="away" if seconds >= self._away else "", confidence=0.0)

    def _measure(self) -> float | None:
        if self._chosen is not None:
            seconds = self._chosen()
            if seconds is not None:
                return seconds
            self._chosen = None
            self._searches_in = 0
        if self._searches_in > 0:
            self._searches_in -= 1
            return None
        for means in self._means:
            seconds = means()
            if seconds is not None:
                self._chosen = means
                return seconds
        self._searches_in = SEARCH_EVERY
        return None


def _seconds(found: re.Match[str] | None, unit: float) -> float | None:
    return _sound(int(found[1]) / unit) if found else None


def _sound(seconds: float) -> float | None:
    """Seconds that can be: a clock that was set back makes them a little negative, which is 0."""
    if seconds > LONGEST:
        return None
    return max(0.0, seconds)


@CONTEXT_SOURCES.register("idle", "how long no key was pressed and nothing moved")
def _idle(settings: SourceSettings) -> DesktopIdle:
    return DesktopIdle(settings.away_minutes)
