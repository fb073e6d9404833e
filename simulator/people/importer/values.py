"""What an import hands on: what was found in whose words, and the persona that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from simulator.people.persona import Persona


@dataclass(frozen=True, slots=True)
class Finding:
    """One value and the words behind it; for an assumption the words say why it was made."""

    field: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One persona that was read.

    Attributes:
        path: the TOML file that was written.
        persona: what it holds.
        understood: values taken from the person's words.
        assumed: values that no words gave, each with its ground.
        not_understood: words that had no effect.
        warnings: what the hardness check said against the persona; empty when it passes.
    """

    path: Path
    persona: Persona
    understood: list[Finding]
    assumed: list[Finding]
    not_understood: list[str]
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    """Collects findings while a persona is read."""

    understood: list[Finding] = field(default_factory=list)
    assumed: list[Finding] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)

    def understand(self, name: str, value: object, words: str) -> None:
        """Record a value that the words gave; the same finding is kept once."""
        finding = Finding(name, str(value), " ".join(words.split()))
        if finding not in self.understood:
            self.understood.append(finding)

    def assume(self, name: str, value: object, why: str) -> None:
        """Record a value that no words gave."""
        finding = Finding(name, str(value), why)
        if finding not in self.assumed:
            self.assumed.append(finding)

    def miss(self, part: str, words: str) -> None:
        """Record words that had no effect."""
        line = f"{part}: {' '.join(words.split())}"
        if line not in self.not_understood:
            self.not_understood.append(line)
