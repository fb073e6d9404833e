"""What a source tells of a moment, and how a source's state is shown.

Times have the form of the `now` that was asked with: local, and naive where that is naive (see `local_time`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from edge_assistant.domain import ACTIVITY_CLASSES, PRESENCES, CalendarEntry

LONGEST_TEXT = 200
"""Characters of an activity, reason or title that are kept."""

LONGEST_LINE = 400
"""Characters of a line that tells what was left out: a path may be long."""

STATES = ("ok", "nothing", "stale", "slow", "failed", "off")
"""Of a source: told something; had nothing to tell; what it reads from is no longer renewed; did not answer in time; is
broken; is switched off."""

TROUBLED = ("stale", "slow", "failed")
"""Those in which something is wrong."""


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
        presence: one of `PRESENCES`, or '' where nothing is known of it. Only the hub says 'back'.
        away_minutes: length of the absence that goes on, or from which the person is just back.
        stretch_minutes: for how long work, or this class of activity, goes on without a pause; filled in by the hub.
        workday_minutes: until the working day is likely to end; None outside of it; filled in by the hub.
        confidence: how sure the source is of the activity, in [0, 1].
        left_out: what of its input a source could not use, or had to guess at; one line each, with file and line.
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
    presence: str = ""
    away_minutes: float = 0.0
    stretch_minutes: float = 0.0
    workday_minutes: float | None = None
    confidence: float = 1.0
    left_out: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ACTIVITY_CLASSES:
            raise ValueError(f"observation: unknown activity kind {self.kind!r}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"observation: confidence is {self.confidence}, expected 0 to 1")
        if self.idle_seconds is not None and not (self.idle_seconds >= 0.0 and math.isfinite(self.idle_seconds)):
            raise ValueError(f"observation: idle_seconds is {self.idle_seconds}, expected 0 or more")
        if self.presence and self.presence not in PRESENCES:
            raise ValueError(f"observation: presence is {self.presence!r}, expected one of {', '.join(PRESENCES)}")


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing.

    Attributes:
        name: of the source.
        on: whether it is asked at all.
        state: one of `STATES`.
        detail: one line for the person: what it told, or what is wrong and what would help.
        left_out: what of its input it could not use, one line each, with the file and the line.
    """

    name: str
    on: bool = True
    state: str = "ok"
    detail: str = ""
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"source {self.name}: state is {self.state!r}, expected one of {', '.join(STATES)}")
