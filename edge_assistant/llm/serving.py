"""Whether a model file will serve: asked wherever one is accepted, so that what was called good does not fail later."""

from __future__ import annotations

from pathlib import Path

from edge_assistant.errors import ModelError
from edge_assistant.llm.model_kinds import open_model
from edge_assistant.llm.models import ModelFile, resolve
from edge_assistant.llm.probe import choose_kernels
from edge_assistant.llm.template import ChatTemplate


def check_serves(name_or_path: str | Path | None) -> ModelFile:
    """The model of a name or path, after everything was tried that serving it needs.

    Its header is read, its chat template is rendered, and a child process decodes a few tokens with it, unless it did
    so before on this machine.

    Raises:
        ModelError, MissingDependencyError: see `models.resolve`; or its template or llama.cpp fails on it.
    """
    model = resolve(name_or_path)
    check_template(model.path)
    choose_kernels(model)
    return model


def check_template(path: Path) -> None:
    """Render the chat template of a model file.

    Raises:
        ModelError: it has one that cannot be used.
    """
    source = open_model(path).metadata.get("tokenizer.chat_template", "")
    try:
        ChatTemplate(str(source)).check()
    except ModelError as error:
        raise ModelError(str(error).replace("model:", f"model {path}:", 1)) from error
