"""The time that a question is about: 'yesterday evening', 'on Friday', 'last week', 'the last three days'.

dateparser knows days and hours; parts of the day and weeks, which are stretches rather than moments, are found here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from edge_assistant.context.local_time import DAY_BEGINS, day_of, in_form_of, local

PARTS = {
    "morning": (4, 12),
    "noon": (11.5, 14),
    "lunchtime": (11.5, 14),
    "midday": (11.5, 14),
    "afternoon": (12, 18),
    "evening": (17, 28),
    "night": (20, 28),
}
"""Hours of the parts of a day; a late evening goes on after midnight."""

_SAID = (
    (r"\b(the )?day before yesterday\b", "2 days ago"),
    (r"\b(the )?day after tomorrow\b", "in 2 days"),
    (r"\blast night\b", "yesterday evening"),
    (r"\btonight\b", "today evening"),
    (r"\bthis (morning|noon|lunchtime|afternoon|evening)\b", r"today \1"),
    (r"\b(before|until) (lunch|noon|midday)\b", "morning"),
    (r"\bafter (lunch|noon|midday)\b", "afternoon"),
    (r"\bafter (work|dinner|supper)\b", "evening"),
    (r"\b(at|over|around) (lunch)\b", "noon"),
    (r"\bright now\b|\bat the moment\b", "now"),
    (r"\b(a )?couple of\b|\b(a )?few\b", "3"),
)
"""What dateparser does not know, or takes for another day, in other words."""

_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: number for number, word in enumerate(_COUNTED, 1)}
_WEEKS = re.compile(
    r"\b(this|last|past|next|coming|previous|the) (week|month|weekend|year)\b(?<!the week)(?<!the month)(?<!the year)"
)
_LATELY = re.compile(r"\b(?:the )?(last|past|next|coming) (\d+|" + "|".join(_NUMBERS) + r") (day|week|hour)s?\b")
_SINCE = re.compile(r"\bsince (?!when|the last|i\b)")
_PART = re.compile(rf"\b(?:in the |at )?({'|'.join(PARTS)})\b")
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_SHORT = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_CLOCK = re.compile(r"\b\d{1,2}([:.]\d\d)? ?(am|pm|o'clock)\b|\b\d{1,2}:\d\d\b|\b(?:at|around|after|before) \d{1,2}$")
_SURE = re.compile(
    rf"\b(today|tomorrow|yesterday|ago|{_DAYS}s?|{_MONTHS}|\d+ {_SHORT}|\d+(st|nd|rd|th)|may \d|in \d+ days?)\b|"
    rf"\d{{4}}-\d\d|{_CLOCK.pattern}"
)
"""Of what dateparser takes for a time, only this is one: 'sun' and 'may' mostly are not."""
_BETWEEN = re.compile(r"\b(?:between|from) (.+?) (?:and|to|until) (\S+(?: ?[ap]m)?)")
_BARE_HOUR = re.compile(r"\b(at|around|about|before|after) (\d{1,2})(?= (?:yesterday|today|tomorrow|on|this)\b|$)")
_SIDE = re.compile(r"\b(before|after) (\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}[:.]\d\d)")
_PREPOSITION = r"\b(?:on|in|at|from|for|of|during|by|until|over|the|this|around|about)\s*$"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time.

    Attributes:
        start, end: in the form of the question's time; a moment has no length.
        words: as one says it: 'yesterday evening', 'on Friday'.
    """

    start: datetime
    end: datetime
    words: str

    @property
    def days(self) -> float:
        """Its length."""
        return (self.end - self.start) / timedelta(days=1)


def span_of(text: str, now: datetime, ahead: bool = False) -> tuple[Span | None, str]:
    """The time that a question names, or None, and the question without it.

    Args:
        text: the question.
        now: when it is asked.
        ahead: a weekday is the coming one, and days begin at midnight; otherwise the last one, and a day goes on until
            `DAY_BEGINS` of the next.
    """
    plain = text.lower().strip(" ?!.")
    for pattern, other in _SAID:
        plain = re.sub(pattern, other, plain)
    plain = _BARE_HOUR.sub(_whole_hour, plain)
    for find in (_long, _lately, _since, _between, _on_one_side, _in_a_day):
        found = find(plain, now, ahead)
        if found is not None:
            span, rest = found
            return span, " ".join(rest.split())
    return None, plain


def _long(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """A week, a month, a year."""
    hit = _WEEKS.search(plain)
    if hit is None:
        return None
    which, unit = hit.groups()
    step = {"this": 0, "the": 0, "next": 1, "coming": 1}.get(which, -1)
    today = now.date() if ahead else day_of(now)
    monday = today - timedelta(days=today.weekday())
    if unit == "week":
        first = monday + timedelta(weeks=step)
        last = first + timedelta(weeks=1)
    elif unit == "weekend":
        # on a Wednesday, 'the last weekend' has passed and 'this weekend' comes, unless one asks what was done
        step = -1 if step == 0 and not ahead and today.weekday() < 5 else step
        first = monday + timedelta(days=5, weeks=step)
        last = first + timedelta(days=2)
    elif unit == "month":
        months = today.year * 12 + today.month - 1 + step
        first, last = (date(value // 12, value % 12 + 1, 1) for value in (months, months + 1))
    else:
        first, last = date(today.year + step, 1, 1), date(today.year + step + 1, 1, 1)
    words = hit.group(0) if which != "the" else f"{'this' if step == 0 else 'last'} {unit}"
    return _days(now, first, last, words, ahead), _without(plain, *hit.span())


def _lately(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """The last three days, the next two weeks."""
    hit = _LATELY.search(plain)
    if hit is None:
        return None
    which, number, unit = hit.groups()
    count = int(number) if number.isdigit() else _NUMBERS[number]
    rest, words = _without(plain, *hit.span()), f"in the {which} {number} {unit}s"
    forward = which in ("next", "coming")
    if unit == "hour":
        step = timedelta(hours=count)
        return Span(now if forward else now - step, now + step if forward else now, words), rest
    days, today = count * (7 if unit == "week" else 1), now.date() if ahead else day_of(now)
    first = today if forward else today - timedelta(days=days - 1)
    return _days(now, first, first + timedelta(days=days), words, ahead), rest


def _since(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """Since Monday: until now."""
    hit = _SINCE.search(plain)
    if hit is None:
        return None
    found = _in_a_day(plain[hit.end() :], now, ahead=False)
    return (Span(found[0].start, now, plain[hit.start() :]), plain[: hit.start()]) if found is not None else None


def _between(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """Between 9 and 11, on some day."""
    hit = _BETWEEN.search(plain)
    if hit is None:
        return None
    begins, ends = (_hour(part) for part in hit.groups())
    if begins is None or ends is None:
        return None
    if ends <= begins:  # 'from 9 to 5'
        ends += 12
    rest = _without(plain, *hit.span())
    day = _in_a_day(rest, now, ahead)
    at, rest = (day[0].start.date(), day[1]) if day is not None else (now.date(), rest)
    return Span(_at(now, at, begins), _at(now, at, ends), plain[slice(*hit.span())]), rest


def _on_one_side(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """Before or after an hour, on some day."""
    hit = _SIDE.search(plain)
    hour = _hour(hit[2]) if hit is not None else None
    if hit is None or hour is None:
        return None
    rest = _without(plain, *hit.span())
    found = _in_a_day(rest, now, ahead)
    day, rest = (found[0], found[1]) if found is not None else (_days_of(now, ahead), rest)
    at = _at(now, day.start.date(), hour)
    start, end = (day.start, at) if hit[1] == "before" else (at, day.end)
    return Span(start, end, f"{day.words} {hit[1]} {at:%H:%M}"), rest


def _in_a_day(plain: str, now: datetime, ahead: bool) -> tuple[Span, str] | None:
    """A day, a part of it, or a moment."""
    part = _PART.search(plain)
    rest = plain if part is None else _without(plain, *part.span())
    hit = _date(rest, now, ahead)
    if hit is None and part is None:
        return None
    today = now.date() if ahead else day_of(now)
    if hit is None:
        day, words, clock = today, f"in the {part[1]}" if part and part[1] != "noon" else "", None
    else:
        found, said, start, end = hit
        clock = found if _CLOCK.search(said) else None
        day, rest = found.date(), _without(rest, start, end)
        if said == "today":  # at two in the night, today is still the day before
            day = today
        words = _day_words(said, day, today)
    if clock is not None:
        moment = in_form_of(now, local(now, day, clock.time()))
        return Span(moment, moment, f"{words} at {moment:%H:%M}".strip()), rest
    if part is None:
        return _days(now, day, day + timedelta(days=1), words, ahead), rest
    begins, ends = PARTS[part[1]]
    if part[1] == "noon":
        words = f"{words} around noon".strip()
    elif hit is not None:
        words = {"today": f"this {part[1]}", "yesterday": f"yesterday {part[1]}"}.get(words, f"{words} {part[1]}")
    return Span(_at(now, day, begins), _at(now, day, ends), words.replace("this night", "tonight")), _without(
        rest, 0, 0
    )


def _date(text: str, now: datetime, ahead: bool) -> tuple[datetime, str, int, int] | None:
    """What dateparser takes for a day or an hour: the moment, its words, and where they stand."""
    from dateparser.search import search_dates

    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future" if ahead else "past",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    for said, moment in search_dates(text, languages=["en"], settings=settings) or ():
        sure = _SURE.search(said)
        if sure is not None:
            words = re.sub(r"^(?:(?:on|in|at|from|for|of|by|the|around)\s+)+(?!\d+ days)", "", said).strip()
            start = text.find(words, text.find(said))
            return moment, words, start, start + len(words)
    return None


def _day_words(said: str, day: date, today: date) -> str:
    distance = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(distance)
    if near is not None:
        return near
    return f"on {day:%A}" if -7 <= distance <= 7 and "ago" not in said else f"on {day:%A}, {day.day} {day:%B}"


def _hour(text: str) -> float | None:
    hit = re.search(r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?", text)
    if hit is None or int(hit[1]) > 24:
        return {"noon": 12.0, "midnight": 24.0}.get(text)
    hour = int(hit[1]) % 12 + 12 * (hit[3] == "pm") if hit[3] else int(hit[1])
    return hour + int(hit[2] or 0) / 60


def _whole_hour(hit: re.Match[str]) -> str:
    """'At 3' is at 15:00, as one says it of one's day."""
    hour = int(hit[2])
    return f"{hit[1]} {hour + 12 * (hour < 7)}:00" if hour <= 24 else hit[0]


def _days_of(now: datetime, ahead: bool) -> Span:
    today = now.date() if ahead else day_of(now)
    return _days(now, today, today + timedelta(days=1), "today", ahead)


def _days(now: datetime, first: date, last: date, words: str, ahead: bool) -> Span:
    """Whole days, the last not among them."""
    begins = 0.0 if ahead else DAY_BEGINS.total_seconds() / 3600
    return Span(_at(now, first, begins), _at(now, last, begins), words)


def _at(now: datetime, day: date, hour: float) -> datetime:
    """An hour of a day, which may be one of the next."""
    minutes = round(hour * 60)
    there = day + timedelta(days=minutes // 1440)
    return in_form_of(now, local(now, there, time(minutes % 1440 // 60, minutes % 60)))


def _without(text: str, start: int, end: int) -> str:
    before = re.sub(_PREPOSITION, "", text[:start])
    if before.rstrip().endswith((" my", " your")):  # 'how was my Wednesday': of a day, whichever
        before += " day"
    return f"{before} {text[end:]}"
