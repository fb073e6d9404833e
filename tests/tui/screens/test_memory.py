"""The Memory screen on the real core: what it shows, and that each key reaches the store."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from edge_assistant.errors import UsageError
from tui.client.when import parse_day, parse_span
from tui.client.wording import day_name
from tui.screens.memory.export import write_export
from tui.screens.memory.parts import ForgetBox, MemoryList

NOW = datetime(2026, 3, 4, 14, 30, tzinfo=UTC)


@pytest.fixture
def lived(served):
    """Some activities and an answered suggestion."""
    for activity in ("baking rye bread", "writing a letter to Ana", "repairing the bicycle"):
        served.live(10, activity)
    entry = served.suggest()
    served.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "timing"})
    return served


def kept(served, **wanted):
    return served.core.call("memory.search", wanted)["rows"]


async def test_everything_is_listed_the_newest_first(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        rows = kept(lived)
        assert [row.id for row in ui.page.rows] == [row["id"] for row in rows]
        await ui.shows("repairing the bicycle")
        await ui.shows(f"{len(rows)} memories")


async def test_search(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        await ui.press("slash", *"bicycle", "enter")
        await ui.shows("“bicycle”")
        await ui.until(lambda: ui.page.rows and ui.page.rows[0].score is not None)
        scores = [row.score for row in ui.page.rows]
        assert scores == sorted(scores, reverse=True) and "bicycle" in ui.page.rows[0].text
        await ui.press("escape")
        await ui.until(lambda: ui.page.total == len(kept(lived)))


async def test_day_filter(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        await ui.press("d", *"yesterday", "enter")
        await ui.shows("Nothing matches")
        await ui.press("d", *["backspace"] * 10, *"today", "enter")
        await ui.until(lambda: ui.page.total == len(kept(lived)))
        await ui.press("d", *"nonsense", "enter")
        await ui.shows("not a day; write it")  # and the line is still there to be mended


async def test_a_memory_is_corrected_and_pinned(lived, running) -> None:
    first = kept(lived, kind="action")[0]
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        await ui.press(
            *["down"] * [row.id for row in ui.page.rows].index(first["id"]),
            "enter",
            "ctrl+u",
            *"mending a puncture",
            "enter",
            "p",
        )

        def arrived() -> bool:
            row = next(row for row in kept(lived, kind="action") if row["id"] == first["id"])
            return bool(row["text"] == "mending a puncture" and row["pinned"])

        await ui.until(arrived)
        await ui.shows("★ mending a puncture")
        await ui.press("p")
        await ui.until(lambda: not any(row["pinned"] for row in kept(lived)))


async def test_one_is_forgotten_after_a_preview_and_a_yes(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        before = kept(lived)
        await ui.press("x")
        await ui.until(lambda: isinstance(ui.app.screen, ForgetBox))
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.page)
        assert kept(lived) == before
        await ui.press("x")
        await ui.until(lambda: isinstance(ui.app.screen, ForgetBox))
        await ui.press("y")
        await ui.until(lambda: len(kept(lived)) == len(before) - 1)
        await ui.until(lambda: ui.page.total == len(before) - 1)
        assert before[0]["id"] not in [row.id for row in ui.page.rows]


async def test_keys_that_come_fast_act_on_the_memory_that_is_marked(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: len(ui.page.rows) > 3)
        listing, page = ui.find(MemoryList), ui.page
        # as one burst: no message is handled in between
        listing.action_cursor_down()
        listing.action_cursor_down()
        page.action_pin()
        await ui.until(lambda: any(row["pinned"] for row in kept(lived)))
        assert [row["pinned"] for row in kept(lived)][:4] == [False, False, True, False]
        await ui.until(lambda: page.rows[2].id == page.marked.id)
        assert ui.text().count("▸") == 1


async def test_the_question_before_forgetting_comes_late_over_no_other_screen(lived, running, monkeypatch) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        may, asked, call = asyncio.Event(), [], ui.app.state.link.call

        async def slow(method, **parameters):
            asked.append(method)
            if method == "memory.forget":
                await may.wait()
            return await call(method, **parameters)

        monkeypatch.setattr(ui.app.state.link, "call", slow)
        await ui.press("x")
        await ui.shows("looking for what would go")
        await ui.press("1")
        await ui.until(lambda: ui.page.NAME == "live")
        may.set()
        await ui.until(lambda: not ui.app.busy)
        assert ui.app.screen is ui.page and asked.count("memory.forget") == 1
        await ui.press("3")
        await ui.until(lambda: ui.page.NAME == "memory")
        await ui.press("x")
        await ui.until(lambda: isinstance(ui.app.screen, ForgetBox))


async def test_without_memories_no_key_is_offered_that_needs_one(served, running) -> None:
    async with running(served, first="memory") as ui:
        await ui.shows("Nothing has been kept yet.")
        await ui.until(lambda: "p pin" not in ui.text())
        assert not any(words in ui.text() for words in ("/ search", "x forget it", "f kind", "Enter correct"))
        assert "v private" in ui.text()
        served.live(10, "baking rye bread")
        await ui.press("1", "3")
        await ui.shows("p pin")
        await ui.press("d", *"yesterday", "enter")
        await ui.until(lambda: "x forget it" not in ui.text() and "/ search" in ui.text())


async def test_a_topic_goes_from_memory_and_feed(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded and ui.app.state.entries)
        await ui.press("t", *"bicycle", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, ForgetBox))
        await ui.shows("Everything about “bicycle”: ")
        await ui.shows("repairing the bicycle")
        shown = ui.app.screen.text.plain
        going = {entry.id for entry in ui.app.state.entries if entry.text in shown}
        staying = {entry.id for entry in ui.app.state.entries} - going
        assert "1 suggestion" in shown and len(going) == 1
        await ui.press("y")
        await ui.until(lambda: not kept(lived, query="bicycle", by="word"))
        await ui.until(lambda: {entry.id for entry in ui.app.state.entries} == staying)
        assert ui.app.state.link.condition == "ready"
        assert {row["text"] for row in kept(lived, kind="action")} == {"baking rye bread", "writing a letter to Ana"}


async def test_a_span_is_forgotten(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        await ui.press("s", *"yesterday", "enter")
        await ui.shows("there is nothing to forget")
        await ui.press("s", *"08:00 to 08:12", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, ForgetBox))
        await ui.press("y")
        await ui.until(lambda: "baking rye bread" not in {row["text"] for row in kept(lived)})
        assert "repairing the bicycle" in {row["text"] for row in kept(lived)}


async def test_export_holds_everything_and_is_private(lived, running, tmp_path) -> None:
    target = tmp_path / "mine.json"
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        await ui.press("w", "ctrl+u", *str(target), "enter")
        await ui.until(target.exists)
        found = json.loads(target.read_text())
        assert {memory["text"] for memory in found["memories"]} == {row["text"] for row in kept(lived)}
        assert found["feed"] and found["feedback"] and target.stat().st_mode & 0o777 == 0o600
        await ui.press("w", "ctrl+u", *str(target), "enter")
        await ui.shows("there is a file already")


async def test_private_mode_keeps_nothing(lived, running) -> None:
    async with running(lived, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        before = len(kept(lived))
        await ui.press("v")
        await ui.shows("private: no record is kept")
        lived.live(10, "writing in the diary")
        assert len(kept(lived)) == before
        await ui.press("v")
        await ui.until(lambda: not lived.core.status().private)


async def test_older_memories_are_loaded_on_the_way_down(served, running) -> None:
    for number in range(130):
        served.live(2.5, f"activity number {number}")
    async with running(served, first="memory") as ui:
        await ui.until(lambda: ui.page.loaded)
        assert len(ui.page.rows) < ui.page.total
        while len(ui.page.rows) < ui.page.total:
            await ui.press("end")
            await ui.pilot.pause(0.05)
        assert ui.find(MemoryList).option_count == ui.page.total == len({row.id for row in ui.page.rows})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday", ("2026-03-03T04:00:00+00:00", "2026-03-04T04:00:00+00:00")),
        ("2026-02-27", ("2026-02-27T04:00:00+00:00", "2026-02-28T04:00:00+00:00")),
        ("fri 27 feb", ("2026-02-27T04:00:00+00:00", "2026-02-28T04:00:00+00:00")),
        ("Fri 27 Feb 9:00 to 28 Feb", ("2026-02-27T09:00:00+00:00", "2026-03-01T04:00:00+00:00")),
        ("last 2 h", ("2026-03-04T12:30:00+00:00", "2026-03-04T14:30:00+00:00")),
        ("last 3 days", ("2026-03-02T04:00:00+00:00", "2026-03-05T04:00:00+00:00")),
        ("9:00 to 11:30", ("2026-03-04T09:00:00+00:00", "2026-03-04T11:30:00+00:00")),
        ("yesterday 22:00 to today", ("2026-03-03T22:00:00+00:00", "2026-03-05T04:00:00+00:00")),
        ("9:00", None),
        ("11:30 to 9:00", None),
        ("some time ago", None),
        ("2026-02-30", None),
    ],
)
def test_spans(text, expected) -> None:
    assert parse_span(text, NOW) == expected


def test_days() -> None:
    assert [parse_day(text, NOW) for text in ("", "today", "2026-02-28", "2026-2-31", "soon")] == [
        "",
        "2026-03-04",
        "2026-02-28",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon 2 Mar", "2026-03-02"),
        ("2 March", "2026-03-02"),
        ("23 Nov", "2025-11-23"),
        ("Sun 23 Nov 2025", "2025-11-23"),
        ("29 Feb 2024", "2024-02-29"),
        ("2 Foo", None),
    ],
)
def test_a_day_is_typed_as_it_is_shown(text, expected) -> None:
    assert parse_day(text, NOW) == expected


def test_every_day_that_the_screen_names_is_understood() -> None:
    for days in range(0, 400, 3):
        day = NOW - timedelta(days=days)
        assert parse_day(day_name(day, NOW), NOW) == f"{day:%Y-%m-%d}"


def test_an_export_that_fails_leaves_nothing(tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_export(tmp_path / "missing" / "mine.json", {"memories": []})
    assert list(tmp_path.iterdir()) == []
