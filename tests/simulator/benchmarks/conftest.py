"""The tiny model of the tests of `edge_assistant`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Path(__file__).parents[2] / "edge_assistant" / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_models", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Path = module._write(tmp_path_factory.mktemp("tiny") / "tiny.gguf", 1)
    return made
