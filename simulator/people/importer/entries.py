"""What a person does, clause by clause: a text such as 'feeding the sourdough', its class, time, length and days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.people.importer import quantities
from simulator.people.importer.meaning import Meaning
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Clause, data, pattern
from simulator.people.routine import ROOMS

LONGEST_TEXT = 9  # words of an activity's text
_OTHER_WORK = ("deep_work", "routine_work", "study", "meeting", "mail", "care", "exercise", "walk", "meal", "ritual")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something done: a phrase with a verb in -ing, its class, and start (after midnight) and length where named."""

    text: str
    kind: str
    start: float | None
    minutes: float | None
    days: tuple[str, ...]
    clause: Clause


def read(clauses: Sequence[Clause], day: Day, meaning: Meaning, interests: bool = False) -> list[Entry]:
    """The entries of clauses, in their order; waking and going to sleep are none.

    Two things with a time each in one clause are two entries. `interests` only name things, without times.
    """
    told: list[tuple[Clause, str]] = []
    for clause in clauses:
        pieces = [clause.text] if interests else pattern("activities", "later").split(clause.text)
        told += [(clause, piece) for piece in pieces]
    texts = [phrase(piece) for _, piece in told]
    kinds = meaning.kinds([text or "nothing" for text in texts])
    found = []
    for (clause, piece), text, (kind, _) in zip(told, texts, kinds, strict=True):
        of_day = not interests and (pattern("life", "wakes").search(piece) or pattern("life", "sleeps").search(piece))
        if len(text) < 3 or of_day:
            continue
        start, length = (None, None) if interests else _when(piece, day)
        if (length or 0) >= 90 and kind not in _OTHER_WORK and pattern("life", "works").search(piece):
            kind = "routine_work"
        kind = "rest" if kind == "unknown" else kind
        found.append(Entry(text, kind, start, length, quantities.days(piece), clause))
    return found


def _when(text: str, day: Day) -> tuple[float | None, float | None]:
    """Start and length, as far as named: a range, or a time and perhaps a length."""
    length, found = quantities.minutes(text), quantities.stretches(text, day)
    if not found or not quantities.clocks(text):
        return None, length
    first, open_end = found[0], re.search(r"\b(?:until|till|before|after|by|past)\b", text)
    if re.search(r"\bfrom\b.*\b(?:to|until|till)\b|\bbetween\b|\d ?[-\u2013] ?\d", text):
        return first.start, min(first.end - first.start, 600.0)
    if open_end and open_end[0] not in ("by", "after"):
        return None, length
    return first.end if open_end and first.start == day.wake else first.start, length


def phrase(text: str) -> str:
    """An activity's text without times: 'Feed the dog at 6pm' -> 'feeding the dog'; '' where nothing is left."""
    rest = pattern("activities", "part_of_day").sub(" ", pattern("activities", "cut").sub(" ", text))
    rest = pattern("activities", "openers").sub("", " ".join(rest.split()).strip(" ,.;-"))
    rest = pattern("activities", "ends").sub("", rest)
    words = _trimmed(rest).split()[:LONGEST_TEXT]
    if not words or not re.search(r"[^\W\d_]{2}", rest):
        return ""
    words[0] = words[0] if words[0].isupper() else words[0][0].lower() + words[0][1:]
    if verb := _verb(words):
        third = words[0].endswith("s")
        words[0] = _gerund(verb)
        for at in range(1, len(words) - 1):
            if words[at] in ("and", "or") and (at == 1 or third) and (second := _verb(words[at + 1 :])):
                words[at + 1] = _gerund(second)
    elif not words[0].endswith("ing"):
        names = {word.lower().strip(",.") for word in words}
        leads = data("life")["leads"].items()
        words = [*next((lead for lead, things in leads if names & set(things.split())), "doing").split(), *words]
    return _trimmed(" ".join(words))


def _trimmed(text: str) -> str:
    while (shorter := pattern("activities", "tail").sub("", text.strip(" ,.;-"))) != text:
        text = shorter
    return text


def _verb(words: Sequence[str]) -> str | None:
    """The base form of the verb with which words begin; None where they begin with a thing, as in 'Film at nine'."""
    word, after, tables = words[0].lower(), words[1].lower() if len(words) > 1 else "", data("life")
    if word in tables["irregular"]:
        return word
    bases = [word, word[:-1], word[:-2], word[:-3] + "y"] if word.endswith("s") else [word]
    found = next((base for base in bases if base in tables["verbs"].split()), None)
    if found == word and word in tables["nouns"].split() and not pattern("activities", "takes_object").match(after):
        return None
    return found


def _gerund(verb: str) -> str:
    """'bake' -> 'baking', 'run' -> 'running'."""
    if verb in data("life")["irregular"]:
        return str(data("life")["irregular"][verb])
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return verb[:-1] + "ing"
    return verb + (verb[-1] if re.fullmatch(r"(?:[^aeiou]*|qu)[aeiou][^aeiouwxy]", verb) else "") + "ing"


def room(text: str, kind: str) -> str:
    """Where something is done: a room that the text names, or the usual one of its class."""
    named = next((name for name in ROOMS if re.search(rf"\b{name}\b", text)), None)
    return named or str(data("life")["rooms"].get(kind, "living room"))
