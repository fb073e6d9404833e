"""The Mine screen in the real app on the real core."""

from __future__ import annotations

from tui.screens.mine.screen import EMPTY


def texts(served) -> list[str]:
    return [thing["text"] for thing in served.core.call("mine.list")["things"]]


async def test_things_are_added_changed_done_and_removed(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("7")
        await ui.shows(EMPTY[:20])
        await ui.press("a", *"buy milk tomorrow", "enter")
        await ui.shows("due tomorrow")
        await ui.press("a", *"my goal is to run 10 km by June", "enter")
        await ui.shows("run 10 km")
        await ui.press("t", *"none", "enter")
        await ui.shows("Without a day")
        await ui.press("down", "s", *"buy shoes", "enter")
        await ui.shows("step of 'run 10 km'")
        assert texts(served) == ["run 10 km", "buy milk", "buy shoes"]
        await ui.press("up", "up", "f")
        await ui.until(lambda: len(texts(served)) == 2)
        await ui.press("x", "y")
        await ui.until(lambda: len(texts(served)) == 1)


async def test_a_sentence_in_the_input_line_and_a_key_in_the_feed(served, running) -> None:
    served.live(10)
    async with running(served) as ui:
        await ui.press("i", *"todo: repaint the garden bench today", "enter")
        await ui.until(lambda: texts(served) == ["repaint the garden bench"])
        await ui.shows("On your list")
        said = [entry for entry in served.live(300) if entry.idea.startswith("own-")]
        assert said
        await ui.press("escape")
        await ui.shows("done already")
        await ui.press("f")
        await ui.until(lambda: texts(served) == [])
    assert served.entry(said[0].id).outcome == "done"


async def test_steps_that_the_model_sees_are_kept_when_they_are_confirmed(served, running) -> None:
    served.live(10)
    served.core.call("mine.add", {"text": "run 10 km", "kind": "goal"})
    served.core.methods["mine.steps"] = lambda which: {"goal": 1, "steps": ["buy shoes", "run a mile"]}
    async with running(served) as ui:
        await ui.press("7")
        await ui.shows("run 10 km")
        await ui.press("n")
        await ui.shows("run a mile")
        await ui.press("1", "enter")
        await ui.until(lambda: sorted(texts(served)) == ["run 10 km", "run a mile"])
