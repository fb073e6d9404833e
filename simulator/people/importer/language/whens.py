"""When something is done, cut out of the words that say what: 'Swim at noon for an hour on Mondays' leaves 'Swim'.

Reading and cutting are one, so that no remains of a time stay in the words, and no time is cut that was not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from simulator.people.importer.language import clocks
from simulator.people.importer.language.clocks import CLOCK, DayTimes, clock_minutes, plain_clocks
from simulator.people.importer.language.words import digits, duration, normalise
from simulator.people.persona import DAY_GROUPS, DAYS

CUT = "\x01"
"""Stands in a text where words about the time have been cut."""


@dataclass(frozen=True, slots=True)
class When:
    """The time words of a piece of text; minutes count from midnight, the small hours past 1440 after an evening.

    Attributes:
        starts: clock times at which it begins; more than one when it is done so often.
        end: the clock time at which it ends.
        window: the part of the day, or the time around a meal and the like, in which it is done.
        side: 'after' or 'before' when the window hangs on something else, '' for a part of the day.
        minutes: how long it takes.
        days: the days on which it is done.
        chance: the share of those days.
        rest: the words that are left.
    """

    starts: tuple[float, ...] = ()
    end: float | None = None
    window: tuple[float, float] | None = None
    side: str = ""
    minutes: float | None = None
    days: tuple[str, ...] = DAYS
    chance: float = 1.0
    rest: str = ""

    @property
    def said(self) -> bool:
        """Whether any time of the day is named."""
        return bool(self.starts) or self.end is not None or self.window is not None


_HEDGE = (
    r"(?:(?:about|around|roughly|approximately|approx|circa|nearly|almost|exactly|some(?:where|time)|maybe|perhaps|say"
    r"|just|again|usually|as late as|as early as|the latest)\s+)*"
)
_HOUR_NAMES = "one two three four five six seven eight nine ten eleven twelve"
_HOURS = {word: number for number, word in enumerate(_HOUR_NAMES.split(), 1)}
_BARE_HOUR = re.compile(
    rf"\b(at|by|before|after|until|till|from|to|past|around|about|between|and)\s+({'|'.join(_HOURS)})\b"
    r"(?=\s*(?:$|[,.;]|sharp|in the|at night|on |or |to |until|till|every|with |for |and |then))",
    re.I,
)
_CLOCK = re.compile(CLOCK, re.I)
_JOIN = re.compile(rf"\s*(?:-|to|till?|until|through|up to|(and|or))\s+(?:again )?(?:at )?{_HEDGE}$|\s*-\s*$", re.I)
_LEAD = re.compile(
    rf"(?:,\s*)?(?:\b(?P<word>starting (?:at|from)|from|between|at|by|before|after|past|since|until|(?<!the )till?"
    rf"|up to|to|around|about|on the dot of|shortly (?:after|before))\s+{_HEDGE})?{_HEDGE}$",
    re.I,
)
_TRAIL = re.compile(
    r"\s*(?:(?:in the|at) (?:morning|afternoon|evening|night)|o'?clock|sharp|on the dot|onwards?|or so|or thereabouts"
    r"|at the latest|at the earliest|each|tonight)\b",
    re.I,
)
_LENGTH = re.compile(
    r"(?:,\s*)?(?:\b(?:for|lasting|taking)\s+)?(?:\b(?:about|around|roughly|nearly|almost|at least|up to|only|just"
    r"|a good|a full|the first|another)\s+)*"
    r"\b(?:(?:\d+(?:\.\d+)?(?:\s*(?:-|to|or)\s*\d+(?:\.\d+)?)?|an?|half an?|(?:a )?(?:three[- ]quarters?|quarter) of an"
    r"|[a-z]+(?:-[a-z]+)?)[\s-]*(?:minutes?|mins?|hours?|hrs?|h)\b(?: and a half| or (?:two|so))?)"
    r"(?: each(?: time)?| long)?(?:\s+of\b(?! the day))?|\bfor a (?:little )?while\b",
    re.I,
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|work(?:ing)?[- ]?days?|days? off"
_ABBREVIATED = re.compile(r"\b(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b(?=\s*(?:$|[-,/&.]|and|to))", re.I)
_FULL = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_PART = (
    r"(?:(?:early|late|mid|middle of the|very early|very late)[- ]*(?:in the )?)?"
    r"(?:mornings?|afternoons?|evenings?|nights?|day|days)"
)
_DAYS = re.compile(
    rf"(?:,\s*)?(?P<not>\b(?:except|but not|apart from|other than|save|not|(?:but )?closed|never)\s+(?:for\s+)?)?"
    rf"(?:\b(?:on|at|over|during|only on|only)\s+)?(?P<every>\b(?:every other|every second|alternate|every|each|most"
    rf"|some|the|his|her|their|my)\s+)?"
    rf"\b(?P<days>(?:{_DAY})(?:\s*(?:,|and|or|&|,\s*and|to|through|-|until)\s*(?:on\s+)?(?:{_DAY}))*)"
    rf"(?:\s+(?P<part>{_PART}))?(?:\s+only)?",
    re.I,
)
_OFTEN = (
    (r"every (?:other|second) (?P<part>day|morning|afternoon|evening|night|week)|alternate (?:days|weeks)", 0.5),
    (rf"(?P<count>\d+|a few)(?: or \d+)? (?P<part>times|{_PART}) (?:a|per|each|every|in the) week", -1.0),
    (r"once (?:a|per|each|every) (?:week|fortnight)|weekly|(?:a|per|each) (?:week|fortnight)(?=$|[,.;])", 0.14),
    (r"once (?:a|per) month|monthly", 0.05),
    (rf"(?:on )?most (?P<part>{_PART})|more often than not|nearly every (?P<part2>{_PART})", 0.75),
    (rf"(?:on )?some (?P<part>{_PART})|sometimes|occasionally|now and (?:then|again)|from time to time", 0.4),
    (rf"(?:each and )?(?:every|each) (?:single )?(?P<part>{_PART})|daily|day in,? day out|all week", 1.0),
    (r"a (?:day|night)(?=$|[,.;])|per day|(?:three|two|3|2) times a day", 1.0),
)
_OFTEN_PATTERNS = tuple((re.compile(rf"(?:,\s*)?\b(?:{pattern})\b", re.I), share) for pattern, share in _OFTEN)
_OTHERS = r"(?:the|his|her|their|my|a|an|its)"
_EVENT = (
    r"(?:breakfast|lunch|dinner|supper|tea ?time|the news|work|school|class(?:es)?|bed ?time|bed|sleep|waking(?: up)?"
    r"|getting up|going to (?:bed|sleep|work)|dusk|dawn|dark|sunset|sunrise|nightfall|midday|lunch ?time|dinner ?time"
    r"|breakfast ?time|the (?:shift|working day|bake|meal|dishes)|shift|getting home|coming home)"
)
_AROUND = re.compile(
    rf"(?:,\s*)?\b(?:(?:right|just|shortly|soon|immediately|straight|directly|first thing|late|early)\s+)?"
    rf"(?P<word>before|after|until|till|during|over|around|at|by|with|in|throughout|through|once|as soon as)\s+"
    rf"(?:{_OTHERS}\s+)?(?P<event>{_EVENT})(?:\s+(?:and|or)\s+(?:(?:with|at|after|before|over)\s+)?"
    rf"(?:breakfast|lunch|dinner|supper|bed|work))?\b(?!\s*(?:nap|meal|sun|room|table|bag|box|club|desk|place|of|on"
    rf"|for|with friends)\b)",
    re.I,
)
_PARTS = re.compile(
    rf"(?:,\s*)?(?:\b(?:in|during|at|by|on|over|through|throughout|around|from|for|all|this|well into|until|into)\s+)?"
    rf"(?:\b{_OTHERS}\s+)?(?:(?:rest|middle|end|start|beginning|first half|second half|cool|heat) of "
    rf"(?:{_OTHERS}\s+)?)?\b(?:(?:early|late|mid)[- ]+)?"
    rf"(?:(?:mid|early|late)[- ]?)?(?:(?:in|of) the )?(?:mornings?|afternoons?|evenings?"
    rf"|(?<!good )nights?|noon|midday|midnight|dusk|dawn|daytime|lunchtime|sunset|sunrise|twilight|dark)\b"
    rf"(?!\s*(?:prayers?|tea|coffee|news|papers?|shifts?|walk|run|swim|class|school|meal|routine|market|mass|service"
    rf"|sky|bus|train|radio|nap|sleep|rest|meal|feed|snack|sun|show|practice|shower|chores?|stretch\w*|pages|yoga|jog"
    rf"|bath|dose|feed|rounds?|owl)\b)",
    re.I,
)
_FROM_TO = re.compile(
    r"\bfrom (?P<a>(?:early |late |mid[- ]?)?(?:morning|afternoon|noon|evening|dusk|dawn|lunch|breakfast|dinner))s?"
    r" (?:to|until|till|through) (?P<b>(?:early |late |mid[- ]?)?(?:morning|afternoon|noon|evening|dusk|night|lunch"
    r"|dinner|bedtime))s?\b",
    re.I,
)
_DAY_EDGE = re.compile(
    r"(?:,\s*)?\b(?:at|by|towards?) the (?P<edge>end|start|beginning) of (?:the|his|her|their|each|every"
    r"|my) (?:working )?(?:day|shift)\b",
    re.I,
)
_EVENT_AT = re.compile(
    rf"(?:,\s*)?\b(?P<word>until|till|before|after)\s+(?:(?:{_OTHERS}\s+)?{_EVENT}|(?:he|she|they|it) (?:\w+ ){{1,3}}?)"
    rf"\s*(?:at|around|about)\s+{_HEDGE}$",
    re.I,
)
_CONDITION = re.compile(
    r"(?:,\s*)?\b(?:(?:especially |only |but |except )?(?:if|when(?:ever)?|unless|provided|providing|as long as|because"
    r"|while|whilst|so that|depending|in case|although|though|whether|where possible|weather permitting|rain or shine"
    r"|without fail|ideally|hopefully|come what may|no matter|as (?:he|she|they) (?:can|likes?))\b"
    r"|(?:before|after|until|(?<!the )(?<!a )till|once|as soon as|since)\b)[^,;]*",
    re.I,
)


class _Cutter:
    """A text from which matches are cut, each leaving a mark."""

    def __init__(self, text: str) -> None:
        self.text = text

    def cut(self, start: int, end: int) -> str:
        words = self.text[start:end]
        self.text = f"{self.text[:start]} {CUT} {self.text[end:]}"
        return words


def figures(text: str) -> str:
    """The text with all hours in figures: 'before ten' -> 'before 10'."""
    plain = plain_clocks(normalise(text))
    return _BARE_HOUR.sub(lambda match: f"{match.group(1)} {_HOURS[match.group(2).lower()]}", plain)


def read(text: str, times: DayTimes) -> When:
    """The time words of a piece of text, and what is left without them."""
    plain = figures(text)
    cutter = _Cutter(_ABBREVIATED.sub(lambda match: _FULL[match.group(1).lower()[:3]], plain))
    when = _days(cutter, When(), times)
    when = _clocks(cutter, when, times)
    when = _often(cutter, when, times)
    when = _lengths(cutter, when)
    when = _parts(cutter, when, times)
    rest = _CONDITION.sub(f" {CUT} ", cutter.text)
    if not re.search(r"[^\W\d_]{2,}", rest.replace(CUT, " ")):
        rest = cutter.text
    return replace(when, rest=" ".join(rest.split()))


def _days(cutter: _Cutter, when: When, times: DayTimes) -> When:
    """Weekdays, and weekdays left out."""
    wanted: set[str] = set()
    refused: set[str] = set()
    while match := _DAYS.search(cutter.text):
        named = _named(match.group("days"))
        every = (match.group("every") or "").strip().lower()
        if match.group("not"):
            refused |= named
        else:
            wanted |= named
        if every in ("every other", "every second", "alternate"):
            when = replace(when, chance=0.5)
        elif every in ("most", "some"):
            when = replace(when, chance=0.75 if every == "most" else 0.4)
        if match.group("part") and not when.window:
            when = replace(when, window=_window(match.group("part"), times))
        cutter.cut(*match.span())
    days = tuple(day for day in DAYS if (not wanted or day in wanted) and day not in refused)
    return replace(when, days=days or DAYS)


def _named(text: str) -> set[str]:
    """The days of 'Mondays to Thursdays' or 'Tuesdays, Fridays and weekends'."""
    text = text.lower()
    found: set[str] = set()
    span = re.search(rf"\b({'|'.join(DAYS)})[a-z]*\s*(?:to|through|until|-)\s*({'|'.join(DAYS)})", text)
    if span:
        first, last = DAYS.index(span.group(1)), DAYS.index(span.group(2))
        found |= {DAYS[index % 7] for index in range(first, last + 1 if last >= first else last + 8)}
    if re.search(r"week ?end|days? off", text):
        found |= set(DAY_GROUPS["weekend"])
    if re.search(r"week ?day|work(?:ing)?[- ]?day", text):
        found |= set(DAY_GROUPS["weekday"])
    return found | {day for day in DAYS if re.search(rf"\b{day}[a-z]*day", text)}


def _clocks(cutter: _Cutter, when: When, times: DayTimes) -> When:
    """Clock times: when it begins and ends."""
    starts: list[float] = []
    end, window, side = when.end, when.window, when.side
    while True:
        found = [
            (match, value)
            for match in _CLOCK.finditer(cutter.text)
            if (value := clock_minutes(match, cutter.text)) is not None
            and not (
                match.group(4)
                and re.match(r"\s+(?:nap|meal|sun|walk|rest|feed|snack)\b", cutter.text[match.end() :], re.I)
            )
        ]
        if not found:
            break
        match, value = found[0]
        lead = _LEAD.search(cutter.text[: match.start()])
        word = ((lead.group("word") if lead else "") or "").lower()
        first, last = lead.start() if lead else match.start(), match.end()
        event = _EVENT_AT.search(cutter.text[: match.start()])
        if event:  # 'until lunch at noon', 'before bed at eleven': the clock says when that other thing is
            word, first = event.group("word").lower(), event.start()
        joined = len(found) > 1 and _JOIN.fullmatch(cutter.text[match.end() : found[1][0].start()])
        if joined and joined.group(1) and word != "between":
            other = found[1][1]
            starts += [value] if joined.group(1).lower() == "or" else [value, other]  # 'at 5 or at 8', 'at 8 and 6'
            last = found[1][0].end()
        elif joined:
            loose = not (found[1][0].group(3) or found[1][0].group(4) or ":" in found[1][0].group(0))
            ends = found[1][1]
            if ends <= value:
                ends += 720 if loose and ends + 720 > value else 1440
            starts.append(value)
            end, last = ends, found[1][0].end()
        elif word in ("until", "till", "til", "to", "up to"):
            end = value
        elif word in ("before", "shortly before"):
            window, side = (value - 60, value), "before"
        elif word in ("after", "past", "shortly after", "since"):
            window, side = (value, value + 90), "after"
        else:
            starts.append(value)
        trail = _TRAIL.match(cutter.text, last)
        cutter.cut(first, trail.end() if trail else last)
    started = tuple(dict.fromkeys(starts))
    if end is not None and started and end <= started[0]:
        end += 1440 if end + 720 <= started[0] else 720
    return replace(when, starts=started, end=end, window=window, side=side)


def _often(cutter: _Cutter, when: When, times: DayTimes) -> When:
    """How many days a week."""
    for pattern, share in _OFTEN_PATTERNS:
        figures = _count_words(cutter.text)
        match = pattern.search(figures)
        if not match:
            continue
        groups = match.groupdict()
        if share < 0:
            count = 3.0 if groups["count"] == "a few" else float(groups["count"])
            when = replace(when, chance=min(1.0, max(0.05, count / 7)))
        elif share < 1:
            when = replace(when, chance=share)
        part = groups.get("part") or groups.get("part2")
        if part and not when.window and not re.fullmatch(r"days?|times|weeks?", part, re.I):
            when = replace(when, window=_window(part, times))
        cutter.text = figures
        cutter.cut(*match.span())
    cutter.text = re.sub(
        r"\b(?:usually|typically|often|always|generally|normally|regularly|religiously)\b", " ", cutter.text
    )
    return when


def _count_words(text: str) -> str:
    """'three days a week' with a figure."""
    return re.sub(
        rf"\b(twice|thrice|[a-z]+)(?: or \w+)? ?(?=(?:times|{_PART}) (?:a|per|each|every|in the) week|(?:a"
        rf"|per) week\b)",
        lambda match: {"twice": "2 times ", "thrice": "3 times "}.get(
            match.group(1).lower(), digits(match.group(0)) + " " if digits(match.group(1)).isdigit() else match.group(0)
        ),
        text,
        flags=re.I,
    )


def _lengths(cutter: _Cutter, when: When) -> When:
    """How long it takes."""
    for match in _LENGTH.finditer(cutter.text):
        length = duration(match.group(0))
        if length is None and not match.group(0).lower().startswith("for a"):
            continue
        # 'an hour to herself', 'the last hour': there the hour is what is done
        if re.match(r"\s*(?:to (?:him|her|them|my)sel|alone|off\b)", cutter.text[match.end() :], re.I):
            return replace(when, minutes=length)
        before = cutter.text[: match.start()].split()
        cutter.cut(*match.span())
        return replace(when, minutes=length) if before or length else when
    return when


def _parts(cutter: _Cutter, when: When, times: DayTimes) -> When:
    """Parts of the day, meals and other things to which words refer."""
    match = _FROM_TO.search(cutter.text)
    if match:
        spans = clocks.find(match.group(0), times)
        cutter.cut(*match.span())
        if spans and not when.said:
            when = replace(when, window=(spans[0].start, spans[0].end), side="all")
    edge = _DAY_EDGE.search(cutter.text)
    if edge:
        start, end = times.event("work")
        at = end if edge.group("edge").lower() == "end" else start
        when = when if when.said else replace(when, window=(at - 30, at + 30))
        cutter.cut(*edge.span())
    while match := _AROUND.search(cutter.text):
        word = match.group("word").lower()
        event = match.group("event").lower()
        if word in ("in", "at", "with", "by", "through") and event in (
            "work",
            "school",
            "class",
            "classes",
            "the news",
        ):
            cutter.text = cutter.text[: match.start("event")] + "\x02" + cutter.text[match.start("event") :]
            continue
        if word == "over" and re.fullmatch(r"breakfast|lunch|dinner|supper", event):
            cutter.text = f"{cutter.text[: match.start('word')]}\x02over\x02 {cutter.text[match.start('word') + 4 :]}"
        if not when.said:
            spans = clocks.find(match.group(0).strip(" ,"), times)
            if word in ("until", "till") and spans:
                when = replace(when, end=spans[0].end)
            elif spans:
                side = {"before": "before", "after": "after", "once": "after", "as soon as": "after"}.get(word, "")
                when = replace(when, window=(spans[0].start, spans[0].end), side=side)
        if "\x02over" not in cutter.text[match.start() : match.end() + 3]:
            cutter.cut(*match.span())
    cutter.text = cutter.text.replace("\x02", "")
    while match := _PARTS.search(cutter.text):
        window = _window(match.group(0).strip(" ,"), times)
        if window and (not when.said or (when.window and not when.side and not when.starts)):
            when = replace(when, window=window)
        elif window and when.end is not None and not when.starts and re.search(r"\bfrom\b", match.group(0), re.I):
            when = replace(when, starts=(window[0],))
        cutter.cut(*match.span())
    return when


def _window(words: str, times: DayTimes) -> tuple[float, float] | None:
    spans = clocks.find(words, times)
    return (spans[0].start, spans[0].end) if spans else None
