"""The days that people name: '12 March', 'by summer', 'next Friday', 'the 1st', 'end of the month'.

Dates are read by dateparser; what it does not know, or guesses, is read here. Each reader is given what is left of a
phrase in lower case, and tells how many letters it has read and which day they mean; None where they mean no day.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from edge_assistant.errors import UsageError
from edge_assistant.own.repeats import WEEKDAYS

EXAMPLES = "write '18:30', '6 pm', 'tomorrow', 'in 2 hours', 'Friday', '12 March' or 'every Monday'"


class TimeError(UsageError):
    """A time that cannot be."""


_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
MONTH = f"(?:{_MONTHS}|nov(?:ember)?|dec(?:ember)?)"
DAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_WORDS = re.compile(
    r"(?P<word>today|tomorrow|(?:the )?day after tomorrow|tonight"
    rf"|(?P<which>next |this |coming )?(?P<day>{DAY})(?P<week> week)?"
    r"|(?:this|next|the) weekend|(?:this|next) (?:week|month|year)"
    r"|(?:the )?end of (?:the|this|next) (?:week|month|year)|(?:the )?end of the day)(?=\s|$)"
)
_DATE = re.compile(
    rf"(?P<date>\d{{4}}-\d{{1,2}}-\d{{1,2}}|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\.?(?:,? \d{{4}})?"
    rf"|{MONTH}\.? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\d:.])"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})?|\d{1,2}/\d{1,2}(?:/\d{4}|/\d{2})?|the \d{1,2}(?:st|nd|rd|th))(?=[\s,]|$)"
)
_FEASTS = {
    "spring": (3, 1),
    "summer": (6, 1),
    "autumn": (9, 1),
    "winter": (12, 1),
    "christmas": (12, 24),
    "new year's eve": (12, 31),
    "new year": (1, 1),
}
"""Days, as month and number, by which something is to be done that is due 'by summer'."""
_BY_MONTH = re.compile(
    rf"(?P<how>by|before|until|till|in|next)(?: the end of)? (?P<month>{MONTH}|{'|'.join(_FEASTS)})"
    r"(?: (?P<year>\d{4}))?(?=\s|$)"
)


DayRead = tuple[int, date]


def read_month(rest: str, now: datetime) -> DayRead | None:
    """'by March', 'in May', 'by summer': its first day where it is a limit, its last where it is a span."""
    found = _BY_MONTH.match(rest)
    if found is None or _DATE.match(rest.partition(" ")[2]):
        return None
    if found["month"] in _FEASTS:
        month, number = _FEASTS[found["month"]]
        year = int(found["year"] or now.year)
        day = date(year, month, number)
        return found.end(), day if day > now.date() or found["year"] else day.replace(year=year + 1)
    month = list(calendar.month_abbr).index(found["month"][:3].title())
    year = int(found["year"]) if found["year"] else now.year
    ends = "end of" in found[0] or found["how"] in ("in", "next")
    day = date(year, month, calendar.monthrange(year, month)[1] if ends else 1)
    if day <= now.date() and not found["year"]:
        day = date(year + 1, month, calendar.monthrange(year + 1, month)[1] if ends else 1)
    return found.end(), _coming(day, found[0], now)


def read_date(rest: str, now: datetime) -> DayRead | None:
    """'12 March', 'March 5th 2027', '2027-03-12', '24.12.', 'the 1st'; without a year the next that comes."""
    found = _DATE.match(rest)
    if found is None:
        return None
    written = found["date"]
    numbers = [int(part) for part in re.findall(r"\d+", written)]
    if "/" in written and numbers[0] <= 12 and numbers[1] <= 12 and numbers[0] != numbers[1]:
        one, other = (date(2000, b, a) for a, b in (numbers[:2], numbers[1::-1]))
        raise TimeError(
            f"'{written}' could be {one.day} {one:%B} or {other.day} {other:%B}; write '{one.day} {one:%B}'"
        )
    order = "MDY" if "/" in written and numbers[1] > 12 else "DMY"
    has_year = bool(re.search(r"\d{4}|[./]\d{1,2}[./]\d{2}$", written))
    if re.fullmatch(r"the \d{1,2}(?:st|nd|rd|th)", written):
        day = _day_of_month(numbers[0], now.date())
    else:
        asked = re.sub(r"\b(?:the|of)\b", " ", written).rstrip(".")
        base = now.replace(tzinfo=None)
        moment = by_library(asked if has_year else f"{asked} {now.year}".replace(".", ". "), base, order)
        if moment is None and not has_year:  # 29 February
            years = (by_library(f"{asked} {now.year + more}", base, order) for more in range(1, 5))
            moment = next((each for each in years if each is not None), None)
        if moment is None:
            raise TimeError(f"'{written}' is not a date; write '12 March' or '2027-03-12'")
        day = moment.date()
        if day < now.date() and not has_year:
            day = day.replace(year=day.year + (1 if not (day.month == 2 and day.day == 29) else 4))
    return found.end(), _coming(day, written, now)


def _day_of_month(number: int, today: date) -> date:
    if not 1 <= number <= 31:
        raise TimeError(f"no month has a day {number}; write '12 March'")
    days = (today.replace(day=1) + timedelta(days=31 * months) for months in range(4))
    for first in days:
        if number <= calendar.monthrange(first.year, first.month)[1] and first.replace(day=number) >= today:
            return first.replace(day=number)
    raise AssertionError("one of four months has 31 days")


def read_word(rest: str, now: datetime) -> DayRead | None:
    """'tomorrow', 'next Friday', 'this weekend', 'end of the month'."""
    found = _WORDS.match(rest)
    if found is None:
        return None
    today, word = now.date(), found["word"]
    sunday = today + timedelta(days=6 - today.weekday())
    following = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    if found["day"]:
        ahead = (WEEKDAYS.index(found["day"][:3]) - today.weekday()) % 7 or 7
        # 'next Friday' is the one of next week; 'Friday' is the next that comes
        day = today + timedelta(days=ahead)
        if (found["which"] or "") == "next " and day <= sunday:
            day += timedelta(days=7)
        if found["week"]:
            day += timedelta(days=7)
    elif "weekend" in word:
        day = max(sunday - timedelta(days=1), today) + timedelta(days=7 * word.startswith("next"))
    elif word.endswith("week"):
        end = "end" in word or word.startswith("this")
        day = sunday - timedelta(days=2) if end else sunday + timedelta(days=1)
        day = max(day, today) + timedelta(days=7 * ("end" in word and "next" in word))
    elif word.endswith("month"):
        ending = following if "next" in word else today
        day = ending.replace(day=calendar.monthrange(ending.year, ending.month)[1])
        day = following if word == "next month" else day
    elif word.endswith("year"):
        day = date(today.year + 1, 1, 1) if word == "next year" else date(today.year + ("next" in word), 12, 31)
    else:
        day = today + timedelta(days=2 if "after" in word else int(word == "tomorrow"))
    return found.end(), day


def _coming(day: date, phrase: str, now: datetime) -> date:
    if day < now.date():
        raise TimeError(f"'{phrase}' has passed; {EXAMPLES}")
    return day


def by_library(phrase: str, base: datetime, order: str = "DMY") -> datetime | None:
    """What dateparser makes of a phrase; None for nothing. `base`: to which it is relative, naive."""
    import dateparser  # heavy: its import takes as long as a first frame may

    settings = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "first",
        "DATE_ORDER": order,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "STRICT_PARSING": False,
    }
    moment: datetime | None = dateparser.parse(phrase, languages=["en"], settings=settings)
    return moment
