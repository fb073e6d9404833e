"""Loads a model to see what it may do, for whoever asks before any service runs with it."""

from __future__ import annotations

from typing import Any

from edge_assistant.composer.capability import abilities, abilities_told, can_write, examine
from edge_assistant.llm.models import ModelFile

CONTEXT = 1024
"""Tokens, enough for every task."""


def try_model(file: ModelFile) -> list[dict[str, Any]]:
    """What a model may do, see `capability.abilities`; it is loaded only where it was not tried before.

    Raises:
        ModelError: it cannot be loaded.
    """
    told = abilities_told(file.sha256)
    if told:
        return told
    from edge_assistant.llm.engine import LlamaEngine
    from edge_assistant.llm.task_adapter import packaged_adapter

    with LlamaEngine.open(file.path, n_ctx=CONTEXT, sequences=4, task_adapter=False, examiner=can_write) as engine:
        examine(engine, file.size)
        adapter = packaged_adapter(engine.sha256)
        if adapter is not None:
            engine.attach(adapter)
        return abilities(engine)
