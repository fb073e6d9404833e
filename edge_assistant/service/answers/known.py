"""What questions are answered from: the memory of activities, the feed, the calendars, the person's own things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import day_of, in_form_of, to_utc
from edge_assistant.context.sources.calendar import CalendarSource
from edge_assistant.domain import CalendarEntry
from edge_assistant.memory.log import PAUSE, until_of
from edge_assistant.own.thing import OwnThing
from edge_assistant.service.feed import Row
from edge_assistant.service.state import ServiceState

LONGEST = timedelta(days=1)
"""No activity goes on for longer without a pause."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """An activity that went on for a while; `left`: somebody went away then."""

    start: datetime
    end: datetime
    text: str
    kind: str = "unknown"
    left: bool = False

    @property
    def minutes(self) -> float:
        """How long."""
        return max((self.end - self.start) / timedelta(minutes=1), 0.0)


class Known:
    """Reads what is kept. Everything is as current as the store."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service
        self._calendars: tuple[object, CalendarSource] | None = None

    def lived(self, since: datetime, until: datetime) -> list[Stretch]:
        """What the person did in a span, in order, cut to it; what merely happened at one moment has no length."""
        found = []
        for memory in self.service.memory.browse(("action",), since - LONGEST, until + timedelta(seconds=1)):
            start, end = (in_form_of(since, moment) for moment in (memory.time, until_of(memory)))
            if (end <= since and start < since) or memory.text == SOMETHING:
                continue
            kind, left = memory.data.get("kind", "unknown"), bool(memory.data.get("left"))
            found.append(Stretch(max(start, since), min(end, until), memory.text, kind, left))
        return found

    def absences(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """When nobody was there, between two activities of a day, or until now; nights are none."""
        found = []
        rows = self.service.memory.browse(("action",), since - LONGEST, until + LONGEST)
        for former, later in zip(rows, [*rows[1:], None], strict=True):
            begins = in_form_of(since, until_of(former))
            ends = in_form_of(since, later.time) if later is not None else self.service.clock.now()
            in_a_day = day_of(begins) == day_of(ends)
            begins, ends = max(begins, since), min(ends, until)
            if former.data.get("left") and in_a_day and ends - begins > PAUSE:
                found.append((begins, ends))
        return found

    def appointments(self, since: datetime, until: datetime) -> list[CalendarEntry]:
        """From the calendars, by start: whatever overlaps a span."""
        sources, reading = self.service.settings.sources, self.service.reading
        if not sources.calendars:
            entries: Iterable[CalendarEntry] = reading.calendar if reading is not None else ()
            if reading is not None and reading.next_event is not None:
                entries = dict.fromkeys([*entries, reading.next_event])
            return [one for one in entries if one.start < until and (one.end > since or one.start >= since)]
        key = (sources.calendars, sources.addresses)
        if self._calendars is None or self._calendars[0] != key:
            self._calendars = key, CalendarSource(sources.calendars, sources.addresses)
        return self._calendars[1].between(self.service.clock.now(), to_utc(since), to_utc(until))

    def own_things(self) -> list[OwnThing]:
        """Open todos, goals, habits and reminders, by due day."""
        return self.service.own.all()

    def said(self, since: datetime, until: datetime) -> list[Row]:
        """Suggestions of a span, the oldest first."""
        return self.service.feed.between(since, until)
