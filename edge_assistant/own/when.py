"""Times as people write them beside what they want to do: 'tomorrow at 6 pm', 'by March', 'every Monday'.

    split_time("call mum at 6 pm tomorrow", now)      # ('call mum', When(day=..., at=...))
    split_time("buy milk", now)                       # ('buy milk', When())

Dates and spans are read by dateparser. What it does not know, or guesses, is read here: repetitions, parts of the day,
weekends and ends of months, hours without am or pm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from edge_assistant.context.local_time import in_form_of, local, to_utc
from edge_assistant.own.dates import DAY, EXAMPLES, MONTH, TimeError, by_library, read_date, read_month, read_word
from edge_assistant.own.repeats import WEEKDAYS, next_day

PARTS = {"morning": (6.0, 11.0), "noon": (11.5, 14.0), "afternoon": (13.0, 18.0), "evening": (17.0, 22.0)}
"""Hours between which something of this part of the day is brought up."""
PART_CLOCK = {"morning": time(9), "noon": time(12), "afternoon": time(15), "evening": time(19)}
"""When a reminder of that part of the day is said."""

EARLIEST = 8
"""Where nobody says am or pm, hours before this one are meant in the afternoon."""


@dataclass(frozen=True, slots=True)
class When:
    """What was said of the time.

    Attributes:
        day: the day, or by which day; None for none.
        at: the moment, aware, where an hour was named; `day` is then its day.
        repeat: see `repeats`.
        hours: between which it fits, where a part of the day was named; else ().
        part: that part of the day.
    """

    day: date | None = None
    at: datetime | None = None
    repeat: str = ""
    hours: tuple[float, ...] = ()
    part: str = ""

    def __bool__(self) -> bool:
        return self != When()


_DAYS = rf"{DAY}s?(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+){DAY}s?)*"
_COUNT = r"(?:\d{1,3}(?:[.,]\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an|a couple of|a few)"
_UNIT = r"(?:min(?:ute)?s?|h(?:ou)?rs?|h|days?|weeks?|months?|years?)"
_SPOKEN_HOURS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(_SPOKEN_HOURS)})"

_REPEATS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"(?=\s|$)"), repeat)
    for pattern, repeat in (
        (r"(?:every|each) day|daily", "daily"),
        (r"(?:every|each) (?P<part>morning|afternoon|evening|night)", "daily"),
        (r"(?:every|each) (?:weekday|workday|working day)|on (?:weekdays|workdays)|weekdays", "weekdays"),
        (r"(?:every|each) week|weekly|once a week", "weekly"),
        (r"(?:every|each) weekend|on weekends|at weekends", "weekly sat sun"),
        (r"(?:every|each) month|monthly|once a month", "monthly"),
        (r"every (?:other|second) day", "every 2 days"),
        (r"every (?:other|second) week|fortnightly", "every 2 weeks"),
        (r"every (?P<count>\d{1,3}|two|three|four|five|six|seven) (?P<unit>days|weeks)", "every"),
        (rf"(?:(?:every|each)|on(?= {DAY}s(?:\s|$)))\s+(?P<days>{_DAYS})", "weekly"),
        (r"(?:every|each) (?:hour|minute|\d+ (?:hours|minutes))|hourly", "too often"),
        (r"(?:every|each) year|yearly|annually", "too seldom"),
    )
)
_CLOCK = re.compile(
    rf"(?:at |by |before |until |till |around |@ ?)*(?:"
    rf"(?P<past>half past|quarter past|quarter to) (?P<spoken>{_HOUR})"
    r"|(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?! ?\.? ?\d| (?:percent|km|kg))"
    rf"|(?P<bare>{_HOUR})(?= ?(?:am|pm|a\.m\.|p\.m\.|o'clock))"
    rf"|(?<=at )(?P<plain>{_HOUR})(?=\s|$)"
    r"|(?P<named>noon|midday|midnight)"
    r") ?(?P<half>am|pm|a\.m\.|p\.m\.|o'clock)?(?=\s|$)"
)
_PART = re.compile(
    r"(?:(?:in|during) the |at |this |by |later )*"
    r"(?P<part>morning|noon|lunchtime|afternoon|evening|night|tonight)(?=\s|$)"
)
_SPAN = re.compile(
    rf"(?:in|within|after) (?P<span>{_COUNT} {_UNIT}(?:(?: and)? {_COUNT} {_UNIT})?)(?: from now)?(?=\s|$)"
)
_FROM_NOW = re.compile(rf"(?P<span>{_COUNT} {_UNIT}) from now(?=\s|$)")
_GONE = re.compile(rf"(?:yesterday|last (?:week|month|year|night|{DAY})|{_COUNT} {_UNIT} ago)(?=\s|$)")
_DOTTED = re.compile(r"\d\.\d{1,2}\.$")
_LINK = re.compile(r"(?:on|by|at|due|before|until|till|for|from|starting|,|and|the|sharp|latest)(?=\s|$)\s*")
_BEGINS = re.compile(
    rf"^(?:on|by|at|@|due|before|until|till|in|within|after|for|from|this|next|coming|today|tomorrow|day|tonight|yesterday|last|the|"
    rf"every|each|daily|weekly|monthly|fortnightly|hourly|yearly|weekdays|once|noon|midday|midnight|half|quarter|end|later|an?|{DAY}"
    rf"|{MONTH}|\d[\d:./-]*(?:st|nd|rd|th|am|pm|h\d\d)?|{_HOUR}|morning|afternoon|evening)(?=\s|$|,)"
)


def split_time(text: str, now: datetime) -> tuple[str, When]:
    """A text without the time at its end or its beginning, and that time.

    Args:
        text: what somebody wrote, such as 'call mum at 6 pm'.
        now: local time, aware.

    Raises:
        TimeError: what stands there is a time that cannot be, or has passed.
    """
    words = text.split()
    end, start = len(words), 0
    for index in range(len(words)):
        of_the_text = words[index].lower() == "due" and words[index - 1 : index] in (["is"], ["are"])
        if (
            not of_the_text
            and _BEGINS.match(" ".join(words[index:]).lower())
            and read_time(" ".join(words[index:]), now) is not None
        ):
            end = index
            break
    for index in range(end, 0, -1):
        phrase = " ".join(words[:index])
        # 'weekly report' is a report; 'monday' alone before a verb is a day
        if _BEGINS.match(phrase.lower()) and not re.fullmatch(r"(?:dai|week|month|fortnight)ly", phrase.lower()):
            found = read_time(phrase, now)
            if found is not None and (index < len(words) or end < len(words)):
                start = index
                break
    if start >= end:
        start = 0
    phrases = " ".join(words[:start] + words[end:])
    rest = re.sub(r"^(?:to|,|:|that i)\s+", "", " ".join(words[start:end])).strip(" ,;")
    return (rest, read_time(phrases, now) or When()) if phrases else (text.strip(), When())


def read_time(phrase: str, now: datetime) -> When | None:
    """The time that a phrase as a whole means; None where it means anything else.

    Raises:
        TimeError: it is a time that cannot be, or has passed.
    """
    rest = " ".join(phrase.lower().strip(" !,:").replace("\u2019", "'").split())
    if not _DOTTED.search(rest):
        rest = rest.rstrip(".")
    found, clock, wanted = When(), None, rest
    while rest:
        for read in (_repeat, _span, _clock, _day, _part, _named_day):
            taken = read(rest, now)
            if taken is not None:
                length, got = taken
                if isinstance(got, tuple):
                    clock = got
                else:
                    found = _merged(found, got)
                rest = rest[length:].strip(" ,")
                break
        else:
            link = _LINK.match(rest)
            if link is None or link.end() == len(rest):
                return None
            rest = rest[link.end() :]
    return _settled(found, clock, wanted, now) if found or clock else None


Taken = tuple[int, "When | tuple[int, int, bool]"]
"""How many letters were read, and what they mean; a clock is hour, minute, and whether am or pm is settled."""


def _merged(one: When, other: When) -> When:
    return When(
        one.day or other.day,
        one.at or other.at,
        one.repeat or other.repeat,
        one.hours or other.hours,
        one.part or other.part,
    )


def _repeat(rest: str, _now: datetime) -> Taken | None:
    for pattern, repeat in _REPEATS:
        found = pattern.match(rest)
        if found is None:
            continue
        named = found.groupdict()
        if repeat.startswith("too"):
            raise TimeError(f"'{found[0]}' is {repeat} for a repetition; the shortest is daily, the longest monthly")
        if named.get("days"):
            names = sorted({each[:3] for each in re.findall(DAY, named["days"])}, key=WEEKDAYS.index)
            repeat = f"weekly {' '.join(names)}"
        if named.get("count"):
            count = named["count"]
            number = int(count) if count.isdigit() else _SPOKEN_HOURS.index(count) + 1
            if not number:
                raise TimeError(f"'{found[0]}' is no repetition; write 'every 3 days'")
            repeat = (
                f"every {number} {named['unit']}" if number > 1 else {"days": "daily", "weeks": "weekly"}[named["unit"]]
            )
        part = _part_name(named.get("part") or "")
        return found.end(), When(repeat=repeat, hours=PARTS.get(part, ()), part=part)
    return None


def _span(rest: str, now: datetime) -> Taken | None:
    gone = _GONE.match(rest)
    if gone:
        raise TimeError(f"'{gone[0]}' has passed; {EXAMPLES}")
    found = _SPAN.match(rest) or _FROM_NOW.match(rest)
    if found is None:
        return None
    span = re.sub(r"\ba couple of\b", "2", re.sub(r"\ba few\b", "3", found["span"]))
    span = re.sub(r"\bhalf an? hours?\b", "30 minutes", span).replace(" and ", " ")
    by_clock = re.search(r"\b(?:min\w*|h|hrs?|hours?)\b", span) is not None
    base = to_utc(now).replace(tzinfo=None) if by_clock else now.replace(tzinfo=None)
    moment = by_library(f"in {span}", base)
    if moment is None:
        return None
    if not by_clock:
        return found.end(), When(day=moment.date())
    # a reminder a second too early is worse than one that is half a minute late
    at = in_form_of(now, (moment + timedelta(seconds=59)).replace(second=0, microsecond=0, tzinfo=UTC))
    return found.end(), When(at.date(), at)


def _clock(rest: str, _now: datetime) -> Taken | None:
    found = _CLOCK.match(rest)
    if found is None:
        return None
    half = (found["half"] or "").replace(".", "")
    if found["named"]:
        return found.end(), (0 if found["named"] == "midnight" else 12, 0, True)
    spoken = found["hour"] or found["bare"] or found["plain"] or found["spoken"]
    hour = int(spoken) if spoken.isdigit() else _SPOKEN_HOURS.index(spoken) + 1
    minute = int(
        found["minute"] or {"half past": 30, "quarter past": 15, "quarter to": -15}.get(found["past"] or "", 0)
    )
    settled = half in ("am", "pm")
    if hour > (12 if settled else 24) or minute > 59 or (settled and hour == 0) or (hour == 24 and minute):
        raise TimeError(f"'{found[0].strip()}' is not a time of day; write '18:30' or '6 pm'")
    if settled:
        hour = hour % 12 + (12 if half == "pm" else 0)
    settled = settled or hour > 12 or hour == 0 or bool(found["hour"] and len(found["hour"]) == 2 and hour < 10)
    hour, minute = (hour - 1, 45) if minute < 0 else (hour, minute)
    return found.end(), (hour % 24, minute, settled)


def _day(rest: str, now: datetime) -> Taken | None:
    taken = read_month(rest, now) or read_date(rest, now)
    return (taken[0], When(day=taken[1])) if taken else None


def _named_day(rest: str, now: datetime) -> Taken | None:
    taken = read_word(rest, now)
    return (taken[0], When(day=taken[1])) if taken else None


def _part(rest: str, now: datetime) -> Taken | None:
    found = _PART.match(rest)
    if found is None:
        return None
    part = _part_name(found["part"])
    day = now.date() if found["part"] == "tonight" or "this " in found[0] or "later " in found[0] else None
    return found.end(), When(day=day, hours=PARTS[part], part=part)


def _part_name(word: str) -> str:
    return {"night": "evening", "tonight": "evening", "lunchtime": "noon"}.get(word, word)


def _settled(found: When, clock: tuple[int, int, bool] | None, phrase: str, now: datetime) -> When:
    """Day, hour and repetition put together."""
    day = found.day
    if found.repeat and day is None and clock is None:
        day = next_day(found.repeat, now.date() - timedelta(days=1), now.date())
        return replace(found, day=day)
    if clock is None or found.at is not None:
        return found
    hour, minute, settled = clock
    if not settled and hour <= 12:
        hour = _meant(hour, minute, day, found, now)
    if day is None:
        day = now.date()
        if found.repeat:
            day = next_day(found.repeat, day - timedelta(days=1), day)
        passed = local(now, day, time(hour, minute)) <= now
        if passed:
            day = next_day(found.repeat or "daily", day, day)
    at = moment_at(day, time(hour, minute), now)
    if at <= now:
        raise TimeError(f"'{phrase}' has passed; {EXAMPLES}")
    return replace(found, day=day, at=at, hours=(), part="")


def moment_at(day: date, clock: time, now: datetime) -> datetime:
    """A time of the person's day, in the form of `now`."""
    return in_form_of(now, local(now, day, clock))


def _meant(hour: int, minute: int, day: date | None, found: When, now: datetime) -> int:
    """The hour of the day where nobody said am or pm: by the part of the day, else the waking one that comes next."""
    if found.part:
        low, high = found.hours
        return next((each for each in (hour % 12, hour % 12 + 12) if low <= each <= high), hour)
    waking = hour % 12 + 12 if hour % 12 < EARLIEST else hour
    if found.repeat or (day is not None and day != now.date()):
        return waking
    later = [h for h in (hour % 12, hour % 12 + 12) if (h, minute) > (now.hour, now.minute)]
    return later[0] if later and (later[0] >= EARLIEST or now.hour < EARLIEST) else later[-1] if later else waking
