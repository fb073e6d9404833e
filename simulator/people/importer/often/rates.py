"""Numbers that say how often, found in a sentence: 'three a day', 'every two hours', 'one in the morning', 'an hour'.

What a number means (a wish, a limit, a gap) stands around it and in any order; `frequency` reads that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language.idioms import plain
from simulator.people.importer.language.words import NUMBER, RANGE, digits

_NOUN = (
    r"(?:times?|things?|suggestions?|recommendations?|ideas?|messages?|nudges?|notifications?|prompts?|tips?|pings?"
    r"|interruptions?|reminders?|hints?|contacts?|check-?ins?|words?|proposals?|thoughts?|alerts?|remarks?|comments?"
    r"|impulses?|pointers?|offers?|hellos?|peeps?|bits?|pieces?|somethings?|occasions?|goes|ones)"
)
_ADJECTIVE = (
    r"(?:,? (?!(?:an?|per|each|every|in|at|or|and|the|is|are|of|then|hours?|hrs?|min\w*|days?|weeks?)\b)[a-z'-]+)"
)
_THING = rf"(?:{_ADJECTIVE}{{0,3}}? {_NOUN}\b)?"
_UNIT = (
    r"(hours?|hrs?|hr|h|minutes?|mins?|min|days?|weeks?|weekdays?|mornings?|forenoons?|afternoons?|evenings?"
    r"|nights?)\b"
)
_ABOUT = (
    r"(?:\s+(?:about|around|roughly|approximately|say|at least|at most|single|given|waking|whole|the|same|any|space"
    r"|of))*"
)
_FILLING = (
    r"(?:,? (?:is|are|would be|feels) (?:just |quite )?\w+|,? at (?:the )?(?:very |absolute )?(?:most|maximum|max)"
    r"|,? max(?:imum)?|,? tops|,? or so|,? or (?:fewer|less)|,? each and)?"
)
_ANY_NOUN = (
    r"(?: (?!(?:an?|per|each|every|in|at|or|and|the|is|are|then|of|to|more|times|sentences?|words?|lines?|hours?|hrs?"
    r"|minutes?|mins?|days?|weeks?|on|if|when|while|but|for|over|max|tops)\b)[a-z'-]+){1,2}"
)
_RATE_OF_ANY = re.compile(rf"\b{RANGE}{_ANY_NOUN} (?:an?|per|each|every) (?:(other)\s+)?(?:{RANGE}\s*[- ]?)?{_UNIT}")
_RATE = re.compile(
    rf"\b{RANGE}{_THING}{_FILLING}\s*(?:/|\b(?:an?|per|each|every|in an?|within(?: an?)?|inside|in any|in the same"
    rf"|in one|in|(?:in|over) the course of an?|over an?|over|during an?|a single|in a single"
    rf"|in the space of)\b){_ABOUT}"
    rf"\s*(?:(other|second|third)\s+)?(?:{RANGE}\s*[- ]?)?{_UNIT}"
)
_EVERY = re.compile(rf"\b(?:every|each){_ABOUT}\s+(?:(other|second|third)\s+)?(?:{RANGE}\s*[- ]?)?{_UNIT}")
_ADVERB = re.compile(rf"\b(?:{RANGE}{_THING} )?(hourly|daily|weekly|every ?day)\b")
_DURATION = re.compile(
    rf"(?:\b{RANGE}|\ban?)(?:\s*[- ]?(?:full|good|whole|clear))?\s*[- ]?((?<=\d )days?|(?:hours?|hrs?|hr|h"
    rf"|minutes?|mins?|min)\b)"
)
_COUNT_OF_ANY = re.compile(
    rf"\b{RANGE}{_ANY_NOUN}(?= (?:in|at|during|before|after|between|around|when|while|throughout|over)\b)"
)
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_ORDINAL = re.compile(rf"\ba ({'|'.join(_ORDINALS)})(?: or (?:a |maybe )?({'|'.join(_ORDINALS)}))?\b(?!\s+of\b)")
_FOLLOWING = (
    r"(?! in a row)(?=\s*(?:$|[,.:()/-]|(?:in|at|during|before|after|around|over|between|per|while|when|if|is"
    r"|are|would|will|should"
    r"|seems?|suffices?|sounds?|feels?|does|do|maximum|max|tops|or|and|but|spread|spaced|throughout|across|through|on"
    r"|for|outside|then|each|altogether|overall|from|until|till|most|by|can|might|may|with|all|daily|as|once|upon)\b))"
)
_COUNT = re.compile(rf"\b{RANGE}({_THING})((?: more| extra| further| additional| others?)?)(?: {_NOUN})?{_FOLLOWING}")
_ANOTHER = re.compile(rf"\b(?:another|an extra|a further|a (?:last|final) 1|1 more)\b(?: 1\b)?(?: {_NOUN})?")
_SAME = re.compile(r"\bthe same(?: again| number| amount| many)?(?= |$)")
_A_THING = re.compile(rf"\b(?:an?|some){_ADJECTIVE}{{0,2}}? {_NOUN}\b|\b(?:something|anything)\b")
_CLOCKS = re.compile(
    rf"\bfrom {NUMBER} (?:to|until|till) {NUMBER}\b|\b(?:at|past|after|before|until|till|since|by|from) {NUMBER}"
    rf"(?![\w.]*\s*(?:(?:or|to|-) {NUMBER})?\s*(?:{_NOUN}|an?|per|every|each|in|daily|hours?|min\w*|days?|more|-)\b)"
    rf"|\b{NUMBER}(?::\d\d)?\s*(?:am|pm|o'?clock)\b|\b\d{{1,2}}:\d\d\b"
    rf"|\bbetween {NUMBER} (?:and|to) {NUMBER}\b(?!{_THING}\s*(?:{_NOUN}|an?|per|every|daily|in|at)\b)"
)
_PRONOUN = re.compile(r"\b(?:the|an?|this|that|which|each|every|any|no|not|good|right|dull|last|next)\s+(?:\w+ )?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number and what it counts.

    Attributes:
        sort: 'rate' (so many in a period), 'count' (so many), 'stretch' (a duration), 'extra' (so many more, or so
            many where a condition holds).
        low, high: how many; the ends of a range.
        minutes: of the period or of the duration; 0 for a count. A day is `awake` minutes.
        part: the part of the day that is the unit itself ('evening'), or ''.
        first, last: where it stands.
    """

    sort: str
    low: float
    high: float
    minutes: float
    part: str
    first: int
    last: int

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def figures(sentence: str) -> str:
    """The sentence in lower case with numbers as figures, and the many ways to say 'once or twice' as one."""
    text = digits(plain(sentence))
    for pattern, instead in _SPELLINGS:
        text = pattern.sub(instead, text)
    return re.sub(
        rf"\b({NUMBER})\s*min\w*\s*(?:to|-|or)\s*({NUMBER})\s*h(?:ou)?rs?\b",
        lambda match: f"{match.group(1)} to {float(match.group(2)) * 60:g} minutes",
        text,
    )


_SPELLINGS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\b(?:every )?once in a while\b", "now and then"),
        (r"\b(?:all )?at once\b", "together"),
        (r"\bhalf[- ]hourly\b", "every 30 minutes"),
        (rf"(\bevery {NUMBER} (hours?|minutes?|days?)\b.*?\bevery {NUMBER})(?=$|[,.])", r"\1 \2"),
        (r"\bduring the week\b", "on weekdays"),
        (r"\b(just|only) the 1\b", r"\1 1"),
        (r"\bi(?: am|'m) off\b", "on my days off"),
        (rf"\b(?:somewhere|anywhere|anything) (?:between|from) ({NUMBER}) (?:and|to) ({NUMBER})\b", r"\1 to \2"),
        (r"\bhour and a half\b", "1.5 hours"),
        (r"\b(?:on|in) (?:1|a single) go\b", "together"),
        (rf"\b({NUMBER}) ?x(?=\W|$)", r"\1 times"),
        # 'once' is a number before a time or at an end, else a conjunction ('once I have slept')
        (r"\bonce (?=or (?:2 times|maybe|perhaps|2)|to 2)", "1 times "),
        (r"\bonce(?=\s*(?:$|[,.:()/-]|(?:in|at|during|before|after|around|over|every|an?|per|each|daily|hourly|is|would"
         r"|and|while|when|if|on|between|weekly|more|then|should|will|or so)\b))", "1 times"),
        (r"\bonce\b", "when"),
        (rf"\b({NUMBER}) times?,? (or|to) (?:maybe |perhaps |at most )?({NUMBER})(?: times?)?\b", r"\1 \2 \3 times"),
        (rf"\b({NUMBER}),? (?:or )?(?:perhaps|maybe) ({NUMBER})\b", r"\1 to \2"),
        (rf"\b(?:an?|1) {_NOUN} or 2\b", "1 to 2 times"),
        (rf"\bbetween ({NUMBER}) (?:and|to) ({NUMBER})(?={_THING}\s*(?:{_NOUN}|an?|per|every|daily|in"
        rf"|at)\b)", r"\1 to \2"),
        (r"\ban? (?:single )?(hour|minute)s? (?=or so\b)", r"1 \1 "),
    )
)  # fmt: skip


def _minutes(low: str | None, high: str | None, unit: str, awake: float) -> float:
    """Awake minutes of a period."""
    number = ((float(low) + float(high or low)) / 2) if low else 1.0
    if unit.startswith("h"):
        return number * 60
    if unit.startswith("min"):
        return number
    if re.fullmatch(r"weeks?", unit):
        return number * 7 * awake
    return number * awake


_PARTS = re.compile(r"(?:morning|forenoon|afternoon|evening|night)s?")


def _period(
    low: float, high: float, words: tuple[str | None, ...], awake: float
) -> tuple[str, float, float, float, str]:
    """The sort, the number, the minutes and the part of 'so many every other hour', 'so many an evening'."""
    other, first, second, unit = words
    factor = {"other": 2, "second": 2, "third": 3}.get(other or "", 1)
    if _PARTS.fullmatch(unit or ""):
        return "count", low / factor, high / factor, 0.0, unit or ""
    return "rate", low, high, _minutes(first, second, unit or "", awake) * factor, ""


def mentions(text: str, awake: float) -> list[Mention]:
    """The mentions in a sentence that `figures` has gone over, in order; none inside another."""
    found: list[Mention] = []
    taken = [False] * (len(text) + 1)

    def free(match: re.Match[str]) -> bool:
        if any(taken[match.start() : match.end()]):
            return False
        taken[match.start() : match.end()] = [True] * (match.end() - match.start())
        return True

    def add(match: re.Match[str], sort: str, low: float, high: float, minutes: float = 0.0, part: str = "") -> None:
        found.append(Mention(sort, low, high, minutes, part, match.start(), match.end()))

    for match in _CLOCKS.finditer(text):
        if not re.search(r"\b(?:cap|keep|limit|set|stop)\b[^,.]{0,12}$", text[: match.start()]):
            free(match)  # no hour: 'cap it at eight'
    for match in (*_RATE.finditer(text), *_RATE_OF_ANY.finditer(text)):
        if free(match):
            low, high = float(match.group(1)), float(match.group(2) or match.group(1))
            add(match, *_period(low, high, match.groups()[2:], awake))
    for match in _ADVERB.finditer(text):
        if free(match):
            low = float(match.group(1) or 1)
            unit = {"hourly": "hour", "weekly": "week"}.get(match.group(3), "day")
            add(match, "rate", low, float(match.group(2) or low), _minutes(None, None, unit, awake))
    for match in _EVERY.finditer(text):
        if free(match):
            add(match, *_period(1.0, 1.0, match.groups(), awake))
    for match in _DURATION.finditer(text):
        if free(match):
            add(match, "stretch", 1.0, 1.0, _minutes(match.group(1), match.group(2), match.group(3), awake))
    for match in _ORDINAL.finditer(text):
        if free(match):
            numbers = [float(_ORDINALS[word]) for word in match.groups() if word]
            add(match, "extra", min(numbers), max(numbers))
    for match in _ANOTHER.finditer(text):
        if not re.search(r"\bnot\s*$", text[: match.start()]) and free(match):
            add(match, "more", 1.0, 1.0)
    for match in _COUNT.finditer(text):
        before = text[: match.start()]
        if match.group(1) == "1" and not match.group(3) and _PRONOUN.search(before):
            continue  # 'a dull one', 'not one'
        if re.search(r"\b(?:between(?: any)?|every)\s*$", before) or (
            match.group(4) and re.search(r"\bnot\s*$", before)
        ):
            continue  # 'between two suggestions', 'ideally every three', 'not one more'
        if free(match):
            low = float(match.group(1))
            add(match, "more" if match.group(4) else "count", low, float(match.group(2) or low))
    for match in _COUNT_OF_ANY.finditer(text):
        if free(match):
            add(match, "thing", float(match.group(1)), float(match.group(2) or match.group(1)))
    for match in _SAME.finditer(text):
        counted = [mention for mention in found if mention.sort == "count" and mention.last <= match.start()]
        if counted and free(match):
            add(match, "more", counted[-1].low, counted[-1].high)
    for match in _A_THING.finditer(text):
        if free(match):
            add(match, "thing", 1.0, 1.0)
    return _joined(sorted(found, key=lambda mention: mention.first), text)


def _joined(found: list[Mention], text: str) -> list[Mention]:
    """'A nudge each morning' and 'something every two hours' are one mention, not two."""
    kept: list[Mention] = []
    for mention in found:
        before = kept[-1] if kept else None
        if (
            before
            and before.sort in ("thing", "more", "count")
            and (mention.sort == "rate" or mention.part)
            and not text[before.last : mention.first].strip()
        ):
            kept[-1] = Mention(
                mention.sort,
                before.low * mention.low,
                before.high * mention.high,
                mention.minutes,
                mention.part,
                before.first,
                mention.last,
            )
            continue
        kept.append(mention)
    return kept
