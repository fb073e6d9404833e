"""One occurrence of a calendar's event as the person sees it: its time, and whether it claims that time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from edge_assistant.context.local_time import local, to_utc
from edge_assistant.context.merging import one_line

PRIVATE_TITLE = "private appointment"

CHORE = timedelta(minutes=15)
"""What takes no longer, and nobody else takes part in, is a note of something to do: nobody falls silent for it."""

_MEETING = re.compile(
    r"\b(meeting|sync|stand-?up|daily scrum|retro(spective)?|sprint|interview|1:1|one-on-one|jour fixe|webinar"
    r"|conference|workshop|review|kick-?off|all[- ]hands|besprechung|sitzung|r[ée]union|reuni[óo]n)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b(call|phone|zoom|teams|telefonat|anruf|appel)\b", re.IGNORECASE)
_FEAST = re.compile(
    r"\b(birthday|anniversary|(public|bank) holiday|geburtstag|jahrestag|feiertag|anniversaire|cumplea[ñn]os)\b",
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
        declined: the person has said no to it.
    """

    title: str
    start: datetime
    end: datetime
    all_day: bool
    busy: bool
    meeting: bool
    declined: bool = False


def occurrence(event: Any, now: datetime, own: frozenset[str]) -> Occurrence:
    """An occurrence out of its component.

    Args:
        event: an `icalendar.Event` with its times in their zones.
        now: whose form tells the person's clock.
        own: the person's addresses, in small letters.

    Raises:
        Exception: of many kinds, when it makes no sense.
    """
    start, end = event.start, event.end
    first, last = _moment(start, now), _moment(end, now)
    whole = not isinstance(start, datetime)
    duration = getattr(event.get("DURATION"), "td", None)
    if duration is not None and not whole and not duration.days:
        last = to_utc(first) + duration  # hours are exact, also in the night in which the clock changes
    if last < first:
        raise ValueError("ends before it starts")
    all_day = whole or _fills_days(event, start, end)
    title = one_line(str(event.get("SUMMARY", "")))
    others = "ATTENDEE" in event
    declined = _has_declined(event, own)
    claimed = not declined and _is_claimed(event, all_day, title)
    if not all_day and last - first <= CHORE and not (others or _MEETING.search(title) or _CALL.search(title)):
        claimed = False
    private = str(event.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL")
    return Occurrence(
        title=PRIVATE_TITLE if private else title,
        start=first,
        end=last,
        all_day=all_day,
        busy=claimed,
        meeting=bool(others or _MEETING.search(title)),
        declined=declined,
    )


def _moment(value: date | datetime, now: datetime) -> datetime:
    """An aware moment: days begin at the person's midnight, floating times are on the person's clock."""
    if not isinstance(value, datetime):
        return local(now, value)
    return value if value.tzinfo is not None else local(now, value.date(), value.time())


def _fills_days(event: Any, start: Any, end: Any) -> bool:
    """Whether an event with times runs from midnight to midnight, as some programs write whole days."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    if str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        return True
    return start.time() == end.time() == time.min and end.date() > start.date()


def _has_declined(event: Any, own: frozenset[str]) -> bool:
    """Whether one of the person's addresses has said no."""
    attendees = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        params = getattr(attendee, "params", {})
        addresses = {str(attendee).lower().removeprefix("mailto:"), str(params.get("EMAIL", "")).lower()}
        if addresses & own and str(params.get("PARTSTAT", "")).upper() in ("DECLINED", "DELEGATED"):
            return True
    return False


def _is_claimed(event: Any, all_day: bool, title: str) -> bool:
    """Whether an event claims its time.

    Nothing said means busy for an appointment (RFC 5545), but not for a whole day: those are mostly birthdays and
    holidays, and calendars that mean it say so. Nobody is busy with a birthday, whatever a calendar says.
    """
    if all_day and (_FEAST.search(title) or _FEAST.search(_categories(event))):
        return False
    office = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if office:
        return office not in ("FREE", "WORKINGELSEWHERE")
    claimed = str(event.get("TRANSP", "")).strip().upper()
    return claimed == "OPAQUE" if all_day else claimed != "TRANSPARENT"


def _categories(event: Any) -> str:
    values = event.get("CATEGORIES", [])
    values = values if isinstance(values, list) else [values]
    return " ".join(str(name) for value in values for name in getattr(value, "cats", [value]))
