"""Plain quantities in prose: clock times and ranges, parts of the day, weekdays, lengths, numbers as words.

stretches("from 2:00pm to 4:00pm on Tuesdays", Day(420, 1380))    # [Stretch(840, 960, ("tue",))]
minutes("for half an hour")                                       # 30.0
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.values import Stretch, data
from simulator.people.routine import DAY_GROUPS, DAYS

_CLOCK = (
    r"(?P<{0}h>\d{{1,2}})(?:[:.](?P<{0}m>\d\d))?(?:\s*(?P<{0}half>am|pm|o'clock))?"
    r"(?!\d|\s*(?:minute|hour|time|x\b|%|day))\b"
)
_PART = r"(?:\s+(?:in the|at)\s+(?P<part>morning|afternoon|evening|night))?"
_RANGE = re.compile(
    rf"(?P<lead>from|between)?\s*{_CLOCK.format('a')}\s*(?:to|until|till|and|-|\u2013)\s*(?:about )?"
    rf"{_CLOCK.format('b')}{_PART}"
)
_POINT = re.compile(
    r"\b(?P<lead>until|till|by|before|after|past|from|since|around|about|at|bed|up|to)\s+(?:around |about |roughly )?"
    rf"{_CLOCK.format('a')}{_PART}"
)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:to|-|or|\u2013)\s*(\d+(?:\.\d+)?))?[\s-]*(hour|hr|minute|min)s?\b")
_DAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b")


@dataclass(frozen=True, slots=True)
class Day:
    """When the person wakes and goes to sleep, in minutes after midnight; `sleep` is greater and may exceed 1440."""

    wake: float = 420.0
    sleep: float = 1380.0


def plain(text: str) -> str:
    """The text in lower case with numbers as digits: 'half past ten' -> '10:30', 'twice' -> '2 times'."""
    text = text.lower().replace("\u2019", "'")
    for words, meant in data("words")["phrases"].items():
        text = re.sub(rf"\b(?:{words})(?!\w)", meant, text)
    return text


def minutes(text: str) -> float | None:
    """The first length that a text names, in minutes; the middle of a range; None where it names none."""
    match = _LENGTH.search(plain(text))
    if not match:
        return None
    return (float(match[1]) + float(match[2] or match[1])) / 2 * (60 if match[3].startswith("h") else 1)


def days(text: str) -> tuple[str, ...]:
    """The weekdays that a text names; all where it names none."""
    text = text.lower()
    for words, group in ((r"weekdays?|work(?:ing)? ?days?", "weekday"), ("weekends?", "weekend")):
        if re.search(rf"\b(?:{words})\b", text):
            return DAY_GROUPS[group]
    named = {match[1][:3] for match in _DAY.finditer(text)}
    without = re.search(r"\bexcept\b", text) is not None
    return tuple(day for day in DAYS if (day in named) != without) or DAYS


def clocks(text: str) -> list[float]:
    """Every clock time behind a word such as 'at', or both ends of ranges, as written: minutes after midnight."""
    text = plain(text)
    ranged = [_minute(match, which) for match in _RANGE.finditer(text) if match["lead"] for which in "ab"]
    return ranged or [_minute(match, "a") for match in _POINT.finditer(text)]


def stretches(text: str, day: Day) -> list[Stretch]:
    """The times of the day that a text names; a point is an hour, and 'after nine' ends at sleep."""
    rest, on, found = plain(text), days(text), []
    for match in _RANGE.finditer(rest):
        if match["lead"] or match["ahalf"] or match["bhalf"] or match["am"]:  # 'two to three' only counts
            start, end = _awake(match, "a", day), _awake(match, "b", day)
            if end <= start and match["bhalf"] not in ("am", "pm") and start < end + 720:
                end += 720
            found.append(_stretch(start, end if end > start else end + 1440, on))
    for match in _POINT.finditer(_RANGE.sub(" ", rest)):
        at = _awake(match, "a", day)
        if match["lead"] in ("after", "past", "since", "from"):
            found.append(_stretch(at, max(day.sleep, at + 60), on))
        elif match["lead"] in ("until", "till", "before", "by"):
            found.append(_stretch(day.wake, at if at > day.wake else at + 1440, on))
        elif match["lead"] != "to":
            found.append(_stretch(at, at + 60, on))
    if found:
        return found
    for words, (start, end) in data("words")["parts_of_day"].items():
        if re.search(rf"\b(?:{words})\b", rest):
            first = day.sleep + start if start < 0 else day.wake if start == 0 else start
            last = day.sleep if end == 0 else day.wake + end if end <= 90 else end
            return [_stretch(first, last, on)] if last > first else []
    return [_stretch(day.wake, day.sleep, on)] if on != DAYS else []


def _stretch(start: float, end: float, on: tuple[str, ...]) -> Stretch:
    start, end = (start - 1440, end - 1440) if start >= 1440 else (max(start, 0.0), end)
    return Stretch(start, min(max(end, start + 5), start + 1440), on)


def _minute(match: re.Match[str], which: str) -> float:
    """Minutes after midnight; without am or pm as the part of the day says, which follows the last time."""
    hour, half = int(match[f"{which}h"]), match[f"{which}half"] or match["part"] or "o'clock"
    if half != "o'clock" and hour <= 12:
        hour = hour % 12 + (0 if half in ("am", "morning") else 12)
    return float(min(hour, 24) * 60 + min(int(match[f"{which}m"] or 0), 59))


def _awake(match: re.Match[str], which: str, day: Day) -> float:
    """A time; where neither am, pm nor a part of the day stands, the one of two at which the person is awake."""
    at = _minute(match, which)
    told = match[f"{which}half"] in ("am", "pm") or match["part"] or match[f"{which}h"][0] == "0"
    return at if told or at > 780 or day.wake - 30 <= at <= day.sleep else at + 720
