"""RAPL counters: packages once, wrapping, and machines without."""

from __future__ import annotations

from pathlib import Path

from simulator.runs.energy import counters, joules_since


def package(folder: Path, name: str, energy: int) -> Path:
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "energy_uj").write_text(str(energy))
    (place / "max_energy_range_uj").write_text("10000000")
    return place


def test_packages_are_summed_and_their_parts_are_not(tmp_path: Path):
    package(tmp_path, "intel-rapl:0", 3_000_000)
    package(tmp_path, "intel-rapl:1", 0)
    package(tmp_path, "intel-rapl:0:0", 5)
    before = counters(tmp_path)
    assert joules_since(before, tmp_path) == 0
    package(tmp_path, "intel-rapl:0", 5_000_000)
    package(tmp_path, "intel-rapl:1", 500_000)
    package(tmp_path, "intel-rapl:0:0", 9_000_000)
    assert joules_since(before, tmp_path) == 2.5
    package(tmp_path, "intel-rapl:0", 1_000_000)  # started anew at ten joules
    assert joules_since(before, tmp_path) == 8.5


def test_without_counters_there_is_no_figure(tmp_path: Path):
    assert joules_since(counters(tmp_path), tmp_path) is None
    assert counters(tmp_path / "nowhere") == {}
    (package(tmp_path, "intel-rapl:0", 1) / "energy_uj").write_text("not yours")
    assert joules_since(counters(tmp_path), tmp_path) is None
