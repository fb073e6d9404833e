"""The clock, and the least that can be said of a moment: somebody is at the computer.

It notices when time jumps: after a suspended computer wakes or the clock is set, whatever was done before is over.
"""

from __future__ import annotations

from datetime import datetime

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import seconds_between
from edge_assistant.context.observation import Observation

JUMP_SECONDS = 900.0
"""A longer silence between two looks means that the computer slept, or that the clock was set."""


class Clock:
    """Since when the person has been at the computer, as far as anybody can tell."""

    name = "clock"
    every = 0.0
    patience = 2.0

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._since: datetime | None = None

    def observe(self, now: datetime) -> Observation:
        if self._last is None or not 0.0 <= seconds_between(self._last, now) <= JUMP_SECONDS:
            self._since = now
        self._last = now
        return Observation(activity=SOMETHING, since=self._since, confidence=0.05)
