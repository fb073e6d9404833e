"""How training sentences are spoken: contractions, activities in -ing form, interjections, links and reasons.

gerund_activity("I'm fixing my bike")    # 'fixing your bike'
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from edge_assistant.domain import Style

LONGEST_ACTIVITY = 9
"""An activity of more words does not become part of a sentence."""

# First words in -ing that are no activity of the person, and words that would speak of somebody else as 'you'.
_NO_GERUND_WORDS = (
    "morning evening nothing something anything everything king ring thing string spring wing wedding bring "
    "during ceiling clothing darling sibling pudding according meeting"
)
_NO_GERUND = frozenset(_NO_GERUND_WORDS.split())
_OTHERS = re.compile(r"\b(?:he|she|they|him|her|his|hers|their|theirs|them|himself|herself|themselves)\b", re.I)
_SELF = re.compile(r"^(?:i am|i'm|im|you are|you're|currently|still|just|busy)\s+", re.I)
_SECOND_PERSON = {
    "my": "your",
    "mine": "yours",
    "me": "you",
    "myself": "yourself",
    "our": "your",
    "us": "you",
    "i": "you",
}

_CONTRACTIONS = (
    (re.compile(r"\b([Ii]t|[Tt]hat|[Tt]here) is\b(?! not)"), r"\1's"),
    (re.compile(r"\b([Yy]ou|[Tt]hey|[Ww]e) are\b(?! not)"), r"\1're"),
    (re.compile(r"\b([Yy]ou|[Tt]hey|[Ii]t) will\b(?! not)"), r"\1'll"),
    (re.compile(r"\b([Yy]ou) have (?=probably|earned|finished)"), r"\1've "),
    (re.compile(r"\b(do|does|is|would) not\b"), r"\1n't"),
    (re.compile(r"\bwill not\b"), "won't"),
    (re.compile(r"\bcannot\b"), "can't"),
)


@cache
def spoken_data() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads((Path(__file__).parent / "spoken.toml").read_text(encoding="utf-8"))


def reasons_of(category: str) -> list[str]:
    """Reasons that are true of every idea in a category; those of 'default' for one that the file does not know."""
    table: dict[str, list[str]] = spoken_data()["reasons"]
    return table.get(category, table["default"])


@lru_cache(maxsize=8192)
def gerund_activity(text: str) -> str:
    """An activity as it can follow 'after', or '' if it cannot: "I'm fixing my bike" gives 'fixing your bike'."""
    words = _SELF.sub("", text.strip().rstrip(".!")).split()
    if not words or len(words) > LONGEST_ACTIVITY or any(mark in text for mark in ',;:()?!"') or _OTHERS.search(text):
        return ""
    first = words[0].lower()
    if not re.fullmatch(r"[a-z]{2,}(?:-[a-z]+)*ing", first) or first in _NO_GERUND:
        return ""
    return " ".join([first, *(_SECOND_PERSON.get(word.lower(), word) for word in words[1:])])


@lru_cache(maxsize=8192)
def contract(text: str) -> str:
    """The way it is spoken: "it's", "you're", "don't"."""
    for pattern, short in _CONTRACTIONS:
        text = pattern.sub(short, text)
    return text


def finish(sentence: str, style: Style, emoji: str, interjection: str) -> str:
    """A sentence without a final mark gets its capital, mark, interjection (or '?!' without one) and emoji."""
    sentence = sentence[0].upper() + sentence[1:]
    if style.directness == "question":
        sentence += "?"
        if style.exclamation == "yes":
            sentence = f"{interjection[0].upper()}{interjection[1:]}! {sentence}" if interjection else f"{sentence}!"
    else:
        sentence += "!" if style.exclamation == "yes" else "."
    return f"{sentence} {emoji}" if style.emoji == "yes" else sentence
