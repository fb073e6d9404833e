"""Which models can be chosen, and whether one serves before the settings name it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge_assistant.errors import ModelError
from edge_assistant.llm.catalogue.shelf import UNSTATED, find, stored, verify
from edge_assistant.llm.models import resolve
from edge_assistant.llm.serving import check_serves

PACKAGED, NONE = "packaged", "none"


def choices(folder: Path, in_use: str) -> list[dict[str, Any]]:
    """The packaged model, those of the models folder, a file from elsewhere that is in use, and none at all.

    Args:
        folder: of models.
        in_use: as the setting model.path has it.
    """
    names = dict.fromkeys([PACKAGED, *(model.name for model in stored(folder)), in_use or PACKAGED, NONE])
    return [{"name": name, "in_use": name == (in_use or PACKAGED)} for name in names]


def path_of(folder: Path, name: str, on_progress: Callable[[float], None] | None = None) -> str:
    """What the setting model.path has to be for a model, once a trial has shown that it serves.

    Args:
        folder: of models.
        name: 'packaged', 'none', the name of a model in the folder, or a GGUF file.
        on_progress: told how much of a stored file has been compared with its manifest.

    Raises:
        ModelError: there is no such model, or it does not serve.
    """
    if name.lower() in (PACKAGED, NONE):
        return "" if name.lower() == PACKAGED else NONE
    found = resolve(name)
    if found.path.parent != folder.resolve():
        check_serves(found.path)
        return str(found.path)
    fault = verify(find(folder, found.path.stem), on_progress)
    if fault and not fault.startswith(UNSTATED):
        raise ModelError(f"model {found.name}: {fault}")
    return found.name
