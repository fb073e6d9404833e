"""What passes between the parts of an import: clauses of prose, facts read from them, and what became of each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from simulator.people.persona import Persona
from simulator.people.routine import DAYS

FOLDER = Path(__file__).parents[2] / "data" / "importer"

_ENTRY = re.compile(r"(?:^|(?<=\s))\(?\d{1,2}\)\s*")
_SENTENCE = re.compile(
    r"(?<=[.!?])['\")]*\s+(?=[^\sa-z])|;\s*|\s[-\u2013\u2014]\s|\n+|,?\s+(?=but\s)|\s+(?=unless\s)"
    r"|,\s+(?=(?:and )?(?:not|never|nothing|except|rather than)\s)"
)
_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of prose that can say one thing; `part` is the criterion or the part of the life that it is from."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of the day from `start` until `end` on some days; `end` may exceed 1440, past midnight."""

    start: float
    end: float
    days: tuple[str, ...] = DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= self.start + 1440:
            raise ValueError(f"a stretch from minute {self.start} to {self.end} is none")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a word is welcome (`good`) or not: activity classes and stretches of the day."""

    good: bool
    kinds: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    clause: Clause


@dataclass(frozen=True, slots=True)
class Liking:
    """A category or an attribute that is liked (weight above 0) or not, perhaps only during some activities."""

    of: str
    weight: float
    kinds: tuple[str, ...]
    clause: Clause


@dataclass(frozen=True, slots=True)
class Rate:
    """A number on how often. `what` is 'wish' or 'most' (a day), 'gap' or 'silence' (minutes)."""

    what: str
    value: float
    clause: Clause


@dataclass(frozen=True, slots=True)
class Wording:
    """A value of an aspect of the style, or of the aspect 'topic' one that must not be touched."""

    aspect: str
    value: str
    clause: Clause


Fact = Moment | Liking | Rate | Wording


@dataclass(frozen=True, slots=True)
class Finding:
    """One value and the words behind it; for an assumption the words say why it was made."""

    field: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One persona that was read, its TOML file, what became of its clauses, and what the hardness check says."""

    path: Path
    persona: Persona
    understood: tuple[Finding, ...]
    assumed: tuple[Finding, ...]
    unread: tuple[Clause, ...]
    clauses: int
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """Collects what becomes of each clause while a persona is read; `clauses` tells whether it had an effect."""

    understood: dict[Finding, None] = field(default_factory=dict)
    assumed: dict[Finding, None] = field(default_factory=dict)
    clauses: dict[Clause, bool] = field(default_factory=dict)

    def split(self, part: str, text: str) -> list[Clause]:
        """The clauses of a part's prose, which from now on count as unread."""
        found = [Clause(part, piece) for piece in split(text)]
        for clause in found:
            self.clauses.setdefault(clause, False)
        return found

    def understand(self, name: str, value: object, clause: Clause) -> None:
        """Record a value that a clause gave."""
        self.understood[Finding(name, str(value), clause.text)] = None
        if clause in self.clauses:
            self.clauses[clause] = True

    def assume(self, name: str, value: object, why: str) -> None:
        """Record a value that no words gave."""
        self.assumed[Finding(name, str(value), why)] = None

    @property
    def unread(self) -> tuple[Clause, ...]:
        """Clauses without an effect."""
        return tuple(clause for clause, used in self.clauses.items() if not used)


def split(text: str) -> list[str]:
    """Pieces of prose that can each say one thing: numbered entries, sentences, and what follows a 'but'."""
    plain = re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", " ", text.translate(_PLAIN))
    plain = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", plain)
    entries = _ENTRY.split(plain)
    if len(entries) > 2 and len(entries[0].split()) <= 6:
        entries = entries[1:]  # 'Kim Roe enjoys', which leads the list
    pieces = (piece.strip(" ,;:.\n\t") for entry in entries for piece in _SENTENCE.split(entry))
    return [" ".join(piece.split()) for piece in pieces if re.search(r"\w", piece)]


@cache
def data(name: str) -> dict[str, Any]:
    """A packaged table of words, such as 'life'."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def pattern(table: str, name: str) -> re.Pattern[str]:
    """A pattern of `words.toml`, in whatever case."""
    return re.compile(data("words")[table][name], re.IGNORECASE)
