"""The benchmark of the engine compares what it says; how much comes out is the machine's affair."""

from __future__ import annotations

from pathlib import Path

from simulator.benchmarks import engine as bench


def test_every_comparison_has_a_figure(tiny_model: Path, shared_cache: Path) -> None:
    figures = bench.measure(str(tiny_model), 1)
    assert (figures["model"], figures["rounds"]) == ("tiny", 1)
    assert {name for name in figures if name.endswith("_speedup")} == {
        "together_speedup",
        "prefix_speedup",
        "score_speedup",
    }
    assert all(value > 0 for name, value in figures.items() if name != "model")
