"""Stems of words, by which two texts are seen to tell of one thing: 'knits' and 'knitting', 'supper' and 'dinner'."""

from __future__ import annotations

import re

from simulator.people.importer.language import vocabulary


def same_root(one: str, other: str) -> bool:
    """'bak' of baking and 'bak' of baker, 'driv' and 'driv'."""
    shorter = min(len(one), len(other))
    return shorter >= 3 and one[:shorter] == other[:shorter] and abs(len(one) - len(other)) <= 3


_SYNONYMS = vocabulary.synonyms()
"""Stems that stand for one thing."""
_EMPTY = vocabulary.words("empty")
"""Words that do not tell what is done, or only with whom."""


def stems(text: str, all_words: bool = False) -> list[str]:
    """The stems of a text's own words, those of its core only unless all are wanted."""
    core = (
        text
        if all_words
        else re.split(r"\s(?=(?:with|in|at|on|from|by|away|for|before|over|against|about)\s)", text, maxsplit=1)[0]
    )
    if not all_words and not [word for word in re.findall(r"[a-z]+", core.lower()) if word not in _EMPTY]:
        core = text
    found = []
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(r"'s?\b", "", core.lower())):
        if word not in _EMPTY:
            found.append(stem(word))
    return list(dict.fromkeys(found))


def stem(word: str) -> str:
    """A word without its ending: 'knitting', 'knits' -> 'knit'; 'baker', 'baking' -> 'bak'."""
    for ending in ("ings", "ing", "ies", "ers", "ors", "er", "or", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return _SYNONYMS.get(word, word)
