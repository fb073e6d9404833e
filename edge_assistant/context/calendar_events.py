"""What a calendar file holds in a span of days: every occurrence of every event that can be understood.

Events are taken series by series, so that one that is damaged, or made to repeat without end, costs only itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from edge_assistant.context.local_time import local, to_utc
from edge_assistant.context.merging import one_line

MOST_REPEATS = 60_000
"""A rule that repeats more often up to now is not followed: every second since 1970 is no appointment."""

SLOW_SECONDS = 2.0
"""A series that takes longer is left out from then on, until its file changes."""

PRIVATE_TITLE = "private appointment"

_PER_DAY = {"SECONDLY": 86_400.0, "MINUTELY": 1440.0, "HOURLY": 24.0, "DAILY": 1.0, "WEEKLY": 1 / 7, "MONTHLY": 1 / 30}
_NEEDED = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MEETING = re.compile(
    r"\b(meeting|sync|stand-?up|daily scrum|retro(spective)?|sprint|interview|1:1|one-on-one|jour fixe|webinar"
    r"|conference|workshop|review|kick-?off|all[- ]hands|besprechung|sitzung|r[ée]union|reuni[óo]n)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One appointment.

    Attributes:
        title: as it may be shown.
        start, end: aware; those of a whole day are the person's midnights.
        all_day: it has no time of day.
        busy: the person cannot be spoken to meanwhile.
        meeting: others take part, or its title says so.
    """

    title: str
    start: datetime
    end: datetime
    all_day: bool
    busy: bool
    meeting: bool


class Series:
    """The events of one file that belong together: an event, its repetitions and its moved or cancelled days."""

    def __init__(self, events: Sequence[Any], head: Any) -> None:
        """
        Args:
            events: the components with one UID.
            head: the calendar that they are from, for its own settings.
        """
        self._events = events
        self._head = head
        self._too_slow = False

    def between(self, now: datetime, first: datetime, last: datetime) -> list[Occurrence]:
        """What overlaps the time from `first` to `last`, both aware; cancelled ones are left out.

        Raises:
            Exception: of many kinds, when an event makes no sense.
        """
        if self._too_slow:
            raise ValueError("repeats in a way that takes too long")
        for event in self._events:
            _refuse_damaged(event)
        began = time.monotonic()
        components = self._events if self._is_plain() else self._repeated(first, last)
        if time.monotonic() - began > SLOW_SECONDS:
            self._too_slow = True
        found = [_occurrence(event, now) for event in components if not _is_cancelled(event)]
        return [entry for entry in found if entry.start < last and (entry.end > first or entry.start >= first)]

    def _is_plain(self) -> bool:
        """Whether this is one event that happens once, at a moment that needs no calendar-wide time zone."""
        event = self._events[0]
        if len(self._events) > 1 or any(key in event for key in ("RRULE", "RDATE", "RECURRENCE-ID")):
            return False
        start = event.start
        return "X-WR-TIMEZONE" not in self._head or not isinstance(start, datetime) or start.tzinfo is not None

    def _repeated(self, first: datetime, last: datetime) -> list[Any]:
        import recurring_ical_events
        from icalendar import Calendar

        for event in self._events:
            _refuse_endless(event, last)
        calendar = Calendar()
        for key in ("CALSCALE", "X-WR-TIMEZONE"):
            if key in self._head:
                calendar[key] = self._head[key]
        for event in self._events:
            calendar.add_component(event)
        # a day more on either side: floating times are placed only afterwards
        day = timedelta(days=1)
        found: list[Any] = recurring_ical_events.of(calendar).between(first - day, last + day)
        return found


def series_of(calendars: Iterable[Any]) -> list[Series]:
    """The series of a file's calendars, in the order of their first events."""
    found: list[Series] = []
    for calendar in calendars:
        groups: dict[str, list[Any]] = {}
        for position, event in enumerate(calendar.walk("VEVENT")):
            groups.setdefault(str(event.get("UID") or f"without {position}"), []).append(event)
        found.extend(Series(events, calendar) for events in groups.values())
    return found


def _refuse_damaged(event: Any) -> None:
    """Raise where the reader dropped a field without which the event would be wrong."""
    dropped = sorted({str(name).upper() for name, _ in event.errors if name} & _NEEDED)
    if dropped:
        raise ValueError(f"{', '.join(dropped)} cannot be read")


def _refuse_endless(event: Any, last: datetime) -> None:
    """Raise for rules that would be followed for minutes or for ever."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        interval = int((rule.get("INTERVAL") or [1])[0])
        if interval < 1:
            raise ValueError(f"repeats with an interval of {interval}")
        start = event.start
        days = max(0.0, (last.date() - (start.date() if isinstance(start, datetime) else start)).days)
        often = _PER_DAY.get(str((rule.get("FREQ") or [""])[0]).upper(), 1 / 365)
        for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            often *= max(1, len(rule.get(part) or ()))
        if days * often / interval > MOST_REPEATS:
            raise ValueError("repeats too often")
        months, month_days = rule.get("BYMONTH"), rule.get("BYMONTHDAY")
        if months and month_days and not _some_day_exists(months, month_days):
            raise ValueError("repeats on a day that no month has")


def _some_day_exists(months: Sequence[Any], days: Sequence[Any]) -> bool:
    return any(abs(int(day)) <= _LONGEST_MONTHS[(int(month) - 1) % 12] for month in months for day in days)


def _is_cancelled(event: Any) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _occurrence(event: Any, now: datetime) -> Occurrence:
    start, end = event.start, event.end
    all_day = not isinstance(start, datetime)
    first, last = _moment(start, now), _moment(end, now)
    duration = getattr(event.get("DURATION"), "td", None)
    if duration is not None and not all_day and not duration.days:
        last = to_utc(first) + duration  # hours are exact, also in the night in which the clock changes
    if last < first:
        raise ValueError("ends before it starts")
    title = one_line(str(event.get("SUMMARY", "")))
    private = str(event.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL")
    return Occurrence(
        title=PRIVATE_TITLE if private else title,
        start=first,
        end=last,
        all_day=all_day,
        busy=_is_busy(event, all_day),
        meeting=bool("ATTENDEE" in event or _MEETING.search(title)),
    )


def _moment(value: date | datetime, now: datetime) -> datetime:
    """An aware moment: days begin at the person's midnight, floating times are on the person's clock."""
    if not isinstance(value, datetime):
        return local(now, value)
    return value if value.tzinfo is not None else local(now, value.date(), value.time())


def _is_busy(event: Any, all_day: bool) -> bool:
    """Whether an event claims its time.

    Nothing said means busy for an appointment (RFC 5545), but not for a whole day: those are mostly birthdays and
    holidays, and calendars that mean it say so.
    """
    office = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if office:
        return office not in ("FREE", "WORKINGELSEWHERE")
    claimed = str(event.get("TRANSP", "")).upper()
    return claimed == "OPAQUE" if all_day else claimed != "TRANSPARENT"
