"""`--engine ray`: what is refused, and the same results as local on a two-node cluster that loses a node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("ray_cluster.py")


def test_an_unknown_engine_is_refused(command, tmp_path: Path):
    ended = command("experiment", "policies", "--engine", "moon", "--personas", "p01", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "local or ray" in ended.error
    assert not (tmp_path / "out").exists()


@pytest.mark.study
@pytest.mark.timeout(1800)
def test_a_cluster_that_loses_a_node_gives_the_results_of_a_local_run(command, warm: Path, tmp_path: Path):
    """The children are ray's own processes: the guard on connections does not reach them, they use loopback alone."""
    pytest.importorskip("ray", reason="the extra 'cluster' is not installed")
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), "p01,p02", "3", str(tmp_path / "out"), "lose"],
        capture_output=True, text=True, timeout=1700, check=False,
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found["lost"], "the node was taken away before the end"
    assert found["lived"] < 6, "whoever was lost went on from a whole night"
    local = command(
        *("simulate", "--personas", "p01,p02", "--days", 3, "--language", "templates", "--workers", 1, "--json"),
        *("--out", tmp_path / "local"),
    )
    assert found["personas"] == json.loads(local.out.splitlines()[-1])["personas"]
