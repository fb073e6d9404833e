"""Whether the machine may be used for training: is the user away, and is there power, coolness, room and leave.

Each fact comes from whatever this machine offers; what cannot be found out is None and, except for the user's absence,
stands in nobody's way. A source may be handed in, ActivityWatch's AFK bucket for one: the shortest absence wins,
because a person who is seen anywhere is there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

IdleSource = Callable[[], float | None]
"""Seconds since the user's last input, or None when this source does not know."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What was found at one moment.

    Attributes:
        idle_seconds: since the user's last input; None when nobody knows.
        on_mains: False on battery; None without a battery.
        charge: of the battery, 0 to 1; None without one.
        load: runnable processes a core that are not ours, averaged over a minute.
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


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """Within which training may run.

    Attributes:
        away_seconds: the user's absence that it takes to begin.
        return_seconds: an absence below this means that the user has come back.
        least_charge: on battery, train above this charge (1 to never train on battery).
        most_load: others' load a core.
        most_temperature: degrees Celsius.
        least_free_mb: memory that must be left.
        from_hour, to_hour: hours of the day in which it may run; equal means all day.
    """

    away_seconds: float = 300.0
    return_seconds: float = 5.0
    least_charge: float = 1.0
    most_load: float = 0.5
    most_temperature: float = 85.0
    least_free_mb: float = 2500.0
    from_hour: float = 0.0
    to_hour: float = 0.0

    def why_not(self, found: Conditions, *, training: bool) -> str:
        """Why training may not begin (or, once it runs, go on) now; '' when it may.

        What is in flux, load and memory, is only asked at the beginning: training itself moves it.
        """
        if found.reply_due:
            return "a reply is due"
        if found.idle_seconds is None:
            return "nobody can tell whether you are away"
        if found.idle_seconds < (self.return_seconds if training else self.away_seconds):
            return "you are here"
        if found.on_mains is False and (self.least_charge >= 1 or (found.charge or 0.0) < self.least_charge):
            return f"on battery ({(found.charge or 0.0):.0%})"
        if not self._hour_allowed(found.now):
            return f"outside of {self.from_hour:g} to {self.to_hour:g} o'clock"
        if found.temperature is not None and found.temperature > self.most_temperature:
            return f"the machine is hot ({found.temperature:.0f} degrees)"
        if not training and found.load > self.most_load:
            return f"the machine is busy (load {found.load:.1f} a core)"
        if not training and found.free_mb < self.least_free_mb:
            return f"too little memory ({found.free_mb:.0f} of {self.least_free_mb:.0f} MB)"
        return ""

    def _hour_allowed(self, now: datetime) -> bool:
        hour = now.hour + now.minute / 60
        if self.from_hour == self.to_hour:
            return True
        if self.from_hour < self.to_hour:
            return self.from_hour <= hour < self.to_hour
        return hour >= self.from_hour or hour < self.to_hour


def observe(
    sources: Sequence[IdleSource] | None = None, *, own_load: float = 0.0, reply_due: bool = False
) -> Conditions:
    """Look at the machine now. Never raises; takes a few milliseconds, or up to a second on macOS and Wayland.

    Args:
        sources: of the user's absence; None takes those of this system.
        own_load: runnable processes of ours, taken off the load.
        reply_due: from whoever answers the user.
    """
    import psutil

    battery = _battery()
    cores = os.cpu_count() or 1
    load = 0.0
    with suppress(OSError, AttributeError):
        load = max(0.0, os.getloadavg()[0] - own_load) / cores
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
        with suppress(Exception):  # a source may be anybody's; none of them may stop the night
            value = source()
            if value is not None and value >= 0:
                found.append(float(value))
    return min(found, default=None)


def system_sources() -> tuple[IdleSource, ...]:
    """What this system offers, as the assistant's own sense of idleness finds it."""
    from edge_assistant.context.sources.idle import DesktopIdle

    sense = DesktopIdle()

    def seconds() -> float | None:
        found = sense.observe(datetime.now())
        return None if found is None else found.idle_seconds

    return (seconds,)


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
