"""Moments and spans as people type them: '18:30', 'in 20', '2 h', 'tomorrow 9', '90 min'."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_SPAN = re.compile(r"(?:in )?(\d{1,4}(?:[.,]\d)?) ?(m|min|mins|minutes?|h|hours?)?$")
_CLOCK = re.compile(r"(?:(tomorrow|today) ?)?(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?$")

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
