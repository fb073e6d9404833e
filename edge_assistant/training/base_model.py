"""The base of a training: a model file, and the packaged task adapter that is made for it, where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile


def resolve_base(model: str = "") -> tuple[ModelFile, Path | None]:
    """The model and its task adapter.

    Args:
        model: a GGUF file or a name; '' takes the one in the settings, and that is usually the packaged one.

    Raises:
        ModelError: no such model.
    """
    from edge_assistant.config import load_settings
    from edge_assistant.llm.models import resolve
    from edge_assistant.llm.task_adapter import packaged_adapter

    settings = load_settings().model
    file = resolve(model or settings.path or None)
    return file, packaged_adapter(file.sha256) if settings.task_adapter else None
