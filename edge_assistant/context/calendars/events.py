"""The events of one calendar file in a span of days: every occurrence of every event that can be understood.

Events are taken one by one and then series by series, so that one that is damaged, or made to repeat without end, costs
only itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from edge_assistant.context.calendars.appointments import Occurrence, occurrence
from edge_assistant.context.calendars.text import CalendarPart, CalendarText
from edge_assistant.context.calendars.zones import FileZones

MOST_REPEATS = 60_000
"""A rule that repeats more often up to now is not followed: every second since 1970 is no appointment."""

SLOW_SECONDS = 2.0
"""A series that takes longer is left out from then on, until its file changes."""

_PER_DAY = {"SECONDLY": 86_400.0, "MINUTELY": 1440.0, "HOURLY": 24.0, "DAILY": 1.0, "WEEKLY": 1 / 7, "MONTHLY": 1 / 30}
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_NEEDED = frozenset({*_TIMES, "DURATION", "RRULE"})
"""An event of which one of these cannot be read would stand at the wrong time."""

_ONCE = frozenset(
    {
        "UID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "STATUS",
        "TRANSP",
        "CLASS",
        "SEQUENCE",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "X-MICROSOFT-CDO-ALLDAYEVENT",
    }
)
"""Of these the first counts: some calendars have a title in each language."""

_ZONE = "X-ZONE"
"""What TZID is called when the parser sees it: it would look the name up among the zones of all files."""

_TIME_LINE = re.compile(r'[\w-]+\s*(?P<params>(?:;(?:"[^"]*"|[^":]|:(?=\d\d:))*)?)\s*:(?P<value>.*)')
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)?(?:[.,]\d+)?(Z?)")

_READ = _ONCE | _NEEDED | {"EXRULE", "ATTENDEE", "CATEGORIES"}
"""All else is not handed to the parser, and so cannot hurt."""


class EventSeries:
    """The events of one file that belong together: an event, its repetitions and its moved or cancelled days."""

    def __init__(self, line: int, owner: str = "") -> None:
        """
        Args:
            line: at which it begins in its file.
            owner: address of the person whose calendar it is, or ''.
        """
        self.line, self._owner = line, owner
        self.events: list[Any] = []
        self._too_slow = False

    def between(self, now: datetime, first: datetime, last: datetime, own: frozenset[str]) -> list[Occurrence]:
        """What overlaps the time from `first` to `last`, both aware; cancelled ones are left out.

        Args:
            now: whose form tells the person's clock.
            first: the beginning of the span.
            last: its end.
            own: the person's addresses, in small letters.

        Raises:
            Exception: of many kinds, when an event makes no sense.
        """
        if self._too_slow:
            raise ValueError("repeats in a way that takes too long")
        began = time.monotonic()
        repeats = len(self.events) > 1 or any(key in self.events[0] for key in ("RRULE", "RDATE", "RECURRENCE-ID"))
        components = self._repeated(first, last) if repeats else self.events
        if time.monotonic() - began > SLOW_SECONDS:
            self._too_slow = True
        mine = own | {self._owner} if self._owner else own
        found = [
            occurrence(event, now, mine)
            for event in components
            if event.get("STATUS", "").strip().upper() != "CANCELLED"
        ]
        return [entry for entry in found if entry.start < last and (entry.end > first or entry.start >= first)]

    def _repeated(self, first: datetime, last: datetime) -> list[Any]:
        import recurring_ical_events
        from icalendar import Calendar

        calendar = Calendar()
        for event in self.events:
            _refuse_endless(event, last)
            calendar.add_component(event)
        # a day more on either side: floating times are placed only afterwards
        day = timedelta(days=1)
        found: list[Any] = recurring_ical_events.of(calendar).between(first - day, last + day)
        return found


def series_of(text: CalendarText) -> tuple[list[EventSeries], list[tuple[int, str]]]:
    """The series of a file, in the order of their first events, and what had to be left out or guessed, by line."""
    zones = FileZones(text.parts)
    left_out: list[tuple[int, str]] = []
    series: dict[tuple[int, object], EventSeries] = {}
    for part in text.parts:
        if part.name != "VEVENT":
            continue
        try:
            event, guessed = _event(part, zones)
        except Exception as error:  # whatever a parser makes of a damaged event
            left_out.append((part.line, f"an event is left out ({short(error)}); correct or delete it"))
            continue
        left_out += [(part.line, guess) for guess in guessed]
        # without a UID it belongs to no other; one calendar's UIDs are not another's
        key = (id(part.head), str(event["UID"]) if event.get("UID") else part.line)
        if key in series and "RECURRENCE-ID" not in event and _is_another(event, series[key].events):
            key = (key[0], part.line)
        owner = part.head.get("X-WR-CALNAME", "").lower()
        series.setdefault(key, EventSeries(part.line, owner if "@" in owner else "")).events.append(event)
    return list(series.values()), left_out


def _is_another(event: Any, known: Sequence[Any]) -> bool:
    """Whether an event only shares the UID of others, as some programs write: its time is another, in one version."""
    masters = [each for each in known if "RECURRENCE-ID" not in each]
    same_version = any(each.get("SEQUENCE", 0) == event.get("SEQUENCE", 0) for each in masters)
    return same_version and all(each["DTSTART"].dt != event["DTSTART"].dt for each in masters)


def _event(part: CalendarPart, zones: FileZones) -> tuple[Any, list[str]]:
    """The event that a part describes, its times in their zones, and what was guessed.

    Raises:
        Exception: of many kinds, where it would stand at a wrong time.
    """
    from icalendar import Event

    lines: list[str] = []
    seen: set[str] = set()
    for line in part.own:
        name = line.partition(":")[0].partition(";")[0].strip().upper()
        if name in _READ and not (name in _ONCE and name in seen):
            seen.add(name)
            lines.append(_time_line(name, line) if name in _TIMES else line)
    event: Any = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    dropped = sorted({str(name).upper() for name, _ in event.errors if name} & _NEEDED)
    if dropped:
        raise ValueError(f"{', '.join(dropped)} cannot be read")
    if "DTSTART" not in event:
        raise ValueError("DTSTART is missing")
    guessed = _place(event, zones, part.head.get("X-WR-TIMEZONE", ""))
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if end is not None and end == start and not isinstance(start, datetime):
        del event["DTEND"]  # a day that ends as it starts is a whole day
    elif end is not None and isinstance(end, datetime) != isinstance(start, datetime):
        raise ValueError("starts on a day and ends at an hour, or the other way round")
    return event, guessed


def _time_line(name: str, line: str) -> str:
    """A line with times in the one form that the parser knows, whichever of the usual ones it is written in."""
    found = _TIME_LINE.fullmatch(line)
    if found is None:
        return line
    params = re.sub(r';\s*TZID\s*=\s*"?([^";]*)"?', rf';{_ZONE}="\1"', found["params"], count=1, flags=re.IGNORECASE)
    return f"{name}{params}:{','.join(map(_time_value, found['value'].split(',')))}"


def _time_value(value: str) -> str:
    """'2026-12-01T24:00:00Z' as '20261202T000000Z'; a leap second is the one before it."""
    found = _TIME.fullmatch(value.strip().upper())
    if found is None:
        return value.strip()
    day, hour, rest = "".join(found.group(1, 2, 3)), found[4], f"{found[5]}{min(found[6] or '00', '59')}{found[7]}"
    if hour == "24" and rest.startswith("0000"):
        day, hour = f"{date.fromisoformat(day) + timedelta(days=1):%Y%m%d}", "00"
    return f"{day}T{hour}{rest}"


def _place(event: Any, zones: FileZones, common: str) -> list[str]:
    """Put an event's times into their zones; what had to be guessed."""
    from icalendar.prop import vDDDLists, vDDDTypes

    guessed: list[str] = []

    def zone_of(name: str) -> tzinfo | None:
        zone = zones.find(name) if name else None
        if name and zone is None:
            guessed.append(f"time zone {name!r} is not known, so an event is taken to be in yours")
        return zone

    repeats = "RRULE" in event or "RDATE" in event
    everywhere = zone_of(common)

    def placed(value: Any, zone: tzinfo | None) -> Any:
        if isinstance(value, tuple):  # a period
            return tuple(placed(each, zone) for each in value)
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            return value.replace(tzinfo=zone or everywhere)
        if everywhere is None:
            return value
        # repeated in UTC, but meant in the calendar's zone: it keeps its hour when the clock changes
        return value.astimezone(everywhere) if repeats else value

    for name in _TIMES:
        values = event.get(name)
        if values is None:
            continue
        found: list[Any] = []
        for value in values if isinstance(values, list) else [values]:
            zone = zone_of(str(value.params.get(_ZONE, "")))
            if isinstance(value, vDDDLists):
                found.append(vDDDLists([placed(each.dt, zone) for each in value.dts]))
            else:
                found.append(vDDDTypes(placed(value.dt, zone)))
                if "RANGE" in value.params:  # this day of a series and all that follow are moved
                    found[-1].params["RANGE"] = value.params["RANGE"]
        event[name] = found if isinstance(values, list) else found[0]
    return list(dict.fromkeys(guessed))


def short(error: Exception) -> str:
    """What an error says, in a few words."""
    first = (str(error).strip().splitlines() or [""])[0]
    return first[:80] if first else type(error).__name__


def _refuse_endless(event: Any, last: datetime) -> None:
    """Raise for rules that would be followed for minutes or for ever."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        interval = int((rule.get("INTERVAL") or [1])[0])
        if interval < 1:
            raise ValueError(f"repeats with an interval of {interval}")
        start: date = event["DTSTART"].dt
        days = max(0.0, (last.date() - (start.date() if isinstance(start, datetime) else start)).days)
        often = _PER_DAY.get(str((rule.get("FREQ") or [""])[0]).upper(), 1 / 365)
        for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            often *= max(1, len(rule.get(part) or ()))
        if days * often / interval > MOST_REPEATS:
            raise ValueError("repeats too often")
        months, month_days = rule.get("BYMONTH"), rule.get("BYMONTHDAY")
        if months and month_days and not _some_day_exists(months, month_days):
            raise ValueError("repeats on a day that no month has")


def _some_day_exists(months: Iterable[Any], days: Sequence[Any]) -> bool:
    return any(abs(int(day)) <= _LONGEST_MONTHS[(int(month) - 1) % 12] for month in months for day in days)
