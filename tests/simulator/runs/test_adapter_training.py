"""Training nights of a simulated run: spent once, exact on resuming, and heard from the next day on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.errors import UsageError
from edge_assistant.storage.store import Store
from edge_assistant.training.versions.registry import AdapterRegistry
from simulator.runs.adapter_training import JobSchedule, outcomes_of
from simulator.runs.run_config import RunConfig


def test_nights_are_read_from_the_command_line() -> None:
    assert JobSchedule.of("6,3,3", 1).after == (3, 6)
    assert JobSchedule.of("2:40", 1).pairs == 40
    assert JobSchedule.of("", 1).after == ()
    for wrong in ("x", "0", "3:2", "3:y", ","):
        with pytest.raises(UsageError, match="--adapters"):
            JobSchedule.of(wrong, 1)


def test_adapters_need_a_model() -> None:
    with pytest.raises(UsageError, match="leave out --language templates"):
        RunConfig({}, "p01", 2, 7, "learner", "reasons", "rubric", "templates", "", "", adapters="1")


def test_a_run_without_nights_says_nothing_of_them() -> None:
    config = RunConfig({}, "p01", 2, 7, "learner", "reasons", "rubric", "templates", "", "")
    assert "adapters" not in config.to_dict()


@pytest.mark.study
@pytest.mark.timeout(3600)
def test_a_run_that_stops_after_its_night_goes_on_the_same(command, tmp_path: Path) -> None:
    def simulate(out: str, days: int, *more: str) -> dict[str, Any]:
        arguments = ("--personas", "p01", "--days", str(days), "--assistant", "hourly", "--adapters", "1:16")
        ended = command("simulate", *arguments, "--out", str(tmp_path / out), "--json", "--workers", "1", *more)
        assert ended.code == 0, ended.error
        summary: dict[str, Any] = json.loads(ended.out.splitlines()[-1])
        return summary

    whole = simulate("whole", 2)
    with Store.open(tmp_path / "whole" / "stores" / "p01.sqlite", read_only=True) as store:
        (night,) = outcomes_of(store)
    assert night["day"] == 1 and night["pairs"] == 16 and night["version"]
    assert whole["personas"][0]["nights"] == [night]
    versions = AdapterRegistry(tmp_path / "whole" / "adapters").versions("p01")
    assert [version.name for version in versions] == [night["version"]]
    again = simulate("whole", 2, "--resume")
    assert again["personas"] == whole["personas"]
