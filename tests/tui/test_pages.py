"""Why, Settings and the first start on the real core."""

from __future__ import annotations

from edge_assistant.config import load_settings
from tui.live.feed import Feed
from tui.settings.screen import SettingsList
from tui.setup.screen import Answers, SetupScreen
from tui.why.screen import WhyScreen


async def test_why_explains_the_marked_suggestion_and_those_before(served, running) -> None:
    served.live(20)
    first, second = served.suggest(), served.suggest()
    async with running(served) as ui:
        await ui.until(lambda: ui.find(Feed).marked is not None)
        await ui.press("w")
        await ui.until(lambda: isinstance(ui.page, WhyScreen))
        await ui.shows("% welcome, speaks from")
        assert second.text[:40] in ui.text()
        await ui.press("left")
        await ui.shows(first.text[:40])
        await ui.press("s")
        await ui.shows("Why I am silent now")
        await ui.press("escape")
        await ui.until(lambda: ui.app.page.NAME == "live")


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
        await ui.until(lambda: served.core.body.settings.presence.level == "rare")
        assert load_settings().presence.level == "rare"
        await ui.shows("‹ rare ›")
        await ui.press("d")
        await ui.until(lambda: load_settings().presence.level == "normal")


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


async def test_the_first_start_asks_and_its_answers_teach(serve, running) -> None:
    served = serve(setup_done=False)
    before = served.core.body.assistant.learner.get_arrays()
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen) and bool(ui.app.screen.steps))
        names = [step.name for step in ui.app.screen.steps]
        while (step := ui.app.screen.step) is not None:
            if step.name == "level":
                await ui.until(lambda: ui.app.screen.query_one(Answers).option_count == 4)
                await ui.press("home", "down")
            if step.name == "dislikes":
                await ui.press("space", "down", "space")
            if step.name == "likes":
                await ui.press("space", "down", "space", "down", "space")
                assert len(ui.app.screen.chosen["likes"]) == 3
                await ui.press("w", *"orchids, old records")
                assert ui.app.screen.words["likes"] == ["orchids", "old records"]
                assert len(ui.app.screen.chosen["likes"]) == 1
            await ui.press("enter")
        assert names[0] == "welcome" and {"level", "manner", "likes", "dislikes"} <= set(names)
        await ui.shows("That is all")
        await ui.shows("orchids; old records")
        await ui.press("enter")
        await ui.until(lambda: ui.app.page is ui.app.screen)
        assert served.core.body.presence.setup_done
        assert load_settings().presence.level == "rare"
        after = served.core.body.assistant.learner.get_arrays()
        assert any((before[name] != after[name]).any() for name in before if before[name].shape == after[name].shape)


async def test_the_first_start_can_be_skipped_as_a_whole(serve, running) -> None:
    served = serve(setup_done=False)
    async with running(served) as ui:
        await ui.until(lambda: isinstance(ui.app.screen, SetupScreen))
        await ui.press("escape")
        await ui.until(lambda: served.core.body.presence.setup_done)
        await ui.until(lambda: ui.app.page is ui.app.screen)
        assert load_settings().presence.level == "normal"
