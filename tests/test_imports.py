"""The light parts stay light: what a command needs on every start must not drag in what only some commands need."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "sentence_transformers", "transformers", "llama_cpp", "textual", "matplotlib", "scipy", "sklearn")

LIGHT = (
    "edge_assistant",
    "edge_assistant.cli",
    "edge_assistant.config",
    "edge_assistant.domain",
    "edge_assistant.llm.embedding",
    "edge_assistant.ranker.ideas",
    "edge_assistant.storage.store",
    "edge_assistant.commands.doctor",
    "edge_assistant.commands.ideas",
    "simulator.commands.bench",
    "simulator.commands.personas",
    "simulator.commands.simulate",
    "tui.command",
)

CODE = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"


def modules_after_import(module: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after importing `module`."""
    child = subprocess.run([sys.executable, "-c", CODE, module], capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    return {name.partition(".")[0] for name in json.loads(child.stdout)}


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_import_nothing_heavy(module: str) -> None:
    assert importlib.util.find_spec(module) is not None
    assert modules_after_import(module).isdisjoint(HEAVY)


def test_the_domain_imports_nothing_of_ours() -> None:
    child = subprocess.run(
        [sys.executable, "-c", CODE, "edge_assistant.domain"], capture_output=True, text=True, check=True
    )
    ours = {
        name for name in json.loads(child.stdout) if name.startswith(("edge_assistant", "simulator", "quant", "tui"))
    }
    assert ours == {"edge_assistant", "edge_assistant.domain"}


def test_the_check_sees_a_heavy_import() -> None:
    assert "matplotlib" in modules_after_import("matplotlib")
