"""When a person wakes, sleeps, eats and works, out of the prose about their life."""

from __future__ import annotations

import re

from simulator.importer import clocks
from simulator.importer.clocks import DayTimes
from simulator.importer.propersim import Source
from simulator.importer.values import Notes
from simulator.importer.words import duration, items, normalise
from simulator.persona import DayFrame, Frames

_WAKE = re.compile(
    r"\b(?:wak(?:e|es|ing)|awak\w+|woke|gets? (?:up|out of bed)|getting up|rises?|rising|up (?:at|by|around"
    r"|before|early)|starts? (?:the|her|his|their|my) (?:day|morning)|alarm)\b",
    re.I,
)
_SLEEP = re.compile(
    r"\b(?:sleeps?(?! in)|asleep|(?:to|in|into|before) bed|bed ?time|turns? in|retires|lights? (?:out|off)"
    r"|goes? to bed|going to bed|stays? up|staying up|up (?:until|till)|hits? the hay|calls? it a night"
    r"|ends? (?:the|her|his|their) day)\b",
    re.I,
)
_WEEKEND = re.compile(r"\b(?:weekends?|saturdays?|sundays?|sleeps? in)\b", re.I)
_WAKE_WORDS = (
    (r"before dawn|before sunrise", 300),
    (r"\bat dawn|with the sun|\bsunrise|first light", 360),
    (r"early riser|early bird|wakes? (?:up )?(?:very )?early|gets? up (?:very )?early|morning person", 390),
    (
        r"late riser|wakes? (?:up )?late|gets? up late|sleeps? (?:in )?(?:late|long)|around noon|not a morning "
        r"person",
        570,
    ),
)
_SLEEP_WORDS = (
    (r"night owl|stays? up (?:very )?late|works? late into the night|late nights?", 1500),
    (r"goes? to bed early|early nights?|turns? in early", 1290),
    (r"after midnight|past midnight", 1485),
)
_BEFORE_MIDNIGHT = re.compile(r"\b(?:before|by|until|till) midnight\b", re.I)


def _times(sentence: str, cue: re.Pattern[str]) -> list[float]:
    """Clock times of a sentence that belong to its waking or its sleeping, nearest to the word first."""
    plain = clocks.plain_clocks(normalise(sentence))
    places = [match.start() for match in cue.finditer(plain)]
    if not places:
        return []
    other = _SLEEP if cue is _WAKE else _WAKE
    rivals = [match.start() for match in other.finditer(plain)]
    found: list[tuple[float, float]] = []
    for match in re.finditer(clocks.CLOCK, plain, re.I):
        value = clocks.clock_minutes(match, plain)
        if value is None:
            continue
        # a time follows its verb: 'goes to bed around 11pm, wakes up around 6am'
        own = min((match.start() - place if place <= match.start() else 25 + place - match.end()) for place in places)
        theirs = min(
            ((match.start() - place if place <= match.start() else 25 + place - match.end()) for place in rivals),
            default=999,
        )
        if own < theirs:
            sure = (
                (match.group(3) or "").lower() in ("am", "pm")
                or bool(match.group(4))
                or int(match.group(1) or 0) > 12
                or (match.group(1) or "").startswith("0")
            )
            found.append((own, value if sure else _usual(value, cue)))
    return [value for _, value in sorted(found)]


def _usual(value: float, cue: re.Pattern[str]) -> float:
    """'Gets up at 5', 'in bed by 10': the half of the day that goes with it."""
    hours = value % 720
    if cue is _WAKE:
        return hours if hours >= 180 else hours + 720
    return hours + 720 if hours >= 480 else hours


_HALF_OF_DAY = r"(am|pm|in the (?:morning|afternoon|evening)|at night)?"
_NIGHT = re.compile(
    rf"\bsleeps? (?:from|between) (?:about |around )?(\d{{1,2}})(?::(\d{{2}}))?\s*{_HALF_OF_DAY} (?:to|until|till|and) "
    rf"(?:about |around )?(\d{{1,2}})(?::(\d{{2}}))?\s*{_HALF_OF_DAY}",
    re.I,
)
_WORKS_AT_NIGHT = re.compile(r"\bnight[- ]shifts?\b|\b(?:works?|working|on) nights\b|\bgraveyard shift", re.I)
NIGHT_SHIFT = (1320.0, 1800.0)
"""Work of somebody of whom only that much is said."""
STARTS_WORK = re.compile(
    r"\b(?:starts?|begins?|goes? (?:on|to)) (?:(?:his|her|their|my|the|a) )?(?:(?:night|early|late|day) )?"
    r"(?:work|shift|job)\b(?! on\b)|\b(?:work|shift|job) (?:starts?|begins?)\b",
    re.I,
)
WORKING = 480.0
"""Minutes of work of which only the beginning is said."""


def _clock_of(match: re.Match[str], first: int) -> float | None:
    """One of the two clocks of 'sleeps from 8am to 3pm'."""
    hour, minute, mark = (
        int(match.group(first)),
        int(match.group(first + 1) or 0),
        (match.group(first + 2) or "").lower(),
    )
    if hour > 24 or minute > 59:
        return None
    value = float(hour % 24 * 60 + minute)
    if mark == "at night":
        mark = "pm" if hour % 12 >= 6 else "am"
    elif mark.startswith("in the"):
        mark = "am" if mark.endswith("morning") else "pm"
    if mark:
        return value % 720 + (720 if mark == "pm" else 0)
    return value if hour > 12 else _usual(value, _SLEEP if first == 1 else _WAKE)


def _worded(text: str, table: tuple[tuple[str, int], ...]) -> tuple[float, str] | None:
    for pattern, value in table:
        match = re.search(pattern, text, re.I)
        if match:
            return float(value), match.group(0)
    return None


def read_frames(source: Source, notes: Notes) -> Frames:
    """Waking and sleeping on weekdays and at weekends."""
    parts = [item for key in ("lifestyle", "plan", "background") for item in items(source.text(key))]
    wake = sleep = weekend_wake = weekend_sleep = by_day = None
    for item in parts:
        night = _NIGHT.search(clocks.plain_clocks(normalise(item)))
        if night and sleep is None and wake is None:
            slept_at, rose_at = (_clock_of(night, first) for first in (1, 4))
            if slept_at is not None and rose_at is not None:
                wake, sleep = (rose_at, item), (slept_at if slept_at > rose_at else slept_at + 1440, item)
                continue
        for piece in re.split(
            r"(?<=[a-z0-9]),\s+(?=(?:but|and)?\s*(?:on|at)?\s*(?:weekends?|saturdays?|sundays?|weekdays?))"
            r"|\b(?:but|and) (?=(?:on|at) (?:weekends?|saturdays?))",
            item,
            flags=re.I,
        ):
            at_weekend = bool(_WEEKEND.search(piece))
            rose, slept = _times(piece, _WAKE), _times(piece, _SLEEP)
            if re.search(r"sleeps? in\b", piece, re.I) and not rose:
                rose = _times(piece, re.compile(r"sleeps? in\b", re.I))
            if rose and 120 <= rose[0] % 1440 <= 1140:
                if at_weekend and wake is not None:
                    weekend_wake = weekend_wake or (rose[0] % 1440, piece)
                else:
                    wake = wake or (rose[0] % 1440, piece)
            if slept:
                value = slept[0] % 1440
                if _BEFORE_MIDNIGHT.search(piece):
                    value = 1440 - 15
                value = value + 1440 if value < clocks.DAY_TURN + 120 else value
                if value >= 1140:
                    if at_weekend and sleep is not None:
                        weekend_sleep = weekend_sleep or (value, piece)
                    else:
                        sleep = sleep or (value, piece)
                else:
                    by_day = by_day or (value + 1440, piece)
    if sleep is None and by_day is not None and wake is not None and 600 <= by_day[0] - wake[0] <= 1260:
        sleep = by_day  # to bed in the morning, up in the afternoon
    text = " ".join(parts)
    if wake is None and sleep is None and _WORKS_AT_NIGHT.search(text):
        return _by_night(notes)
    wake = wake or _worded(text, _WAKE_WORDS)
    sleep = sleep or _worded(text, _SLEEP_WORDS)
    if sleep is not None and wake is None:
        # an ordinary night of eight hours, never before four
        wake_at = min(max(sleep[0] + 480 - 1440, 300.0), 660.0)
        notes.assume("day wake", clocks.clock(wake_at), "not said: eight hours after going to sleep")
    elif wake is not None:
        wake_at = wake[0]
        notes.understand("day wake", clocks.clock(wake_at), wake[1])
    else:
        wake_at = 420.0
        notes.assume("day wake", "07:00", "nothing understood on waking")
    if sleep is not None:
        sleep_at = sleep[0]
        notes.understand("day sleep", clocks.clock(sleep_at), sleep[1])
    else:
        sleep_at = wake_at + 960
        notes.assume("day sleep", clocks.clock(sleep_at), "not said: sixteen hours after waking")
    if not 600 <= sleep_at - wake_at <= 1260:
        sleep_at = wake_at + 960
        notes.assume(
            "day sleep", clocks.clock(sleep_at), "the words would leave under ten or over twenty-one hours awake"
        )
    weekend = _weekend(wake_at, sleep_at, weekend_wake, weekend_sleep, notes)
    return Frames(
        weekday=DayFrame(wake=clocks.clock(wake_at), sleep=_sleep_clock(sleep_at)),
        weekend=DayFrame(wake=clocks.clock(weekend[0]), sleep=_sleep_clock(weekend[1]), jitter=25),
    )


def _by_night(notes: Notes) -> Frames:
    """Of somebody of whom nothing is said but that they work at night."""
    notes.assume("day", "15:00 to 07:30", "works at night, and no hours of sleep are understood")
    return Frames(
        weekday=DayFrame(wake="15:00", sleep="07:30"), weekend=DayFrame(wake="12:00", sleep="03:30", jitter=25)
    )


def _weekend(
    wake: float, sleep: float, said_wake: tuple[float, str] | None, said_sleep: tuple[float, str] | None, notes: Notes
) -> tuple[float, float]:
    if said_wake:
        notes.understand("day weekend wake", clocks.clock(said_wake[0]), said_wake[1])
    if said_sleep:
        notes.understand("day weekend sleep", clocks.clock(said_sleep[0]), said_sleep[1])
    if not said_wake and not said_sleep:
        notes.assume("day weekend", "45 and 30 min later", "not said how weekends differ")
    later_wake = said_wake[0] if said_wake else max(wake, min(wake + 45, 690))
    later_sleep = said_sleep[0] if said_sleep else max(sleep, min(sleep + 30, 1440 + 210))
    return later_wake, later_sleep if later_sleep - later_wake >= 600 else later_wake + 900


def _sleep_clock(minute: float) -> str:
    value = clocks.clock(minute)
    return "00:00" if value == "24:00" else value


def minutes(frame: DayFrame) -> tuple[float, float]:
    """Waking and sleeping in minutes after midnight, the sleep past 1440 when it comes after midnight."""
    wake, sleep = (int(value[:2]) * 60 + int(value[3:]) for value in (frame.wake, frame.sleep))
    return float(wake), float(sleep if sleep > wake else sleep + 1440)


_MEALS = {
    "breakfast": (25, re.compile(r"\bbreakfasts?\b", re.I)),
    "lunch": (35, re.compile(r"\blunch(?:es)?\b", re.I)),
    "dinner": (40, re.compile(r"\b(?:dinners?|supper)\b", re.I)),
}
_WORK = re.compile(
    r"\b(?:works?|working|at (?:the|his|her|their) (?:office|desk|shop|studio|clinic|hospital|school"
    r"|caf\u00e9|cafe)|teaches|shift|opens|runs the|office hours|job|commutes)\b",
    re.I,
)
_SCHOOL = re.compile(r"\b(?:school|class(?:es)?|lectures?|university|college|studies)\b", re.I)


def read_times(source: Source, frames: Frames, notes: Notes) -> DayTimes:
    """The times of the weekday to which 'before lunch' or 'after work' refer."""
    wake, sleep = minutes(frames.weekday)
    bare = DayTimes(wake, sleep)
    events: dict[str, tuple[float, float]] = {}
    parts = [item for key in ("lifestyle", "plan") for item in items(source.text(key))]
    for item in parts:
        for name, (length, pattern) in _MEALS.items():
            match = pattern.search(item)
            if match and name not in events:
                start = _time_of_meal(item, match)
                if start is not None:
                    events[name] = (start, start + (duration(item) or length))
                    notes.understand(f"times.{name}", clocks.clock(start), item)
        for name, cue in (("work", _WORK), ("school", _SCHOOL)):
            for piece in re.split(r",\s*(?:and\s+)?|\s+with\s+(?=an? )", item):
                if name in events or not cue.search(piece) or not re.search(r"\d|noon", piece):
                    continue  # 'deep work in the morning' names no hours of work
                spans = [s for s in clocks.find(piece, bare) if s.minutes >= 120]
                if spans:
                    events[name] = (spans[0].start, spans[0].end)
                    notes.understand(
                        f"times.{name}", f"{clocks.clock(spans[0].start)}-{clocks.clock(spans[0].end)}", item
                    )
            if name == "work" and name not in events and STARTS_WORK.search(item):
                begins = [s for s in clocks.find(item, bare) if s.minutes == 60]  # half an hour around a clock
                if begins:
                    start = begins[0].start + 30
                    events[name] = (start, start + WORKING)
                    notes.assume("times.work", clocks.clock(start), f"from '{item}', for eight hours")
        bed = re.search(r"\breads?\b[^.]*\bin bed\b", item, re.I)
        if bed and "bed" not in events:
            events["bed"] = (sleep - 40, sleep)
            notes.understand("times.bed", f"from {clocks.clock(sleep - 40)}", item)
    if "work" not in events and _WORKS_AT_NIGHT.search(" ".join([*parts, *items(source.text("background"))])):
        events["work"] = NIGHT_SHIFT
        notes.assume("times.work", "22:00-06:00", "works at night, and no hours are understood")
    return DayTimes(wake, sleep, events)


def _time_of_meal(item: str, meal: re.Match[str]) -> float | None:
    """The clock that stands right behind a meal ('lunch at noon'), not one to which the meal is a landmark."""
    if re.search(r"\b(?:before|after|until|till)\s+(?:the |his |her )?$", item[: meal.start()], re.I):
        return None
    plain = clocks.plain_clocks(item)
    match = re.match(r".{0,22}?\b(?:at|around|about|by)\s+(?=[\dnm])", plain[meal.end() :], re.I)
    if not match:
        return None
    clock = re.compile(clocks.CLOCK, re.I).match(plain, meal.end() + match.end())
    return clocks.clock_minutes(clock, plain) if clock else None
