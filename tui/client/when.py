"""Moments, days and spans as people type them: in 20 min, tomorrow at 9, 23 Nov, the last 2 hours, 9:00 to 11:30.

Read by what the assistant reads sentences with; its libraries are imported when something is typed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edge_assistant.errors import UsageError

if TYPE_CHECKING:
    from edge_assistant.service.answers.spans import Span

_SPAN = re.compile(r"(?:in )?(\d{1,4}(?:[.,]\d)?) ?(m|min|mins|minutes?|h|hours?)?$")

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
    """A moment after `now`, which is aware: '20 min' is a span, a bare '9' nine o'clock. None when not understood."""
    from edge_assistant.own.when import read_time

    wanted = re.sub(r"^(today|tomorrow) (?=\d)", r"\1 at ", text.strip().lower())
    for phrase in (wanted, f"in {wanted}", f"at {wanted}"):
        try:
            found = read_time(phrase, now)
        except UsageError:  # a time that cannot be, or has passed
            return None
        if found is not None and found.at is not None:
            return found.at
    return None


def parse_day(text: str, now: datetime) -> str | None:
    """A date as ISO text; '' for any day; None when it is not understood."""
    span = _past(text, now)
    if span is None:
        return None if text.strip() else ""
    return span.start.date().isoformat() if span.days <= 1 else None


def parse_span(text: str, now: datetime) -> tuple[str, str] | None:
    """From when until when, both in ISO form; None when it is not understood or ends too early.

    A day alone means the whole of it; 'A to B' goes from A to B, and to the end of the day where B is a day.
    """
    first, _, last = re.sub(r"^from ", "", text.strip().lower()).partition(" to ")
    begin, end = _past(first, now), _past(last or first, now)
    if begin is None or end is None or end.end <= begin.start:
        return None
    return begin.start.isoformat(), end.end.isoformat()


def _past(text: str, now: datetime) -> Span | None:
    """The time that a text as a whole names, which has begun."""
    from edge_assistant.service.answers.spans import span_of

    text = re.sub(r"\b(\d+) ?h\b", r"\1 hours", text)
    span, rest = span_of(text, now) if text.strip() else (None, "")
    return span if span is not None and not rest and span.start <= now + timedelta(minutes=1) else None
