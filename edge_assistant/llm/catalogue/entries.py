"""The catalogue: models to pull, with size, memory need and licence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from edge_assistant.errors import UsageError

CATALOGUE = Path(__file__).with_name("models.toml")

SPARE = 0.8
"""Share of the available memory that a model may take: the rest of the computer is in use."""


@dataclass(frozen=True)
class Entry:
    """A model that can be pulled.

    Attributes:
        name: short, as typed.
        repo: owner and name on the hub.
        file: GGUF file in it.
        parameters_billion: weights.
        file_gb: size, 10^9 bytes, about.
        memory_gb: needed to run it with a context of 2048 tokens, 10^9 bytes, about.
        licence: as its makers name it.
        note: for whom.
    """

    name: str
    repo: str
    file: str
    parameters_billion: float
    file_gb: float
    memory_gb: float
    licence: str
    note: str

    def fits(self, available_bytes: int) -> bool:
        """Whether it runs in this much memory, with room for the rest."""
        return self.memory_gb * 1e9 <= SPARE * available_bytes


def catalogue() -> tuple[Entry, ...]:
    """All entries, small ones first."""
    with CATALOGUE.open("rb") as file:
        rows = tomllib.load(file)["model"]
    return tuple(sorted((Entry(**row) for row in rows), key=lambda entry: entry.memory_gb))


def entry_for(name: str) -> Entry:
    """The entry of a name, or a made one for 'owner/repo/file.gguf', whose size and licence are not known.

    Raises:
        UsageError: neither.
    """
    for entry in catalogue():
        if entry.name == name.lower():
            return entry
    parts = name.split("/")
    if len(parts) >= 3 and all(parts) and parts[-1].lower().endswith(".gguf") and ".." not in parts:
        repo, file = "/".join(parts[:2]), "/".join(parts[2:])
        return Entry(Path(file).stem, repo, file, 0.0, 0.0, 0.0, "not known: look it up at its source", "")
    known = ", ".join(entry.name for entry in catalogue())
    raise UsageError(f"model '{name}' is not in the catalogue; it has {known}; or give OWNER/REPO/FILE.gguf")
