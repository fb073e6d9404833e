"""Whether a model file will serve: asked wherever one is accepted, so that what was called good does not fail later."""

from __future__ import annotations

from pathlib import Path

from edge_assistant.config import load_settings
from edge_assistant.errors import ModelError
from edge_assistant.llm.model_kinds import open_model
from edge_assistant.llm.models import ModelFile, check_memory, resolve
from edge_assistant.llm.probe import choose_kernels
from edge_assistant.llm.template import ChatTemplate

LEAST_CONTEXT = 512
"""Tokens: the shortest texts that we ask with would not fit into less."""

SERVED_SEQUENCES = 4
"""One person asks one thing at a time, so a service needs no more at once, whatever the settings allow."""


def check_serves(name_or_path: str | Path | None) -> ModelFile:
    """The model of a name or path, after everything was tried that serving it needs.

    Its header is read, its chat template is rendered, and a child process decodes a few tokens with it, unless it did
    so before on this machine.

    Raises:
        ModelError, MissingDependencyError: see `models.resolve`; or its template or llama.cpp fails on it.
    """
    model = resolve(name_or_path)
    check_fits(model)
    choose_kernels(model)
    return model


def check_fits(model: ModelFile) -> None:
    """See that a model is one that can be talked to, as a service would on this machine; nothing is loaded.

    Raises:
        ModelError: its template or its context cannot be used, or the memory is too small for it.
    """
    check_template(model.path)
    trained, settings = model.n_ctx_train, load_settings().model
    if 0 < trained < LEAST_CONTEXT:
        raise ModelError(
            f"model {model.path}: it was trained on texts of {trained} tokens at most, which is too short for our "
            f"questions ({LEAST_CONTEXT}); choose another model"
        )
    check_memory(model, min(settings.n_ctx, trained or settings.n_ctx), min(settings.sequences, SERVED_SEQUENCES))


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
