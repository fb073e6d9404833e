"""How often: rates, ceilings, gaps and counts in prose, as a wish a day, two gaps and a daily maximum."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from simulator.importer.values import Notes
from simulator.importer.words import NUMBER, RANGE, digits, middle, sentences
from simulator.persona import Frequency

MAXIMUM_GAP_FACTOR = 1.5
DAILY_MAXIMUM_FACTOR = 1.5
MINIMUM_GAP_SHARE = 0.4
SHORTEST_MINIMUM_GAP = 15
DEFAULT_WISH = 4
MOST_A_DAY = 20
"""An assumed daily maximum goes no higher; one in the person's own words may."""

_THING = (
    r"(?:\s+(?:(?:good|short|brief|gentle|small|helpful|useful|new|different|more|unsolicited|well-timed"
    r"|thoughtful)\s+)*(?:times?|suggestions?|recommendations?|ideas?|messages?|nudges?|notifications?|prompts?"
    r"|tips?|pings?|interruptions?|reminders?|hints?|contacts?|check-?ins?|words?))?"
)
_UNIT = r"(hours?|hrs?|hr|h|minutes?|mins?|min|days?|weeks?|mornings?|afternoons?|evenings?|weekdays?)"
_CEILING = re.compile(
    r"\b(?:more(?: often)? than|at (?:the )?(?:most|maximum|max)|no more(?: often| frequently)? than|not "
    r"(?:\w+ ){0,5}more(?: often| frequently)?(?: \w+){0,3} than|never (?:\w+ ){0,3}more(?: often| "
    r"frequently)?(?: \w+){0,3} than|up to|"
    r"max(?:imum)?(?: of)?|(?:a |the )?limit(?:ed)?(?: of| to| it to| them to)?|not exceed\w*|do not exceed"
    r"|not over|never over|cap(?:ped)?(?: at)?|tops|not above|any more than|more than \S+ (?:\S+ "
    r"){0,5}(?:is|would be) too (?:much|many|often)|within|fewer than|less than|nothing more than)\b"
)
_SOFT_CEILING = re.compile(r"\b(?:plenty|enough|sufficient|suffices|will do|is all|ample|only|just)\b")
_FLOOR = re.compile(r"\b(?:at least|no fewer than|no less than|not less than|minimum(?: of)?|a minimum)\b")
_NO = re.compile(r"\b(?:not|never|no|avoid|hate|dislike|without|too (?:much|many|often|frequent))\b")


@dataclass(slots=True)
class _Wishes:
    """What has been understood so far; minutes awake for gaps, counts for a day."""

    interval: tuple[float, str] | None = None
    ceiling: tuple[float, str] | None = None
    soft: tuple[float, str] | None = None
    minimum: tuple[float, str] | None = None
    maximum: tuple[float, str] | None = None
    count: tuple[float, str] | None = None
    most: tuple[float, str] | None = None
    vague: tuple[float, str] | None = None


def _period(low: str | None, high: str | None, unit: str, awake: float) -> float:
    """Awake minutes of a period."""
    number = middle(low, high) if low else 1.0
    if unit.startswith("h"):
        return number * 60
    if unit.startswith(("min",)):
        return number
    if unit.startswith("week") and not unit.startswith("weekd"):
        return number * 7 * awake
    return number * awake


_RATE = re.compile(
    rf"\b(?:{RANGE}|(once)){_THING}\s*(?:is (?:enough|plenty|fine|ideal)|at most|at maximum|max|tops|or so"
    rf"|maximum|each and)?\s*"
    rf"(?:an?|per|each|every|in an?|within an?|in any|in|within|over an?|during an?|in the same|in one|over"
    rf"|a single|in a single|/|in the space of)"
    rf"(?:\s+(?:any|about|around|roughly|given|single|waking|whole|the|same|space of))*"
    rf"\s*(?:(other)\s+)?(?:{RANGE}\s*[- ]?)?{_UNIT}\b"
)
_EVERY = re.compile(
    rf"\b(?:every|each|once|one)\s+(?:(?:about|around|roughly|approximately|single|so often"
    rf"|say)\s+)*(?:(other|second|third)\s+)?(?:{RANGE}\s*[- ]?)?{_UNIT}\b"
)
_DAILY = re.compile(rf"\b(?:{RANGE}|(once)){_THING}\s*(?:daily|hourly)\b|\b(?:every ?day|daily)\b|\bhourly\b")
_GAP = re.compile(
    rf"(?:{RANGE}|\ban?|\bone full|\ba full|\ba good)\s*[- ]?(?:full |good |whole )?{_UNIT}\s*(?:\w+ "
    rf"){{0,2}}?(?:apart|between|in between|gaps?|breaks?|of (?:peace|quiet|silence)|spacing|pause|after"
    rf"|since|before (?:the next|another))"
)
_SPACE = re.compile(
    rf"\b(?:gaps? of|space[ds]? (?:\w+ ){{0,3}}(?:by|out by|at)?|wait|leave(?: me)?|gap should be|interval "
    rf"of|pause(?:s)? of|break of)\s*(?:for |at least |a minimum of |about |around |out )*(?:{RANGE}"
    rf"|an?)\s*[- ]?{_UNIT}\b"
)
_TOO_LONG = re.compile(
    rf"\b(?:no (?:longer|more) than|not (?:\w+ ){{0,4}}(?:longer|more) than|never (?:\w+ ){{0,4}}(?:longer"
    rf"|more) than|at most)\s*(?:{RANGE}|an?)\s*[- ]?{_UNIT}\s*(?:\w+ ){{0,4}}(?:without|of silence|silent"
    rf"|unheard|between|apart|go by|pass)"
)
_APART_TWO = re.compile(
    rf"\b(?:never|not|no|avoid|do not)\b[^.]*?\b(?:2|more than (?:1|once)|another|2 times|a second|several"
    rf"|repeat\w*)\b[^.]*?\b(?:within|in|inside|during)\s+(?:the |a |any |of |space |same |single |less "
    rf"|than |an )*(?:{RANGE}\s*)?(hours?|minutes?|mins?|hrs?)\b"
)
_TOTAL = re.compile(
    rf"\b{RANGE}{_THING}\s*(?:at most |at maximum |or so |or fewer |or less |maximum |max |tops )?(?:over "
    rf"|across |throughout |during |in |for )?(?:the (?:whole |entire |course of the )?|a (?:whole |single "
    rf")?|one |my )?(?:day|waking hours)\b"
)
_COUNT = re.compile(
    rf"\b{RANGE}{_THING}\b(?=\s*(?:at most|max|tops|in all|in total|altogether|overall|is|are|would|will"
    rf"|suffices?|$|[,.;]))"
)
_PARTS = re.compile(
    rf"\b(?:once|{RANGE}){_THING} (?:in|at|during|before|after|around|over|per|each|every|between)"
    r" (?:the |my )?(?:late |early |mid-?)?(?P<part>mornings?|afternoons?|evenings?|noon|lunch|breakfast|dinner"
    r"|supper|night|bed\w*|midday|work)"
)
_VAGUE = (
    (re.compile(r"\b(?:very rarely|hardly ever|almost never|as (?:few|little|seldom|rarely) as possible)\b"), 1.0),
    (re.compile(
        r"\b(?:rarely|seldom|infrequent\w*|sparing\w*|very few|not (?:too |very |so )?(?:often|frequent\w*"
        r"|many)|less is more|the (?:fewer|less)|minimal\w*|low frequency|in moderation)\b"), 2.0),
    (re.compile(
        r"\b(?:occasional\w*|now and (?:then|again)|from time to time|once in a while|moderate\w*|sometimes"
        r"|limited)\b"), 3.0),
    (re.compile(r"\b(?:regular\w*|throughout the day|spread (?:out )?(?:over|across)|spaced)\b"), 5.0),
    (re.compile(r"\b(?:frequent\w*|often|as many as|plenty of|lots of|all day|constant\w*|a lot)\b"), 8.0),
)  # fmt: skip


def _read_sentence(sentence: str, awake: float, wishes: _Wishes) -> bool:
    """Take what a sentence says about how often; whether it said anything."""
    parts = {match.group("part"): match for match in _PARTS.finditer(digits(sentence))}
    if len(parts) > 1:
        total = sum(middle(m.group(1), m.group(2)) if m.group(1) else 1.0 for m in parts.values())
        if _CEILING.search(digits(sentence)):
            wishes.most = wishes.most or (total, sentence)
        else:
            wishes.count = wishes.count or (total, sentence)
        return True
    said = False
    for clause in _clauses(sentence):
        said |= _read_clause(clause, awake, wishes)
    return said


_COMPARATIVE = (
    r"(?=(?:(?:and )?(?:at most|at least|max|up to|no more than) \d|(?:and |but )?(?:not|never|no)\b|but|with"
    r"|though|preferably|ideally)\b)"
)


def _clauses(sentence: str) -> list[str]:
    text = re.sub(
        r"\bonce (?!in|at|during|before|after|around|over|every|an?\b|per|each|daily|or|to|hourly|,|is)",
        "when ",
        digits(sentence),
    )
    text = re.sub(r"\ban? (?:single )?(?=hours?|minutes?)(hour|minute)s? (?=or so\b)", r"1 \1 ", text)
    text = re.sub(
        rf"({NUMBER})\s*min\w*\s*(to|-|or)\s*({NUMBER})\s*h(?:ou)?rs?\b",
        lambda m: f"{m.group(1)} {m.group(2)} {float(m.group(3)) * 60:g} minutes",
        text,
    )
    text = re.sub(
        r"\ba (?:suggestion|recommendation|nudge|message|tip|word) or 2\b|\ban idea or 2\b", "1 to 2 times", text
    )
    text = re.sub(r"\bonce or (?:2 times|2)\b|\bonce to (?:2 times|2)\b", "1 to 2 times", text)
    text = re.sub(rf"\b({NUMBER}) times?((?: or | to |-))({NUMBER}) times?", r"\1\2\3 times", text)
    text = re.sub(
        rf"\b({NUMBER}) or maybe ({NUMBER})\b|\b({NUMBER}),? (?:perhaps|maybe) ({NUMBER})\b",
        lambda m: f"{m.group(1) or m.group(3)} to {m.group(2) or m.group(4)}",
        text,
    )
    text = re.sub(r"\b(?:1 suggestion|1 idea|1) or (?:2|2 suggestions|2 ideas)\b", "1 to 2", text)
    return [part.strip() for part in re.split(rf"[,;:()]|\s-\s|\s+{_COMPARATIVE}", text) if part and part.strip()]


def _number(low: str | None, high: str | None) -> float:
    return middle(low, high) if low else 1.0


def _read_clause(clause: str, awake: float, wishes: _Wishes) -> bool:
    ceiling, floor = bool(_CEILING.search(clause)), bool(_FLOOR.search(clause))
    soft, denied = bool(_SOFT_CEILING.search(clause)), bool(_NO.search(clause))
    for pattern, name in ((_TOO_LONG, "maximum"), (_APART_TWO, "minimum"), (_GAP, "minimum"), (_SPACE, "minimum")):
        match = pattern.search(clause)
        if match:
            groups = match.groups()
            minutes = _period(groups[0], groups[1], groups[2], awake)
            if name == "minimum" and minutes < awake:
                wishes.minimum = wishes.minimum or (minutes, clause)
            elif name == "maximum":
                wishes.maximum = wishes.maximum or (minutes, clause)
            return True
    match = _RATE.search(clause)
    if match:
        count = _number(match.group(1), match.group(2))
        period = _period(match.group(5), match.group(6), match.group(7), awake) * (2 if match.group(4) else 1)
        return _take_rate(count, period, clause, awake, wishes, ceiling, soft, floor, denied)
    match = _DAILY.search(clause)
    if match:
        period = 60.0 if "hourly" in match.group(0) else awake
        return _take_rate(
            _number(match.group(1), match.group(2)), period, clause, awake, wishes, ceiling, soft, floor, denied
        )
    match = _EVERY.search(clause)
    if match and (match.group(4) or "").rstrip("s") in (
        "hour",
        "hr",
        "h",
        "minute",
        "min",
        "day",
        "week",
        "morning",
        "afternoon",
        "evening",
        "weekday",
    ):
        factor = {"other": 2, "second": 2, "third": 3}.get(match.group(1) or "", 1)
        period = _period(match.group(2), match.group(3), match.group(4), awake) * factor
        return _take_rate(1.0, period, clause, awake, wishes, ceiling, soft, floor, denied)
    match = _TOTAL.search(clause) or (
        _COUNT.search(clause) if not re.search(r"\b(?:sentences?|words?|minutes?|hours?|lines?)\b", clause) else None
    )
    if match:
        return _take_rate(
            _number(match.group(1), match.group(2)), awake, clause, awake, wishes, ceiling, soft, floor, denied
        )
    if re.fullmatch(r".*\bonce\b(?: or so)?", clause) and not denied:
        wishes.count = wishes.count or (1.0, clause)
        return True
    for pattern, count in _VAGUE:
        if pattern.search(clause):
            low = 2.0 if denied and count > 2 else count
            wishes.vague = wishes.vague or (low, clause)
            return True
    return False


def _take_rate(
    count: float,
    period: float,
    clause: str,
    awake: float,
    wishes: _Wishes,
    ceiling: bool,
    soft: bool,
    floor: bool,
    denied: bool,
) -> bool:
    """Sort a rate of `count` in `period` awake minutes into a wish, a ceiling or a floor."""
    if count <= 0 or period <= 0:
        return False
    interval = period / count
    by_day = period >= awake - 1
    if floor and not ceiling:
        # 'at least once every three hours': silence for longer than that is too long
        wishes.maximum = wishes.maximum or (interval, clause)
    elif ceiling and by_day:
        most = max(1.0, count * awake / period)
        if re.search(r"\b(?:fewer|less) than\b", clause):
            most = max(1.0, math.ceil(most) - 1.0)
        wishes.most = (most, clause) if wishes.most is None or most < wishes.most[0] else wishes.most
    elif ceiling or denied:
        wishes.ceiling = wishes.ceiling or (interval, clause)
    elif by_day:
        wishes.count = wishes.count or (count * awake / period, clause)
    else:
        wishes.interval = wishes.interval or (interval, clause)
        if soft:
            wishes.soft = wishes.soft or (interval, clause)
    return True


def read(text: str, others: str, awake: float, notes: Notes) -> Frequency:
    """Gaps and daily maximum out of the prose about how often.

    Args:
        text: the rubric's part on frequency.
        others: the other parts, read only where the first says nothing.
        awake: awake minutes of an ordinary day.
        notes: receives what was understood and assumed.
    """
    wishes = _Wishes()
    for sentence in sentences(text):
        if not _read_sentence(sentence, awake, wishes):
            notes.miss("frequency", sentence)
    if wishes == _Wishes() and others:
        for sentence in sentences(others):
            if re.search(
                r"\b(?:times?|every|per|suggestions?|recommendations?|ideas?|hourly|daily|at most|apart)\b",
                digits(sentence),
            ):
                strict = _Wishes()
                if _read_sentence(sentence, awake, strict) and not strict.vague:
                    wishes = strict if wishes == _Wishes() else wishes
    return _settle(wishes, awake, notes)


def _settle(wishes: _Wishes, awake: float, notes: Notes) -> Frequency:
    wish = _wish(wishes, awake, notes)
    most = _daily_maximum(wishes, wish, awake, notes)
    minimum = _minimum_gap(wishes, wish, awake, notes)
    if wishes.maximum:
        maximum, why = wishes.maximum
        notes.understand("frequency.max_gap", f"{maximum:.0f} min", why)
    else:
        kept = wish
        if wishes.most and most * MAXIMUM_GAP_FACTOR * awake / wish < awake:
            # more often than the daily maximum allows would leave the person waiting every evening
            kept = float(most)
        maximum = MAXIMUM_GAP_FACTOR * awake / kept
        notes.assume(
            "frequency.max_gap", f"{maximum:.0f} min", f"not said: 1.5 x {awake:.0f} awake minutes / {kept:.3g} a day"
        )
    minimum = min(max(minimum, 5.0), 720.0)
    maximum = min(max(maximum, 20.0), 1440.0)
    if maximum <= minimum:
        minimum_said = bool(wishes.minimum or wishes.ceiling)
        if minimum_said:
            maximum = min(1440.0, MAXIMUM_GAP_FACTOR * minimum)
            notes.assume("frequency.max_gap", f"{maximum:.0f} min", "must lie above the minimum gap that was asked for")
        else:
            minimum = maximum * MINIMUM_GAP_SHARE
    return Frequency(min_gap=round(max(minimum, 5.0), 1), max_gap=round(maximum, 1), daily_max=min(40, max(1, most)))


def _wish(wishes: _Wishes, awake: float, notes: Notes) -> float:
    """Suggestions wished for a day."""
    if wishes.interval:
        wish = awake / wishes.interval[0]
        notes.understand(
            "frequency wish", f"one every {wishes.interval[0]:.0f} min = {wish:.3g} a day", wishes.interval[1]
        )
    elif wishes.count:
        wish = wishes.count[0]
        notes.understand("frequency wish", f"{wish:.3g} a day", wishes.count[1])
    elif wishes.ceiling:
        wish = min(awake / wishes.ceiling[0], float(MOST_A_DAY))
        if wishes.most:
            wish = min(wish, wishes.most[0])
        notes.assume(
            "frequency wish", f"{wish:.3g} a day", f"only a limit is said: '{wishes.ceiling[1]}'; taken as the wish"
        )
    elif wishes.most:
        wish = wishes.most[0]
        notes.assume(
            "frequency wish", f"{wish:.3g} a day", f"only a limit is said: '{wishes.most[1]}'; taken as the wish"
        )
    elif wishes.maximum:
        wish = MAXIMUM_GAP_FACTOR * awake / wishes.maximum[0]
        notes.assume("frequency wish", f"{wish:.3g} a day", f"from the longest silence: '{wishes.maximum[1]}'")
    elif wishes.vague:
        wish = wishes.vague[0]
        notes.assume("frequency wish", f"{wish:.3g} a day", f"no number is said: '{wishes.vague[1]}'")
    elif wishes.minimum:
        wish = min(DEFAULT_WISH, awake / wishes.minimum[0])
        notes.assume("frequency wish", f"{wish:.3g} a day", f"only the shortest gap is said: '{wishes.minimum[1]}'")
    else:
        wish = DEFAULT_WISH
        notes.assume("frequency wish", f"{wish} a day", "nothing understood on how often")
    return max(0.2, min(wish, 40.0))


def _daily_maximum(wishes: _Wishes, wish: float, awake: float, notes: Notes) -> int:
    if wishes.most:
        most = max(1, int(wishes.most[0] + 1e-9))
        notes.understand("frequency.daily_max", most, wishes.most[1])
        return most
    most = math.ceil(DAILY_MAXIMUM_FACTOR * wish - 1e-9)
    why = f"not said: 1.5 x {wish:.3g} a day, rounded up"
    gap = wishes.ceiling or wishes.minimum
    if gap and awake // gap[0] < most:
        most, why = max(1, int(awake // gap[0])), "not said: as many as the minimum gap leaves room for"
    if most > max(MOST_A_DAY, math.ceil(wish)):
        most, why = max(MOST_A_DAY, math.ceil(wish)), "not said: 1.5 x the wish would be more than a person bears"
    most = min(max(1, most), 40)
    notes.assume("frequency.daily_max", most, why)
    return most


def _minimum_gap(wishes: _Wishes, wish: float, awake: float, notes: Notes) -> float:
    if wishes.minimum:
        notes.understand("frequency.min_gap", f"{wishes.minimum[0]:.0f} min", wishes.minimum[1])
        return wishes.minimum[0]
    if wishes.ceiling:
        notes.understand("frequency.min_gap", f"{wishes.ceiling[0]:.0f} min", wishes.ceiling[1])
        return wishes.ceiling[0]
    share = 0.6 if wishes.soft else MINIMUM_GAP_SHARE
    gap = max(SHORTEST_MINIMUM_GAP, share * awake / wish)
    gap = min(gap, 240.0)
    notes.assume("frequency.min_gap", f"{gap:.0f} min", f"not said: {share:g} of the wished interval, 15 to 240 min")
    return gap
