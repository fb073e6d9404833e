"""A run as the report finds it: real lives, the real events file and measures, with speech made up for the test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_assistant.domain import Rating
from simulator.people import persona as personas
from simulator.report import panels, timeline, write_report
from simulator.runs.events import SERIES, EventLog, pack
from simulator.runs.metrics import DayLog, Spoken, by_day, measure
from simulator.world.life import LifeDay, live_day

Run = Callable[..., tuple[Path, dict[str, Any]]]

SENTENCE = "Boil <b>two</b> eggs & keep one?"


def _speech(day: LifeDay, count: int, rng: np.random.Generator) -> tuple[list[Spoken], list[dict[str, Any]]]:
    spoken: list[Spoken] = []
    events: list[dict[str, Any]] = []
    for tick in sorted(rng.choice(len(day), count, replace=False).tolist()):
        rating = Rating(*(int(mark) for mark in rng.integers(0, 2, 4)))
        asked = len(spoken) == 1
        spoken.append(Spoken(tick, f"idea-{tick}", "cooking", rating, asked, rating.welcome, True))
        activity = day.activities[day.activity[tick]]
        events.append(
            {
                "tick": tick,
                "time": day.time(tick).isoformat(timespec="seconds"),
                "activity": activity.text,
                "room": activity.room,
                "activity_minutes": 5.0,
                "awake_minutes": tick * 2.5,
                "idea": f"idea-{tick}",
                "text": SENTENCE,
                "requested": asked,
                "chance": 0.4,
                "threshold": 0.3,
                "rating": [rating.preference, rating.timing, rating.frequency, rating.communication],
                "reaction": "accepted" if rating.welcome else "dismissed",
                "reason": None if rating.welcome else "timing",
                "words": "",
                "turns": ["why"],
                "told": None,
                "annoyance": 0.1,
            }
        )
    return spoken, events


def _document(
    day: LifeDay, measures: dict[str, Any], events: list[dict[str, Any]], totals: list[int]
) -> dict[str, Any]:
    zeros = np.zeros(len(day))
    series = {name: pack(zeros, 1) for name in SERIES}
    series |= {
        "energy": pack(day.energy, 100),
        "receptive": pack((~day.blocked).astype(float), 1),
        "blocked": pack(day.blocked.astype(float), 1),
        "total": pack(np.array(totals, dtype=float), 1),
    }
    activities = [[a.start.isoformat(), a.end.isoformat(), a.text, a.kind, a.room] for a in day.activities]
    return {
        "day": day.day,
        "wake": day.wake.isoformat(timespec="seconds"),
        "ticks": len(day),
        "measures": measures,
        "activities": activities,
        "series": series,
        "events": events,
    }


def write_run(folder: Path, people: int = 2, days: int = 3, said: int = 5, needs: int = 3) -> dict[str, Any]:
    """Write a run's events into a folder; its summary, as a reader of `summary.json` gets it."""
    rng = np.random.default_rng(4)
    rows = []
    log = EventLog(folder / "events.sqlite")
    for persona in personas.packaged()[:people]:
        measured = []
        for number in range(1, days + 1):
            day = live_day(persona, number, 3)
            spoken, events = _speech(day, said, rng)
            totals = [4] * len(day)
            lived = DayLog(number, tuple(totals), tuple(spoken), 0.1, 0.5, 0)
            measures = measure(lived, needs, persona.frequency.max_gap, 3.1, 3.9)
            log.put_day(persona.id, _document(day, measures, events, totals))
            measured.append(measures)
        rows.append({"id": persona.id, "days": measured})
    log.close()
    summary = {
        "schema": 1,
        "config": {"personas": {row["id"]: "0" for row in rows}, "seed": 3, "language": "templates"},
        "model": {"name": None, "sha256": None, "quantization": None},
        "assistant": "learner",
        "judge": "rubric",
        "feedback": "reasons",
        "personas": rows,
        "overall": {"by_day": by_day([row["days"] for row in rows])},
        "cost": {"seconds": 75.0, "model_calls": 0, "peak_rss_mb": 400.5, "seconds_by_part": {"learning": 1.5}},
    }
    restored: dict[str, Any] = json.loads(json.dumps(summary))
    return restored


@pytest.fixture
def make_run(tmp_path: Path) -> Run:
    """A function that writes a run's events and gives its folder and summary."""

    def make(**sizes: int) -> tuple[Path, dict[str, Any]]:
        return tmp_path, write_run(tmp_path, **sizes)

    return make


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], dict[str, Any]]:
    """The files of one ordinary report, to be read only, and the summary that it was made from."""
    folder = tmp_path_factory.mktemp("run")
    summary = write_run(folder)
    return write_report(folder, summary), summary


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures, for tests of their words: painting is what takes long."""
    for module in (panels, timeline):
        monkeypatch.setattr(module, "draw", lambda *_: b"\x89PNG")
