"""Times of day in prose: clocks, parts of the day, meals and other events, before, after, between, and weekdays.

Minutes count from midnight; the small hours belong to the evening before, so that a span may end past 1440.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.people.importer.language.clockwords import CLOCK, DAYPARTS, EVENTS, clock_minutes, plain_clocks
from simulator.people.importer.language.words import duration
from simulator.people.persona import DAY_GROUPS, DAYS

__all__ = ["CLOCK", "DayTimes", "Stretch", "clock", "clock_minutes", "find", "find_terms", "plain_clocks", "weekdays"]

DAY_TURN = 240
"""Before four in the morning it is still last night."""

MEAL_AFTERGLOW = 60
"""Minutes that 'after lunch' lasts where nothing is said."""


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The times of a person's day to which words refer: (start, end) in minutes, the sleep past 1440 after midnight."""

    wake: float = 420
    sleep: float = 1380
    events: dict[str, tuple[float, float]] = field(default_factory=dict)

    def event(self, name: str) -> tuple[float, float]:
        """When something happens: as the person said, or else as it is usual for who wakes and sleeps so."""
        if name in self.events:
            return self.events[name]
        shift = max(0.0, min(self.wake - 420, 180))
        usual = {
            "breakfast": (self.wake + 30, self.wake + 55),
            "lunch": (750 + shift / 3, 790 + shift / 3),
            "dinner": (1110 + shift / 3, 1150 + shift / 3),
            "tea": (960, 980),
            "work": (540 + shift, 1020 + shift),
            "school": (510, 930),
            "waking": (self.wake, self.wake),
            "bed": (self.sleep - 30, self.sleep),
        }
        return usual[name]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of the day that words name."""

    start: float
    end: float
    words: str
    days: tuple[str, ...] = DAYS

    @property
    def minutes(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Term:
    """A time word: where it stands, what it spans, and of what sort it is (clock, part, event)."""

    first: int
    last: int
    start: float
    end: float
    sort: str
    name: str
    loose: bool = False


def find_terms(text: str, times: DayTimes) -> list[_Term]:
    """The time words of a text, in order, none inside another."""
    terms: list[_Term] = []
    taken = [False] * (len(text) + 1)

    def take(match: re.Match[str], start: float, end: float, sort: str, name: str, loose: bool = False) -> None:
        if not any(taken[match.start() : match.end()]):
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            terms.append(_Term(match.start(), match.end(), start, end, sort, name, loose))

    for match in re.finditer(CLOCK, text, re.I):
        value = clock_minutes(match, text)
        if value is not None:
            take(
                match,
                value,
                value,
                "clock",
                match.group(0),
                loose=not (match.group(2) or match.group(3) or match.group(4)),
            )
    for name, pattern in EVENTS:
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.I):
            take(match, *times.event(name), "event", name)
    for pattern, (start, end) in DAYPARTS:
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.I):
            if any(
                t.sort == "clock"
                and t.last <= match.start()
                and re.fullmatch(r"\s*(?:o'?clock )?(?:in the|at)?\s*", text[t.last : match.start()])
                for t in terms
            ):
                continue  # 'nine in the evening' is a clock, the evening only says which
            take(match, start, end, "part", match.group(0))
    return sorted(terms, key=lambda term: term.first)


_BEFORE = r"(?:before|until|till|by|earlier than|prior to|ahead of|up to|sooner than)"
_AFTER = r"(?:after|from|since|past|later than|following|starting(?: at| from)?|beginning(?: at| from)?|beyond|once)"
_NEAR = r"(?:around|about|at about|at around|roughly|approximately|near|circa|close to|~)"
_SOON = re.compile(r"\b(?:right|just|shortly|soon|immediately|directly|straight|a (?:little|bit))\s+$", re.I)
LENGTH = re.compile(
    r"\b(?:(half)(?:[- ]an)?[- ]hour|(?:(?:the|an|that|my|one|last|first|whole|entire) )*(hour)"
    r"|((?:\w+ ){1,2}(?:minutes|hours)))(?: or so)?(?: right| just| that comes| directly)?\s+$",
    re.I,
)
"""'The hour after climbing', 'the last half hour before five'."""


def length_of(match: re.Match[str]) -> float:
    """Minutes that a match of `LENGTH` names."""
    return 30.0 if match.group(1) else 60.0 if match.group(2) else duration(match.group(3)) or MEAL_AFTERGLOW


_FILLING = (
    r"(?:\s+(?:the|my|i|his|her|have|had|a|an|about|around|roughly|finish(?:ing|ed)?|eating|we|i've|i have|on"
    r"|in|at|start(?:ing)?))*\s*"
)


def find(text: str, times: DayTimes, wish: bool = True) -> list[Stretch]:
    """The spans of the day that a chunk of text names, cut with its weekdays.

    Args:
        text: a clause or less.
        times: the person's day.
        wish: True for a good time, which is read narrowly; False for a bad one, which is read widely.
    """
    text = plain_clocks(text)
    terms = find_terms(text, times)
    days = weekdays(text)
    spans: list[tuple[float, float]] = []
    skip = -1
    for index, term in enumerate(terms):
        if index <= skip:
            continue
        before = text[: term.first]
        follower = terms[index + 1] if index + 1 < len(terms) else None
        joined = follower and re.fullmatch(
            r"\s*(?:in the (?:morning|afternoon|evening)|at night)?,?"
            r"\s*(?:-|to|till|until|and|through|up to)\s*(?:the |my |about |around |roughly )*",
            text[term.last : follower.first],
            re.I,
        )
        opened = re.search(r"\b(?:from|between)\s+(?:the |my |about |around |roughly )*$", before, re.I)
        if (
            follower
            and joined
            and (opened or (term.sort == follower.sort == "clock" and "and" not in text[term.last : follower.first]))
        ):
            start = term.end if term.sort == "event" else term.start
            end = follower.start if follower.sort in ("event", "clock") else (follower.start + follower.end) / 2
            if end <= start:
                end += 720 if end + 720 > start and follower.loose else 1440
            spans.append((start, end))
            skip = index + 1
            continue
        span = _single(term, before, text[term.last :], times, wish)
        if span:
            spans.append(_until_end_of_part(span, term, terms, before) if wish else span)
    spans = _common(spans)
    if not spans and days != DAYS:
        spans = [(DAY_TURN, DAY_TURN + 1440)]
    return [Stretch(start, end, text.strip(), days) for start, end in spans if end - start >= 5]


def _until_end_of_part(span: tuple[float, float], term: _Term, terms: list[_Term], before: str) -> tuple[float, float]:
    """'Mornings after breakfast' last until noon, not an hour; 'right after' stays as short as it is."""
    relation = re.search(rf"\b{_AFTER}{_FILLING}$", before, re.I)
    if term.sort != "event" or term.end != span[0] or not relation or _SOON.search(before[: relation.start()]):
        return span
    ends = [part.end for part in terms if part.sort == "part" and part.start <= span[0] < part.end]
    return (span[0], max(span[1], *ends)) if ends else span


def _single(term: _Term, before: str, after: str, times: DayTimes, wish: bool) -> tuple[float, float] | None:
    """The span of one time word with what stands before it."""
    night = DAY_TURN + 1440
    relation = re.search(rf"\b({_BEFORE}|{_AFTER}|{_NEAR}){_FILLING}$", before, re.I)
    word = relation.group(1).lower() if relation else ""
    if term.sort == "clock" and re.match(
        r"\s*(?:on|onwards?|and (?:later|after)|or later|and onwards?|\+)\b", after, re.I
    ):
        return term.start, times.sleep if wish else night
    if term.name == "bed":
        return _bed(word, before, times, wish)
    length = LENGTH.search(before[: relation.start(1)]) if relation else None
    if length and relation and re.fullmatch(r"before|after|following|past", word):
        minutes = length_of(length)
        edge = term.start if word == "before" or term.sort == "clock" else term.end
        return (edge - minutes, edge) if word == "before" else (edge, edge + minutes)
    if word and re.fullmatch(_BEFORE, word):
        if (
            term.sort == "event"
            and wish
            and term.name not in ("work", "school")
            and word not in ("until", "till", "by")
        ):
            return (times.wake, term.start) if term.name == "breakfast" else (term.start - MEAL_AFTERGLOW, term.start)
        return (
            (times.wake, term.start) if wish else (DAY_TURN, term.start if term.start > DAY_TURN else term.start + 1440)
        )
    if word and re.fullmatch(_AFTER, word):
        soon = bool(relation and _SOON.search(before[: relation.start(1)]))
        if term.name == "waking":
            return times.wake, times.wake + MEAL_AFTERGLOW
        if term.sort == "event" and (wish or soon):
            return term.end, term.end + (120 if term.name in ("work", "school") and not soon else MEAL_AFTERGLOW)
        begin = (
            term.end
            if term.sort == "event"
            else (term.start if term.sort == "clock" or word in ("from", "since", "once") else term.end)
        )
        if begin <= DAY_TURN:
            begin += 1440
        return begin, max(times.sleep, begin + 30) if wish else night
    if term.sort == "clock":
        middle = term.start + 1440 if term.start < DAY_TURN else term.start
        return middle - 30, middle + 30
    if term.name == "waking":
        return (times.wake, times.wake + MEAL_AFTERGLOW)
    if term.sort == "event":
        if word:
            return term.start - 30, term.end + 30
        if term.name in ("work", "school") and not re.search(
            r"\b(?:at|during|in|through)\s+(?:the |my )?$", before, re.I
        ):
            return None  # 'while I work' is an activity, not a time
        return (term.start, term.end) if wish else (term.start - 15, term.end + 15)
    start, end = term.start, term.end
    if re.fullmatch(r"(?:in the )?mornings?", term.name, re.I):
        start = min(start, times.wake)
    if "night" in term.name.lower() and wish:
        end = max(min(end, times.sleep), start + 60)
    return start, end


def _bed(word: str, before: str, times: DayTimes, wish: bool) -> tuple[float, float] | None:
    bed = times.event("bed")
    if word and re.fullmatch(_BEFORE, word):
        length = duration(before) or 90
        return (times.sleep - length, times.sleep) if wish else (times.sleep - length, DAY_TURN + 1440)
    return bed[0], times.sleep if wish else DAY_TURN + 1440


def _common(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans named in one breath ('mornings before work') hold together where they meet, else each for itself."""
    if len(spans) < 2:
        return spans
    start, end = max(s for s, _ in spans), min(e for _, e in spans)
    return [(start, end)] if end - start >= 15 else spans


_DAY_NAMES = {name: re.compile(rf"\b{name}(?:day|nesday|rsday|urday|sday)?s?\b", re.I) for name in DAYS}


def weekdays(text: str) -> tuple[str, ...]:
    """The days that a text names, or all of them."""
    if re.search(r"\bevery ?day\b|\bweekdays and weekends\b|\bseven days\b", text, re.I):
        return DAYS
    if re.search(r"\b(?:week[- ]?ends?|days? off)\b", text, re.I):
        return DAY_GROUPS["weekend"]
    if re.search(r"\b(?:week ?days?|work(?:ing)?[- ]?days?|on school days|monday to friday)\b", text, re.I):
        return DAY_GROUPS["weekday"]
    named = tuple(
        day
        for day in DAYS
        if _DAY_NAMES[day].search(text) and re.search(rf"\b{day}[a-z]*days?\b|\b{day}s?\b", text, re.I)
    )
    return (
        tuple(
            d
            for d in named
            if not (d == "sun" and not re.search(r"\bsundays?\b", text, re.I))
            and not (d == "sat" and not re.search(r"\bsat(?:urdays?)?\b", text, re.I))
        )
        or DAYS
    )


def clock(minute: float) -> str:
    """'HH:MM' of a minute, rounded to five; the end of a day is '24:00'."""
    rounded = int(round(minute / 5) * 5)
    if rounded == 1440:
        return "24:00"
    rounded %= 1440
    return f"{rounded // 60:02d}:{rounded % 60:02d}"
