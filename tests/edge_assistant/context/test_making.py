"""The hub that the settings ask for, and sources of other packages found by their entry points."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.config import load_settings
from edge_assistant.context import sources
from edge_assistant.context.hub import Hub, Reading
from edge_assistant.context.making import make_hub
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES
from edge_assistant.context.sources.clock import ClockSource
from edge_assistant.context.sources.typed import TypedSource
from edge_assistant.settings import Settings, SourceSettings

NOW = datetime(2026, 11, 24, 14, 0)
QUIET_DESKTOP = {"activitywatch": False, "idle": False, "do_not_disturb": False, "full_screen": False}


def states(reading: Reading) -> dict[str, tuple[bool, str]]:
    return {state.name: (state.on, state.state) for state in reading.states}


def test_all_that_is_switched_off_is_listed_with_how_to_switch_it_on() -> None:
    reading = make_hub(SourceSettings(typed=False, calendar=False, **QUIET_DESKTOP), [TypedSource()]).context(NOW)
    assert states(reading) == {
        "clock": (True, "ok"),
        "typed": (False, "off"),
        "calendar": (False, "off"),
        "activitywatch": (False, "off"),
        "idle": (False, "off"),
        "quiet": (False, "off"),
    }
    assert all("sources." in state.detail for state in reading.states if not state.on)
    assert reading.news == ()


def test_the_defaults_ask_everything_but_a_calendar_that_was_not_named() -> None:
    reading = make_hub(Settings().sources, [TypedSource()]).context(NOW)
    on = {name for name, (on, _) in states(reading).items() if on}
    assert on == {"clock", "typed", "activitywatch", "idle", "quiet"}
    assert states(reading)["calendar"] == (False, "off")


def test_settings_reach_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.ics"
    path.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\n"
        "DTSTART:20261124T133000\r\nDTEND:20261124T143000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    for name in QUIET_DESKTOP:
        monkeypatch.setenv(f"EDGE_ASSISTANT_SOURCES__{name.upper()}", "false")
    monkeypatch.setenv("EDGE_ASSISTANT_SOURCES__CALENDARS", f"{path}, {tmp_path / 'none'}")
    monkeypatch.setenv("EDGE_ASSISTANT_SOURCES__TYPED_MINUTES", "1")
    settings = load_settings().sources
    typed = TypedSource(settings.typed_minutes)
    hub = make_hub(settings, [typed], kind_of=lambda text: "errand" if text == "Dentist" else "unknown")
    reading = hub.context(NOW)
    assert (reading.observation.activity, reading.observation.kind) == ("Dentist", "errand")
    assert reading.observation.blocked == "the calendar says busy until 14:30 (Dentist)"
    assert len(reading.news) == 1 and "none" in reading.news[0]


def test_a_model_that_cannot_tell_the_kind_stops_nothing() -> None:
    def broken(text: str) -> str:
        raise RuntimeError(text)

    typed = TypedSource()
    typed.tell("juggling", NOW)
    observation = make_hub(SourceSettings(**QUIET_DESKTOP), [typed], kind_of=broken).context(NOW).observation
    assert (observation.activity, observation.kind) == ("juggling", "unknown")


PLUGIN = """
from edge_assistant.context.observation import Observation

class Weather:
    name, every, patience = "weather", 600.0, 1.0
    def __init__(self, settings):
        self.minutes = settings.typed_minutes
    def observe(self, now):
        return Observation(activity=f"watching the rain for {self.minutes:g} minutes", confidence=0.9)

class NoSource:
    pass

def broken(settings):
    raise RuntimeError("no barometer")

def leave(settings):
    raise SystemExit(1)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that offers sources, as an installer would leave it."""
    site = tmp_path / "site"
    info = site / "weather_source-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "weather_source.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: weather-source\nVersion: 1.0\n")
    targets = {
        "weather": "Weather",
        "broken": "broken",
        "leave": "leave",
        "none": "NoSource",
        "gone": "Missing",
        "clock": "Weather",
    }
    lines = [f"{name} = weather_source:{target}" for name, target in targets.items()]
    (info / "entry_points.txt").write_text(
        "[edge_assistant.context_sources]\n" + "\n".join([*lines, "absent = no_such_module:x"])
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "weather_source", raising=False)
    monkeypatch.setattr(CONTEXT_SOURCES, "_offered", {})
    monkeypatch.setattr(CONTEXT_SOURCES, "_loaded", False)


def test_a_source_of_another_package_is_used_once_it_is_named(package: None) -> None:
    idle_reading = make_hub(SourceSettings(**QUIET_DESKTOP), [TypedSource()]).context(NOW)
    assert states(idle_reading)["weather"] == (False, "off")
    assert "weather_source" not in sys.modules
    settings = SourceSettings(plugins=("weather",), typed_minutes=7, **QUIET_DESKTOP)
    reading = make_hub(settings, [TypedSource()]).context(NOW)
    assert reading.observation.activity == "watching the rain for 7 minutes"
    assert reading.observation.source == "weather" and states(reading)["weather"] == (True, "ok")


def test_sources_of_other_packages_fail_alone(package: None) -> None:
    names = ("broken", "leave", "none", "gone", "absent", "never-heard-of", "weather")
    reading = make_hub(SourceSettings(plugins=names, **QUIET_DESKTOP), [TypedSource()]).context(NOW)
    found = states(reading)
    assert all(found[name] == (True, "failed") for name in names[:-1])
    assert found["weather"] == (True, "ok")
    assert reading.observation.activity.startswith("watching the rain")
    assert len(reading.news) == 6
    assert any("no barometer" in line for line in reading.news)


def test_a_name_that_is_taken_stays_ours(package: None) -> None:
    assert "clock" not in CONTEXT_SOURCES.offered()
    assert CONTEXT_SOURCES.get("clock") is ClockSource
    assert CONTEXT_SOURCES.describe()["weather"] == "from weather-source"


def test_a_source_can_be_named_by_its_module(package: None) -> None:
    settings = SourceSettings(plugins=("weather_source:Weather",), **QUIET_DESKTOP)
    reading = make_hub(settings).context(NOW)
    assert states(reading)["weather_source:Weather"] == (True, "ok")


def test_every_source_of_ours_is_a_file_of_its_own_and_says_what_it_is() -> None:
    summaries = CONTEXT_SOURCES.describe()
    files = {path.stem for path in Path(sources.__file__).parent.glob("*.py")} - {"__init__"}
    assert files <= set(summaries) and all(summaries[name] for name in files)


def test_a_hub_of_nonsense_is_still_a_hub() -> None:
    class Nothing:
        pass

    sources: list[Any] = [Nothing()]
    reading = Hub(sources).context(NOW)
    assert states(reading) == {"Nothing": (True, "failed")}
    assert reading.observation == Observation(confidence=0.0)


def test_building_a_hub_imports_nothing_heavy() -> None:
    code = (
        "import sys; from edge_assistant.context.making import make_hub; "
        "from edge_assistant.settings import Settings; "
        "from edge_assistant.context.sources.typed import TypedSource; make_hub(Settings().sources, [TypedSource()]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "torch", "icalendar", "aw_client", "requests"}.isdisjoint(child.stdout.split())
