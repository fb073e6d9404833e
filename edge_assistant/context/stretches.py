"""How long work, or another class of activity, has gone on, and when the working day is likely to end."""

from __future__ import annotations

from datetime import date, datetime
from statistics import median
from typing import Any

from edge_assistant.context.local_time import JUMP_SECONDS, day_of, minutes_between, seconds_between
from edge_assistant.context.observation import Observation

WORK = frozenset({"deep_work", "routine_work", "mail", "meeting", "call", "study"})
"""Classes of activity that a working day is made of."""

PAUSE_MINUTES = 5.0
"""Something else, or nobody there, for no longer than this is no pause."""

LEAST_WORK = 120.0
"""Minutes of work that make a day a working day."""

KNOWN_DAYS, LEAST_DAYS = 15, 3
"""Working days that are remembered, and how many it takes to tell when one ends."""

OVERTIME = 60.0
"""Minutes after its likely end in which a working day counts as about to end."""


class ClassStretch:
    """One class of activity going on, over short interruptions; mail between two meetings is work like any other."""

    def __init__(self) -> None:
        self._kind = ""
        self._since: datetime | None = None
        self._seen: datetime | None = None

    def follow(self, now: datetime, told: Observation) -> float:
        """Minutes of the present stretch after a look; 0 while nobody is there, or while nothing is known."""
        if self._seen is not None and not 0.0 <= seconds_between(self._seen, now) <= JUMP_SECONDS:
            self._since = self._seen = None
        if told.presence == "away" or told.kind == "unknown":
            return self._minutes(now, pausing=True)
        kind = "work" if told.kind in WORK else told.kind
        if kind == self._kind and self._minutes(now, pausing=True) > 0.0:
            self._seen = now
        elif self._since is None or self._seen is None or minutes_between(self._seen, now) > PAUSE_MINUTES:
            self._kind, self._seen = kind, now
            # what a source knows of the time before the first look counts as well
            self._since = told.since or now
        # a glance at a film is still work, but the first minutes of work are not as long as the film before
        return self._minutes(now) if kind in ("unknown", self._kind) or self._kind == "work" else 0.0

    def _minutes(self, now: datetime, pausing: bool = False) -> float:
        if self._since is None or self._seen is None:
            return 0.0
        if pausing and minutes_between(self._seen, now) > PAUSE_MINUTES:
            return 0.0
        return minutes_between(self._since, now)


class Workday:
    """The end of the working day: as the person said, or as it mostly was on the last ones."""

    def __init__(self, ends: float = 0.0) -> None:
        """
        Args:
            ends: hour of the day on Monday to Friday, as the settings have it; 0 where nothing was said.
        """
        self._ends = ends
        self._ended: list[float] = []
        self._day: date | None = None
        self._last: datetime | None = None
        self._until, self._minutes = 0.0, 0.0

    def follow(self, now: datetime, told: Observation) -> float | None:
        """Minutes until the likely end after a look, 0 in overtime; None outside of a working day."""
        day = day_of(now)
        if day != self._day:
            if self._minutes >= LEAST_WORK:
                self._ended = [*self._ended, self._until][-KNOWN_DAYS:]
            self._day, self._minutes = day, 0.0
        hour = (now.replace(tzinfo=None) - datetime(day.year, day.month, day.day)).total_seconds() / 3600
        if told.kind in WORK and told.presence != "away":
            passed = minutes_between(self._last, now) if self._last is not None else 0.0
            self._minutes += passed if passed <= PAUSE_MINUTES else 0.0
            self._last, self._until = now, hour
        end = self._end(day)
        if end is None or not (end - hour) * 60 >= -OVERTIME:
            return None
        return max(0.0, (end - hour) * 60)

    def _end(self, day: date) -> float | None:
        if self._ends:
            return self._ends if day.weekday() < 5 else None
        # a day off ends no working day: it counts once it was worked in
        worked = self._minutes > 0.0 and len(self._ended) >= LEAST_DAYS
        return median(self._ended) if worked else None

    @property
    def days(self) -> int:
        """Changes when there is something new to keep: a day has begun."""
        return self._day.toordinal() if self._day else 0

    def get_state(self) -> dict[str, Any]:
        """What is needed to go on after a restart, JSON-ready: of a day that is interrupted, the rest counts."""
        return {"ended": self._ended, "day": self._day.isoformat() if self._day else None}

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`; an empty one begins anew."""
        self._ended = [float(hour) for hour in state.get("ended", ())]
        self._day = date.fromisoformat(state["day"]) if state.get("day") else None
