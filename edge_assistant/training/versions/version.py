"""One version of an adapter: a folder with the files that are served and kept, a card, and a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError, ModelError
from edge_assistant.training import files

SERVED = "adapter.gguf"
"""What the engine attaches: the exact sum of task adapter and personal part, as one LoRA."""

PERSONAL = "personal.safetensors"
"""The personal part alone, from which the next version and the exports are made."""

CARD = "card.md"

MENDING = "leave it with 'adapters rollback' if it is in use, remove its folder, and train again"
"""What to do about a damaged version."""


@dataclass(frozen=True, slots=True)
class Version:
    """One complete version."""

    owner: str
    name: str
    folder: Path
    manifest: dict[str, Any] = field(repr=False)
    status: str = "trained"
    note: str = ""
    """Why it has this status, in one line."""
    faults: tuple[str, ...] = ()
    """Why it is damaged, as far as can be told without reading its files; its manifest may be empty then."""

    @property
    def number(self) -> int:
        """Counted from 1 for each owner."""
        return int(self.name.partition("-")[0])

    @property
    def served(self) -> Path:
        """The GGUF file for the engine."""
        return self.folder / SERVED

    @property
    def pair_hashes(self) -> tuple[str, ...]:
        """The pairs that it was trained on."""
        return tuple(self.manifest.get("pairs", ()))

    @property
    def base_sha256(self) -> str:
        """Hash of the base model's file."""
        return str(self.manifest.get("base", {}).get("sha256", ""))

    def problems(self) -> list[str]:
        """What is wrong with its files, read now; empty when all check."""
        return list(self.faults) or files.check_files(self.folder, self.manifest["files"], contents=True)

    def require_sound(self) -> None:
        """See that it may be used.

        Raises:
            ModelError: it was trained on what must be forgotten, or its files are damaged.
        """
        if self.status == "marked":
            raise ModelError(f"adapter {self.owner}/{self.name}: {self.note or 'marked'}; train a new one")
        problems = self.problems()
        if problems:
            raise ModelError(f"adapter {self.owner}/{self.name}: {'; '.join(problems)}; train it again")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "owner": self.owner,
            "version": self.name,
            "status": self.status,
            "note": self.note,
            "faults": list(self.faults),
            "folder": str(self.folder),
            **{key: value for key, value in self.manifest.items() if key not in ("pairs", "owner")},
            "pairs": len(self.pair_hashes),
        }


def read_version(owner: str, folder: Path, status: str, note: str) -> Version:
    """The version in a folder, with its faults; its files are not read."""
    manifest: dict[str, Any] = {}
    try:
        found = files.read_json(folder / files.MANIFEST)
    except DataError:
        faults = [f"{files.MANIFEST} is missing or cannot be read"]
    else:
        faults = _misshapen(found)
        if not faults:
            manifest = found
            faults = files.check_files(folder, manifest["files"], contents=False)
    return Version(owner, folder.name, folder, manifest, status, note, tuple(faults))


def _misshapen(manifest: Mapping[str, Any]) -> list[str]:
    """Which parts of a manifest have another form than `AdapterRegistry.add` writes."""
    listed, measures = manifest.get("files"), manifest.get("measures") or {}
    wrong = []
    if not isinstance(listed, dict) or not {SERVED, PERSONAL} <= set(listed):
        wrong.append("files")
    if not isinstance(manifest.get("base", {}), dict):
        wrong.append("base")
    pairs = manifest.get("pairs", [])
    if not isinstance(pairs, list) or not all(isinstance(pair, str) for pair in pairs):
        wrong.append("pairs")
    sides = [measures.get(side) or {} for side in ("new", "in_use", "plain")] if isinstance(measures, dict) else [None]
    if not all(isinstance(side, dict) for side in sides):
        wrong.append("measures")
    return [f"{files.MANIFEST} has a part of a wrong form: {', '.join(wrong)}"] if wrong else []
