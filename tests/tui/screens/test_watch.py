"""The Watch screen on real event files, written by the simulator's own writer, and pictures of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.errors import StoreError, UsageError
from simulator.runs.events import EventLog
from tui.app import AssistantApp
from tui.screens.watch.recording import Recording
from tui.screens.watch.screen import SPEEDS, WatchScreen

TICKS = 384
ROOMS = ("bedroom", "bathroom", "kitchen", "living room", "study", "garden")
KINDS = ("bathing", "meal", "deep_work", "pause", "reading", "garden")


def suggestion(day: int, tick: int, rating: list[int], requested: bool = False, **others: Any) -> dict[str, Any]:
    wake = datetime(2026, 1, 4 + day, 6, 30)
    return {
        "tick": tick,
        "time": (wake + timedelta(minutes=2.5 * tick)).isoformat(),
        "text": f"Perhaps water the [ferns], said at tick {tick}?",
        "requested": requested,
        "rating": rating,
        "reaction": "accepted" if all(rating) else "dismissed",
        "reason": "" if all(rating) else "timing",
        "words": "",
        "turns": [],
        "chance": 0.62,
        "threshold": 0.4,
        "why": [["a pause", 0.8], ["at 13 h", -0.3]],
        **others,
    }


def a_day(number: int, events: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A day as the runner writes it: an activity every hour, in one room after another."""
    wake = datetime(2026, 1, 4 + number, 6, 30)
    activities = [
        [
            (wake + timedelta(hours=hour)).isoformat(),
            (wake + timedelta(hours=hour + 1)).isoformat(),
            f"being busy in the {ROOMS[hour % 6]}",
            KINDS[hour % 6],
            ROOMS[hour % 6],
        ]
        for hour in range(16)
    ]
    wave = bytes((tick * 2) % 100 for tick in range(TICKS))
    series = {
        "energy": wave,
        "mood": bytes([256 - 20] * TICKS),
        "focus": wave[::-1],
        "annoyance": bytes([15] * TICKS),
        "receptive": bytes(tick % 48 < 8 for tick in range(TICKS)),
        "blocked": bytes(120 <= tick < 168 for tick in range(TICKS)),
        "total": bytes([4] * 200 + [3] * (TICKS - 200)),
    }
    measures = {"day": number, "skill": None, "needs": 3, "false_alarms": 1, "satisfaction": 3.5}
    return {
        "day": number,
        "wake": wake.isoformat(),
        "ticks": TICKS,
        "measures": measures,
        "activities": activities,
        "series": {name: data.hex() for name, data in series.items()},
        "events": events or [],
    }


FIRST = [
    suggestion(1, 50, [1, 1, 1, 1]),
    suggestion(1, 130, [1, 0, 1, 1], words="Not now, I am in the middle of it."),
    suggestion(1, 200, [0, 1, 1, 1], requested=True, turns=["something shorter?"]),
]
THIRD = [suggestion(3, 20, [1, 1, 0, 1])]

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Writes days into a run's folder; a second call adds to it."""

    def put(*days: tuple[str, dict[str, Any]], finished: bool = True) -> Path:
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        config = {"personas": {"p01": "a", "p07": "b"}, "days": 3, "assistant": "learner"}
        (folder / "config.json").write_text(json.dumps(config))
        log = EventLog(folder / "events.sqlite")
        for persona, day in days:
            log.put_day(persona, day)
        log.close()
        if finished:
            (folder / "summary.json").write_text("{}")
        return folder

    return put


@pytest.fixture
def run(write: Writer) -> Path:
    return write(("p01", a_day(1, FIRST)), ("p01", a_day(2)), ("p01", a_day(3, THIRD)), ("p07", a_day(1)))


class Watched:
    """An app that watches, without any assistant."""

    def __init__(self, app: AssistantApp, pilot: Any) -> None:
        self.app, self.pilot = app, pilot

    @property
    def screen(self) -> WatchScreen:
        page = self.app.page
        assert isinstance(page, WatchScreen)
        return page

    @property
    def place(self) -> tuple[str, int, int]:
        """Whose day, which, and the tick."""
        return self.screen.persona, self.screen.day.number if self.screen.day else 0, int(self.screen.tick)

    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                await self.pilot.pause(0.02)

    async def press(self, keys: list[str], place: tuple[str, int, int]) -> None:
        await self.pilot.press(*keys)
        await self.until(lambda: self.place == place)


def watching(home: Path, run: Path | None, check: Callable[[Watched], Any], size: tuple[int, int] = (80, 24)) -> None:
    """Run the app on a run, and `check` once it is drawn."""

    async def drive() -> None:
        app = AssistantApp(home, None, "dark", "watch", {"watch": {"run": run}} if run else {})
        async with app.run_test(size=size, notifications=True) as pilot:
            watched = Watched(app, pilot)
            if run is not None:
                await watched.until(lambda: watched.screen.day is not None or bool(watched.screen.trouble))
            await pilot.pause()
            await check(watched)

    asyncio.run(drive())


def test_the_first_day_is_shown(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        await ui.pilot.press("n")
        await ui.until(lambda: ui.place == ("p01", 1, 50))
        await ui.until(lambda: "08:35" in ui.text())
        screen = ui.text()
        for words in (
            "day 1 of 3",
            "p01 of 2",
            "in the kitchen, until",
            "being busy in the kitchen",
            "✓ welcome",
            "[ferns]",
        ):
            assert words in screen
        assert "energy    +0.00" in screen and "mood      -0.20" in screen and "annoyance +0.15" in screen

    watching(own_folders, run, check)


def test_keys_move_in_time(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        await ui.press(["right", "right"], ("p01", 1, 2))
        await ui.press(["left"], ("p01", 1, 1))
        await ui.press(["l"], ("p01", 1, 25))
        await ui.press(["right_square_bracket"], ("p01", 2, 25))
        await ui.press(["l"] * 15, ("p01", 2, TICKS - 1))
        await ui.press(["right"], ("p01", 3, 0))
        await ui.press(["left"], ("p01", 2, TICKS - 1))
        await ui.press(["right_square_bracket", "right_square_bracket"], ("p01", 3, TICKS - 1))
        await ui.until(lambda: "the last day so far" in ui.text())

    watching(own_folders, run, check)


def test_suggestions_are_found_on_any_day(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        await ui.press(["n", "n"], ("p01", 1, 130))
        await ui.until(lambda: "✗ false alarm" in ui.text() and "“Not" in ui.text())
        await ui.press(["n"], ("p01", 1, 200))
        await ui.until(lambda: "○ asked for" in ui.text() and "something shorter?" in ui.text())
        await ui.press(["n"], ("p01", 3, 20))
        await ui.press(["N"], ("p01", 1, 200))

    watching(own_folders, run, check)


def test_another_persona_keeps_the_hour(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        await ui.press(["l"], ("p01", 1, 24))
        await ui.press(["p"], ("p07", 1, 24))

    watching(own_folders, run, check)


def test_playing_goes_through_the_days_and_stops_at_the_end(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        await ui.press(["right_square_bracket", *["l"] * 15], ("p01", 2, 360))
        await ui.pilot.press(*["plus"] * 6, "space")
        assert SPEEDS[ui.screen.speed] == 240
        await ui.until(lambda: ui.place == ("p01", 3, TICKS - 1) and not ui.screen.playing)
        await ui.pilot.press("space")
        await ui.until(lambda: ui.screen.playing and ui.screen.day.number == 1)

    watching(own_folders, run, check)


def test_a_running_simulation_is_followed(own_folders, write) -> None:
    run = write(("p01", a_day(1)), finished=False)

    async def check(ui: Watched) -> None:
        await ui.until(lambda: "still running" in ui.text())
        await ui.pilot.press(*["l"] * 17, "space")
        await ui.until(lambda: "waiting for the next day" in ui.text())
        write(("p01", a_day(2)), finished=False)
        await ui.until(lambda: ui.screen.day.number == 2)

    watching(own_folders, run, check, size=(120, 30))


def test_a_run_without_a_day_yet_is_waited_for(own_folders, write) -> None:
    run = write(finished=False)

    async def check(ui: Watched) -> None:
        await ui.until(lambda: "waiting for the first day" in ui.text())
        write(("p07", a_day(1)), finished=False)
        await ui.until(lambda: ui.place == ("p07", 1, 0))

    async def drive(ui: Watched) -> None:
        ui.screen.open(run)
        await check(ui)

    watching(own_folders, None, drive)


def test_a_run_is_opened_by_its_name(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        assert "Press o and type the folder" in ui.text()
        await ui.pilot.press("o", *str(run.parent / "nowhere"), "enter")
        await ui.until(lambda: "there is no such folder" in ui.text())
        await ui.pilot.press("o", *str(run), "enter")
        await ui.until(lambda: ui.place == ("p01", 1, 0))

    watching(own_folders, None, check)


def test_keys_are_offered_once_there_is_a_day(own_folders, run) -> None:
    async def check(ui: Watched) -> None:
        assert "o open" in ui.text() and "play or pause" not in ui.text()
        ui.screen.open(run)
        await ui.until(lambda: "play or pause" in ui.text())

    watching(own_folders, None, check)


def test_a_damaged_file_is_told_and_closes_nothing(own_folders, run) -> None:
    for suffix in ("-wal", "-shm"):
        (run / f"events.sqlite{suffix}").unlink(missing_ok=True)
    (run / "events.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 100)

    async def check(ui: Watched) -> None:
        await ui.until(lambda: "the run's events cannot be read" in " ".join(ui.text().split()))

    watching(own_folders, run, check)


def test_reading_writes_nothing_and_refuses_what_is_none(run, tmp_path) -> None:
    before = (run / "events.sqlite").read_bytes()
    recording = Recording(run)
    assert recording.contents().days == {"p01": (1, 2, 3), "p07": (1,)}
    assert recording.said("p01") == [(1, 50), (1, 130), (1, 200), (3, 20)]
    assert (run / "events.sqlite").read_bytes() == before
    with pytest.raises(UsageError, match="no such folder"):
        Recording(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="no simulation has been recorded here"):
        Recording(tmp_path).contents()


def test_the_screen_imports_neither_simulator_nor_numpy() -> None:
    code = "import sys, tui.screens.watch.screen as _; print({'simulator', 'numpy', 'torch'} & {*sys.modules})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_picture(own_folders, run, snap_compare, size) -> None:
    app = AssistantApp(own_folders, None, "dark", "watch", {"watch": {"run": run}})
    assert snap_compare(app, terminal_size=size, run_before=_at_the_answer(app))


def test_picture_without_colour(own_folders, run, snap_compare, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = AssistantApp(own_folders, None, "dark", "watch", {"watch": {"run": run}})
    assert snap_compare(app, terminal_size=(80, 24), run_before=_at_the_answer(app))


def _at_the_answer(app: AssistantApp) -> Callable[[Any], Any]:
    async def go(pilot: Any) -> None:
        watched = Watched(app, pilot)
        await watched.until(lambda: watched.screen.day is not None)
        await watched.press(["n"], ("p01", 1, 50))
        await watched.press(["n"], ("p01", 1, 130))
        await watched.press(["n"], ("p01", 1, 200))
        await pilot.pause(0.3)

    return go
