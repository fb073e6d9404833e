"""The Live screen while something is on its way or went wrong: marks that stay, lines to mend, no assistant."""

from __future__ import annotations

import asyncio
from datetime import datetime

from rich.cells import cell_len

from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.service.rpc.protocol import Entry
from tui.app import AssistantApp
from tui.screens.live.conversation import Conversation
from tui.screens.live.feed import INDENT, FeedList
from tui.widgets.prompt import PromptBar, PromptLine

NOW = datetime(2026, 11, 24, 14, 30)


async def test_a_new_suggestion_leaves_the_mark_where_somebody_put_it(served, running) -> None:
    served.live(10)
    first = served.suggest()
    served.suggest()
    async with running(served) as ui:
        await ui.until(lambda: len(ui.app.state.entries) >= 2)
        await ui.press("down")
        assert ui.find(FeedList).marked == first.id
        new = await asyncio.to_thread(served.suggest)
        await ui.until(lambda: new.id in ui.find(FeedList).entries)
        assert ui.find(FeedList).marked == first.id
        await ui.press("home")
        assert ui.find(FeedList).marked == new.id


async def test_what_is_marked_stays_in_sight_in_a_smaller_window(served, running) -> None:
    served.live(10)
    for _ in range(12):
        served.suggest()
    async with running(served, size=(80, 40)) as ui:
        await ui.until(lambda: len(ui.app.state.entries) >= 12)
        await ui.press(*["down"] * 6)
        for size in ((80, 18), (60, 24)):
            await ui.pilot.resize_terminal(*size)
            await ui.until(lambda size=size: ui.app.size == size)
            await ui.until(lambda: "▸" in ui.text())


async def test_one_suggestion_is_looked_for_at_a_time(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        before = len(ui.app.state.entries)
        with served.core.service.lock:  # nothing is answered now
            await ui.press("s", "s", "s")
            await ui.shows("looking for a suggestion…")
        await ui.until(lambda: len(ui.app.state.entries) == before + 1)
        await ui.until(lambda: not ui.app.busy)
        assert len(ui.app.state.entries) == before + 1
        await ui.press("s")
        await ui.until(lambda: len(ui.app.state.entries) == before + 2)


async def test_a_wrong_time_stays_to_be_mended(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("a", "t", *"25:00", "enter")
        await ui.shows("'25:00' is not a time")
        assert ui.find(PromptBar).is_open and ui.find(PromptLine).value == "25:00"
        await ui.press("home", "delete", "delete", *"20", "enter")
        await ui.until(lambda: served.entry(entry.id).remind_at is not None)
        assert not ui.find(PromptBar).is_open


async def test_a_wording_that_is_too_long_stays_to_be_mended(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("e")
        ui.find(PromptLine).value = "walk " * 100
        await ui.press("enter")
        await ui.shows("characters are too many; at most 400")
        assert ui.find(PromptLine).value == "walk " * 100
        await ui.press("end", "ctrl+u", *"walk?", "enter")
        await ui.until(lambda: served.entry(entry.id).text == "walk?")


async def test_where_no_assistant_runs_the_screen_says_so_and_a_question_can_be_cancelled(own_folders) -> None:
    app = AssistantApp(own_folders, None, "dark")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:

        async def until(true) -> None:
            async with asyncio.timeout(20):
                while not true():
                    await pilot.pause(0.02)

        def screen() -> str:
            strips = app.screen._compositor.render_strips()
            return "\n".join("".join(segment.text for segment in strip) for strip in strips)

        await until(lambda: "No assistant is running here" in screen())
        assert "starting" not in screen()
        await pilot.press("s")
        await until(lambda: "no assistant is running" in screen())
        await pilot.press("i", *"why?", "enter")
        await until(lambda: "waiting for the assistant" in screen())
        await pilot.press("escape")
        await until(lambda: "cancelled" in screen() and not app.busy)
        assert not app.screen.query_one(Conversation).ask


async def test_a_long_answer_is_read_from_its_question_on(served, running) -> None:
    served.live(10)
    answer = "\n".join(f"line {number} of what there is to say" for number in range(40))
    served.core.service.model.written_by = StandInModel(answers={"slow": answer})
    async with running(served) as ui:
        await ui.press("i", *"slow letter writing?", "enter")
        await ui.until(lambda: ui.find(Conversation).shown and not ui.find(Conversation).ask)
        await ui.shows("you  slow letter writing?")
        await ui.shows("PgUp PgDn scroll")
        await ui.press("pagedown")
        await ui.until(lambda: "you  slow letter writing?" not in ui.text())


async def test_the_other_screens_are_named_while_paused_where_there_is_room(served, running) -> None:
    served.live(10)
    async with running(served, size=(120, 24)) as ui:
        await ui.press("i", *"/pause 2 h", "enter")
        await ui.until(lambda: ui.app.state.status.state == "paused")
        await ui.until(lambda: "paused until" in ui.text().splitlines()[0])
        assert "6 Settings" in ui.text().splitlines()[0]


async def test_wide_characters_keep_the_indent(served, running) -> None:
    async with running(served, size=(60, 24)) as ui:
        feed = ui.find(FeedList)
        feed.fill([Entry("s1", "🎸🎹🥁 play " * 12, NOW)], NOW)
        await ui.pilot.pause()
        lines = str(feed.options[0].prompt).splitlines()
        assert len(lines) > 2
        assert all(cell_len(line) <= feed.size.width - 3 for line in lines)
        assert all(line.startswith(" " * INDENT) for line in lines[1:])


async def test_a_key_is_told_from_what_it_answers(served, running) -> None:
    served.live(10)
    served.suggest()
    async with running(served) as ui:
        await ui.press("l")
        await ui.shows("1: 15 min")
        await ui.press("escape", "r")
        await ui.shows("digits change the boxes")
        await ui.shows("4: [x] well worded")
