"""What a model may do: the tasks tell good answers from bad ones, a verdict is kept, and says where it failed."""

from __future__ import annotations

import pytest

from edge_assistant.composer import capability
from edge_assistant.composer.ability_tasks import ABILITIES, REPEATS, TASKS, steps_of
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.models import cache_directory
from edge_assistant.llm.stand_in import StandInModel

WRITE, ANSWER, PLAN = ABILITIES["write"], ABILITIES["answer"], ABILITIES["plan"]
GOOD = (
    "Your basil on the window sill would love some water.",
    "How about giving your sister a call for ten minutes?",
    "Why not boil two eggs now, so that lunch tomorrow is half done?",
    "When the report is done, a stroll around the block might be nice.",
    "While it downloads, you could tidy one drawer of your desk!",
    "Stretch your shoulders for two minutes before the next mail.",
    "Before bed, jot down three things that went well today.",
    "You could sew that loose button back on your shirt while the radio plays.",
)
RIGHT = (
    "You phoned your sister Ines about the trip.",
    "You watched it with Karim.",
    "It cost 240 euros.",
    "It is blue.",
    "You swam in the lake.",
    "To Lisbon.",
    "I do not know.",
    "I don't know when you last played the piano.",
)


class Writer(StandInModel):
    """Answers the tasks of an ability in order with given texts, and counts how often it was asked."""

    def __init__(self, sentences, ability=WRITE) -> None:
        asked = [task.prompt.user.splitlines()[-2 if ability is WRITE else -1] for task in ability.tasks]
        super().__init__("writer", answers=dict(zip(asked, sentences, strict=True)))
        self.asked = 0

    def generate(self, requests, cancel=None, on_token=None):
        self.asked += 1
        return super().generate(requests, cancel, on_token)


@pytest.mark.parametrize(
    ("ability", "good"),
    [
        (WRITE, GOOD),
        (ANSWER, RIGHT),
        (PLAN, ["1. Run to the park.\n2. Run for ten minutes\n- Buy running shoes"]),
    ],
)
def test_good_answers_pass(ability, good) -> None:
    for task, answer in zip(ability.tasks, good, strict=ability is not PLAN):
        assert task.fault(answer) == ""


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("Water it.", "too short"),
        ("You " + "really " * 30 + "must water the basil.", "too long"),
        ("Water the basil. It is on the window sill.", "more than one sentence"),
        ("Water the basil\nwindow please", "more than one sentence"),
        ("Please water the <basil> at the window", "stray marks"),
        ("Idea: water the basil on the window sill", "stray marks"),
        ("Sure, water the basil on your window sill", "talks about the task"),
        ("I will water the basil at the window", "speaks of itself"),
        ("water the basil water the basil at the window", "repeats itself"),
        ("Why not make some more coffee today?", "loses the idea"),
        ("Water the basil on the window sill.", REPEATS),
    ],
)
def test_each_fault_of_a_sentence_is_found(answer, fault) -> None:
    assert WRITE.tasks[0].fault(answer) == fault


@pytest.mark.parametrize(
    ("place", "answer", "fault"),
    [
        (0, "You phoned Karim.", "does not say what the facts say"),
        (1, "With Karim and Ines.", "says what the facts do not"),
        (6, "Your dentist is Dr. Weber.", "claims to know what no fact says"),
        (7, "On Wednesday at 20:05, I do not know why.", "says what the facts do not"),
        (2, "It cost 240 euros, " + "and so on " * 30, "goes on for too long"),
    ],
)
def test_an_answer_that_the_facts_do_not_give_is_a_fault(place, answer, fault) -> None:
    assert ANSWER.tasks[place].fault(answer) == fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("Run.", "1 steps instead of three to five"),
        ("Run a lap\nRun a lap\nBuy shoes", "says a step twice"),
        ("Run\nJog\nWalk", "a step is no short line"),
        ("Buy a cake\nBake some bread\nEat it all", "the steps are about something else"),
    ],
)
def test_steps_that_are_none_are_a_fault(answer, fault) -> None:
    assert PLAN.tasks[0].fault(answer) == fault


def test_steps_lose_their_numbers() -> None:
    assert steps_of("1. Buy shoes.\n\n2) Step 2: run a lap\n- rest") == ["Buy shoes", "run a lap", "rest"]


def test_who_rewords_may_write_who_merely_repeats_everything_may_not() -> None:
    verdict = capability.measure(Writer(GOOD), WRITE)
    assert verdict.able and verdict.passed == len(TASKS) and verdict.told() == "yes, 8 of 8 tasks right"
    bad = [*GOOD[: WRITE.needed - 1], *["no idea at all"] * (len(TASKS) - WRITE.needed + 1)]
    refused = capability.measure(Writer(bad), WRITE)
    assert not refused.able
    assert refused.told() == (
        "no, 5 of 8 tasks right, 6 needed; asked 'stretch your shoulders for two minutes' it said 'no idea at all': "
        "loses the idea"
    )
    repeating = [task.idea for task in TASKS]
    assert capability.measure(Writer([*GOOD[:4], *repeating[4:]]), WRITE).able
    assert not capability.measure(Writer([*GOOD[:3], *repeating[3:]]), WRITE).able


def test_who_answers_rightly_may_answer() -> None:
    assert capability.measure(Writer(RIGHT, ANSWER), ANSWER).able
    assert not capability.measure(Writer(["It was blue."] * 8, ANSWER), ANSWER).able


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(tmp_path))
    return tmp_path / "capabilities"


def test_a_verdict_is_measured_once_and_kept_by_hash_and_adapter(kept) -> None:
    model = Writer(GOOD)
    first = capability.load_or_measure(model)
    assert capability.load_or_measure(model) == first
    assert model.asked == 1
    capability.load_or_measure(model, adapter="abc@1")
    assert model.asked == 2
    assert len(list(kept.iterdir())) == 2


def test_damaged_and_outdated_verdicts_are_measured_again(kept) -> None:
    model = Writer(GOOD)
    capability.load_or_measure(model)
    (file,) = kept.iterdir()
    whole = file.read_text()
    for damaged in (whole[:40], whole.replace('"version": 3', '"version": 0'), "[]", whole.replace('"answers"', '"x"')):
        assert damaged != whole
        file.write_text(damaged)
        asked = model.asked
        assert capability.load_or_measure(model).able
        assert model.asked == asked + 1


def test_a_small_model_is_told_to_be_too_small_and_a_larger_one_is_tried() -> None:
    model = Writer(GOOD)
    capability.examine(model, 90_000_000)
    told = {one["name"]: one for one in capability.abilities(model)}
    assert told["write"]["able"] and "too small" in told["answer"]["detail"] and not told["plan"]["able"]
    capability.examine(model, 900_000_000)
    told = {one["name"]: one for one in capability.abilities(model)}
    assert "tasks right" in told["answer"]["detail"]
    assert capability.abilities_told(model.sha256) == list(told.values())


@pytest.mark.model
def test_the_packaged_model_can_only_choose() -> None:
    with LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, examiner=capability.can_write) as engine:
        assert not engine.can_write
        kept = capability.load_or_measure(engine)
    assert not kept.able
    assert all(kept.answers)
    assert (cache_directory() / "capabilities" / f"{engine.sha256}.json").is_file()
