"""How OpenMP's threads are told to wait."""

from __future__ import annotations

import os

import pytest

from edge_assistant.llm.openmp import wait_briefly, waiting_briefly

NAMES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


def test_threads_look_briefly_and_then_sleep() -> None:
    environment = {"HOME": "/nowhere"}
    wait_briefly(environment)
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert 0 < int(environment["GOMP_SPINCOUNT"]) < 10_000  # on a busy machine every look is lost


@pytest.mark.parametrize(("name", "value"), [("OMP_WAIT_POLICY", "ACTIVE"), ("GOMP_SPINCOUNT", "0")])
def test_what_the_user_says_stays_and_nothing_is_added_to_it(name: str, value: str) -> None:
    environment = {name: value}
    wait_briefly(environment)
    assert environment == {name: value}


def test_only_what_loads_meanwhile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    with waiting_briefly():
        assert all(name in os.environ for name in NAMES)
    assert not any(name in os.environ for name in NAMES)

    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    with waiting_briefly():
        assert "GOMP_SPINCOUNT" not in os.environ
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
