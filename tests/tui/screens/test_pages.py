"""Why, Settings and the first start on the real core."""

from __future__ import annotations

from edge_assistant.config import load_settings
from tui.screens.live.feed import FeedList
from tui.screens.live.input_line import TypedLine
from tui.screens.settings.screen import SettingsList
from tui.screens.settings.values import label
from tui.screens.setup.screen import Answers, SetupScreen
from tui.screens.why.screen import WhyScreen


async def test_why_explains_the_marked_suggestion_and_those_before(served, running) -> None:
    served.live(20)
    first, second = served.suggest(), served.suggest()
    async with running(served) as ui:
        await ui.until(lambda: bool(ui.find(FeedList).marked))
        await ui.press("w")
        await ui.until(lambda: isinstance(ui.page, WhyScreen))
        await ui.shows("% welcome, needs")
        assert second.text[:40] in ui.text()
        await ui.press("left")
        await ui.shows(first.text[:40])
        await ui.press("s")
        await ui.shows("Why I am silent now")
        await ui.press("escape")
        await ui.until(lambda: ui.app.page.NAME == "live")


async def test_the_key_of_why_explains_what_is_marked_not_what_was_looked_at_before(served, running) -> None:
    served.live(20)
    first, second = served.suggest(), served.suggest()
    async with running(served) as ui:
        await ui.until(lambda: bool(ui.find(FeedList).marked))
        await ui.press("w")
        await ui.shows(second.text[:40])
        await ui.until(lambda: isinstance(ui.page, WhyScreen))
        await ui.press("escape")
        await ui.until(lambda: ui.app.page.NAME == "live")
        await ui.press("down", "2")
        await ui.until(lambda: isinstance(ui.page, WhyScreen))
        await ui.until(lambda: ui.app.chosen == first.id)
        await ui.shows(first.text[:40])


async def mark(ui, key: str) -> None:
    """Go down to a setting."""
    await ui.until(lambda: ui.find(SettingsList).option_count > 5)
    listing = ui.find(SettingsList)
    while listing.highlighted_option.id != key:
        await ui.press("down")


async def test_a_setting_is_changed_in_place_and_written(served, running) -> None:
    async with running(served, first="settings") as ui:
        await mark(ui, "presence.level")
        await ui.press("left")
        await ui.until(lambda: served.core.service.settings.presence.level == "rare")
        assert load_settings().presence.level == "rare"
        await ui.shows("‹ rare ›")
        await ui.press("d")
        await ui.until(lambda: load_settings().presence.level == "normal")


async def test_keys_that_come_fast_act_on_the_setting_that_is_marked(served, running) -> None:
    async with running(served, first="settings") as ui:
        await mark(ui, "presence.level")
        await ui.pilot.pause()
        listing = ui.find(SettingsList)
        before = load_settings().limits.least_gap
        listing.action_cursor_down()
        assert listing.highlighted_option.id == "limits.least_gap"
        ui.page.action_step(1)
        await ui.until(lambda: load_settings().limits.least_gap == before + 1)
        assert load_settings().presence.level == "normal"


async def test_the_marked_setting_stays_in_sight_whatever_its_explanation_takes(served, running) -> None:
    async with running(served, first="settings") as ui:
        await ui.until(lambda: ui.find(SettingsList).option_count > 5)
        for _ in range(len(ui.page.settings)):
            await ui.press("down")
            await ui.until(lambda: f"▸ {label(ui.page.marked)}" in ui.text())


async def test_a_time_is_typed_and_a_wrong_one_refused(served, running) -> None:
    async with running(served, first="settings") as ui:
        await mark(ui, "limits.quiet_from")
        await ui.press("enter", "ctrl+u", *"22:30", "enter")
        await ui.until(lambda: load_settings().limits.quiet_from == 22.5)
        await ui.press("enter", "ctrl+u", *"77", "enter")
        await ui.shows("expected 00:00 to 24:00")
        assert load_settings().limits.quiet_from == 22.5


async def test_topics_are_a_list(served, running) -> None:
    async with running(served, first="settings") as ui:
        await mark(ui, "topics.never")
        await ui.press("enter", *"money, work", "enter")
        await ui.until(lambda: tuple(load_settings().topics.never) == ("money", "work"))
        await ui.shows("money, work")
        assert load_settings().topics.never == ("money", "work")


async def test_the_first_start_asks_and_its_answers_teach(serve, running, monkeypatch) -> None:
    monkeypatch.setattr("tui.app.SETTLE", 0.0)
    served = serve(setup_done=False)
    before = served.core.service.assistant.learner.get_arrays()
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen) and bool(ui.app.screen.steps))
        names = [step.name for step in ui.app.screen.steps]
        while (step := ui.app.screen.step) is not None:
            if step.name == "level":
                await ui.until(lambda: ui.app.screen.query_one(Answers).option_count == 4)
                await ui.press("home", "down")
            if step.name == "group1":
                await ui.press("space", "down", "x")
                assert "[x]" in ui.text() and "[-]" in ui.text()
            if step.name == "pair1":
                await ui.press("home")
            if step.name == "dislikes":
                await ui.press("space", "down", "space")
            if step.name == "likes":
                await ui.press("space", "down", "space", "down", "space")
                assert len(ui.app.screen.chosen["likes"]) == 3
                await ui.press("w", *"orchids, old records")
                assert ui.app.screen.words["likes"] == ["orchids", "old records"]
                assert len(ui.app.screen.chosen["likes"]) == 1
            await ui.press("enter")
        assert names[0] == "welcome" and {
            "level",
            "per_day",
            "repeat_days",
            "likes",
            "dislikes",
            "group12",
            "pair4",
        } <= set(names)
        await ui.shows("That is all")
        await ui.shows("orchids; old records")
        await ui.press("enter")
        await ui.until(lambda: ui.app.page is ui.app.screen)
        assert served.core.service.presence.setup_done
        assert load_settings().presence.level == "rare"
        told = [belief.sentence for belief in served.core.learning().beliefs]
        assert all(f"You {word}" in " ".join(told) for word in ("picked", "struck out", "said that you like orchids"))
        after = served.core.service.assistant.learner.get_arrays()
        assert any((before[name] != after[name]).any() for name in before if before[name].shape == after[name].shape)


async def test_the_first_start_can_be_skipped_as_a_whole(serve, running) -> None:
    served = serve(setup_done=False)
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen))
        await ui.press("escape")
        await ui.until(lambda: served.core.service.presence.setup_done)
        await ui.until(lambda: ui.app.page is ui.app.screen)
        assert load_settings().presence.level == "normal"


async def test_the_answers_of_the_first_start_are_sent_once(serve, running) -> None:
    served = serve(setup_done=False)
    sent = []
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen) and bool(ui.app.screen.steps))
        while ui.app.screen.step is not None:
            await ui.press("enter")
        await ui.shows("That is all")
        call = ui.app.state.link.call

        async def counted(method: str, **parameters):
            sent.append(method)
            return await call(method, **parameters)

        ui.app.state.link.call = counted
        with served.core.service.lock:  # nothing is answered now
            await ui.press("enter", "enter", "left", "enter")
            await ui.shows("one moment: learning")
            assert sent == ["setup.save"]
        await ui.until(lambda: ui.app.page is ui.app.screen)
        assert sent.count("setup.save") == 1 and served.core.service.presence.setup_done


async def test_the_first_start_waits_for_what_is_being_typed(served, running, monkeypatch) -> None:
    monkeypatch.setattr("tui.app.PAUSE", 0.2)
    monkeypatch.setattr("tui.app.SETTLE", 60.0)
    async with running(served) as ui:
        served.core.service.presence.setup_done = False
        await ui.press("i", *"baking")
        await ui.app._meet()
        await ui.pilot.pause(0.5)
        assert ui.app.screen is ui.page and ui.find(TypedLine).value == "baking"
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen) and bool(ui.app.screen.steps))
        assert served.sources.observation.activity == "baking"
        await ui.press("q", "s")
        assert isinstance(ui.app.screen, SetupScreen) and ui.app.is_running and ui.app.screen._place == 0
        await ui.press("enter")
        assert ui.app.screen._place == 1


async def test_a_like_too_many_is_named_as_left_out(serve, running) -> None:
    served = serve(setup_done=False)
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen) and bool(ui.app.screen.steps))
        while ui.app.screen.step.name != "likes":
            await ui.press("enter")
        await ui.pilot.pause(0.8)  # until letters count
        await ui.press("w", *"tea, jazz, owls")
        assert "left out" not in ui.text()
        await ui.press(*", chess")
        await ui.shows("at most 3; left out: chess")
        assert ui.app.screen.words["likes"] == ["tea", "jazz", "owls"]
