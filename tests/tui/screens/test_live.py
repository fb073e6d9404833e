"""The Live screen on the real core: what is shown, and that each key reaches the store."""

from __future__ import annotations

import asyncio

import pytest

from edge_assistant.service.rpc.protocol import Status
from tui.screens.live.conversation import Conversation
from tui.screens.live.feed import FeedList
from tui.screens.live.input_line import TypedLine
from tui.screens.live.now_panel import NowPanel
from tui.widgets.hints import Hints
from tui.widgets.prompt import PromptBar


async def test_the_present_and_the_suggestions_are_shown(served, running) -> None:
    served.live(30)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.shows("writing a letter")
        screen = ui.text()
        assert "Tea with Ana" in screen and "% welcome, needs" in screen
        assert entry.text[:30] in screen and "waiting for your answer" in screen


async def test_a_new_suggestion_arrives_by_itself_and_is_marked(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        entry = await asyncio.to_thread(served.suggest)
        await ui.until(lambda: entry.id in ui.find(FeedList).entries)
        assert ui.find(FeedList).marked == entry.id


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["a"], {"state": "accepted"}),
        (["l", "2"], {"state": "snoozed"}),
        (["d", "b"], {"state": "dismissed", "reason": "timing"}),
        (["d", "o"], {"state": "dismissed", "reason": "frequency"}),
        (["d", "n"], {"state": "dismissed", "reason": "preference"}),
        (["d", "p"], {"state": "dismissed", "reason": "communication"}),
        (["r", "2", "enter"], {"rating": {"preference": 1, "timing": 0, "frequency": 1, "communication": 1}}),
        (["m"], {"liked": True}),
        (["e", *("ctrl+u",), *"tea?", "enter"], {"edited": True, "text": "tea?"}),
        (["a", "y"], {"outcome": "done"}),
        (["a", "n"], {"outcome": "did_not"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
async def test_keys_reach_the_store(served, running, keys, expected) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        for key in keys:
            await ui.press(key)

        def arrived() -> bool:
            stored = served.entry(entry.id)
            return all(getattr(stored, name) == value for name, value in expected.items())

        await ui.until(arrived)


async def test_a_reminder_is_set_for_what_was_accepted(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("a", "t", *"20:00", "enter")
        await ui.until(lambda: served.entry(entry.id).remind_at is not None)
        assert served.entry(entry.id).remind_at.hour == 20
        await ui.shows("reminder at 20:00")
        later = served.suggest()
        await ui.shows(later.text[:20])
        served.clock.set(served.clock.now().replace(hour=20, minute=1))
        await asyncio.to_thread(served.core.due)
        await ui.shows("you wanted to be reminded")
        assert ui.app.state.entries[0].id == entry.id


async def test_a_key_is_shown_before_the_core_has_answered(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        with served.core.service.lock:  # nothing is answered now
            await ui.press("a")
            await ui.pilot.pause()
            assert ui.find(FeedList).entries[entry.id].state == "accepted"
            assert served.core.service.feed.get(entry.id).entry.state == "open"
        await ui.until(lambda: served.entry(entry.id).state == "accepted")


async def test_undo_takes_the_last_answer_back(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("d", "b")
        await ui.until(lambda: served.entry(entry.id).state == "dismissed")
        await ui.until(lambda: bool(ui.app.state.status.undo))
        await ui.press("u")
        await ui.until(lambda: served.entry(entry.id).state == "open")
        await ui.until(lambda: ui.find(FeedList).entries[entry.id].state == "open")


async def test_escape_leaves_a_question_without_an_answer(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("d")
        assert ui.find(PromptBar).is_open
        await ui.press("escape")
        assert not ui.find(PromptBar).is_open
        assert isinstance(ui.app.focused, FeedList)
        assert served.entry(entry.id).state == "open"


async def test_hints_name_only_what_applies(served, running) -> None:
    served.live(10)
    served.suggest()
    async with running(served) as ui:

        def hints() -> str:
            return str(ui.find(Hints).render())

        await ui.until(lambda: "accept" in hints())
        assert "not done" not in hints()
        await ui.press("a")
        await ui.until(lambda: "not done" in hints())
        assert "accept" not in hints()
        await ui.press("i")
        await ui.until(lambda: "send" in hints())
        assert "quit" in hints() and "q quit" not in hints()


async def test_what_is_typed_is_told(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("i", *"baking bread", "enter")
        await ui.until(lambda: served.sources.observation.activity == "baking bread")
        await ui.shows("baking bread")


async def test_a_short_line_answers_the_suggestion_that_waits(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.until(lambda: entry.id in ui.find(FeedList).entries)
        await ui.press("i", *"not for me", "enter")
        await ui.until(lambda: served.entry(entry.id).state == "dismissed")
        assert served.entry(entry.id).reason == "preference"
        await ui.press(*"take it back", "enter")
        await ui.until(lambda: served.entry(entry.id).state == "open")
        assert served.core.status().activity.text == "writing a letter"


async def test_a_question_is_answered_on_the_screen(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("i", *"slow letter writing?", "enter")
        conversation = ui.find(Conversation)
        await ui.until(lambda: conversation.shown and not conversation.ask)
        assert conversation.text.strip() == "one two three four five six"
        await ui.press("escape")
        assert not conversation.shown


async def test_turns_about_a_suggestion_reach_it_and_end_after_three(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        await ui.press("c")
        assert isinstance(ui.app.focused, TypedLine)
        for number, words in enumerate(("why", "shorter", "why not"), 1):
            await ui.press(*words, "enter")
            await ui.until(lambda: ui.find(Conversation).shown and not ui.find(Conversation).ask)
            await ui.until(lambda number=number: ui.page._turns in (number, 0))
        assert set(served.entry(entry.id).turns) == {"why", "shorter"}
        assert ui.page._about == ""


async def test_commands_are_completed_and_done(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("i", *"/lev", "tab")
        assert ui.find(TypedLine).value == "/level "
        await ui.press(*"ra", "tab", "enter")
        await ui.until(lambda: served.core.service.settings.presence.level == "rare")
        await ui.shows("speaks: rare")
        await ui.press(*"/pause 2 h", "enter")
        await ui.until(lambda: ui.app.state.status.state == "paused")
        await ui.shows("paused until")


async def test_a_wrong_command_says_so(served, running) -> None:
    async with running(served) as ui:
        await ui.press("i", *"/later soon", "enter")
        await ui.shows("the form is /later")


async def test_private_mode_is_not_overlooked(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("i", *"/private", "enter")
        await ui.shows("no record is kept")


async def test_without_suggestions_the_screen_says_how_to_get_one(served, running) -> None:
    async with running(served) as ui:
        await ui.shows("No suggestions yet")
        await ui.press("s")
        await ui.until(lambda: bool(ui.app.state.entries))
        await ui.until(lambda: "No suggestions yet" not in ui.text())


async def test_older_suggestions_are_loaded_when_the_end_is_near(served, running, monkeypatch) -> None:
    monkeypatch.setattr("tui.client.state.FEED_LENGTH", 8)
    made = [entry.id for entry in served.live(10)]
    made += [served.suggest().id for _ in range(20 - len(made))]
    async with running(served) as ui:
        assert len(ui.app.state.entries) < 20 and ui.app.state.more_entries
        while (shown := len(ui.app.state.entries)) < 20:
            await ui.press("end")
            await ui.until(lambda shown=shown: len(ui.app.state.entries) > shown)
        assert [entry.id for entry in ui.app.state.entries] == made[::-1]


async def test_the_time_since_an_activity_began_goes_on(served, running) -> None:
    served.live(30)
    async with running(served) as ui:
        panel = ui.find(NowPanel)
        assert "28 min" in str(panel.render())
        served.clock.forward(minutes=10)
        ui.app.state.take_status(Status.from_dict(served.core.call("status")))
        assert "38 min" in str(panel.render())
