"""Whether the machine may be used for training: is the user away, and is there power, coolness, room and leave.

Each fact comes from whatever this machine offers; what cannot be found out is None and, except for the user's absence,
stands in nobody's way. A source may be handed in, ActivityWatch's AFK bucket for one: the shortest absence wins,
because a person who is seen anywhere is there.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge_assistant.settings import TrainingSettings

if TYPE_CHECKING:
    from edge_assistant.context.source import ContextSource

IdleSource = Callable[[], float | None]
"""Seconds since the user's last input, or None when this source does not know."""

RETURN_SECONDS = 5.0
"""An absence below this means that the user has come back."""

MOST_LOAD = 0.5
"""Runnable processes a core, beyond which training does not begin."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What was found of the machine at one moment.

    Attributes:
        idle_seconds: since the user's last input; None when nobody knows.
        on_mains: False on battery; None without a battery.
        charge: of the battery, 0 to 1; None without one.
        load: runnable processes a core, averaged over a minute.
        temperature: of the hottest core, degrees Celsius; None where no sensor tells.
        free_mb: memory that can be had without swapping, MiB.
        now: local time.
        reply_due: somebody waits for an answer of the assistant.
    """

    idle_seconds: float | None
    on_mains: bool | None
    charge: float | None
    load: float
    temperature: float | None
    free_mb: float
    now: datetime
    reply_due: bool = False


def why_not(limits: TrainingSettings, found: Conditions, *, training: bool) -> str:
    """Why training may not begin (or, once it runs, go on) now; '' when it may.

    What is in flux, load and memory, is only asked at the beginning: training itself moves it.
    """
    if found.reply_due:
        return "a reply is due"
    if found.idle_seconds is None:
        return "nobody can tell whether you are away"
    if found.idle_seconds < (RETURN_SECONDS if training else 60 * limits.away_minutes):
        return "you are here"
    charge = found.charge or 0.0
    if found.on_mains is False and (limits.least_charge >= 1 or charge < limits.least_charge):
        return f"on battery ({charge:.0%})"
    hour = found.now.hour + found.now.minute / 60
    if (hour - limits.hours_from) % 24 >= ((limits.hours_to - limits.hours_from) % 24 or 24):
        return f"outside of {limits.hours_from:g} to {limits.hours_to:g} o'clock"
    if found.temperature is not None and found.temperature > limits.hottest:
        return f"the machine is hot ({found.temperature:.0f} degrees)"
    if not training and found.load > MOST_LOAD:
        return f"the machine is busy (load {found.load:.1f} a core)"
    if not training and found.free_mb < limits.free_memory_mb:
        return f"too little memory ({found.free_mb:.0f} of {limits.free_memory_mb:.0f} MB)"
    return ""


def observe(sources: Sequence[IdleSource] | None = None, *, reply_due: bool = False) -> Conditions:
    """Look at the machine now. Never raises; takes a few milliseconds, or up to a second on macOS and Wayland.

    Args:
        sources: of the user's absence; None takes those of this system.
        reply_due: from whoever answers the user.
    """
    import psutil

    battery = _battery()
    cores = os.cpu_count() or 1
    load = 0.0
    with suppress(OSError, AttributeError):
        load = os.getloadavg()[0] / cores
    return Conditions(
        idle_seconds=idle_seconds(system_sources() if sources is None else sources),
        on_mains=None if battery is None else battery[0],
        charge=None if battery is None else battery[1],
        load=load,
        temperature=_temperature(),
        free_mb=psutil.virtual_memory().available / 2**20,
        now=datetime.now(),
        reply_due=reply_due,
    )


def idle_seconds(sources: Sequence[IdleSource]) -> float | None:
    """The shortest absence that any source reports; a source that fails or lies below zero is left out."""
    found = []
    for source in sources:
        with suppress(Exception):  # a source may be anybody's; none of them may stop the scheduler
            value = source()
            if value is not None and value >= 0:
                found.append(float(value))
    return min(found, default=None)


def system_sources() -> tuple[IdleSource, ...]:
    """What this system offers, as the context's own source of idleness finds it."""
    from edge_assistant.context.sources.idle import DesktopIdle

    return (_idle_of(DesktopIdle()),)


def activitywatch_source(host: str, port: int) -> IdleSource:
    """ActivityWatch's own watch of keys and movements, where its server runs; asked aside, since it may be slow."""
    from edge_assistant.context.sources.activitywatch import ActivityWatchSource

    return SlowSource(_idle_of(ActivityWatchSource(host, port)))


def _idle_of(source: ContextSource) -> IdleSource:
    """What a source of the context knows of the user's absence."""

    def seconds() -> float | None:
        found = source.observe(datetime.now())
        return None if found is None else found.idle_seconds

    return seconds


class SlowSource:
    """An `IdleSource` over a slow one, which is asked on a thread of its own: no look at the machine waits for it."""

    EVERY = 5.0
    """Seconds between two questions: ActivityWatch itself looks no more often."""

    STALE = 60.0
    """Seconds after which an answer is worth nothing."""

    def __init__(self, source: IdleSource, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._every, self._clock = source, every, clock
        self._asked_at = float("-inf")
        self._answer: tuple[float, float] | None = None
        self._asking: threading.Thread | None = None

    def __call__(self) -> float | None:
        """What was answered last, with the time since then added; None when that was nothing, or too long ago."""
        now, answer = self._clock(), self._answer
        busy = self._asking is not None and self._asking.is_alive()
        if not busy and now - self._asked_at >= self._every:
            self._asked_at = now
            self._asking = threading.Thread(target=self._ask, name="idle source", daemon=True)
            self._asking.start()
        if answer is None or now - answer[1] > self.STALE:
            return None
        return answer[0] + now - answer[1]

    def _ask(self) -> None:
        try:
            seconds = self._source()
        except Exception:  # a source may be anybody's; one that fails knows nothing
            seconds = None
        self._answer = None if seconds is None else (seconds, self._clock())


def _battery() -> tuple[bool, float] | None:
    """Whether on mains, and the charge; None without a battery."""
    import psutil

    with suppress(Exception):  # platforms without sensors raise what they like
        battery = psutil.sensors_battery()
        if battery is not None:
            return bool(battery.power_plugged), float(battery.percent) / 100
    return None


def _temperature() -> float | None:
    """The hottest sensor of the processor; None where there is none."""
    import psutil

    with suppress(Exception):
        sensors = psutil.sensors_temperatures()
        names = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "acpitz", "soc_thermal")
        values = [entry.current for name in names for entry in sensors.get(name, ()) if 0 < entry.current < 150]
        return max(values, default=None)
    return None
