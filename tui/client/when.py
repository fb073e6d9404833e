"""Moments, days and spans as people type them: in 20, tomorrow 9, 23 Nov, last 2 h, 9:00 to 11:30."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_SPAN = re.compile(r"(?:in )?(\d{1,4}(?:[.,]\d)?) ?(m|min|mins|minutes?|h|hours?)?$")
_CLOCK = re.compile(r"(?:(tomorrow|today) ?)?(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?$")
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})$")
_DATE = re.compile(r"(?:([a-z]{3})[a-z]*,? )?(\d{1,2})\.? ([a-z]{3})[a-z]*(?: (\d{4}))?$")
_DAYS = re.compile(r"(\d{1,3}) ?(?:d|days?)$")

LONGEST = 7 * 24 * 60
"""The longest span that is understood, in minutes: a week."""


def parse_minutes(text: str) -> float | None:
    """A span in minutes; a bare number is minutes. None when it is not understood, not positive or over a week."""
    found = _SPAN.match(text.strip().lower())
    if not found:
        return None
    minutes = float(found[1].replace(",", ".")) * (60 if (found[2] or "m").startswith("h") else 1)
    return minutes if 0 < minutes <= LONGEST else None


def parse_moment(text: str, now: datetime) -> datetime | None:
    """A moment after `now` (local time, same time zone): a clock time is today, or tomorrow when it has passed.

    None when it is not understood. 'in 20' and '20 min' are spans; a bare '9' is nine o'clock.
    """
    wanted = text.strip().lower()
    if wanted.startswith("in ") or (wanted[-1:] in ("m", "n", "h", "s") and not wanted.endswith(("am", "pm"))):
        minutes = parse_minutes(wanted)
        return None if minutes is None else now + timedelta(minutes=minutes)
    found = _CLOCK.match(wanted)
    if not found:
        return None
    day, hour, minute, half = found[1], int(found[2]), int(found[3] or 0), found[4]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        return None
    moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if day == "tomorrow" or (day is None and moment <= now):
        moment += timedelta(days=1)
    return moment if moment > now else None


def parse_day(text: str, now: datetime) -> str | None:
    """A date as ISO text; '' for any day; None when it is not understood."""
    wanted = text.strip().lower()
    if not wanted:
        return ""
    day = _day(wanted, now)
    return None if day is None else day.date().isoformat()


def parse_span(text: str, now: datetime) -> tuple[str, str] | None:
    """From when until when, both in ISO form, the end '' for now; None when it is not understood or ends too early.

    One moment alone means its whole day; 'last 2 h' and 'last 3 days' end now; 'A to B' goes from A to B, and to the
    end of the day where B is a day.
    """
    wanted = " ".join(text.lower().split())
    if wanted.startswith("last "):
        length = _length(wanted.removeprefix("last "))
        return None if length is None else ((now - length).isoformat(), "")
    first, _, last = wanted.partition(" to ")
    begin = _moment(first, now)
    end = _moment(last, now) if last else begin
    if begin is None or end is None or (not last and begin[1] is None):
        return None
    until = end[1] or end[0]
    return (begin[0].isoformat(), until.isoformat()) if until > begin[0] else None


def _length(text: str) -> timedelta | None:
    if found := _DAYS.match(text):
        return timedelta(days=int(found[1]))
    minutes = parse_minutes(text)
    return None if minutes is None else timedelta(minutes=minutes)


def _moment(text: str, now: datetime) -> tuple[datetime, datetime | None] | None:
    """A moment, and the end of the day where only a day was named."""
    if (day := _day(text, now)) is not None:
        return day, day + timedelta(days=1)
    name, _, clock = text.rpartition(" ")
    found, day = _HOURS.match(clock), _day(name or "today", now)
    if found is None or day is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return day.replace(hour=int(found[1]), minute=int(found[2])), None


def _day(text: str, now: datetime) -> datetime | None:
    """Midnight of a day; 'Mon 23 Nov' without a year is the latest one that has begun."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    date = _DATE.match(text)
    if date is None:
        return _read(text, "%Y-%m-%d", today)
    years = (date[4],) if date[4] else (now.year, now.year - 1)
    days = [_read(f"{date[2]} {date[3]} {year}", "%d %b %Y", today) for year in years]
    found = next((day for day in days if day is not None and (date[4] or day <= now)), None)
    wrong = found is not None and date[1] is not None and f"{found:%a}".lower() != date[1]
    return None if wrong else found


def _read(text: str, form: str, today: datetime) -> datetime | None:
    try:
        found = datetime.strptime(text, form)
    except ValueError:
        return None
    return today.replace(year=found.year, month=found.month, day=found.day)
