"""Checks of the sentences that come with packaged ideas: six each, put in six ways, and never from one mould.

sentence_problems(load_packaged().ideas)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from edge_assistant.composer.prepared import expand
from edge_assistant.composer.style import read_style
from edge_assistant.domain import Idea

ROLES = (
    {"length": "short", "directness": "direct", "warmth": "plain"},
    {"length": "short", "directness": "direct", "warmth": "warm"},
    {"length": "short", "directness": "gentle", "warmth": "plain"},
    {"length": "short", "directness": "question", "warmth": "warm"},
    {"length": "long", "directness": "gentle", "warmth": "warm"},
    {"length": "long", "directness": "question", "warmth": "plain"},
)
"""How the sentences of an idea are put, in their order; all are neutral in formality once written in full."""

LONGEST_WORDS = 32

MOST_OF_AN_OPENING = 0.03
"""Share of all sentences that may begin with the same two words."""

_WORD = re.compile(r"[\w'\u2019-]+")
# 'Wouldn't a walk ...' has no full form that anybody says.
_INVERTED = re.compile(r"^(?:\w+n't) (?!you|we|they|he|she|it|that|there|i\b)", re.IGNORECASE)
_STOCK = re.compile(
    r"^(?:maybe|perhaps) nice|my advice|treat yourself:|it takes only about|your future self|here's one|how about this"
    r"|\ba (?:small|quiet|real) (?:joy|pleasure|comfort) (?:to|for|of)\b|\bmay i suggest\b",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    r"\b(?:color|colors|favorite|favorites|neighbor|neighbors|neighborhood|gray|cozy|organize|organized|realize"
    r"|recognize|apologize|memorize|alphabetize|center|theater|liter|liters|meter tall|jewelry|mold|plow|pajamas"
    r"|aluminum|flavor|flavors|humor|labor|harbor|practicing|traveler|travelers|catalog|program me|mom)\b",
    re.IGNORECASE,
)


def sentence_problems(ideas: Sequence[Idea]) -> list[str]:
    """Everything wrong with the sentences of ideas that should have them, named by idea and number."""
    problems = [problem for idea in ideas for problem in _idea_problems(idea)]
    texts = [text for idea in ideas for text in idea.say]
    repeated = [text for text, count in Counter(text.lower() for text in texts).items() if count > 1]
    problems += [f"two ideas say {text!r}" for text in repeated]
    for opening, count in Counter(opening_of(text) for text in texts).items():
        if count > max(MOST_OF_AN_OPENING * len(texts), 1) and len(ideas) > 100:
            problems.append(f"{count} of {len(texts)} sentences begin with {opening!r}")
    return problems


def opening_of(text: str) -> str:
    """The first two words, in lower case."""
    return " ".join(_WORD.findall(text.lower())[:2])


def _idea_problems(idea: Idea) -> list[str]:
    if len(idea.say) != len(ROLES):
        return [f"idea {idea.id!r}: {len(idea.say)} sentences, expected {len(ROLES)}"]
    problems = []
    for number, (text, role) in enumerate(zip(idea.say, ROLES, strict=True), start=1):
        found = _faults(text, role)
        problems += [f"idea {idea.id!r}: say {number} {fault}: {text}" for fault in found]
    return problems


def _faults(text: str, role: dict[str, str]) -> list[str]:
    read = read_style(expand(text))
    faults = [
        f"reads {getattr(read, aspect)}, expected {wanted}"
        for aspect, wanted in role.items()
        if getattr(read, aspect) != wanted
    ]
    if read.formality != "neutral":
        faults.append(f"reads {read.formality} in full")
    if read.words > LONGEST_WORDS:
        faults.append(f"has {read.words} words")
    if "!" in text or read.emoji == "yes":
        faults.append("has a mark that is added where it is wished")
    if ":" in text:
        faults.append("puts the idea behind a colon")
    if _INVERTED.search(text):
        faults.append("has no full form")
    for pattern, what in ((_STOCK, "is stock"), (_AMERICAN, "is not spelled as in Britain")):
        match = pattern.search(text)
        if match:
            faults.append(f"{what} ({match.group()!r})")
    return faults
