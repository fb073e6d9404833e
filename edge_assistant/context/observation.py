"""What a source tells, and how a source's state is shown.

    class Weather:
        name, every, patience = "weather", 600.0, 2.0

        def observe(self, now: datetime) -> Observation | None:
            return Observation(room="balcony", confidence=0.2)

Times have the form of the `now` that was asked with: local, and naive where that is naive (see `local_time`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edge_assistant.domain import ACTIVITY_CLASSES, CalendarEntry

LONGEST_TEXT = 200
"""Characters of an activity, reason or title that are kept."""

STATES = ("ok", "nothing", "slow", "failed", "off")
"""Of a source: told something; had nothing to tell; did not answer in time; is broken; is switched off."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one source, or all of them together, know of a moment. Everything may be left out.

    Attributes:
        activity: what the person does now, in plain words that a learner can meet again: 'writing code in an editor'.
        kind: one of `ACTIVITY_CLASSES`, or 'unknown'.
        app: name of the program in front, or ''.
        title: the full title of its window; '' unless the person asked for titles to be kept.
        room: where, or ''.
        since: when this activity began.
        blocked: why nothing may be said now, in words; '' when nothing forbids it.
        calendar: today's appointments, by start.
        next_event: the next appointment with a time of day, today or in the days after.
        idle_seconds: since the last key or movement; None when unknown.
        confidence: how sure the source is of the activity, in [0, 1].
        problem: what is partly wrong, in one line for the person, where the rest could be told all the same.
        source: who told the activity; filled in by the hub.
    """

    activity: str = ""
    kind: str = "unknown"
    app: str = ""
    title: str = ""
    room: str = ""
    since: datetime | None = None
    blocked: str = ""
    calendar: tuple[CalendarEntry, ...] = ()
    next_event: CalendarEntry | None = None
    idle_seconds: float | None = None
    confidence: float = 1.0
    problem: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ACTIVITY_CLASSES:
            raise ValueError(f"observation: unknown activity kind {self.kind!r}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"observation: confidence is {self.confidence}, expected 0 to 1")
        if self.idle_seconds is not None and not (self.idle_seconds >= 0.0 and math.isfinite(self.idle_seconds)):
            raise ValueError(f"observation: idle_seconds is {self.idle_seconds}, expected 0 or more")


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing.

    Attributes:
        name: of the source.
        on: whether it is asked at all.
        state: one of `STATES`.
        detail: one line for the person: what it told, or what is wrong and what would help.
    """

    name: str
    on: bool
    state: str
    detail: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"source {self.name}: state is {self.state!r}, expected one of {', '.join(STATES)}")


class SourceError(Exception):
    """A source cannot tell anything; the message says what is wrong, where, and what to do, in one line."""


class AbsentError(SourceError):
    """What a source reads from is not on this computer; that is no failure, and not worth a word unless asked."""


class Source(Protocol):
    """Anything that knows something of the moment.

    Attributes:
        name: short, lower case; the same in every run.
        every: seconds between two looks.
        patience: seconds that the hub waits for an answer.
    """

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> float: ...

    @property
    def patience(self) -> float: ...

    def observe(self, now: datetime) -> Observation | None:
        """What is known at `now`, or None for nothing. Runs in a thread of its own, never twice at a time.

        Raises:
            SourceError: with a line for the person. Any other error is caught as well.
        """
        ...
