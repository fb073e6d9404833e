"""The benchmark measures what it says, on a small store; the large one is a study."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.benchmarks import memory as bench


def test_small_run_is_complete_and_finds_the_nearest():
    figures = bench.measure(count=700, queries=20, seed=5)
    assert (figures["count"], figures["queries"], figures["seed"]) == (700, 20, 5)
    assert figures["recall_at_10"] >= 0.99
    assert figures["recall_at_10_reloaded"] == figures["recall_at_10"]
    assert {f"{name}_p99_ms" for name in ("nearest", "search", "brute_force")} <= figures.keys()
    assert all(value >= 0 for value in figures.values())


def test_clusters_are_clusters():
    rows = bench.clustered(2000, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    cosines = rows[:200] @ rows.T
    np.fill_diagonal(cosines[:, :200], 0)
    # a neighbour is far nearer than chance (about 0.2 among 2000 uniform vectors) but no copy
    assert 0.4 < np.median(cosines.max(axis=1)) < 0.95
    assert np.median(cosines) < 0.2


@pytest.mark.study
def test_recall_at_a_hundred_thousand():
    figures = bench.measure(100_000, 500, seed=1)
    assert figures["recall_at_10"] >= 0.99
    assert figures["recall_at_10_reloaded"] >= 0.99
