"""Which words of a sentence come from where: from the idea, from the moment, from our own sentences, or out of
nowhere.

A small model that writes freely brings in words that nobody gave it, and with them what makes no sense.

    keeps_idea("How about boiling two eggs?", idea.text)
    new_words("Boil two eggs, as the sea is blue.", idea.text, activity)     # ('blue', 'sea')
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from edge_assistant.composer.prepared import sentence_data
from edge_assistant.composer.style import without_emoji
from edge_assistant.ranker.idea_files import content_words

KEPT_SHARE = 0.6
"""Share of the idea's content words that must be in the sentence, in any form."""

_STEM = 4
_SHORTEST = 3  # letters of a word that counts as new; "you're" leaves a 're' behind
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+")
_PART = re.compile(r"[^\W_]+")
_INTERJECTION = re.compile(r"^(?:[\w'\u2019-]+[,\s]*){1,4}!\s+")
_INNER_END = re.compile(r"[.!?\u2026]+[\"')\]]*\s+\S*\w")


def is_form(found: str, word: str) -> bool:
    """Whether a word is another one, or a form of it: 'boiling' of 'boil', 'baking' of 'bake', 'cutting' of 'cut'."""
    if len(word) < _STEM:
        return found == word or (found.startswith(word) and found.endswith("ing"))
    return found.startswith(word[:_STEM].rstrip("e"))


def is_one_sentence(text: str) -> bool:
    """Whether it ends once; an interjection of up to four words may come first, as in 'Nice idea! Want to ...?'."""
    return not _INNER_END.search(_INTERJECTION.sub("", text))


def keeps_idea(text: str, idea: str) -> bool:
    """Whether enough of the idea's content words are in the text, in any form."""
    wanted = content_words(idea)
    found = _PART.findall(text.lower())
    survived = sum(any(is_form(other, word) for other in found) for word in wanted)
    return survived >= KEPT_SHARE * len(wanted)


def new_words(text: str, idea_text: str, activity: str, known: frozenset[str] | None = None) -> tuple[str, ...]:
    """Content words that come neither from idea nor activity nor from what we say ourselves.

    Args:
        text: the sentence.
        idea_text: what it says.
        activity: what the person does.
        known: stems of other words that may be there; None takes those of the frames.
    """
    stems = prepared_stems() if known is None else known
    own = [word for part in (idea_text, activity) for word in content_words(part)]
    found = (word for word in content_words(without_emoji(text)) if len(word) >= _SHORTEST)
    return tuple(
        sorted(word for word in found if word[:_STEM] not in stems and not any(is_form(word, one) for one in own))
    )


@cache
def prepared_stems() -> frozenset[str]:
    """Beginnings of all words of the frames round ideas that have no sentences of their own."""
    return stems_of(sentence_data()["frames"])


def stems_of(node: object) -> frozenset[str]:
    """Beginnings of all words in the texts of a table."""
    texts = _texts(node)
    return frozenset(word.lower()[:_STEM] for text in texts for word in (*_WORD.findall(text), *content_words(text)))


def _texts(node: object) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _texts(value)
