"""What the sentences on how often ask for: wishes, limits and gaps, each with its words, not yet made one.

Wishes for different parts of the day add up; a second number for the whole day only says the first again.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from simulator.people.importer.language import clocks
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.often import dayparts, rates
from simulator.people.importer.often.rates import Mention
from simulator.people.importer.often.roles import role
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS

_SOFT = re.compile(r"\b(?:plenty|enough|sufficient|suffices?|will do|would do|is all|ample|only|just)\b")
_SPACED = re.compile(
    r"\b(?:spread|spaced?|spacing|apart|evenly|not (?:all|two|2|both)\b[^.]*(?:together|heap|row|bunch|lump"
    r"|clump)\w*)\b"
)
_OWN_LIFE = re.compile(
    r"(?!.*\b(?:suggest|recommend|idea|message|nudg|notif|prompt|tip|ping|interrupt|remind|hint)\w*)"
    r"(?:and |but |because |since )*(?:i|we|he|she|they) (?:(?:usually|often|always|mostly|only"
    r"|already) )?(?:check|go|eat|work|"
    r"walk|drink|sleep|feed|smoke|pray|train|run|read|meet|cook|travel|teach|look|see|visit|call|am (?:at|in|on|out))\b"
)
"""What people tell of their own days: 'I check my phone every hour'."""
_REST = re.compile(
    r"\b(?:rest of the (?:time|day)|remaining time|otherwise|else|then|after(?:wards| that)|at (?:all )?other times)\b"
)
_TOLERATED = re.compile(
    r"\bif\b|\bon (?:\w+ )?(?:bad|good|rainy|wet|dull|boring|slow|quiet|some|other) days?\b"
    r"|\b(?:does|do|would|will|can) (?:not|no) (?:hurt|harm)\b"
)
_NEEDLESS = re.compile(
    r"\b(?:days?|mornings?|weeks?) (?:without|with (?:none|nothing))\b|\bsome days (?:none|nothing)\b"
    r"|\b(?:none|nothing|0|silence)(?: at all)? (?:is|would be|will be|does|would|suits)\b"
    r"|\b(?:not|never) miss (?:it|them|you)\b|\bnot (?:even )?every day\b"
)
_PATIENT = re.compile(
    r"\bskip\b|\b(?:better|rather|sooner) (?:none|nothing|no \w+|silence|quiet)\b|\b(?:only|just) (?:if"
    r"|when) (?:you|it|there)\b"
    r"|\bunless (?:you|it)\b"
)
_VAGUE = (
    (re.compile(r"\b(?:very rarely|hardly ever|almost never|as (?:few|little|seldom|rarely) as possible)\b"), 1.0),
    (re.compile(
        r"\b(?:rarely|seldom|infrequent\w*|sparing\w*|very few|not (?:too |very |so )?(?:often|frequent\w*"
        r"|many|a lot)|less is more|the (?:fewer|less)|minimal\w*|low frequency|in moderation|pester\w*|nag\w*"
        r"|bombard\w*|overwhelm\w*|flood\w*|popping up)\b"), 2.0),
    (re.compile(
        r"\b(?:occasional\w*|now and (?:then|again)|from time to time|moderate\w*|sometimes|limited)\b"), 3.0),
    (re.compile(r"\b(?:regular\w*|throughout the day|spread (?:out )?(?:over|across)|spaced)\b"), 5.0),
    (re.compile(r"\b(?:frequent\w*|often|as many as|plenty of|lots of|all day|constant\w*|a lot)\b"), 8.0),
)  # fmt: skip


MOST_IN_UNKNOWN_PART = 12.0
"""A day, where it is not known how long the part lasts."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something said on how often: `amount` in minutes or a count, in whose words.

    `many` is the upper end of a count, `interval` the wished minutes between two (0 where only a count is said), `days`
    the weekdays it holds on.
    """

    amount: float
    words: str
    many: float = 0.0
    interval: float = 0.0
    part: bool = False
    more: bool = False
    soft: bool = False
    days: tuple[str, ...] = DAYS


@dataclass(slots=True)
class Wishes:
    """What has been understood so far; minutes awake for gaps, counts for a day."""

    wishes: list[Said] = field(default_factory=list)
    part_limits: list[Said] = field(default_factory=list)
    most: Said | None = None
    tolerated: Said | None = None
    ceiling: Said | None = None
    too_often: Said | None = None
    minimum: Said | None = None
    maximum: Said | None = None
    vague: Said | None = None
    needless: str = ""
    patient: str = ""
    spaced: bool = False
    spent: float = 0.0
    """Minutes of the parts of the day that wishes are known for."""


def read_sentence(sentence: str, times: DayTimes, wishes: Wishes, notes: Notes) -> bool:
    """Take what a sentence says about how often; whether it said anything."""
    awake = times.sleep - times.wake
    text = rates.figures(sentence)
    found = [] if _OWN_LIFE.match(text) else rates.mentions(text, awake)
    used = False
    consumed, inherited, parts = 0, "", False
    for index, mention in enumerate(found):
        until = found[index + 1].first if index + 1 < len(found) else len(text)
        before, behind = text[consumed : mention.first], text[mention.last : until]
        sense, length = role(before, behind, text[mention.last :], mention)
        consumed = mention.last + length
        part, length = _part(before, behind[length:], mention, times, last=index + 1 == len(found))
        consumed += length
        if _REST.search(before + behind) and wishes.spent and (not part or not part.known):
            part = dayparts.Part(max(dayparts.SHORTEST_PART, awake - wishes.spent))
        elif part and part.known and mention.sort != "stretch":
            wishes.spent += part.minutes
        if not sense and inherited and mention.sort == "count" and re.fullmatch(r"[\s,]*(?:(?:and|or) )?", before):
            # 'no more than one before lunch and two after'
            sense, part = "ceiling", part or dayparts.Part(awake * dayparts.UNKNOWN_SHARE)
        days = _days(text[mention.last : consumed]) if length else DAYS
        days = _days(before) if days == DAYS else days
        words = _clause(text, mention)
        # 'two before lunch and two after': what a list of parts goes on with comes on top
        listed = bool(parts and not sense and not part and mention.sort == "count")
        said = _take(mention, sense, part, words, before + behind, days, times, wishes, notes, listed)
        parts = parts or bool(said and not sense and part and part.known and mention.sort != "rate")
        inherited = "part limit" if said and sense == "ceiling" and part and mention.sort == "count" else ""
        used |= said
    if _NEEDLESS.search(text):
        wishes.needless, used = wishes.needless or sentence, True
    if _PATIENT.search(text):
        wishes.patient, used = wishes.patient or sentence, True
    if _SPACED.search(text) and wishes != Wishes():
        wishes.spaced = used = True
    if not used:
        for pattern, count in _VAGUE:
            if pattern.search(text):
                denied = count > 2 and re.search(r"\b(?:not|never|no|hate|dislike)\b", text)
                wishes.vague = wishes.vague or Said(2.0 if denied else count, sentence)
                return True
    return used


def _days(text: str) -> tuple[str, ...]:
    """The weekdays named; 'through the working day' names hours, not days."""
    return clocks.weekdays(re.sub(r"\b(?:through(?:out)?|during|in|over) (?:the|my) work(?:ing)?[- ]?day\b", "", text))


def _clause(text: str, mention: Mention) -> str:
    """The words between the commas around a mention."""
    start = max((match.end() for match in re.finditer(r"[,:(]\s*(?:and )?", text[: mention.first])), default=0)
    end = re.search(r"[,:()]", text[mention.last :])
    words = text[start : mention.last + end.start() if end else len(text)].strip()
    return re.sub(r"\b1 times\b", "once", words)


def _part(before: str, behind: str, mention: Mention, times: DayTimes, last: bool) -> tuple[dayparts.Part | None, int]:
    """The part of the day that a number holds for, and how many letters behind it say so."""
    if mention.sort == "stretch":
        return None, 0
    if mention.part:
        return dayparts.find(f"in the {mention.part.rstrip('s')}", times), 0
    segment = re.split(r"[,:(]| but | then | plus ", behind)[0]
    if not last and len(segment) == len(behind) and " and " in segment:
        segment = segment.rsplit(" and ", 1)[0]
    part = dayparts.find(segment, times)
    if part or _days(segment) != DAYS:
        return part, len(segment)
    part = dayparts.find(
        re.sub(r"^.*?\b(?=while|when|in|at|during|after|before|from|between|on|outside)", "", before), times
    )
    if not part and last:
        part = dayparts.find(re.sub(r"^\W+", "", behind), times)
    return part, 0


def _take(
    mention: Mention,
    sense: str,
    part: dayparts.Part | None,
    text: str,
    around: str,
    days: tuple[str, ...],
    times: DayTimes,
    wishes: Wishes,
    notes: Notes,
    listed: bool,
) -> bool:
    """Sort one mention into what it asks for; whether it asked for anything."""
    awake = times.sleep - times.wake
    soft = bool(_SOFT.search(around))
    if mention.sort == "stretch":
        if sense == "minimum" and mention.minutes < awake:
            wishes.minimum = wishes.minimum or Said(mention.minutes, text)
        elif sense == "maximum":
            wishes.maximum = wishes.maximum or Said(mention.minutes, text)
        return sense in ("minimum", "maximum")
    if sense == "unclear" or (mention.sort == "thing" and not part):
        return False
    if part and not part.known:
        notes.assume("frequency part of the day", f"{part.minutes:.0f} min", f"half of the day: '{text}'")
    if mention.sort == "rate" and mention.minutes < awake - 1:
        return _take_interval(mention, sense, part, text, soft, days, awake, wishes)
    scale = awake / mention.minutes if mention.sort == "rate" else part.pieces if part and mention.high == 1 else 1
    low, high = mention.low * scale, mention.high * scale
    if mention.sort == "extra" and part:
        low = high = 1.0  # 'one at noon, a second at night'
    of_part = bool(part) and mention.sort != "rate"
    interval = part.minutes / mention.middle if part and of_part and mention.middle > 1 else 0.0
    more = listed or mention.sort == "more"
    said = Said((low + high) / 2, text, many=high, interval=interval, part=of_part, more=more, soft=soft, days=days)
    if sense == "denied":
        wishes.spaced |= mention.high == 2
        return mention.high == 2
    if sense in ("ceiling", "below", "too much"):
        limit = max(1.0, high if sense == "ceiling" else math.ceil(high) - 1.0)
        said = Said(limit, text, many=limit, part=of_part, days=days)
        if of_part:
            wishes.part_limits.append(said)
        elif wishes.most is None or limit < wishes.most.amount:
            wishes.most = said
    elif sense == "floor":
        wishes.maximum = wishes.maximum or Said(awake / max(low, 0.1), text)
    elif _is_tolerated(mention, around, bool(part and part.known), wishes):
        base = sum(w.many for w in wishes.wishes) if mention.sort == "more" or (part and part.known) else 0.0
        wishes.tolerated = wishes.tolerated or Said(base + high, text)
    elif _adds(said, wishes):
        wishes.wishes.append(said)
    return True


def _take_interval(
    mention: Mention,
    sense: str,
    part: dayparts.Part | None,
    text: str,
    soft: bool,
    days: tuple[str, ...],
    awake: float,
    wishes: Wishes,
) -> bool:
    """Take 'so many in so many minutes'."""
    interval = mention.minutes / mention.middle
    length = part.minutes if part else awake
    if sense == "denied" and mention.high == 2:
        # 'never two within an hour'
        wishes.minimum = wishes.minimum or Said(mention.minutes, text)
    elif sense == "floor":
        # 'at least once every three hours': silence for longer than that is too long
        wishes.maximum = wishes.maximum or Said(interval, text)
    elif sense == "too much":
        wishes.too_often = wishes.too_often or Said(length / interval, text, interval=interval, part=bool(part))
    elif sense:
        wishes.ceiling = wishes.ceiling or Said(length / interval, text, interval=interval, part=bool(part))
    elif days != DAYS or not any(w.interval and not w.part and w.days == DAYS for w in wishes.wishes):
        count = length / interval
        if part and not part.known:
            count = min(count, MOST_IN_UNKNOWN_PART)
        wishes.wishes = [w for w in wishes.wishes if w.part or w.more or part or w.days != DAYS]
        wishes.wishes.append(Said(count, text, count, interval, part=bool(part), soft=soft, days=days))
    return True


def _is_tolerated(mention: Mention, around: str, timed: bool, wishes: Wishes) -> bool:
    """Whether more is borne now and then, not wished for every day."""
    if mention.sort == "extra" and not timed:
        return True
    return bool(wishes.wishes) and bool(_TOLERATED.search(around))


def _adds(said: Said, wishes: Wishes) -> bool:
    """Whether a count comes on top of what is wished for already, or only says it again."""
    if not wishes.wishes:
        return True
    if said.more or said.days != DAYS:
        return True
    whole = any(not w.part and not w.interval and w.days == DAYS for w in wishes.wishes)
    return said.part and not whole
