"""Training jobs of a tiny model, and what they need."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from edge_assistant.training.jobs.process import JobOrder, JobProcess
    from edge_assistant.training.pairs.pair import Pair

LIMIT = 600.0
"""Seconds within which a job of the tiny model must have ended."""


@pytest.fixture(scope="session")
def order() -> Callable[..., JobOrder]:
    """Makes a job over a store of its own, with pairs: order(folder, model, pairs=24)."""
    from edge_assistant.storage.store import Store
    from edge_assistant.training.jobs.process import JobOrder
    from edge_assistant.training.pairs.buffer import PairBuffer

    def make(folder: Path, model: Path, pairs: int = 24) -> JobOrder:
        place = folder / "store.sqlite"
        if not place.exists():
            with Store.open(place) as store:
                PairBuffer(store).add(_pair(number) for number in range(48))
        config = {"rank": 4, "alpha": 8.0, "learning_rate": 2e-3, "dtype": "float32"}
        return JobOrder("me", str(place), str(folder / "adapters"), str(model), 1, config, pairs, niceness=0)

    return make


def _pair(number: int) -> Pair:
    from edge_assistant.composer.prompts import sentence_prompt
    from edge_assistant.domain import Style
    from edge_assistant.training.pairs.pair import Pair

    idea = f"boil {number + 2} eggs"
    prompt = sentence_prompt(idea, "making lunch", Style())
    time_of = f"2026-03-02T10:{number:02d}:00"
    return Pair(prompt.system, prompt.user, f"Perhaps {idea}.", f"Hey, {idea} now!", "rated", {}, time_of)


@pytest.fixture(scope="session")
def finish() -> Callable[[JobProcess], int]:
    """Waits for the end of a job; its exit code."""

    def wait(child: JobProcess) -> int:
        deadline = time.monotonic() + LIMIT
        while child.finished() is None:
            assert time.monotonic() < deadline, "the job does not end"
            time.sleep(0.02)
        return int(child.finished() or 0)

    return wait
