"""How a thing repeats: a small grammar of words, and the next day on which it falls.

daily | weekdays | weekly | weekly mon thu | every 3 days | every 2 weeks | monthly
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from edge_assistant.errors import UsageError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY = re.compile(r"every (\d{1,3}) (days|weeks)$")
FORMS = "daily, weekdays, weekly, 'weekly mon thu', 'every 3 days', 'every 2 weeks' or monthly"


def checked(repeat: str) -> str:
    """The repetition in its one form; '' for none.

    Raises:
        UsageError: it is none of these.
    """
    words = " ".join(repeat.lower().replace(",", " ").split())
    every = _EVERY.match(words)
    days = words.split()[1:]
    if (
        words in ("", "daily", "weekdays", "weekly", "monthly")
        or (every and int(every[1]))
        or (words.startswith("weekly ") and set(days) <= set(WEEKDAYS))
    ):
        return words
    raise UsageError(f"repetition {repeat!r} is not understood; write {FORMS}")


def next_day(repeat: str, after: date, first: date) -> date:
    """The first day later than `after` on which something falls that repeats from `first` on."""
    if repeat == "monthly":
        months = (after.year - first.year) * 12 + after.month - first.month
        found = _month_later(first, max(months, 0))
        return found if found > after else _month_later(first, max(months, 0) + 1)
    if repeat == "weekdays":
        found = max(after + timedelta(days=1), first)
        return found + timedelta(days=(7 - found.weekday()) if found.weekday() > 4 else 0)
    if repeat.startswith("weekly "):
        days = {WEEKDAYS.index(name) for name in repeat.split()[1:]}
        start = max(after + timedelta(days=1), first)
        return next(day for day in (start + timedelta(days=n) for n in range(7)) if day.weekday() in days)
    every = _EVERY.match(repeat)
    step = 7 if repeat == "weekly" else int(every[1]) * (7 if every[2] == "weeks" else 1) if every else 1
    if after < first:
        return first
    return first + timedelta(days=((after - first).days // step + 1) * step)


def _month_later(first: date, months: int) -> date:
    """The same day so many months later; the last one where a month has no such day."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def repeat_words(repeat: str) -> str:
    """'every day', 'every Monday and Thursday', 'every 3 days'; '' for what does not repeat."""
    plain = {
        "": "",
        "daily": "every day",
        "weekdays": "every weekday",
        "weekly": "every week",
        "monthly": "every month",
    }
    if repeat in plain:
        return plain[repeat]
    if repeat.startswith("weekly "):
        names = [calendar.day_name[WEEKDAYS.index(name)] for name in repeat.split()[1:]]
        return f"every {' and '.join([', '.join(names[:-1]), names[-1]] if names[:-1] else names)}"
    return repeat
