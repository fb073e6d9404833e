"""Pictures of the Memory and the Learning screen; the core's answers are fixed and travel over the real socket.

Made anew with `pytest tests/tui/test_kept_pictures.py --snapshot-update`; look at them before they are committed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge_assistant.service.rpc.learning_values import AdapterView, Belief, DaySeries, Learning
from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow, Status, Training
from edge_assistant.service.rpc.server import Server
from tui.app import AssistantApp
from tui.screens.memory.parts import ForgetBox

NOW = datetime(2026, 11, 24, 14, 47, tzinfo=UTC)

TEXTS = (
    ("action", "writing code in an editor"),
    ("suggestion", "Fancy a short walk [round the block] before the stand-up? The rain has stopped, and the way back "
     "ends at the bakery."),
    ("score", "accepted"),
    ("reason", "bad time: the stand-up was about to begin"),
    ("note", "Ana comes on Friday"),
    ("summary_hour", "wrote code, accepted a walk"),
    ("summary_day", "worked in the morning, met Ana, read in the evening"),
)  # fmt: skip
ROWS = tuple(
    MemoryRow(number, kind, NOW - timedelta(hours=5 * number), text, 0.1 * number, pinned=number == 4)
    for number, (kind, text) in enumerate(TEXTS)
)
GONE = Forgotten(True, 3, 1, 2, ROWS[:2], ("Fancy a short walk?",), ("v3",))

STATUS = Status(state="ready", chance=0.31, threshold=0.52, time=NOW, training=Training("running", 30, 120, 0.42))

DAYS = tuple(
    DaySeries(
        f"2026-11-{number:02}",
        2 + number % 3,
        2,
        15.0,
        0.15 + 0.02 * (number % 5),
        (0.3 + 0.04 * number) if number % 4 else None,
        0.2 + 0.05 * number,
        0.5 + 0.02 * number,
        0.9,
        0.7 + 0.01 * (number % 3),
    )
    for number in range(11, 25)
)
BELIEFS = (
    Belief("hours.morning", "Mornings are good for a suggestion (62%).", "hours", "yesno", True, sure=0.24),
    Belief("hours.night", "Late evenings are bad for a suggestion (8%).", "hours", "yesno", False, sure=0.84),
    Belief("gaps.least", "You want at least 60 minutes between two suggestions.", "gaps", "number", 60, 5, 480,
           "minutes", sure=0.5, corrected=True),
    Belief("manner.length", "You like short sentences.", "manner", "choice", "short", choices=("short", "long", "any"),
           sure=0.4),
    Belief("taste.outdoors", "You like ideas about outdoors.", "taste", "yesno", True, sure=0.1),
)  # fmt: skip
ADAPTERS = (
    AdapterView("v3", NOW - timedelta(days=1), "current", {"won": 0.61, "pairs": 48}, "better than v2"),
    AdapterView("v2", NOW - timedelta(days=4), "former", {"won": 0.55}),
    AdapterView("v1", NOW - timedelta(days=9), "rejected", {"won": 0.48}, "not better than none"),
)

ANSWERS: dict[str, Any] = {
    "status": STATUS.to_dict(),
    "feed": {"entries": [], "more": False},
    "memory.search": {"rows": [row.to_dict() for row in ROWS], "total": 240},
    "memory.forget": GONE.to_dict(),
    "learning": Learning(DAYS, BELIEFS, ADAPTERS, STATUS.training, 41).to_dict(),
}


@pytest.fixture
def home(own_folders) -> Iterator[Any]:
    """A home whose socket gives these answers."""
    loop = asyncio.new_event_loop()
    server = Server(own_folders, lambda method, params: ANSWERS[method])
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
    yield own_folders
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])

CASES = {"memory": ("memory", ("down",)), "forget": ("memory", ("x",)), "learning": ("learning", ("down",))}


@SIZES
@pytest.mark.parametrize("case", CASES)
def test_screens(home, snap_compare, case, size) -> None:
    first, keys = CASES[case]
    app = AssistantApp(home, None, "dark", first)
    assert snap_compare(app, terminal_size=size, run_before=after(app, keys))


@pytest.mark.parametrize("first", ["memory", "learning"])
def test_without_colour(home, snap_compare, first, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = AssistantApp(home, None, "dark", first)
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(app, ()))


def after(app: AssistantApp, keys: tuple[str, ...]):
    """Wait for the core's answers, press the keys, let everything be drawn."""
    app.state.seconds = lambda: 0.0

    async def run(pilot) -> None:
        async with asyncio.timeout(60):
            while app.state.status is None or not (
                getattr(app.page, "rows", None) or getattr(app.page, "learning", None)
            ):
                await pilot.pause(0.02)
            await pilot.pause(0.3)
            await pilot.press(*keys)
            while "x" in keys and not isinstance(app.screen, ForgetBox):
                await pilot.pause(0.02)
            while app.busy:
                await pilot.pause(0.02)
        await pilot.pause(0.3)

    return run
