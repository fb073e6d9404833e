"""The moments that a liking may be bound to: 'while I knit', 'at lunch', 'in the kitchen', 'when I am tired'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.persona import DAYS

_LOW_ENERGY = re.compile(
    r"\b(?:tired|exhausted|low (?:on )?energy|worn out|sleepy|drained|fatigued|weary|knackered|wiped out)\b", re.I
)
_HIGH_ENERGY = re.compile(
    r"\b(?:energetic|full of (?:energy|go|beans)|energi[sz]ed|wide awake|lively|rested|fresh)\b", re.I
)
_LOW_MOOD = re.compile(
    r"\b(?:sad|down|low|gloomy|stressed|anxious|overwhelmed|upset|in a bad mood|lonely|worried|blue|downhearted"
    r"|miserable|wretched)\b",
    re.I,
)
_HIGH_MOOD = re.compile(
    r"\b(?:happy|cheerful|in (?:a good mood|high spirits|good spirits)"
    r"|on top of the world)\b",
    re.I,
)

# what people do where; a place counts only in front ('in the kitchen, tell me ...'), not in 'a walk in the garden'
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"kitchen|stove", ("cooking", "meal")),
    (r"garden|yard|greenhouse|allotment|outdoors?", ("garden", "walk")),
    (r"workshop|shed|bench|studio|garage", ("craft", "deep_work")),
    (r"desk|office|work", activities.WORK_KINDS),
    (r"sofa|couch|armchair", ("rest", "media", "reading")),
    (r"bath|tub", ("bathing",)),
    (r"bus|train|car|road", ("errand",)),
    (r"walks?|strolls?|hikes?", ("walk",)),
    (r"classroom|lecture hall|library", ("study", "reading")),
)
_PLACE = "|".join(pattern for pattern, _ in _PLACES)
_DAY_OFF = re.compile(r"\b(?:days? off|weekends?|free days?)\b", re.I)
_WORK_DAY = re.compile(r"\b(?:work(?:ing)?[- ]?days?|weekdays?|(?:in|during) the week)\b", re.I)
_OTHERS_ASLEEP = re.compile(
    r"\b(?:baby|kids?|children|toddlers?|girls|boys|twins|little ones?|wife|husband)\b.*\b(?:a?sleep|nap"
    r"|in bed)",
    re.I,
)
# longer names stand before those that they begin with: 'work day' before 'work'
_TIME = (
    r"(?:(?:very |the |my |our |a |an |early |late |mid[- ]?)*(?:mornings?|afternoons?|evenings?|nights?|noon"
    r"|midday|dusk|"
    r"dawn|dark|midnight|weekends?|weekdays?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|lunch(?:time| break)?"
    r"|breakfast|"
    r"dinner|supper|tea[- ]?time|meals?|days? off|work(?:ing)?[- ]?days?|work|shifts?|school|bed(?:time)?|"
    r"free (?:hours?|time|days?)|breaks?|pauses?|week\b)|\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m| o'clock)?|(?:one|two"
    r"|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve)\b(?! \w+s\b))"
)
_FRONT = r"(?:^|(?<=[,:] )|(?<=\band )|(?<=\bbut )|(?<=\bor )|(?<=- ))"
_CONDITION = re.compile(
    rf"{_FRONT}(?:out |back |only |even |just )?(?:in|at|on|by) (?:the |my |our )?(?:{_PLACE})\b(?: time)?"
    rf"|{_FRONT}(?:indoors|outdoors|{_TIME})(?= |,)(?! (?:is|are) (?:too|not))"
    r"|(?<!it )\b(?:when(?:ever)?|while|whilst|as long as|once|if|until|as soon as)\s+(?!possible|necessary"
    r"|it comes to)"
    r"[^,:;]*"
    r"|\bduring (?:the |my |our |a |an )?[\w' -]+?"
    r"(?=,|:|$| (?:i|you|we|it|tell|give|talk|stick|let|only|or (?:an?|the)|and)\b)"
    rf"|\b(?:in|at|on|over|after|before|from|until|around|by|past) {_TIME}(?:,? and {_TIME}|,? or {_TIME})*"
    rf"(?: on (?:{_TIME}))?(?= |,|:|$)(?! (?:tips?|ideas?|talk|plans?|papers?|news)\b)"
    r"|\bin (?:studio|class|school|work|study) time\b"
    r"|\b(?:after|before) (?:my |the |a )?(?!(?:some|any|every|no)thing\b|spring\b)\w+ing\b",
    re.I,
)
_NOT_BEHIND = "".join(rf"(?<!\b{word} )" for word in ("when", "while", "if", "once", "or", "whenever"))
_MAIN = re.compile(
    rf"{_NOT_BEHIND}\b(?:i (?:(?:only|really|would|just|also|do|never|always|may|can|could|will) )?(?:want|like"
    rf"|prefer|love"
    r"|enjoy|need|welcome|appreciate|am open|am glad|am happy|would|accept|hate|do not|could|will|rather)"
    r"|i'd |you (?:may|can|could|might|should)|(?:please )?(?:tell|give|show|bring|send|talk|suggest|offer|keep"
    r"|make|let"
    r"|think|ask|feed|calm|push|surprise) |(?:only|just|nothing|no|never|rather|then|an? [\w ]+ (?:is|are|would be"
    r"|will do)) )",
    re.I,
)
_NEXT_THING = re.compile(r"\s(?:or|and) (?=(?:an?|the|some|something|anything|my|our|no|nothing|i|also|for) )", re.I)
_AND_NOUN = re.compile(r"\sand (?!\w+ing\b|when|while|after|before|during|at |in |on |over )", re.I)


@dataclass(frozen=True, slots=True)
class Moment:
    """The condition of a conditional like; `words` as they stand in the text."""

    kinds: tuple[str, ...] = ()
    start: str = "00:00"
    end: str = "24:00"
    days: tuple[str, ...] = DAYS
    energy: str | None = None
    mood: str | None = None
    words: str = ""


def read(text: str, times: DayTimes) -> Moment | None:
    """The moment that a condition names, or None when it names none that the data can hold."""
    if _OTHERS_ASLEEP.search(text):
        return None
    energy = "low" if _LOW_ENERGY.search(text) else "high" if _HIGH_ENERGY.search(text) else None
    mood = "low" if _LOW_MOOD.search(text) else "high" if _HIGH_MOOD.search(text) else None
    kinds = tuple(kind for kind in activities.kinds(text) if kind != "sleep")
    place = re.match(rf"(?:out |back )?(?:in|at|on|by) (?:the |my |our )?(?:{_PLACE})\b|(?:out|in)doors", text, re.I)
    if place:
        kinds = next((of for words, of in _PLACES if re.search(rf"\b(?:{words})\b", place.group(0), re.I)), kinds)
    days, start, end = _span(text, times)
    if re.match(r"(?:after|before) (?:\w+ )?\w+ing\b", text, re.I):
        kinds = ()  # not during it
    if (start, end) != ("00:00", "24:00"):
        kinds = tuple(kind for kind in kinds if kind not in ("meal", *activities.WORK_KINDS))
    if days != DAYS:
        kinds = tuple(kind for kind in kinds if kind not in activities.WORK_KINDS)
    if not (kinds or energy or mood or days != DAYS or (start, end) != ("00:00", "24:00")):
        return None
    return Moment(kinds, start, end, days, energy, None if energy else mood, text)


def _span(text: str, times: DayTimes) -> tuple[tuple[str, ...], str, str]:
    """The days and the clock times that a condition names; all days and the whole day where it names none."""
    if _WORK_DAY.search(text):
        return DAYS[:5], "00:00", "24:00"
    days: tuple[str, ...] = DAYS
    start, end = "00:00", "24:00"
    for span in clocks.find(text, times)[:1]:
        days = span.days
        if 0 < span.minutes < 1435:
            start, end = clocks.clock(span.start), clocks.clock(span.end)
            end = "24:00" if end == "00:00" else end
    if _DAY_OFF.search(text):
        days = ("sat", "sun")
    return days, start, end


def cut_moments(sentence: str, times: DayTimes) -> tuple[str, list[Moment | None]]:
    """The sentence with each condition as a mark, and what the marks stand for."""
    moments: list[Moment | None] = []
    kept: list[str] = []
    position = 0
    while match := _CONDITION.search(sentence, position):
        end = match.start() + len(_ended(match.group(0)))
        kept += [sentence[position : match.start()], f" \u27e6{len(moments)}\u27e7 "]
        moments.append(read(sentence[match.start() : end], times))
        position = end
    kept.append(sentence[position:])
    return re.sub(r"\s+", " ", "".join(kept)).strip(), moments


def _ended(words: str) -> str:
    """A condition without the main clause or the next thing of a list that follows it."""
    for pattern in (_MAIN, _NEXT_THING, _AND_NOUN):
        skip = re.match(r"\s*\w+ \S+", words)
        match = pattern.search(words, skip.end() if skip else 0)
        if match:
            words = words[: match.start()]
    return words.rstrip()
