"""Ideas, activities and styles for training and for the test of it: what is held out is never trained on.

sources = load_sources()
len(sources.train.ideas), len(sources.held_out.ideas)
"""

from __future__ import annotations

import itertools
import tomllib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edge_assistant.composer.ability_tasks import TASKS
from edge_assistant.composer.style import count_words
from edge_assistant.context.activity_classes import kind_data
from edge_assistant.domain import STYLE_CHOICES, Idea, Style
from edge_assistant.ranker.ideas import load_packaged

WORDS_FILE = Path(__file__).with_name("words.toml")

HELD_OUT_IDEAS = 15
"""Percent of the packaged ideas that no training example has."""

HELD_OUT_ACTIVITIES = 15
STYLE_STRIDE, STYLE_REST = 8, 5
"""Of the 96 styles in their natural order, each eighth is held out."""

LONGEST_IDEA = 14
_NO_ACTIVITY = ("sleep", "unknown")


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One side of the split."""

    ideas: tuple[Idea, ...]
    activities: tuple[str, ...]
    styles: tuple[Style, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Both sides; they share no idea, no activity and no style."""

    train: SplitPart
    held_out: SplitPart


@cache
def words() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


@cache
def load_sources() -> Sources:
    """Packaged ideas, ideas made by the grammar and ideas written for the test, split by a hash of their text."""
    packaged = load_packaged().ideas
    asked = {task.idea for task in TASKS}
    made = [idea for idea in _made_ideas() if idea.text not in asked]
    fresh = [_idea(text, "default", 0.3, 15.0) for text in words()["held_out"]["ideas"]]
    out = [idea for idea in packaged if _share(idea.text) < HELD_OUT_IDEAS]
    taught = [idea for idea in packaged if _share(idea.text) >= HELD_OUT_IDEAS and idea.text not in asked]
    activities = _activities()
    styles = tuple(Style(*values) for values in itertools.product(*STYLE_CHOICES.values()))
    return Sources(
        train=SplitPart(
            ideas=_different([*taught, *made]),
            activities=tuple(text for text in activities if _share(text) >= HELD_OUT_ACTIVITIES),
            styles=tuple(m for at, m in enumerate(styles) if at % STYLE_STRIDE != STYLE_REST),
        ),
        held_out=SplitPart(
            ideas=_different([*out, *fresh]),
            activities=(
                *(text for text in activities if _share(text) < HELD_OUT_ACTIVITIES),
                *words()["held_out"]["activities"],
            ),
            styles=tuple(m for at, m in enumerate(styles) if at % STYLE_STRIDE == STYLE_REST),
        ),
    )


def _made_ideas() -> list[Idea]:
    """All that the grammar gives, in its order; those of one object stand together."""
    made = []
    for table in words()["grammar"]:
        for thing, verb in itertools.product(table["objects"], table["verbs"]):
            for tail in ("", *table["tails"]):
                text = f"{verb} {thing} {tail}".strip()
                if count_words(text) <= LONGEST_IDEA:
                    made.append(_idea(text, table["category"], table["effort"], table["minutes"]))
    return made


def _idea(text: str, category: str, effort: float, minutes: float) -> Idea:
    name = "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
    return Idea(name, text, category, effort, minutes, 0.0, 0.3, 0.3, 0.0, 0.3, ())


def _activities() -> list[str]:
    examples = kind_data()["examples"]
    texts = [text for kind, phrases in examples.items() if kind not in _NO_ACTIVITY for text in phrases]
    return list(dict.fromkeys(texts))


def _different(ideas: Iterable[Idea]) -> tuple[Idea, ...]:
    return tuple({idea.text: idea for idea in ideas}.values())


def _share(text: str) -> int:
    """0 to 99, the same for a text on every machine."""
    return zlib.crc32(text.encode()) % 100
