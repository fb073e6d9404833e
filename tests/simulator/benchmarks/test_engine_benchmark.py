"""The benchmark of the engine compares what it says; how much comes out is the machine's affair."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_assistant.errors import EngineError
from simulator.benchmarks import engine as bench


def test_every_comparison_has_a_figure(tiny_model: Path, shared_cache: Path) -> None:
    told: list[str] = []
    figures = bench.measure(str(tiny_model), 1, told.append)
    assert (figures["model"], figures["rounds"]) == ("tiny", 1)
    assert {name for name in figures if name.endswith("_speedup")} == {
        "together_speedup",
        "prefix_speedup",
        "score_speedup",
        "waiting_speedup",
    }
    assert all(value > 0 for name, value in figures.items() if name != "model")
    assert told[-1] == "ways to wait, round 1 of 1"


def test_a_child_that_cannot_measure_says_why(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.gguf"
    with pytest.raises(EngineError, match=r"nowhere\.gguf"):
        bench._in_a_child(str(missing), {})
