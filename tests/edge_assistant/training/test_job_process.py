"""A training job in a child process: stands aside, goes on, and ends the same however often it is killed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_assistant.storage.store import Store
from edge_assistant.training.jobs.job import interrupted
from edge_assistant.training.jobs.process import JobOrder, JobProcess
from edge_assistant.training.jobs.scheduler import STOOD_ASIDE
from edge_assistant.training.jobs.sources import new_pairs
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import PERSONAL, SERVED

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

LIMIT = 600.0


Make = Callable[..., JobOrder]
Wait = Callable[[JobProcess], int]


def hashes(registry: AdapterRegistry) -> list[tuple[str, str, str, str]]:
    return [
        (version.name, version.status, *(version.manifest["files"][name]["sha256"] for name in (PERSONAL, SERVED)))
        for version in registry.versions("me")
    ]


def test_it_stands_aside_when_told_and_goes_on(order: Make, finish: Wait, tmp_path: Path, tiny_model: Path) -> None:
    wanted = order(tmp_path, tiny_model)
    child = JobProcess(wanted)
    deadline = time.monotonic() + LIMIT
    seen = None
    while seen is None or seen.get("phase") != "training":
        assert time.monotonic() < deadline and child.finished() in (None, 0), child.error
        seen = child.poll() or seen
        time.sleep(0.005)
    child.stand_aside()
    code = finish(child)
    registry = AdapterRegistry(Path(wanted.adapters))
    if code == STOOD_ASIDE:  # a quick machine may have ended before it was told
        assert registry.versions("me") == [] and interrupted(registry, "me")
    again = JobProcess(wanted)
    assert finish(again) == 0, again.error
    assert not interrupted(registry, "me")
    (version,) = registry.versions("me")
    assert again.outcome is not None and again.outcome["version"] == version.name
    assert version.status in ("promoted", "rejected")
    with Store.open(wanted.store) as store:
        assert new_pairs(store) == 0


def killed(order: Make, finish: Wait, tmp_path: Path, model: Path, times: int) -> None:
    quiet, disturbed = order(tmp_path / "quiet", model), order(tmp_path / "killed", model)
    began = time.perf_counter()
    child = JobProcess(quiet)
    assert finish(child) == 0, child.error
    seconds = time.perf_counter() - began
    registry = AdapterRegistry(Path(disturbed.adapters))
    rng = random.Random(int(began * 1000))
    for _ in range(times):
        child = JobProcess(disturbed)
        time.sleep(rng.uniform(0.2, 1.0) * seconds)
        child.kill()
        for version in registry.versions("me"):
            assert version.problems() == []
    child = JobProcess(disturbed)
    assert finish(child) == 0, child.error
    assert hashes(registry) == hashes(AdapterRegistry(Path(quiet.adapters)))
    assert len(registry.versions("me")) == 1


def test_killed_at_random_a_job_ends_with_the_same_adapter(
    order: Make, finish: Wait, tmp_path: Path, tiny_model: Path
) -> None:
    killed(order, finish, tmp_path, tiny_model, 3)


@pytest.mark.study
@pytest.mark.timeout(3600)
def test_killed_twenty_times_a_job_ends_with_the_same_adapter(
    order: Make, finish: Wait, tmp_path: Path, tiny_model: Path
) -> None:
    killed(order, finish, tmp_path, tiny_model, 20)
