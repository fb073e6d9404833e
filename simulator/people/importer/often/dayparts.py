"""How long the part of the day lasts for which a wish holds: 'while I am at my desk', 'an evening', 'out of class'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language import clocks
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.persona import DAYS

UNKNOWN_SHARE = 0.5
"""Of the awake day, where a part is named that the person's day does not tell."""
SHORTEST_PART = 30.0

_WORK = r"(?:work\w*|office|job|shift|desk|business|duty)"
_SCHOOL = r"(?:class(?:es)?|school|lectures?|lessons?|university|college|uni|studio)"
_OUTSIDE = re.compile(
    rf"\b(?:outside|out|off|away|free|finished|done|not|no longer)\b(?: (?:of|from|with|at|in|on|doing|my|the|any))*"
    rf" ({_WORK}|{_SCHOOL})\b|\b((?:free|spare|leisure) (?:time|hours)|time off|off[- ]duty)\b",
    re.I,
)
_AT_WORK = re.compile(
    r"\b(?:at|behind|in|on) (?:my |the )?(?:desk|computer|keyboard|laptop|counter|(?:work)?bench|workshop|job"
    r"|shop|store"
    r"|ward|clinic|studio|lab|office|duty|shift|clock)\b"
    r"|\b(?:while|when(?:ever)?|as long as) i(?: am|'m)? (?:work(?:ing)?|cod(?:e|ing))\b",
    re.I,
)
_IN_CLASS = re.compile(r"\b(?:at|in|during) (?:my |the )?(?:class(?:es)?|lectures?|lessons?|uni|college)\b", re.I)
_ALL_DAY = re.compile(
    r"\b(?:awake|waking|active|up and about|around the clock|all day|(?:whole|entire|course of the) day"
    r"|(?:through(?:out)?|over|across|spread \w+|in) (?:the|my|a) day)\b",
    re.I,
)
_WHILE_AWAKE = re.compile(r"\b(?:while|when(?:ever)?|as long as) i(?:'m| am) (?:awake|up)\b", re.I)
_PART = re.compile(
    r"\b(?:while|when(?:ever)?|as long as|during|outside|between|until|till|through|if|on) (?!you|it|there|some|any)",
    re.I,
)
_FROM_TO = re.compile(r"\bfrom (.+?) (?:until|till|to|through) (.+)", re.I)
_OPENING, _CLOSING = re.compile(r"\bopen(?:ing)?\b", re.I), re.compile(r"\bclos(?:e|ing)\b", re.I)
_REFUSED = re.compile(r"\b(?:not|never|no|none|nothing|except|but not)\b", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: awake minutes, how many separate stretches, and whether the words said how long."""

    minutes: float
    pieces: int = 1
    known: bool = True


def find(text: str, times: DayTimes) -> Part | None:
    """The part of the day that a wish's own words name, or None when it holds all day.

    A part that cannot be told counts as half of the awake day, `known` False.
    """
    awake = times.sleep - times.wake
    if not text.strip() or _WHILE_AWAKE.search(text):
        return None
    outside = _OUTSIDE.search(text)
    if outside:
        name = "school" if outside.group(1) and re.fullmatch(_SCHOOL, outside.group(1), re.I) else "work"
        return Part(max(SHORTEST_PART, awake - _inside(*times.event(name), times)))
    text = ", ".join(
        piece
        for piece in re.split(r",\s*|\s+(?:and|but) (?=(?:none|nothing|not|never|no)\b)", text)
        if not _REFUSED.search(piece)
    )
    text = _IN_CLASS.sub("at school", _AT_WORK.sub("at work", text))
    spans = clocks.find(text, times)
    whole = sum(_inside(span.start, span.end, times) for span in spans)
    if 0 < whole < awake - 1:
        joined = len(spans) if re.search(r"\b(?:and|each|both)\b|,", text) else 1
        return Part(max(SHORTEST_PART, whole), joined)
    if _ALL_DAY.search(text):
        return None
    ends = _FROM_TO.search(text)
    if ends:
        start, end = _edge(ends.group(1), times, first=True), _edge(ends.group(2), times, first=False)
        if start is not None or end is not None:
            start, end = times.wake if start is None else start, times.sleep if end is None else end
            return Part(max(SHORTEST_PART, _inside(start, end, times)))
    if ends or _PART.search(text):
        return None if clocks.weekdays(text) != DAYS else Part(awake * UNKNOWN_SHARE, known=False)
    return None


def _inside(start: float, end: float, times: DayTimes) -> float:
    """Awake minutes of a stretch, which may be given for the day before or after."""
    return sum(
        max(0.0, min(end + turn, times.sleep) - max(start + turn, times.wake)) for turn in (-1440.0, 0.0, 1440.0)
    )


def _edge(text: str, times: DayTimes, first: bool) -> float | None:
    """The minute at which 'from ... until ...' begins or ends."""
    if _OPENING.search(text):
        return times.event("work")[0]
    if _CLOSING.search(text):
        return times.event("work")[1]
    terms = clocks.find_terms(clocks.plain_clocks(text), times)
    if not terms:
        return None
    return terms[0].end if first and terms[0].sort == "event" else terms[0].start
