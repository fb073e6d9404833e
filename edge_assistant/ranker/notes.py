"""Ideas of the person's own from a folder of notes: each list item that says what to do becomes one.

    - [ ] call Grandma about the recipe (15 min)
    * repaint the garden bench

Markdown files give their list items, text files their lines. What is ticked off, quoted, code, or no request to do
something is passed over. Attributes come from the packaged ideas that mean nearly the same.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ATTRIBUTES, SENSITIVE_TOPICS, Idea
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import Embedder
from edge_assistant.own.files.boxes import MARKDOWN, MOST_NOTES, note_files, text_of
from edge_assistant.ranker.idea_files import duplicate_problems, text_problems
from edge_assistant.ranker.ideas import KnowledgeBase, load_packaged

DATA_FILE = Path(__file__).parent.parent / "data" / "notes.toml"

MOST_IDEAS = 300

NEAR = 0.45
"""Cosine from which on an idea means nearly the same, so that its sensitive topics are taken over."""

NEIGHBOURS, FAR_NEIGHBOURS = 5, 12
"""Ideas whose attributes are averaged, where one is near and where none is."""


FloatArray = NDArray[np.float64]

_ITEM = re.compile(r"^\s*(?:[-*+\u2022]|\d+[.)])\s+(?:\[(?P<box>.)\]\s+)?(?P<text>\S.*)$")
_BOX = re.compile(r"^\s*\[(?P<box>.)\]\s+(?P<text>\S.*)$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_MINUTES = re.compile(r"\s*[(\[]?\b(?P<count>\d{1,3})\s*(?P<unit>min(?:ute)?s?|h(?:ours?)?)\b[)\]]?\s*$", re.IGNORECASE)
_LINK = re.compile(r"!?\[\[?(?:[^\]|]*\|)?([^\]]*)\]\]?(?:\([^)]*\))?")
_ADDRESS = re.compile(r"<?\b(?:https?|file|mailto):\S+>?")
_MARKS = re.compile(r"(\*\*|__|~~|==|`|(?<!\w)[*_]|[*_](?!\w)|(?<!\w)[#@][\w/-]+|\^[\w-]+$)")
_DATE = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]|\b\d{4}-\d{2}-\d{2}\b")
_OPENINGS = tuple(
    f"{words} "
    for words in ("remember to", "try to", "i should", "i could", "i want to", "to", "maybe", "please", "todo", "idea")
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note that may say what to do.

    Attributes:
        text: bare, as `bare_text` makes it.
        minutes: where the line names them.
        open: it has a box that is not ticked, so that it is surely something to do.
    """

    text: str
    minutes: float | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What a folder gave: ideas, how many lines say something else, and what is wrong, in words.

    Files that cannot be read are told of by `own.files.reading`, which reads the same ones.
    """

    ideas: tuple[Idea, ...] = ()
    passed_over: int = 0
    problem: str = ""


def read_notes(folder: Path | str, base: KnowledgeBase, embedder: Embedder) -> Notes:
    """The ideas in a folder's notes, without those that an idea of `base` says already."""
    lines: dict[str, Line] = {}
    passed_over = 0
    for line in _lines(Path(folder).expanduser()):
        says_what_to_do = line.open or begins_with_verb(line.text)
        if not says_what_to_do or text_problems(line.text) or line.text in lines:
            passed_over += 1
        else:
            lines[line.text] = line
    too_many = f"{folder}: more than {MOST_IDEAS} ideas; the first {MOST_IDEAS} are used"
    ideas = ideas_of(list(lines.values())[:MOST_IDEAS], base, embedder)
    repeated = {_quoted(problem) for problem in duplicate_problems(ideas, base.ideas)}
    kept = tuple(idea for idea in ideas if idea.id not in repeated)
    return Notes(kept, passed_over + len(ideas) - len(kept), too_many if len(lines) > MOST_IDEAS else "")


def begins_with_verb(text: str) -> bool:
    """Whether a text says what to do: its first word is one that packaged ideas begin with, or on the list."""
    return text.partition(" ")[0] in _verbs()


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    return frozenset(_words()["verbs"].split()) | {text.partition(" ")[0] for text in load_packaged().texts}


def _quoted(problem: str) -> str:
    """The id that a problem of `duplicate_problems` begins with."""
    return problem.removeprefix("idea '").partition("'")[0]


def _lines(folder: Path) -> Iterator[Line]:
    for path in sorted(note_files(folder))[:MOST_NOTES]:
        try:
            text = text_of(path)
        except (OSError, UsageError):
            continue  # `own.files` reads the same notes, and tells
        yield from lines_of(text, markdown=path.suffix.lower() in MARKDOWN)


def lines_of(text: str, markdown: bool) -> Iterator[Line]:
    """What in a note may say what to do, stripped of all marks; in Markdown only list items."""
    fenced = front = False
    for number, raw in enumerate(text.splitlines(), start=1):
        if markdown and raw.strip() == "---" and (number == 1 or front):
            front = number == 1
            continue
        if markdown and _FENCE.match(raw):
            fenced = not fenced
            continue
        found = _ITEM.match(raw) or (None if markdown else _BOX.match(raw))
        if fenced or front or (markdown and found is None):
            continue
        if found is not None and found["box"] not in (None, " "):
            continue
        bare, minutes = bare_text(found["text"] if found is not None else raw)
        if bare:
            yield Line(bare, minutes, found is not None and found["box"] == " ")


def bare_text(text: str) -> tuple[str, float | None]:
    """A line without markup, dates, tags and polite openings, beginning in lower case; and the minutes it names."""
    text = _ADDRESS.sub("", _LINK.sub(r"\1", text))
    text = " ".join(_DATE.sub("", _MARKS.sub("", text)).split())
    found = _MINUTES.search(text)
    minutes = None
    if found:
        count = float(found["count"]) * (60 if found["unit"].lower().startswith("h") else 1)
        minutes = min(max(count, 1.0), 240.0)
        text = text[: found.start()]
    text = text.strip(" \t.!,;:-\u2013\u2014")
    for opening in _OPENINGS:
        if text.lower().startswith(opening) or text.lower().startswith(f"{opening[:-1]}: "):
            text = text[len(opening) :].lstrip(": ")
    first = text.partition(" ")[0]
    if first[1:].islower() or (len(first) == 1 and first not in ("I", "A")):
        text = text[:1].lower() + text[1:]
    return text, minutes


def ideas_of(lines: Sequence[Line], base: KnowledgeBase, embedder: Embedder) -> list[Idea]:
    """Lines as ideas with the attributes of their nearest neighbours."""
    if not lines:
        return []
    vectors = embedder.embed([line.text for line in lines]).astype(np.float64)
    nearness = vectors @ embedder.embed(list(base.texts)).astype(np.float64).T
    return [_idea(line, row, base) for line, row in zip(lines, nearness, strict=True)]


def _idea(line: Line, nearness: FloatArray, base: KnowledgeBase) -> Idea:
    """One idea: attributes averaged over the nearest ideas, weighted by nearness; kinds that most of them share."""
    best = float(nearness.max())
    nearest = np.argsort(-nearness, kind="stable")[: NEIGHBOURS if best >= NEAR else FAR_NEIGHBOURS]
    weights = np.clip(nearness[nearest], 0.05, None) ** 2
    weights /= weights.sum()
    ideas = [base.ideas[index] for index in nearest]
    numbers: dict[str, Any] = {
        name: round(float(weights @ np.array([getattr(idea, name) for idea in ideas])), 3) for name in ATTRIBUTES
    }
    if line.minutes is not None:
        numbers["minutes"] = line.minutes
    categories, kinds = _votes(ideas, weights)
    shared = [kind for kind, share in kinds.items() if share >= 0.3] or [kinds.most_common(1)[0][0]]
    near = [idea for idea, index in zip(ideas, nearest, strict=True) if nearness[index] >= NEAR]
    return Idea(
        id=_identifier(line.text),
        text=line.text,
        category=categories.most_common(1)[0][0],
        kinds=tuple(shared),
        topics=tuple(sorted({topic for idea in near for topic in idea.topics} | _topics_in(line.text))),
        **numbers,
    )


def _votes(ideas: Sequence[Idea], weights: FloatArray) -> tuple[Counter[str], Counter[str]]:
    """The share that each category and each activity kind has among some ideas."""
    categories: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for idea, weight in zip(ideas, weights, strict=True):
        categories[idea.category] += weight
        for kind in idea.kinds:
            kinds[kind] += weight
    return categories, kinds


def _topics_in(text: str) -> set[str]:
    """Sensitive topics that a text names outright."""
    words = set(re.findall(r"\w+", text.lower()))
    named = {topic for topic in SENSITIVE_TOPICS if topic in words}
    return named | {topic for topic, telling in _words()["topics"].items() if words.intersection(telling.split())}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


def _identifier(text: str) -> str:
    """The same for the same text, wherever it stands, so that what was learned of it stays."""
    words = re.findall(r"[a-z0-9]+", text.lower())[:4]
    return "-".join(["note", *words, hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]])
