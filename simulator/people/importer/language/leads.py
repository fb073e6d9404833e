"""Verbs for entries that name only a thing: 'Lunch with friends' -> 'having lunch with friends'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.people.importer.language import vocabulary

_LEAD_OF = vocabulary.leads()
SPENDING = "spending time on"
"""Stands before what nobody knows a verb for."""
_OF_KIND = {
    "media": "watching",
    "reading": "reading",
    "gaming": "playing",
    "cooking": "making",
    "garden": "seeing to the",
    "meal": "having",
    "pause": "having",
    "walk": "going for",
    "call": "making",
    "mail": "answering",
    "meeting": "having",
    "study": "studying",
    "music": "listening to",
    "exercise": "doing",
    "deep_work": "working on",
    "routine_work": "working on",
    "work": "working on",
    "craft": "working on",
    "tidying": "doing",
}
_SURE = frozenset(
    ("cooking", "meal", "exercise", "deep_work", "routine_work", "work", "gaming", "media", "music", "craft")
)
_RELATIVES = (
    r"(?:father|mother|mum|mom|dad|baby|son|daughter|kids|children|twins|husband|wife|grandmother|grandfather|granny"
    r"|nan|gran|grandpa|brother|sister|toddler|partner|child|girl|boy|girls|boys|dog|cat|aunt|uncle|parents)"
)
_OWNED = re.compile(rf"^(?:the |his |her |their |my )?({_RELATIVES})(?:'s|s'|') (.+)$", re.I)
_PUT = re.compile(rf"^((?:the |his |her |their |my )?(?:{_RELATIVES})(?: and \w+)?) to (bed|sleep)\b(.*)$", re.I)
_TAKEN = re.compile(rf"^((?:the |his |her |their |my )?(?:{_RELATIVES}|dogs)(?: and \w+)?) (to|from|for) (.+)$", re.I)
_DETERMINED = re.compile(
    r"^(?:the|an?|his|her|their|my|this|that|some|two|three|four|one|our|own|all)\b|^\w+'s?\b"
    r"|^(?-i:[A-Z]\w+ (?=[A-Z]))",
    re.I,
)
_PREPOSITION = re.compile(
    r"\s+(?=(?:in|at|on|with|for|to|from|by|of|over|away|alone|together|about|near|behind|under|after|before|against"
    r"|aloud|along|through|around|across|into|beside|behind|outside|downstairs|upstairs)\b)",
    re.I,
)
_PLURAL = re.compile(r"(?:[^s]s|ren|ics)$", re.I)


def head_of(text: str) -> str:
    """The noun that a phrase is about, in the singular: 'String quartets by Bartok' -> 'quartet'."""
    words = re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", _PREPOSITION.split(text)[0].lower())
    return _singular(words[-1]) if words else ""


def _singular(word: str) -> str:
    if word in _LEAD_OF or len(word) < 4:
        return word
    for ending, plain in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("oes", "o"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending) + plain
    return word


def led(text: str, kind: str = "unknown", own: Sequence[str] = (), general: bool = False) -> str:
    """A phrase in -ing for something that is only named; parts joined by 'and' or 'or' get each its verb.

    Args:
        text: a noun phrase.
        kind: what it is, where that is known.
        own: phrases in -ing of the same person.
        general: whether it is a thing in general, as interests are, rather than that of one hour.
    """
    from simulator.people.importer.language import gerunds  # verbs are told apart there

    text = re.sub(r"^(?:an?|own)\s+", "", text, flags=re.I)
    text = re.sub(r"^bath[- ]?time\b", "bathtime", text, flags=re.I)
    put, taken, owned = _PUT.match(text), _TAKEN.match(text), _OWNED.match(text)
    if put:
        return f"putting {_lower(put.group(1))} to {put.group(2)}{put.group(3)}"
    if taken and taken.group(2) != "for":
        verb = "taking" if taken.group(2) == "to" else "fetching"
        return f"{verb} {_with_the(_lower(taken.group(1)))} {taken.group(2)} {taken.group(3)}"
    purpose = re.match(r"^([\w -]+) to (\w+)$", text)
    if purpose and (to_do := gerunds.base(purpose.group(2))) and not gerunds.verb_of(text.split()):
        return f"{gerunds.gerund(to_do)} {_with_the(_lower(purpose.group(1)))}"
    if owned:
        asleep = re.match(r"(?:nap|sleep|siesta)\b", owned.group(2), re.I)
        return f"having free time during the {owned.group(1).lower()}'s nap" if asleep else f"seeing to {_lower(text)}"
    pieces = re.split(r"\s+(and|or)\s+", text)
    told = [_part(piece, kind, own, index > 0, general) for index, piece in enumerate(pieces[::2])]
    out, last = " ".join(told[0]).strip(), told[0][0]
    unknown = last == SPENDING
    for joint, (verb, noun) in zip(pieces[1::2], told[1:], strict=True):
        shared = verb == last or not verb or (unknown and " " in verb)
        noun = re.sub(r"^(?:an?|the) ", "", noun) if shared else noun
        out += f" {joint} {noun if shared else f'{verb} {noun}'}"
        last = verb or last
    return out


def _part(text: str, kind: str, own: Sequence[str], later: bool, general: bool) -> tuple[str, str]:
    """The verb and the words of one thing."""
    from simulator.people.importer.language import gerunds  # verbs are told apart there

    words = text.split()
    verb = gerunds.verb_of(words)
    if verb and not (general and not later):
        return gerunds.gerund(verb), " ".join(words[1:])
    if words and gerunds.is_gerund(words[0]):
        return words[0].lower(), " ".join(words[1:])
    if words and gerunds.is_gerund(_PREPOSITION.split(text)[0].split()[-1]) and len(words) > 1:
        return "", _lower(text)  # 'fly fishing'
    head = head_of(text)
    core, *more = _PREPOSITION.split(text, maxsplit=1)
    for phrase in own:
        if _names(phrase, head):
            first, _, others = phrase.partition(" ")
            return first, f"{others} {more[0] if more and more[0] not in others else ''}".strip()
    if not re.search(r"\s", core) and head in (
        "nap",
        "walk",
        "run",
        "swim",
        "rest",
        "shower",
        "prayer",
        "jog",
        "stroll",
    ):
        return {"prayer": "praying"}.get(head) or gerunds.gerund(head), " ".join(more)
    known = _LEAD_OF.get(head) or _LEAD_OF.get(head.split("-")[-1])
    if head == "bed":
        return "", "bedtime"
    if known is None and later:
        return "", _lower(text)
    lead = known or ""
    if known is None:
        lead = _OF_KIND.get(kind, SPENDING) if kind in _SURE or kind == "mail" else SPENDING
        lead = f"{lead} the" if not general and lead.endswith((" on", "to")) and _thing(core, head) else lead
    verb_words, article = lead, ""
    if lead.endswith((" the", " a")):
        verb_words, _, article = lead.rpartition(" ")
    text = _lower(text)
    plural = bool(_PLURAL.search(core))
    if article and not _DETERMINED.match(text) and not (article == "a" and plural):
        if article == "a" and re.match(r"[aeiou]", text):
            article = "an"
        text = f"{article} {text}"
    return verb_words, text


def _thing(core: str, head: str) -> bool:
    """Whether 'the' stands well before a bare noun: one thing that can be counted."""
    mass = re.search(r"(?:ry|ing|ion|phy|ics|work|ice|ance|ment|ness|ism|ure|ty|ng|min|derby|song)$", head)
    return not (_DETERMINED.match(core) or _PLURAL.search(core) or mass or (core[:1].isupper() and core[1:2].isupper()))


def _with_the(text: str) -> str:
    return text if _DETERMINED.match(text) else f"the {text}"


def _names(phrase: str, head: str) -> bool:
    """Whether a phrase in -ing is about a noun: 'restoring fountain pens' about 'pen', 'stargazing' about 'star'."""
    words = [_singular(word) for word in re.findall(r"[^\W_]+", _PREPOSITION.split(phrase)[0].lower())]
    return len(head) > 2 and (head in words[1:] or (len(words) == 1 and len(head) >= 4 and words[0].startswith(head)))


_LANGUAGE = re.compile(
    r"(?:Spanish|Portuguese|French|German|English|Italian|Japanese|Mandarin|Chinese|Korean|Arabic|Russian|Welsh|Irish|Greek|Latin"
    r"|Turkish|Dutch|Swedish|Hindi|Hebrew|Gaelic|Swahili|Polish|Czech|Danish|Norwegian|Finnish|Christmas|Easter)$"
)


def _lower(text: str) -> str:
    """A capital of the sentence's beginning taken away; names keep theirs."""
    first = text.split(" ", 1)[0]
    name = first[1:].lower() != first[1:] or re.match(r"[A-Z][a-z]+ [A-Z]", text) or _LANGUAGE.match(first)
    return text if name else text[:1].lower() + text[1:]
