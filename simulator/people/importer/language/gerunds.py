"""Verbs and their forms in -ing, and phrases from a persona's prose as texts.

phrase("Feed the sourdough in the afternoon")    # 'feeding the sourdough'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from edge_assistant.context.activity_classes import kind_data
from simulator.people.importer.language import clocks, leads, vocabulary, whens
from simulator.people.importer.language.whens import CUT

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
    "travel": "travelling",
    "model": "modelling",
    "label": "labelling",
    "volunteer": "volunteering",
    "picnic": "picnicking",
}
_VERB_SET = vocabulary.words("verbs")
_NO_VERBS = vocabulary.words("no_verbs")
_NOUNS = vocabulary.words("nouns")
"""Words that name a thing rather than a doing where no object follows."""
_COMPOUND = re.compile(
    r"(?:class|club|practice|lesson|review|session|group|rehearsal|training|meeting|shift|calls?|break|time|course"
    r"|school|exercises?|job|room|stall|maintenance|sketch|sketches|side|bill|bills|prep|list|lists|event|night"
    r"|food)(?:e?s)?$|\w+ing$",
    re.I,
)
_AFTER_VERB = re.compile(r"(?:the|an?|his|her|their|my|some|two|three|one)$", re.I)


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
    if short or verb in ("begin", "forget", "transfer", "unwrap", "repot", "unplug", "refit"):
        return verb + verb[-1] + "ing"
    return verb + "ing"


@cache
def _gerunds() -> frozenset[str]:
    """First words in -ing of the packaged phrases for activity kinds: these are things that people do."""
    data = kind_data()
    texts = (text for table in ("examples", "more") for phrases in data[table].values() for text in phrases)
    return frozenset(word for text in texts if (word := text.lower().split()[0]).endswith("ing"))


def _stripped(word: str) -> tuple[str, ...]:
    """What a word may be a third person of."""
    if not word.endswith("s") or word.endswith("ss"):
        return (word,)
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if re.search(r"(?:ss|sh|ch|x|zz|o)es$", word):
        return (word[:-2], word[:-1])
    return (word[:-1],)


def base(word: str) -> str | None:
    """The base form of a known verb ('tidies' -> 'tidy'), or None."""
    word = word.lower()
    if word in ("has", "goes", "does"):
        return {"has": "have", "goes": "go", "does": "do"}[word]
    for candidate in _stripped(word):
        known = candidate in _VERB_SET or (gerund(candidate) in _gerunds() and not candidate.endswith("ing"))
        if known and candidate not in _NO_VERBS:
            return candidate
    return None


def is_gerund(word: str) -> bool:
    """Whether a word tells by its form in -ing what somebody does."""
    word = word.lower()
    return word.endswith("ing") and len(word) > 4 and word not in _NO_GERUNDS


_NO_GERUNDS = vocabulary.words("no_gerunds")


def verb_of(words: Sequence[str], third: bool = False) -> str | None:
    """The base form of the verb that a piece of text begins with, or None where it begins with a noun.

    Args:
        words: the text.
        third: whether it tells in the third person ('Whittles'), where also an unknown word in -s is a verb.
    """
    if not words or not re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z]+)?", words[0]):
        return None
    word, after = words[0].lower(), words[1].lower().strip(",.") if len(words) > 1 else ""
    found = base(word)
    ending = word.endswith("s") and not word.endswith("ss") and len(word) > 3
    if found is None:
        return _stripped(word)[0] if third and ending and _stripped(word)[0] not in _NOUNS and word != "is" else None
    bare = not after or after in (CUT, "and", "or") or (after in _PREPOSITIONS and found in _NOUNS)
    if found in _NOUNS and (bare or (ending and not third)) and not (third and ending and found in _VERB_SET):
        return None
    if word == found and after and _COMPOUND.match(after) and not after.endswith("ings"):
        return (
            None
            if found not in ("do", "have", "go", "take", "attend", "start", "enjoy", "teach", "give", "run", "lead")
            else found
        )
    return found


_PREPOSITIONS = frozenset(
    ["in", "at", "on", "with", "for", "to", "from", "until", "by", "over", "of", "about", "during"]
)
_OPENERS = re.compile(
    r"^(?:(?:and|then|also|usually|typically|often|always|sometimes|regularly|generally|slowly|quickly|must|should"
    r"|has to|needs to|wants to|likes to|tries to|try to|loves to|loves|likes|enjoys|prefers|plans to|aims to"
    r"|is(?: busy)?(?=\s+\w+ing\b)|gets to|to|a bit of|a spot of|a little|some|daily|she|he|they|i|at least|about"
    r"|of|for|own|dedicates?"
    r"|devotes?|sets? aside|takes? time (?:to|for)|makes? time (?:for|to)|stays? up(?= \w+ing\b)|\x01)\s+)+",
    re.I,
)
_SPENDS = re.compile(
    r"^(?:spends?|spending|passes) (?:(?:\x01|time|the|her|his|their|a|an|\w+ (?:hours?|minutes?))\s+)*", re.I
)
_TAIL = re.compile(
    r"[\s,.;-]+(?:for|of|at|in|on|from|to|and|or|with|by|the|a|an|about|before|after|until|around|each|every|then|but"
    r"|during|as|again|afterwards?|beforehand|is|best|early|late|always|so|his|her|their|one)$",
    re.I,
)
_END = re.compile(r"[,;]|\s-\s|\bso that\b|\bwhile\b|\bbecause\b|\band then\b|\bthen\b|\bwithout\b")


def phrase(
    text: str, kind: str = "unknown", own: Sequence[str] = (), third: bool = False, general: bool = False
) -> str:
    """A short activity text without times and lengths, beginning with a verb in -ing; '' if nothing is left.

    Args:
        text: the words about it.
        kind: what it is, where that is known; helps to find a verb for a noun.
        own: phrases in -ing of the same person, whose verbs fit their nouns ('restoring pens' for 'Pens at noon').
        third: whether the text tells in the third person.
        general: whether it names a thing in general, as interests do: 'Brush calligraphy' orders nobody to brush.
    """
    plain = re.sub(r"\([^)]*\)", " ", text)
    plain = re.sub(r"^(?:on )?(?:weekdays?|weekends?|\w{3,6}days?)\s+(?=(?:he|she|they)\b)", "", plain, flags=re.I)
    return worded(whens.read(plain, clocks.DayTimes()).rest, kind, own, third, general)


def worded(
    rest: str, kind: str = "unknown", own: Sequence[str] = (), third: bool = False, general: bool = False
) -> str:
    """The same of words from which the time has been cut (`whens.When.rest`)."""
    rest = _OPENERS.sub("", rest.strip(" ,.-"))
    if _SPENDS.match(rest):
        left = _OPENERS.sub("", _SPENDS.sub("", rest))
        first = left.split(" ", 1)[0].lower()
        left = re.sub(r"^on\s+", "", left)
        rest = left if first.endswith("ing") else f"spending time {left}" if first in _PLACED else left
    parts = [part for part in _END.split(rest) if re.search(r"[^\W\d_]{2,}", part)]
    if not parts:
        return ""
    kept = _trim(" ".join(parts[0].replace(CUT, " ").split()))
    words = kept.split()
    if not words:
        return ""
    verb = verb_of(words, third)
    if general and verb and not (len(words) > 1 and _AFTER_VERB.match(words[1])):
        verb = None
    done = verb or is_gerund(words[0])
    words = _joined(words, verb, third) if done else leads.led(kept, kind, own, general).split()
    return " ".join(words[:12]).strip()


_PLACED = frozenset(("with", "among", "in", "at", "outside", "outdoors", "around", "alone", "by", "under", "near"))


def _trim(text: str) -> str:
    """Without words at the end that lead on to what was cut."""
    while (shorter := _TAIL.sub("", text.strip(" ,.;-"))) != text:
        text = shorter
    return text


def _joined(words: list[str], verb: str | None, third: bool) -> list[str]:
    """Verbs in -ing: the first, and each that is joined to it by 'and' or 'or'."""
    ending = words[0].lower().endswith("s")
    words = list(words)
    if verb:
        words[0] = gerund(verb)
    else:
        words[0] = words[0].lower()
    for index in range(1, len(words) - 1):
        if words[index].lower() not in ("and", "or"):
            continue
        following = verb_of(words[index + 1 :], third)
        after = words[index + 2] if index + 2 < len(words) else ""
        form = words[index + 1].lower().endswith("s") == ending
        if following and (index == 1 or (form and ending) or _AFTER_VERB.match(after)) and (form or index == 1):
            words[index + 1] = gerund(following)
    return words


def has_time(text: str) -> bool:
    """Whether an item names any time of day."""
    return whens.read(text, clocks.DayTimes()).said
