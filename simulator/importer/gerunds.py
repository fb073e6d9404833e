"""Phrases from a persona's prose as texts: 'Feed the sourdough in the afternoon' -> 'feeding the sourdough'."""

from __future__ import annotations

import re

from simulator.importer import clocks
from simulator.importer.words import digits, normalise

_IRREGULAR = {
    "lie": "lying",
    "die": "dying",
    "tie": "tying",
    "be": "being",
    "see": "seeing",
    "is": "being",
    "has": "having",
    "does": "doing",
    "goes": "going",
    "dye": "dyeing",
    "journal": "journaling",
}
_VERBS = """answer attend bake bathe begin bike blog brew bring browse brush build buy call care carve catch chat
check chop clean climb code collect commute compose contact cook crochet cut cycle dance darn decorate
design dine do draft draw drink drive eat edit embroider enjoy exercise explore feed finish fish fix fold
forage garden gather get give go groom grow have help hike host hunt iron jog journal join keep knead
knit learn lift listen look make manage meditate meet mend mow nap observe open organise organize paint
perform phone photograph plan plant play polish practice practise pray prepare prune put read refinish
rehearse repair research rest restore review revise ride roast row run schedule sculpt see sell serve set
sew shop shower sing sit sketch ski sleep socialise socialize solve sort spend stitch stretch stroll
study sweep swim take talk teach tend test tidy tinker train translate transcribe travel try tune update
upload visit volunteer wake walk wash watch water weave weed weigh work wrap write"""
_VERB_SET = frozenset(_VERBS.split())


def gerund(verb: str) -> str:
    """'bake' -> 'baking', 'run' -> 'running', 'tidies' -> 'tidying'."""
    verb = verb.lower()
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ing") and len(verb) > 4:
        return verb
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return verb[:-1] + "ing"
    short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb) or re.fullmatch(r"qu[aeiou][^aeiouwxy]", verb)
    if short or verb in ("begin", "forget", "transfer"):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def base(word: str) -> str | None:
    """The base form of a known verb ('tidies' -> 'tidy'), or None."""
    word = word.lower()
    for candidate in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if candidate in _VERB_SET and (candidate == word or word.endswith("s")):
            return candidate
    return {"has": "have", "goes": "go", "does": "do"}.get(word)


_DURATION = re.compile(
    r"\b(?:for |about |around |roughly |at least |up to |approximately )*(?:a |an |\d+(?:\.\d+)?(?:\s*(?:-"
    r"|to|or)\s*\d+)?)\s*-?(?:minutes?|mins?|hours?|hrs?|h)\b(?: each(?: day)?| of| a day| per day| every "
    r"day| daily)?|\b(?:for |about )?(?:half an hour|an hour(?: and a half)?|a while)\b(?: of)?",
    re.I,
)
_WHEN = re.compile(
    r"\b(?:from|between|before|after|around|at|by|until|till|in|on|during|every|each|most|late|early|mid"
    r"|once|twice|since|over)\b"
    r"(?:(?!\b(?:in|at|on|from|before|after|during|for|until|till|around|with|between|every|each)\b)[^,;])*?"
    r"(?:\bmorning|noon|\bafternoon|\bevening|\bnight|day|\bdawn|\bdusk|\bdinner|\blunch|\bbreakfast"
    r"|\bsupper|\bmidnight|\bweek|\bweekend|\bweekdays?|[ap]m|\d|\bwork|\bbed(?:time)?|\bsunset|\bsunrise"
    r"|\bschool|\bclass|\bclasses|\bshift|waking up|alarm|o'clock)s?\b(?:\s*(?:to|until|till|and"
    r"|-)\s*(?:(?:early|late|mid)[- ])?(?:\d\S*|noon|midnight|mid|\w*(?:morning|noon|evening"
    r"|night))(?:\s*[ap]m)?)*",
    re.I,
)
_OPENERS = re.compile(
    r"^(?:(?:and|then|also|usually|typically|often|always|sometimes|regularly|generally|must|should|has to"
    r"|needs to|wants to|likes to|tries to|try to|loves to|loves|likes|enjoys|prefers|plans to|aims to|is"
    r"|to|a|an|some|daily|every day|each day|she|he|they|spends?(?: (?:time|the \w+|\w+ (?:hours?"
    r"|minutes?)))?|spending(?: time)?|dedicates?|devotes?|sets? aside|takes? time to|makes? time (?:for"
    r"|to)|a bit of|at least|about|of|for|on|in)\s+)+",
    re.I,
)


def phrase(text: str, kind: str = "unknown") -> str:
    """A short activity text without times and lengths, beginning with a verb in -ing; '' if nothing is left."""
    plain = normalise(text).strip(" .")
    plain = re.sub(r"\([^)]*\)", " ", plain)
    plain = re.sub(
        r"^(?:on )?(?:weekdays?|weekends?|workdays?|\w{3,6}days?)\s+(?:(?:he|she|they)\b|$)\s*", "", plain, flags=re.I
    )
    plain = _DURATION.sub(" ", _figures(plain))
    plain = re.sub(r"\b(?:his|her|their|my)\s+(?=own\b)", "", plain)
    plain = _OPENERS.sub("", plain.strip(" ,.-"))
    kept = _WHEN.sub(" ", plain)
    if len(re.findall(r"[^\W\d_]{2,}", kept)) < 1:
        return ""
    kept = re.split(r"[,;]|\s-\s|\bso that\b|\bwhile\b|\bbecause\b|\bthen\b|\band then\b|\bwithout\b", kept)[0]
    kept = _OPENERS.sub("", " ".join(kept.split()).strip(" ,.-")).strip(" ,.-")
    kept = re.sub(
        r"\s+(?:for|of|at|in|on|from|to|and|or|with|by|the|a|an|about|before|after|until|around|each|every)$",
        "",
        kept,
        flags=re.I,
    )
    words = kept.split()
    if not words:
        return ""
    verb = base(words[0])
    if verb:
        words[0] = gerund(verb)
        for index, word in enumerate(words[:-1]):
            following = base(words[index + 1])
            if word == "and" and following and not words[index + 1].endswith("ing") and index <= 5:
                words[index + 1] = gerund(following)
    else:
        words[0] = words[0].lower() if not words[0].isupper() else words[0]
        # a noun alone ('yoga', 'piano practice') says what is done well enough with 'doing' or 'some' before it
        if not any(word.endswith("ing") for word in words[:3]):
            words.insert(0, _leading(words, kind))
    return " ".join(words[:12]).strip()


_OF_KIND = {
    "media": "watching",
    "reading": "reading",
    "gaming": "playing",
    "cooking": "making",
    "garden": "tending",
    "meal": "having",
    "pause": "having",
    "walk": "going for",
    "call": "making",
    "mail": "answering",
    "meeting": "having",
    "study": "learning",
}


def _leading(words: list[str], kind: str) -> str:
    first = words[0].lower()
    text = " ".join(words).lower()
    if re.search(r"\b(?:choir|crosswords?|puzzles?|jigsaws?|sudokus?)\b", text):
        return "doing"
    if kind == "music" or re.search(r"\b(?:radio|podcasts?|audio ?books?)\b", text):
        return (
            "playing"
            if re.search(r"piano|guitar|violin|cello|drum|flute|organ|accordion|ukulele|trumpet", text)
            else "listening to"
        )
    if kind in _OF_KIND and not re.search(r"\b(?:practice|club|class|lesson|course|meetings?)\b", text):
        return _OF_KIND[kind]
    if first in ("the", "her", "his", "their", "my"):
        return "seeing to"
    if re.match(r"(?:walk|stroll|hike|run|jog|ride|swim)s?$", first):
        return "having a" if not first.endswith("s") else "having"
    return "doing"


def _figures(text: str) -> str:
    """Number words as figures where they count minutes or hours; other words keep their case."""
    pattern = re.compile(r"\b(?:[a-z]+(?:-[a-z]+)?(?: or | to )?)?\b(?:\w+)\s+(?=(?:hours?|minutes?)\b)", re.I)
    return pattern.sub(
        lambda match: (
            digits(match.group(0)) + " " if digits(match.group(0)) != match.group(0).lower().strip() else match.group(0)
        ),
        text,
    )


def has_time(text: str) -> bool:
    """Whether an item names any time of day."""
    return bool(clocks.find(text, clocks.DayTimes()))
