"""What time it is: the system's clock, or one that is set by hand."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

SYSTEM_ZONE = "/etc/localtime"


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The local time, aware of its offset from UTC."""


class SystemClock:
    """The computer's own clock and time zone, both of which may change while we run, as on a laptop that travels."""

    def now(self) -> datetime:
        # a variable that merely names the system's own file would keep the C library from looking at it again
        if os.environ.get("TZ", "").removeprefix(":") == SYSTEM_ZONE:
            del os.environ["TZ"]
        if hasattr(time, "tzset"):
            time.tzset()  # for the whole process: all else that asks for local time follows
        try:
            return datetime.now(UTC).astimezone()
        except ValueError:  # a zone that is a day or more away, which Python does not know
            os.environ["TZ"] = "UTC"
            time.tzset()
            return datetime.now(UTC).astimezone()


class ManualClock:
    """A clock that stands still until it is moved: for lives that are quicker than ours."""

    def __init__(self, start: datetime) -> None:
        """`start`: a time without an offset counts as UTC."""
        self.time = start if start.tzinfo else start.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def set(self, time: datetime) -> None:
        """Jump to a time, forwards or backwards."""
        self.time = time if time.tzinfo else time.replace(tzinfo=UTC)

    def forward(self, **step: float) -> datetime:
        """Move on by a `timedelta` of these parts; returns the new time."""
        self.time += timedelta(**step)
        return self.time
