"""The clock, and the least that can be said of a moment: somebody is at the computer.

It notices when time jumps: after a suspended computer wakes or the clock is set, whatever was done before is over.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import JUMP_SECONDS, seconds_between
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings


@CONTEXT_SOURCES.register("clock", "since when you have been at the computer, as far as anybody can tell")
class ClockSource:
    """Since when the person has been at the computer, as far as anybody can tell."""

    name = "clock"
    every = 0.0
    patience = 2.0

    def __init__(self, settings: SourceSettings | None = None) -> None:
        self._last: datetime | None = None
        self._since: datetime | None = None

    def observe(self, now: datetime) -> Observation:
        if self._last is None or not 0.0 <= seconds_between(self._last, now) <= JUMP_SECONDS:
            self._since = now
        self._last = now
        return Observation(activity=SOMETHING, since=self._since, confidence=0.05)
