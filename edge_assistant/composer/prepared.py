"""What can be said for an idea without a model: its own sentences, or a natural frame round one that has none.

Every sentence stands alone. What is asked of how it is put adds only what needs no judgement: contractions are
written in full for those who like it formal, and an exclamation mark or an emoji comes where it is wished.

    prepared(idea, Style(), Context(time, "making lunch"), seed=3)
    variants(idea, Context(time, "making lunch"), seed=3)
"""

from __future__ import annotations

import re
import tomllib
import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.composer.style import broken
from edge_assistant.domain import Context, Idea, Style
from edge_assistant.own.saying import to_listener
from edge_assistant.ranker.notes import begins_with_verb

DATA_FILE = Path(__file__).parents[1] / "data" / "sentences.toml"

# 'Isn't it ...?' in full is 'is it not', not 'is not it'.
_EXPANSIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), full)
    for pattern, full in (
        (r"\bcan't (you|we|they|he|she|it|that|there|i)\b", r"can \1 not"),
        (r"\bwon't (you|we|they|he|she|it|that|there|i)\b", r"will \1 not"),
        (r"\b(\w+)n't (you|we|they|he|she|it|that|there|i)\b", r"\1 \2 not"),
        (r"\bcan't\b", "cannot"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"\b(\w+)n't\b", r"\1 not"),
        (r"\blet's\b", "let us"),
        (r"\b(it|that|there|here|what|who|how|where|when|he|she|everything|nothing)'s\b", r"\1 is"),
        (r"\b(i|you|we|they|he|she|it|that|there|what|who|how|this)'d\b", r"\1 would"),
        (r"\b(i|you|we|they|he|she|it|that|there|what|who|how|this)'ll\b", r"\1 will"),
        (r"\b(i|you|we|they|what|who|how)'ve\b", r"\1 have"),
        (r"\b(you|we|they|what|who|how)'re\b", r"\1 are"),
        (r"\bi'm\b", "I am"),
    )
)

# A sentence that speaks of a part of the day is said only between these hours.
_HOURS = (
    (re.compile(r"\bthis morning\b", re.IGNORECASE), 4, 12),
    (re.compile(r"\bthis afternoon\b", re.IGNORECASE), 4, 17),
    (re.compile(r"\b(?:tonight|this evening)\b", re.IGNORECASE), 4, 24),
)


@cache
def sentence_data() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


def emoji_of(category: str) -> tuple[str, ...]:
    """Emoji that go with a category; those of 'default' for one that the file does not know."""
    table = sentence_data()["emoji"]
    return tuple(table.get(category, table["default"]))


def prepared(idea: Idea, style: Style, context: Context, *, seed: int) -> tuple[str, ...]:
    """Sentences that say the idea and break fewest aspects of a style, in a drawn order.

    Args:
        idea: any.
        style: how to put it.
        context: its hour rules out sentences that speak of another part of the day.
        seed: at least 0; the same for the same arguments.

    Returns:
        At least one.
    """
    rng = _generator(idea, seed)
    emoji = _emoji(idea, style.emoji == "yes", rng)
    said = dict.fromkeys(
        put(expand(text) if style.formality == "formal" else text, style.exclamation == "yes", emoji)
        for text in sentences(idea, context)
    )
    faults = {text: len(broken(text, style)) for text in said}
    best = [text for text, count in faults.items() if count == min(faults.values())]
    return tuple(best[int(at)] for at in rng.permutation(len(best)))


def variants(idea: Idea, context: Context, *, seed: int) -> tuple[str, ...]:
    """Every way in which an idea can be said: each sentence also in full, with exclamation mark, and with emoji."""
    drawn = _emoji(idea, True, _generator(idea, seed))
    return tuple(
        dict.fromkeys(
            put(spoken, exclaimed, emoji)
            for text in sentences(idea, context)
            for spoken in (text, expand(text))
            for exclaimed in (False, True)
            for emoji in ("", drawn)
        )
    )


def sentences(idea: Idea, context: Context) -> tuple[str, ...]:
    """The idea's own sentences that can be said at this hour, or frames round an idea that has none."""
    texts = idea.say or framed(idea.text)
    hour = context.time.hour
    timely = tuple(
        text for text in texts if all(begin <= hour < end for part, begin, end in _HOURS if part.search(text))
    )
    return timely or texts


@lru_cache(maxsize=1024)
def framed(text: str) -> tuple[str, ...]:
    """Plain frames round a text, chosen by whether it begins with a verb; 'my' and 'me' become the listener's."""
    spoken = to_listener(text)
    frames = sentence_data()["frames"]["request" if begins_with_verb(spoken) else "thing"]
    found = []
    for directness, by_warmth in frames.items():
        mark = "?" if directness == "question" else "."
        for by_length in by_warmth.values():
            whole = (frame.format(idea=spoken) for length in ("short", "long") for frame in by_length[length])
            found += [f"{sentence[0].upper()}{sentence[1:]}{mark}" for sentence in whole]
    return tuple(found)


def put(text: str, exclaimed: bool, emoji: str) -> str:
    """A sentence with the marks that are wished."""
    if exclaimed:
        text = f"{text}!" if text.endswith("?") else f"{text.rstrip('.')}!"
    return f"{text} {emoji}" if emoji else text


@lru_cache(maxsize=8192)
def expand(text: str) -> str:
    """The way it is written in full: 'it is', 'do not', 'is it not'."""
    for pattern, full in _EXPANSIONS:
        text = pattern.sub(full, text)
    return text[:1].upper() + text[1:]


def _emoji(idea: Idea, wished: bool, rng: np.random.Generator) -> str:
    table = emoji_of(idea.category)
    drawn = table[int(rng.integers(len(table)))]
    return drawn if wished else ""


def _generator(idea: Idea, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(idea.id.encode())])
