"""The idle scheduler: begins only when nobody needs the machine, stands aside at once, goes on later."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from edge_assistant.settings import TrainingSettings
from edge_assistant.training.jobs.idle import Conditions, idle_seconds, observe, why_not
from edge_assistant.training.jobs.scheduler import RETRY_SECONDS, STOOD_ASIDE, IdleScheduler

AWAY = Conditions(1000.0, True, None, 0.0, 50.0, 8000.0, datetime(2026, 3, 2, 3))
LIMITS = TrainingSettings(hours_from=22, hours_to=6, least_charge=0.8)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"idle_seconds": 30.0}, "you are here"),
        ({"idle_seconds": None}, "nobody can tell"),
        ({"on_mains": False, "charge": 0.5}, "on battery (50%)"),
        ({"on_mains": False, "charge": 0.9}, ""),
        ({"on_mains": None, "charge": None}, ""),
        ({"temperature": 95.0}, "hot (95 degrees)"),
        ({"temperature": None}, ""),
        ({"load": 2.0}, "busy (load 2.0"),
        ({"free_mb": 100.0}, "too little memory"),
        ({"now": datetime(2026, 3, 2, 12)}, "outside of 22 to 6"),
        ({"now": datetime(2026, 3, 2, 23)}, ""),
        ({"reply_due": True}, "a reply is due"),
    ],
)
def test_each_condition_alone_forbids_it(change: dict[str, Any], reason: str) -> None:
    found = why_not(LIMITS, replace(AWAY, **change), training=False)
    assert (reason in found) if reason else found == ""


def test_its_own_load_and_memory_do_not_stop_a_running_training() -> None:
    busy = replace(AWAY, load=3.0, free_mb=10.0, idle_seconds=20.0)
    assert why_not(LIMITS, busy, training=True) == ""
    assert why_not(LIMITS, replace(busy, idle_seconds=1.0), training=True) == "you are here"
    assert why_not(LIMITS, replace(busy, reply_due=True), training=True) == "a reply is due"


def test_on_battery_it_never_trains_unless_that_was_set() -> None:
    full = replace(AWAY, on_mains=False, charge=1.0)
    assert "on battery" in why_not(TrainingSettings(), full, training=False)


def broken_source() -> float:
    raise OSError("gone")


def test_who_is_seen_anywhere_is_there() -> None:
    assert idle_seconds([lambda: 500.0, broken_source, lambda: 3.0, lambda: None, lambda: -7.0]) == 3.0
    assert idle_seconds([broken_source]) is None


def test_this_machine_can_be_looked_at() -> None:
    found = observe([lambda: 12.0], reply_due=True)
    assert found.idle_seconds == 12.0 and found.reply_due
    assert found.free_mb > 1 and found.load >= 0


@dataclass
class Process:
    """A training that is a real child process; it stands aside when its input is closed, if it is polite."""

    code: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    def __post_init__(self) -> None:
        self.child = subprocess.Popen([sys.executable, "-c", self.code], stdin=subprocess.PIPE)

    def poll(self) -> dict[str, Any] | None:
        return self.messages.pop(0) if self.messages else None

    def finished(self) -> int | None:
        return self.child.poll()

    def stand_aside(self) -> None:
        if self.child.stdin is not None:
            self.child.stdin.close()

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()


POLITE = f"import sys; sys.stdin.read(); sys.exit({STOOD_ASIDE})"
RUDE = "import time; time.sleep(60)"
QUICK = "pass"
FAILING = "raise SystemExit(3)"


class Machine:
    """Conditions that a test sets, a clock that it moves, and the trainings that were started."""

    def __init__(self, code: str = POLITE) -> None:
        self.found, self.code, self.work, self.now = AWAY, code, True, 0.0
        self.started: list[Process] = []
        self.seen: list[str] = []
        self.scheduler = IdleScheduler(
            self.begin,
            lambda: self.found,
            lambda: self.work,
            LIMITS,
            on_change=lambda state: self.seen.append(state.phase),
            clock=lambda: self.now,
        )

    def begin(self) -> Process:
        self.started.append(Process(self.code))
        return self.started[-1]


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_stands_aside_and_goes_on() -> None:
    machine = Machine()
    scheduler = machine.scheduler
    scheduler.step()
    assert scheduler.state().phase == "training"
    machine.started[0].messages = [{"step": 3, "steps": 10, "loss": 0.6}]
    scheduler.step()
    assert (scheduler.state().step, scheduler.state().steps, scheduler.state().loss) == (3, 10, 0.6)
    machine.found = replace(AWAY, idle_seconds=0.2)
    scheduler.step()
    assert machine.started[0].finished() == STOOD_ASIDE
    assert scheduler.state().phase == "paused" and scheduler.state().reason == "you are here"
    machine.found = AWAY
    scheduler.step()
    assert len(machine.started) == 2 and scheduler.state().phase == "training"
    scheduler.close()
    assert machine.started[1].finished() is not None and scheduler.state().phase == "off"


def test_who_does_not_stand_aside_is_stopped() -> None:
    machine = Machine(RUDE)
    machine.scheduler.step()
    machine.found = replace(AWAY, reply_due=True)
    machine.scheduler.step()
    assert machine.started[0].finished() is not None
    assert machine.scheduler.state().reason == "a reply is due"


def test_after_a_failed_training_the_next_one_waits() -> None:
    machine = Machine(QUICK)
    machine.scheduler.step()
    wait_for(lambda: machine.started[0].finished() is not None)
    machine.scheduler.step()
    machine.code = FAILING
    machine.scheduler.step()
    wait_for(lambda: machine.started[1].finished() is not None)
    machine.scheduler.step()
    assert machine.scheduler.state().phase == "failed" and "code 3" in machine.scheduler.state().reason
    machine.scheduler.step()
    assert len(machine.started) == 2  # not again at once
    assert "failed" in machine.scheduler.state().reason
    machine.now += RETRY_SECONDS + 1
    machine.scheduler.step()
    assert len(machine.started) == 3
    machine.scheduler.close()


def test_without_work_nothing_starts_and_a_pause_holds() -> None:
    machine = Machine()
    machine.work = False
    machine.scheduler.step()
    assert machine.scheduler.state().reason == "nothing new to learn" and not machine.started
    machine.work = True
    machine.scheduler.pause()
    machine.scheduler.step()
    assert machine.scheduler.state().phase == "paused" and not machine.started
    machine.scheduler.resume()
    machine.scheduler.step()
    assert len(machine.started) == 1
    machine.scheduler.close()


def test_the_thread_notices_a_return_by_itself() -> None:
    machine = Machine()
    threads = threading.active_count()
    machine.scheduler.start()
    wait_for(lambda: machine.scheduler.state().phase == "training")
    machine.found = replace(AWAY, idle_seconds=0.1)
    wait_for(lambda: machine.scheduler.state().phase == "paused")
    assert machine.started[0].finished() == STOOD_ASIDE
    machine.scheduler.close()
    assert threading.active_count() == threads
    assert machine.seen == ["training", "paused", "off"]
