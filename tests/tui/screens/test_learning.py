"""The Learning screen on the real core: series of days, corrections that reach the learner, training, adapters."""

from __future__ import annotations

import pytest

from edge_assistant.service.rpc.learning_values import AdapterView, Belief, DaySeries, Learning
from edge_assistant.service.rpc.protocol import Training
from tui.screens.learning.screen import BeliefList
from tui.screens.learning.words import (
    adapters_content,
    belief_content,
    days_content,
    parse_number,
    sure_words,
    training_content,
)
from tui.widgets.prompt import PromptBar

DAYS = tuple(
    DaySeries(f"2026-03-{number:02}", 4, 3, 15.0, 0.27, number / 40 if number % 3 else None, 0.5, 0.9, 1.0, 0.75)
    for number in range(1, 31)
)
LEAST = Belief("gaps.least", "You want at least 60 minutes between two.", "gaps", "number", 60, 5, 480, "minutes")


async def to_belief(ui, name: str) -> None:
    """Move the mark to a belief with the keyboard."""
    await ui.until(lambda: name in ui.page.beliefs)
    for _ in range(len(ui.page.beliefs)):
        if ui.find(BeliefList).marked == name:
            return
        await ui.press("down")
    raise AssertionError(f"{name} cannot be reached")


async def test_beliefs_and_days_are_shown(served, running) -> None:
    served.live(30)
    served.suggest()
    async with running(served, (160, 48), first="learning") as ui:
        await ui.until(lambda: ui.page.learning is not None)
        learning = Learning.from_dict(served.core.call("learning"))
        await ui.shows(learning.beliefs[0].sentence[:40])
        await ui.shows("Good and bad hours")
        assert "not too often" in ui.text()
        assert learning.days[-1].suggestions >= 0 and "1 day," in ui.text()


async def test_a_number_is_corrected_and_counts(served, running) -> None:
    served.live(10)
    before = next(b for b in served.core.call("learning")["beliefs"] if b["id"] == "gaps.least")["value"]
    wanted = 200 if before < 100 else 30
    async with running(served, first="learning") as ui:
        await to_belief(ui, "gaps.least")
        await ui.press("enter", "ctrl+u", *"9999", "enter")
        await ui.shows("type 5 to 480 minutes")
        await ui.press("enter", "ctrl+u", *str(wanted), "enter")
        await ui.until(lambda: ui.page.beliefs["gaps.least"].corrected)
        after = ui.page.beliefs["gaps.least"].value
        assert abs(after - wanted) < abs(before - wanted)
        await ui.shows("you said so")


async def test_no_means_the_opposite_and_esc_nothing(served, running) -> None:
    served.live(10)
    async with running(served, first="learning") as ui:
        await ui.until(lambda: ui.page.beliefs)
        belief = next(one for one in ui.page.beliefs.values() if one.group == "hours")
        await to_belief(ui, belief.id)
        await ui.press("enter", "escape")
        assert not ui.find(PromptBar).is_open and not ui.page.beliefs[belief.id].corrected
        await ui.press("enter", "n")
        await ui.until(lambda: ui.page.beliefs[belief.id].corrected)
        assert ui.page.beliefs[belief.id].value is not belief.value


async def test_a_choice_is_made_with_a_digit(served, running) -> None:
    served.live(10)
    async with running(served, first="learning") as ui:
        await to_belief(ui, "manner.length")
        place = ui.page.beliefs["manner.length"].choices.index("long") + 1
        await ui.press("enter", str(place))
        await ui.until(lambda: ui.page.beliefs["manner.length"].value == "long")


async def test_keys_that_come_fast_act_on_the_belief_that_is_marked(served, running) -> None:
    served.live(10)
    async with running(served, first="learning") as ui:
        await ui.until(lambda: len(ui.page.beliefs) > 3)
        listing = ui.find(BeliefList)
        listing.action_cursor_down()
        listing.action_cursor_down()
        ui.page.action_correct()
        await ui.shows(list(ui.page.beliefs.values())[2].sentence)


async def test_the_marked_belief_is_read_to_its_end(served, running) -> None:
    served.live(10)
    async with running(served, first="learning") as ui:
        await ui.until(lambda: len(ui.page.beliefs) > 3)
        name = max(ui.page.beliefs, key=lambda one: len(ui.page.beliefs[one].sentence))
        await to_belief(ui, name)
        words = ui.page.beliefs[name].sentence.split()
        assert " ".join(words) not in ui.text(), "it is too long for one line"
        await ui.until(lambda: all(word in ui.text() for word in words))


class SlowTrainer:
    """A trainer that stands at a quarter, and only knows whether it is held up."""

    def __init__(self) -> None:
        self.held = False

    def view(self) -> Training:
        return Training("paused" if self.held else "running", 30, 120, 0.42)

    def pause(self) -> None:
        self.held = True

    def resume(self) -> None:
        self.held = False


async def test_training_is_paused_and_goes_on(served, running) -> None:
    served.live(10)
    served.core.trainer = trainer = SlowTrainer()
    async with running(served, first="learning") as ui:
        await ui.until(lambda: ui.page.learning is not None)
        await ui.shows("25 %, step 30 of 120, loss 0.42")
        await ui.press("t")
        await ui.until(lambda: trainer.held and ui.page.training.state == "paused")
        await ui.press("t")
        await ui.until(lambda: not trainer.held and ui.page.training.state == "running")
        await ui.press("r")
        await ui.shows("no adapter is in use")


async def test_a_refusal_is_shown(served, running) -> None:
    served.live(10)
    async with running(served, first="learning") as ui:
        await ui.until(lambda: ui.page.learning is not None)
        await ui.press("t")
        await ui.shows("nothing is trained by this process")


@pytest.mark.parametrize("width", [40, 76, 116])
def test_days_stand_side_by_side_and_unknown_ones_stay_empty(width: int) -> None:
    said, accepted, *others = days_content(DAYS, width).plain.splitlines()
    assert len(others) == 4 and all(len(line) <= width for line in (said, accepted, *others))
    assert said.startswith("an hour       █") and said.endswith("0.3")
    assert accepted[14:].count(" ") > said[14:].count(" "), "of some days nothing is known"
    assert days_content((), width).plain.count("–") == 6


@pytest.mark.parametrize(
    ("text", "expected"), [("60", 60.0), (" 7,5 ", 7.5), ("4", None), ("481", None), ("many", None)]
)
def test_numbers_within_their_limits(text, expected) -> None:
    assert parse_number(LEAST, text) == expected


def test_words_of_certainty_fit_beside_the_sentence() -> None:
    assert sure_words(LEAST) == "a guess"
    line = belief_content(LEAST, True, 60)
    assert line.cell_length == 60 and line.plain.startswith("▸ You want") and line.plain.endswith("a guess")


def test_the_marked_sentence_takes_the_lines_that_it_needs() -> None:
    lines = belief_content(LEAST, True, 40).plain.splitlines()
    assert len(lines) == 2 and lines[0].endswith("a guess")
    assert " ".join("".join(lines).replace("▸", "").replace("a guess", "").split()) == LEAST.sentence
    assert belief_content(LEAST, False, 40).plain.count("\n") == 0


def test_training_and_adapters_in_words() -> None:
    running = training_content(Training("running", 30, 120, 0.42, "night"), 70).plain
    assert "25 %, step 30 of 120" in running and "loss 0.42" in running
    assert "━" not in training_content(Training("idle"), 70).plain
    versions = [AdapterView(f"v{number}", None, "former", {"won": 0.61}) for number in range(4)]
    text = adapters_content([AdapterView("v9", None, "current", {}, "tried on 40"), *versions], None, 2).plain
    assert "● v9  in use" in text and "won 0.61" in text and "and 3 older" in text
