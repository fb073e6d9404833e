"""Trainings killed at random moments end as the undisturbed one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge_assistant.training.dpo import trained

TRAIN = """
import sys
from pathlib import Path
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.backends.training import train
from edge_assistant.training.dpo.config import TrainingConfig

pairs = [Pair("Say it.", f"Idea: boil {n} eggs", f"Maybe boil {n} eggs.", f"Boil {n}!", "rated") for n in range(24)]
config = TrainingConfig(rank=4, learning_rate=2e-3, epochs=4, dtype="float32", threads=1)

def tell(progress):
    print(progress.phase, progress.step, flush=True)

print("ready", flush=True)
train(pairs, Path(sys.argv[1]), config, None, Path(sys.argv[2]), on_progress=tell)
"""


def start(model: Path, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(model), str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )


def killed(model: Path, folder: Path, events: int, delay: float) -> bool:
    """Start it, and kill it a moment after so many lines; whether it was still running."""
    child = start(model, folder)
    for _ in range(events):
        if not child.stdout.readline():
            break
    time.sleep(delay)
    running = child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    return running


def check(model: Path, folder: Path, kills: int, seed: int) -> None:
    draws = random.Random(seed)
    child = start(model, folder / "undisturbed")
    events = len(child.communicate()[0].splitlines())
    assert child.returncode == 0
    expected = trained.read(folder / "undisturbed")
    hits = 0
    for _ in range(kills):
        # Steps take some milliseconds here; the delay moves the moment within them.
        hits += killed(model, folder / "killed", draws.randrange(1, max(2, events // 3)), draws.random() * 0.02)
        found = trained.read(folder / "killed")
        assert found is None or json.dumps(found.losses) == json.dumps(expected.losses)
        if found is not None:  # it was done before the signal came: begin anew
            (folder / "killed").rename(folder / f"done-{hits}-{draws.random()}")
    assert hits >= kills // 2
    assert start(model, folder / "killed").wait() == 0
    found = trained.read(folder / "killed")
    assert found.losses == expected.losses
    assert found.weights_path.read_bytes() == expected.weights_path.read_bytes()


def test_killed_three_times(tiny_model: Path, tmp_path: Path) -> None:
    check(tiny_model, tmp_path, 3, seed=1)


@pytest.mark.study
@pytest.mark.timeout(3000)
def test_killed_twenty_times(tiny_model: Path, tmp_path: Path) -> None:
    check(tiny_model, tmp_path, 20, seed=2)
