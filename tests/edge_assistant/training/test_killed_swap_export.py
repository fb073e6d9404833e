"""Swaps of the version in use and exports, killed at random moments: nothing half is left, and the end is the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_assistant.training.files import MANIFEST, check_files, read_json
from edge_assistant.training.jobs.process import JobOrder, JobProcess
from edge_assistant.training.versions.registry import AdapterRegistry

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

SWAP = """
import json, shutil, sys
from pathlib import Path
import numpy as np
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED
from edge_assistant.training.dpo.trained import save_weights
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.protocols import ScoreRequest
from quant.lora import LoraConfig, add_lora, get_weights, set_weights
from quant.lora_files import write_gguf
from quant.lora_weights import LoraWeights
from quant.torch_model import load_model

model, root, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
registry, base = AdapterRegistry(root / "adapters"), load_model(model)
weights = get_weights(add_lora(base.model, LoraConfig(rank=4, alpha=8.0, dropout=0.0), seed=0))
print("ready", flush=True)
versions = []
for number in range(3):
    folder = root / "made"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rng = np.random.default_rng(number)
    moved = {name: (a, rng.normal(0, 0.2, b.shape).astype(np.float32)) for name, (a, b) in weights.tensors.items()}
    one = LoraWeights(weights.architecture, weights.rank, weights.alpha, moved, weights.heads)
    save_weights(folder / PERSONAL, one)
    write_gguf(folder / SERVED, one, base=model)
    (folder / CARD).write_text(f"version {number}")
    about = {"base": {"sha256": base.sha256}, "pairs": [str(number)], "pairs_hash": str(number)}
    versions.append(registry.add("me", folder, about))
    print("added", flush=True)
with LlamaEngine.open(model, n_ctx=128, n_threads=1, sequences=2) as engine:
    def follow():
        version = registry.current("me")
        engine.attach(version.served) if version else engine.detach()
        return version

    asked = [ScoreRequest(engine.chat("Say it.", "Idea: boil eggs"), (" Boil eggs.", " Perhaps boil some eggs."))]
    for turn in range(rounds):
        registry.promote("me", versions[turn % 3].name)
        follow()
        if turn % 4 == 3:
            registry.rollback("me")
            follow()
        print("swapped", flush=True)
    registry.promote("me", versions[1].name)
    assert follow().name == versions[1].name
    print(json.dumps(engine.score(asked)[0].log_probabilities), flush=True)
"""
ROUNDS = 60

Make = Callable[..., JobOrder]
Wait = Callable[[JobProcess], int]


def swapping(model: Path, root: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SWAP, str(model), str(root), str(ROUNDS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def contents(registry: AdapterRegistry) -> list[tuple[str, str]]:
    return [(version.name, version.manifest["files"]["adapter.gguf"]["sha256"]) for version in registry.versions("me")]


def swaps_killed(model: Path, folder: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    said, _ = swapping(model, folder / "quiet").communicate()
    lines = said.splitlines()
    quiet, registry = AdapterRegistry(folder / "quiet" / "adapters"), AdapterRegistry(folder / "killed" / "adapters")
    hits = 0
    for _ in range(kills):
        child = swapping(model, folder / "killed")
        for _ in range(rng.randrange(1, len(lines) - 1)):
            child.stdout.readline()
        time.sleep(rng.random() * 0.01)
        hits += child.poll() is None
        child.kill()
        child.wait()
        child.stdout.close()
        for version in registry.versions("me"):  # whatever is listed is whole
            assert version.problems() == []
        current = registry.current("me")
        assert current is None or current.status == "promoted"
        assert contents(registry) == contents(quiet)[: len(registry.versions("me"))]
    print(f"{hits} of {kills} kills met a running process")
    assert hits >= kills // 2
    again, _ = swapping(model, folder / "killed").communicate()
    assert again.splitlines()[-1] == lines[-1]  # what the engine says under the adapter, to the last digit
    assert contents(registry) == contents(quiet)
    assert registry.current("me").name == quiet.current("me").name


def exports_killed(tmp_path: Path, model: Path, kills: int, formats: str) -> None:
    out = tmp_path / "exports"
    command = [sys.executable, "-m", "edge_assistant.cli", "adapters", "export", "--model", str(model)]
    command += ["--format", formats, "--out", str(out)]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    first = read_json(out / "me" / MANIFEST)
    rng = random.Random(3)
    hits = 0
    for _ in range(kills):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 1.0) * seconds)
        hits += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        if (out / "me").exists():
            manifest = read_json(out / "me" / MANIFEST)
            assert check_files(out / "me", manifest["files"], contents=True) == []
    print(f"{hits} of {kills} kills met a running process")
    assert hits
    subprocess.run(command, check=True, capture_output=True)
    found = read_json(out / "me" / MANIFEST)["files"]
    for name in first["files"]:
        if name.endswith((".gguf", ".safetensors")):
            assert found[name] == first["files"][name]
    assert [path.name for path in out.iterdir()] == ["me"]


def test_killed_three_times_while_swapping(tmp_path: Path, tiny_model: Path) -> None:
    swaps_killed(tiny_model, tmp_path, 3, seed=1)


def test_an_export_that_is_killed_leaves_nothing_half(
    order: Make, finish: Wait, tmp_path: Path, tiny_model: Path
) -> None:
    assert finish(JobProcess(order(Path(os.environ["EDGE_ASSISTANT_HOME"]), tiny_model))) == 0
    exports_killed(tmp_path, tiny_model, 3, "gguf,peft")
