"""When a person wakes and sleeps, out of the prose about their life."""

from __future__ import annotations

import re

from simulator.people.importer.language import clocks, whens
from simulator.people.importer.language.words import items
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes
from simulator.people.persona import DayFrame, Frames

_WAKE = re.compile(
    r"\b(?:wak(?:e|es|ing)|awak\w+|woken?|stirs|surfaces|emerges|snoozes|gets? (?:up|out of bed)|getting up|rises?"
    r"|rising"
    r"|(?:rolls?|crawls?|climbs?|falls?|tumbles?|is|out) (?:out )?of bed|up (?:and about )?(?:at|by|around|before|early"
    r"|from|with the \w+)|is up|on (?:his|her|their) feet|(?:starts?|begins?) (?:the|her|his|their|my) (?:day|morning)"
    r"|(?:the|her|his|their|my) day (?:starts|begins)|alarm)\b",
    re.I,
)
_SLEEP = re.compile(
    r"\b(?:sleeps?(?! in)|(?<=before )sleeping|asleep|to sleep|(?:to|in|into|before) bed"
    r"|(?<!of )bed(?= (?:at|by|around)\b)|bed ?time(?! stor)|turns? in"
    r"|retires|nods? off|drops? off|drifts? off|dozes? off|lights? (?:out|off)|(?:switch|turn)(?:es|s)? (?:off|out)"
    r" (?:the|his|her|their) (?:bedside |reading |last )?(?:lights?|lamp)|dead to the world|goes? to bed"
    r"|going to bed|crashes|stays? up"
    r"|staying up|up (?:until|till)|hits? the (?:hay|sack|pillow)|calls? it a (?:night|day)|under the covers"
    r"|(?:ends?|closes?) (?:the|her|his|their) day|day ends|and ends)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:puts?|gets?|tucks?|settles?|sends?|sings|reads)\s+(?:(?!to\b|in\b|into\b|up\b|out\b|ready\b)[\w']+\s+){1,4}?"
    r"(?:(?:in|off|back) ?)?(?:to|into|in) (?:bed|sleep)\b"
    r"|\b(?!(?:until|till) (?:he|she|they)\b)(?:after|once|when|until|till|before|while|as soon as|as)"
    r"\s+(?:(?!and\b|then\b)[a-z']+\s+){1,4}?(?:(?:is|are"
    r"|has|have) )?(?:gone |back |safely )?(?:(?:to|in) bed|asleep|sleeps?|wakes?|gets? up)\b"
    r"|\b(?:children|kids|baby|father|mother|toddler|twins|sons?|daughters?|husband|wife)(?:'s)?(?: and \w+)?"
    r" (?:(?:is|are|goes|go) )?(?:to bed|in bed|to sleep|asleep|sleeps?|wakes?|bed ?time|naps?)\b"
    r"|\bwakes? (?:the|his|her|their) \w+|\bbed ?time (?:for|of|with) (?:the|his|her|their) \w+",
    re.I,
)
"""Somebody else goes to bed or wakes."""
_ABED = re.compile(
    r"\b(?:read|writ|watch|scroll|listen|draw|knit|text|chat|journal)\w*\s+(?:[\w']+ ){0,4}?in bed(?= from\b)", re.I
)
"""In bed, and still awake."""
_OWN_BED = re.compile(
    rf"^(?:(?:on|at) (?:the )?\w+,? )?(?:(?:he|she|they|is|goes?|falls?|heads?|gets|off|back|early|usually|often"
    rf"|always|never|mostly|and|then|the|his|her|their|only|again|fast|poorly)\s+)*"
    rf"(?:{_WAKE.pattern}|{_SLEEP.pattern}|sleeps? in\b|(?:early|late) riser|early bird|night owl|gets? (?:his|her"
    rf"|their) head down)",
    re.I,
)


def of_bed(text: str) -> bool:
    """Whether a piece of text tells of the person's waking or going to sleep, and of nothing else."""
    found = _OWN_BED.match(text)
    return bool(found) and not re.match(r"\s+\w+ing\b(?! (?:up|early|late))", text[found.end() :]) if found else False


_WEEKEND = re.compile(r"\b(?:weekends?|saturdays?|sundays?|sleeps? in)\b", re.I)
_WAKE_WORDS = (
    (r"before dawn|before sunrise", 300),
    (r"\bat dawn|with the sun|\bsunrise|first light", 360),
    (r"early riser|early bird|wakes? (?:up )?(?:very )?early|gets? up (?:very )?early|morning person", 390),
    (
        r"late riser|wakes? (?:up )?late|gets? up late|sleeps? (?:in )?(?:late|long)|around noon|not a morning person",
        570,
    ),
)
_SLEEP_WORDS = (
    (r"night owl|stays? up (?:very )?late|works? late into the night|late nights?", 1500),
    (r"goes? to bed early|early nights?|turns? in early", 1290),
    (r"after midnight|past midnight", 1485),
)
_BEFORE_MIDNIGHT = re.compile(r"\b(?:before|by) midnight\b", re.I)


def _times(sentence: str, cue: re.Pattern[str]) -> list[float]:
    """Clock times of a sentence that belong to its waking or its sleeping, nearest to the word first."""
    plain = _one_time(plain_of(sentence), cue)
    for masked in (_OTHERS, _ABED):
        plain = masked.sub(lambda match: "." * len(match.group(0)), plain)
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


_TWO_TIMES = re.compile(
    r"\b(between |from |at )?(\d{1,2}(?::\d\d)? ?(?:am|pm)?|noon|midnight) (and|or|to|-) (?:at )?"
    r"(\d{1,2}(?::\d\d)? ?(?:am|pm)|noon|midnight)(?!\w)",
    re.I,
)
APART = 120.0
"""Two times that lie further apart are no stretch in which somebody wakes, but two habits."""


def plain_of(sentence: str) -> str:
    """The sentence with all hours in figures."""
    return whens.figures(sentence)


def _one_time(plain: str, cue: re.Pattern[str]) -> str:
    """'Between 9:30am and 10:30am' as its middle; of two habits the one that leaves the longer night."""

    def merged(match: re.Match[str]) -> str:
        found = list(re.finditer(clocks.CLOCK, f"at {match.group(2)} at {match.group(4)}", re.I))
        values = [clocks.clock_minutes(entry, f"at {match.group(2)} at {match.group(4)}") for entry in found]
        if len(values) != 2 or None in values:
            return match.group(0)
        first, second = (float(value or 0) for value in values)
        if not re.search(r"[ap]m|noon|midnight", match.group(2), re.I) and (first - second) % 720 + first:
            first = second - (second - first) % 720
        if match.group(3).lower() in ("to", "-") and second - first > APART:
            return match.group(0)  # 'sleeps from 5am to noon'
        if second - first <= APART:
            chosen = (first + second) / 2
        else:
            chosen = max(first, second) if cue is _WAKE else min(first, second)
        return f"at {int(chosen // 60) % 24:02d}:{int(chosen % 60):02d}"

    return _TWO_TIMES.sub(merged, plain)


def _usual(value: float, cue: re.Pattern[str]) -> float:
    """'Gets up at 5', 'in bed by 10': the half of the day that goes with it."""
    hours = value % 720
    if cue is _WAKE:
        return hours if hours >= 180 else hours + 720
    return hours + 720 if hours >= 480 else hours


_HALF_OF_DAY = r"(am|pm|in the (?:morning|afternoon|evening)|at night)?"
_NIGHT = re.compile(
    rf"\b(?:sleeps?|asleep|in bed|night's (?:rest|sleep)(?: is)?) (?:(?:from|between) )?(?:about "
    rf"|around )?(\d{{1,2}})(?::(\d{{2}}))?\s*{_HALF_OF_DAY} (?:to|until|till|and) "
    rf"(?:about |around )?(\d{{1,2}})(?::(\d{{2}}))?\s*{_HALF_OF_DAY}",
    re.I,
)
WORKS_AT_NIGHT = re.compile(r"\bnight[- ]shifts?\b|\b(?:works?|working|on) nights\b|\bgraveyard shift", re.I)
SHORTEST_NIGHT = 210.0
"""Minutes below which sleep is a nap."""
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


_WEEKDAY = re.compile(r"\b(?:weekdays?|work(?:ing)?[- ]?days?|on school days|in the week|mondays?)\b", re.I)
_HALF = re.compile(
    r"(?<=[a-z0-9]),\s+(?=(?:but|and)?\s*(?:on|at)?\s*(?:the )?(?:weekends?|saturdays?|sundays?|weekdays?))"
    r"|\b(?:but|and) (?=(?:on|at) (?:the )?(?:weekends?|saturdays?))"
    r"|,?\s*\b(?:but|and) (?=(?:at |around |by |not until )?\d[^,;]*\b(?:weekends?|weekdays?|saturdays?|sundays?"
    r"|work days))",
    re.I,
)


def _halves(item: str) -> list[str]:
    """'Gets up at 6 on weekdays and at 8 at the weekend' as two, each with what it is that is done."""
    halves = _HALF.split(item)
    opening = re.split(r"\b(?:at|by|around|before)?\s*\d", halves[0])[0]
    return halves[:1] + [
        half if _WAKE.search(half) or _SLEEP.search(half) or re.search("sleeps? in", half, re.I) else f"{opening}{half}"
        for half in halves[1:]
    ]


def read_frames(source: Source, notes: Notes) -> Frames:
    """Waking and sleeping on weekdays and at weekends."""
    parts = [item for key in ("lifestyle", "plan", "background") for item in items(source.text(key))]
    wake = sleep = weekend_wake = weekend_sleep = by_day = None
    for item in parts:
        night = _NIGHT.search(plain_of(item))
        if night and sleep is None and wake is None:
            slept_at, rose_at = (_clock_of(night, first) for first in (1, 4))
            if slept_at is not None and rose_at is not None and (rose_at - slept_at) % 1440 >= SHORTEST_NIGHT:
                wake, sleep = (rose_at, item), (slept_at if slept_at > rose_at else slept_at + 1440, item)
                continue
        for piece in _halves(item):
            at_weekend = bool(_WEEKEND.search(piece))
            rose, slept = _times(piece, _WAKE), _times(piece, _SLEEP)
            if re.search(r"sleeps? in\b", piece, re.I) and not rose:
                rose = _times(piece, re.compile(r"sleeps? in\b", re.I))
            until = _SLEEPS_UNTIL.search(plain_of(piece))
            if until and not rose:
                value = next((v for m in re.finditer(clocks.CLOCK, until.group(0), re.I)
                              if (v := clocks.clock_minutes(m, until.group(0))) is not None), None)  # fmt: skip
                rose, slept = ([value] if value is not None else []), []
            if rose and 120 <= rose[0] % 1440 <= 1140:
                if at_weekend and (wake is not None or _WEEKDAY.search(item)):
                    weekend_wake = weekend_wake or (rose[0] % 1440, piece)
                else:
                    wake = wake or (rose[0] % 1440, piece)
            if slept:
                value = slept[0] % 1440
                if _BEFORE_MIDNIGHT.search(piece) and value in (0.0, 1440.0):
                    value = 1440 - 15
                value = value + 1440 if value < clocks.DAY_TURN + 120 else value
                if value >= 1140:
                    if at_weekend and (sleep is not None or _WEEKDAY.search(item)):
                        weekend_sleep = weekend_sleep or (value, piece)
                    else:
                        sleep = sleep or (value, piece)
                else:
                    by_day = by_day or (value + 1440, piece)
    if sleep is None and by_day is not None and wake is not None and 600 <= by_day[0] - wake[0] <= 1260:
        sleep = by_day  # to bed in the morning, up in the afternoon
    text = " ".join(parts)
    if wake is None and sleep is None and WORKS_AT_NIGHT.search(text):
        return _by_night(notes)
    late = _late(parts, wake[0] if wake else 420.0, notes) if sleep is None else None
    sleep = sleep or late
    wake = wake or _worded(text, _WAKE_WORDS)
    sleep = sleep or _worded(text, _SLEEP_WORDS)
    if sleep is not None and wake is None:
        # an ordinary night of eight hours, never before four
        wake_at = min(max(sleep[0] + 480 - 1440, 300.0), 660.0)
        why = "not said: eight hours after going to sleep"
        first = _first_thing(source)
        if first is not None and first - READY < wake_at:
            wake_at, why = first - READY, "not said: before the first thing that is done"
        notes.assume("day wake", clocks.clock(wake_at), why)
    elif wake is not None:
        wake_at = wake[0]
        notes.understand("day wake", clocks.clock(wake_at), wake[1])
    else:
        wake_at = 420.0
        notes.assume("day wake", "07:00", "nothing understood on waking")
    if sleep is not None:
        sleep_at = sleep[0]
        if sleep is not late:
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


_SLEEPS_UNTIL = re.compile(
    rf"\b(?:sleeps?(?: in)?|asleep|in bed|dozes|snoozes)(?: late)? (?:until|till|to) (?:about |around "
    rf"|at least )?{clocks.CLOCK}",
    re.I,
)
_HOME = re.compile(r"\b(?:(?:is|gets?|comes?|arrives?|returns?|back) (?:back )?(?:home|in)|back from)\b", re.I)
UNWINDING, READY = 60.0, 15.0
"""Minutes from coming home late to sleep, and from the last thing of an evening."""


def _first_thing(source: Source) -> float | None:
    """The minute at which the plan begins, where that is early."""
    early = []
    for item in items(source.text("plan")):
        plain = plain_of(item)
        early += [clocks.clock_minutes(match, plain) for match in re.finditer(clocks.CLOCK, plain, re.I)][:1]
    return min((value for value in early if value is not None and 240 <= value <= 720), default=None)


def _late(parts: list[str], wake: float, notes: Notes) -> tuple[float, str] | None:
    """Sleep out of the last thing that is said of the evening: 'reads until 11pm', 'is home after 1am'."""
    latest: list[tuple[float, str]] = []
    for item in parts:
        plain, last = plain_of(item), None
        for match in re.finditer(clocks.CLOCK, plain, re.I):
            value = clocks.clock_minutes(match, plain)
            if value is None:
                continue
            if last is not None and not (match.group(3) or match.group(4)):
                value = last + (value - last) % 720  # 'until 2am and home by half past two'
            last = value
            value = value % 1440 + (1440 if value % 1440 < clocks.DAY_TURN else 0)
            before = plain[: match.start()]
            home = (_HOME.search(before) and value >= 1350) or (_ABED.search(plain) and value >= 1200)
            until = re.search(r"\b(?:until|till)\s+(?:about |around )?$", before, re.I) and value >= 1260
            if (home or until) and 600 <= value - wake <= 1260 and not _SLEEPS_UNTIL.search(plain[: match.end()]):
                latest.append((value + (UNWINDING if home else READY), item))
    if not latest:
        return None
    found, item = max(latest)
    notes.assume("day sleep", clocks.clock(found), f"not said; shortly after '{item}'")
    return found, item


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
