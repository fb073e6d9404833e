"""The task adapters that come with the program: small LoRAs that teach a small model our narrow tasks.

packaged_adapter(model.sha256)      # the file made for exactly this model, or None
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edge_assistant.errors import ModelError

FOLDER = Path(__file__).parents[1] / "data" / "adapters"
"""Holds `task-<first 12 hex digits of the base's SHA-256>.gguf`, and beside it card (.md) and manifest (.json)."""

_DIGITS = 12


def packaged_adapter(base_sha256: str, folder: Path = FOLDER) -> Path | None:
    """The task adapter for a base model; None where there is none.

    Args:
        base_sha256: of the model file, in hex.
        folder: where adapters lie.

    Raises:
        ModelError: there is one, but its manifest is damaged or names another file: the installation is broken.
    """
    path = adapter_path(base_sha256, folder)
    manifest = path.with_suffix(".json")
    if not base_sha256 or not manifest.is_file():  # the manifest comes last: without it nothing is complete
        return None
    facts = _read(manifest)
    if facts.get("base_sha256") != base_sha256:
        return None  # the first digits are alike, the rest is not
    if not path.is_file() or path.stat().st_size != facts.get("bytes"):
        raise ModelError(
            f"task adapter {path}: it is missing or not the one of its manifest; install the program again"
        )
    return path


def adapter_path(base_sha256: str, folder: Path = FOLDER) -> Path:
    """Where the task adapter of a base model lies, whether or not it is there."""
    return folder / f"task-{base_sha256[:_DIGITS]}.gguf"


def _read(manifest: Path) -> dict[str, Any]:
    try:
        facts = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"task adapter {manifest}: it cannot be read ({error}); install the program again") from error
    if not isinstance(facts, dict):
        raise ModelError(f"task adapter {manifest}: it holds no JSON object; install the program again")
    return facts
