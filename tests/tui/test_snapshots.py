"""Every screen at both sizes, dark and light, as pictures that a person has looked at.

The core's answers are fixed here and travel over the real socket: what is learned may change, the pictures must not.
Made anew with `pytest tests/tui/test_snapshots.py --snapshot-update`; look at them before they are committed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge_assistant.context.observation import SourceState
from edge_assistant.domain import CalendarEntry, Reason
from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.protocol import (
    ActivityView,
    Entry,
    Learned,
    ModelView,
    Setting,
    Status,
    Today,
    Why,
)
from edge_assistant.service.rpc.server import Server
from edge_assistant.service.rpc.setup_values import IdeaChoice, ModelChoice, SetupState
from tui.app import AssistantApp
from tui.screens.live.input_line import TypedLine

NOW = datetime(2026, 11, 24, 14, 47, tzinfo=UTC)


def at(hour: int, minute: int, days: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute) - timedelta(days=days)


ENTRIES = (
    Entry(
        "s7",
        "Fancy a short walk round the block before the stand-up? The rain has stopped, and the way back ends at the "
        "bakery.",
        at(14, 41),
        activity="writing code in an editor",
    ),
    Entry(
        "s6",
        "Perhaps water the plants [the ferns first] while the kettle boils.",
        at(11, 20),
        state="accepted",
        outcome="done",
        rating={"preference": 1, "timing": 1, "frequency": 1, "communication": 1},
    ),
    Entry("s5", "You might write two lines to Ana.", at(9, 15), state="dismissed", reason="timing"),
    Entry("s4", "Maybe boil two eggs for lunch?", at(19, 30, 1), state="accepted", edited=True, remind_at=at(20, 0, 1)),
    Entry("s3", "How about ten minutes with the guitar? 🎸", at(17, 5, 1), state="ignored"),
    Entry("s2", "Stretch your shoulders for a minute.", at(10, 40, 1), state="dismissed", reason="frequency"),
    Entry("s1", "Put the washing on before lunch.", at(11, 40, 2), state="snoozed", snoozed_until=at(12, 40, 2)),
)

STATUS = Status(
    state="ready",
    activity=ActivityView("writing code in an editor", "deep_work", "ActivityWatch", at(14, 5), 0.8),
    chance=0.31,
    threshold=0.52,
    next_event=CalendarEntry("Stand-up with the team", at(15, 30), at(15, 45)),
    level="rare",
    sources=(SourceState("typed"), SourceState("calendar"), SourceState("ActivityWatch", True, "failed", "no answer")),
    model=ModelView("SmolLM2-135M", True, "ready"),
    today=Today(3, 1, 12, 2),
    time=NOW,
    undo="accepted: Perhaps water the plants",
    home="/home/ada/.local/share/edge-assistant",
)

WHY = Why(
    chance=0.61,
    threshold=0.52,
    chances={"timing": 0.74, "frequency": 0.9, "preference": 0.68, "communication": 0.81},
    reasons=(
        Reason("the afternoon, 14 to 16 o'clock", 0.8),
        Reason("writing code has lasted 36 minutes", 0.5),
        Reason("you turned down two in the morning", -0.4),
        Reason("deep work", -0.25),
    ),
    idea="walk round the block",
    category="outside",
    neighbours=("stretch by the window", "make tea", "look at something far away"),
    memories=("Tue 14:10  writing code in an editor", "Mon 15:02  accepted: a walk before the meeting"),
    learned=(Learned(at(15, 2, 1), "a walk before the meeting", "accepted"),),
    adapter="v3",
    model="SmolLM2-135M Q4_1",
    silent_if=("no pause near: the chance would be 44 %", "less than 25 minutes since the last suggestion"),
    context={"time": "Tue 14:41", "activity": "writing code in an editor, 36 min", "today": "2 of 12"},
)

SETTINGS = (
    Setting("limits", "per_hour", 2, 3, "int", low=1, high=60, help="At most this many unasked suggestions an hour."),
    Setting("limits", "quiet_from", 22.5, 0.0, "float", low=0, high=24, help="From this hour on nothing is said."),
    Setting(
        "presence",
        "level",
        "rare",
        "normal",
        "choice",
        ("off", "rare", "normal", "chatty"),
        help="How much the assistant speaks up. off says nothing unasked.",
    ),
    Setting("topics", "never", ["work", "money"], [], "list", help="Topics and words that are never touched."),
    Setting("notifications", "on", True, True, "bool", help="Show suggestions on the desktop as well."),
    Setting("model", "path", "", "", "text", help="A GGUF file; empty takes the packaged one.", restart=True),
)

SETUP = SetupState(
    models=(
        ModelChoice("", "SmolLM2-135M Q4_1", 101, True, "packaged; small and quick"),
        ModelChoice("q", "Qwen2.5-1.5B Q4_K_M", 1100, True, "writes well; about two seconds a sentence here"),
    ),
    groups=(
        (
            IdeaChoice("g1", "fold a paper crane from an old map", "crafts"),
            IdeaChoice("g2", "phone somebody you have not heard from in a while", "people"),
            IdeaChoice("g3", "walk to the corner and back", "movement"),
        ),
    ),
    pairs=(("Boil two eggs for lunch.", "Would two boiled eggs suit you for lunch?"),),
    ideas=tuple(IdeaChoice(f"i{n}", text, "home") for n, text in enumerate(("water the plants", "sort one drawer"))),
    quiet_from=22.0,
    quiet_to=7.0,
    kept=("What you do, in short words, with the time.", "What was suggested, and what you answered."),
)


@pytest.fixture
def answers() -> dict[str, Any]:
    """What the core says, by method."""
    return {
        "status": STATUS.to_dict(),
        "feed": {"entries": [entry.to_dict() for entry in ENTRIES], "more": False},
        "why": replace(WHY, entry=ENTRIES[0]).to_dict(),
        "settings.get": {"settings": [setting.to_dict() for setting in SETTINGS]},
        "setup.get": SETUP.to_dict(),
    }


@pytest.fixture
def home(own_folders, answers) -> Iterator[Any]:
    """A home whose socket gives these answers."""

    def call(method: str, params: dict[str, Any]) -> Any:
        if method not in answers:
            raise UsageError(f"{method}: not recorded")
        return answers[method]

    loop = asyncio.new_event_loop()
    server = Server(own_folders, call)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
    yield own_folders
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])

CASES = {
    "live": ("live", ()),
    "dismiss": ("live", ("d",)),
    "rate": ("live", ("r", "2")),
    "typing": ("live", ("i", *"/level ")),
    "accepted": ("live", ("down",)),
    "keys": ("live", ("question_mark",)),
    "why": ("why", ()),
    "settings": ("settings", ("down", "down")),
}


@SIZES
@pytest.mark.parametrize("case", CASES)
def test_screens(home, snap_compare, case, size) -> None:
    first, keys = CASES[case]
    app = AssistantApp(home, None, "dark", first)
    assert snap_compare(app, terminal_size=size, run_before=after(app, keys))


@SIZES
@pytest.mark.parametrize("steps", [0, 5, 7, 8], ids=["welcome", "likes", "examples", "wordings"])
def test_first_start(home, answers, snap_compare, steps, size) -> None:
    answers["status"] = replace(STATUS, setup_done=False).to_dict()
    app = AssistantApp(home, None, "dark")
    assert snap_compare(app, terminal_size=size, run_before=after(app, ("enter",) * steps, screens=2))


@SIZES
def test_busy_and_private(home, answers, snap_compare, size) -> None:
    status = replace(STATUS, state="restarting", private=True, chance=None, next_event=None, activity=ActivityView())
    answers["status"], answers["feed"] = status.to_dict(), {"entries": [], "more": False}
    app = AssistantApp(home, None, "dark")
    assert snap_compare(app, terminal_size=size, run_before=after(app, ()))


def test_light(home, snap_compare) -> None:
    app = AssistantApp(home, None, "light")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(app, ("d",)))


def test_without_colour(home, snap_compare, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = AssistantApp(home, None, "dark")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(app, ("d",)))


def after(app: AssistantApp, keys: tuple[str, ...], screens: int = 1):
    """Wait for the core's answers, press the keys, let everything be drawn."""
    app.state.seconds = lambda: 0.0

    async def run(pilot) -> None:
        async with asyncio.timeout(60):
            while app.state.status is None or len(app.screen_stack) < screens or app.busy:
                await pilot.pause(0.02)
            await pilot.pause(0.3)
            while app.busy:
                await pilot.pause(0.02)
        await pilot.press(*keys)
        await pilot.pause(0.3)
        for field in pilot.app.screen.query(TypedLine):
            async with asyncio.timeout(20):  # a completion is found beside the typing
                while field.value and not field._suggestion:
                    await pilot.pause(0.02)

    return run
