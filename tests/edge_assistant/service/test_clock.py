"""The system's clock on a laptop that travels: its zone changes under a running program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge_assistant.config import load_settings
from edge_assistant.errors import EdgeAssistantError
from edge_assistant.paths import Paths
from edge_assistant.service.clock import SystemClock
from edge_assistant.service.core import Core
from edge_assistant.service.rpc.client import call_once
from edge_assistant.service.sources import LiveContextSources
from tests.edge_assistant.service.conftest import Open


@pytest.fixture(autouse=True)
def own_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Asia/Kolkata", 5.5), ("America/Phoenix", -7), ("Pacific/Kiritimati", 14), ("UTC", 0), ("Etc/GMT+12", -12)],
)
def test_the_next_look_is_in_the_new_zone(monkeypatch: pytest.MonkeyPatch, zone: str, hours: float) -> None:
    clock = SystemClock()
    clock.now()
    monkeypatch.setenv("TZ", zone)
    now = clock.now()
    assert now.utcoffset() == timedelta(hours=hours) and abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert datetime.now().astimezone().utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["UTC+25", "<far>-26", "XYZ", "America/Nowhere", ":", "/etc/passwd", "\udcff"])
def test_a_zone_that_cannot_be_is_taken_for_one_that_can(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0) and abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert datetime.now().astimezone().utcoffset() == timedelta(0)  # and all else follows


TRAVEL = """
import subprocess
from edge_assistant.errors import EdgeAssistantError
from edge_assistant.paths import Paths
from edge_assistant.service.clock import SystemClock
clock = SystemClock()
clock.now()
for zone in ("Asia/Tokyo", "America/New_York"):
    subprocess.run(["mount", "--bind", f"/usr/share/zoneinfo/{zone}", "/etc/localtime"], check=True)
    print(clock.now().utcoffset().total_seconds() / 3600)
"""


@pytest.fixture
def unshare() -> str:
    """The program that gives a process mounts of its own, where this machine lets us."""
    found = shutil.which("unshare")
    if found is None or subprocess.run([found, "--mount", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file in a space of its own: run as root")
    return found


@pytest.mark.parametrize("variable", ["", ":/etc/localtime", "/etc/localtime"])
def test_the_system_s_own_file_is_followed(monkeypatch: pytest.MonkeyPatch, variable: str, unshare: str) -> None:
    if variable:
        monkeypatch.setenv("TZ", variable)
    else:
        monkeypatch.delenv("TZ", raising=False)
    child = subprocess.run(
        [unshare, "--mount", sys.executable, "-c", TRAVEL], capture_output=True, text=True, check=False
    )
    if "mount:" in child.stderr:
        pytest.skip(f"cannot mount here: {child.stderr.splitlines()[0]}")
    hours = [float(line) for line in child.stdout.split()]
    assert hours[0] == 9 and hours[1] in (-5, -4), child.stderr


def zone_at(hour: int) -> str:
    """A zone in which it is this hour now."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


def test_quiet_hours_travel_with_a_running_core(open_core: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    limits = settings.limits.model_copy(update={"quiet_from": 1.0, "quiet_to": 6.0})
    off = {"activitywatch": False, "idle": False, "do_not_disturb": False, "full_screen": False}
    sources = settings.sources.model_copy(update=off)
    settings = settings.model_copy(update={"limits": limits, "sources": sources})
    monkeypatch.setenv("TZ", zone_at(12))
    service = open_core(settings=settings).core.service
    service.clock = SystemClock()
    core = Core(service, LiveContextSources(settings, service.store))
    for hour, quiet in ((12, False), (3, True), (12, False), (2, True)):
        monkeypatch.setenv("TZ", zone_at(hour))
        core.tick()
        assert (service.forbidden == "quiet hours") is quiet, hour


QUIET = """
[model]
path = "none"

[embedding]
path = "stand-in"

[limits]
quiet_from = 1.0
quiet_to = 6.0

[sources]
activitywatch = false
idle = false
do_not_disturb = false
full_screen = false
"""

FACES = {"run": ["run", "--attached", "--tick", "0.5"], "the terminal": ["tui", "--plain"]}


@pytest.mark.parametrize("face", FACES)
def test_a_running_process_travels_with_its_computer(monkeypatch: pytest.MonkeyPatch, unshare: str, face: str) -> None:
    """As when a desktop writes /etc/localtime anew: what runs, and what a terminal has started, looks at it again."""
    monkeypatch.delenv("TZ", raising=False)
    paths = Paths.from_environment()
    paths.home.mkdir(mode=0o700)
    paths.config.write_text(QUIET)
    mount = 'mount --bind "$0" /etc/localtime && exec "$@"'
    program = [sys.executable, "-m", "edge_assistant.cli", *FACES[face]]
    process = subprocess.Popen(
        [unshare, "--mount", "sh", "-c", mount, f"/usr/share/zoneinfo/{zone_at(12)}", *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )

    def status_at(hour: int, forbidden: str) -> None:
        deadline = time.monotonic() + 240
        told: dict[str, Any] = {}
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(EdgeAssistantError):
                told = call_once(paths.home, "status", timeout=60)
                here = told["state"] != "loading" and datetime.fromisoformat(told["time"]).hour in (hour, hour + 1)
                # the core of a terminal ticks too seldom to be waited for
                if here and (told["forbidden"] == forbidden or face != "run"):
                    return
            time.sleep(0.1)
        pytest.fail(f"{process.poll()}, {told}")

    try:
        status_at(12, "")
        for hour, forbidden in ((3, "quiet hours"), (14, "")):
            there = f"/usr/share/zoneinfo/{zone_at(hour)}"
            travel = ["nsenter", "--target", str(process.pid), "--mount", "mount", "--bind", there, "/etc/localtime"]
            subprocess.run(travel, check=True)
            status_at(hour, forbidden)
    finally:
        process.terminate()
        process.communicate(timeout=60)
