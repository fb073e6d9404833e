from __future__ import annotations

import pytest

from edge_assistant.composer import capability
from edge_assistant.composer.capability import TASKS, find_fault
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.models import cache_directory
from edge_assistant.llm.stand_in import StandInModel

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


class Writer(StandInModel):
    """Answers the tasks in order with given sentences, and counts how often it was asked."""

    def __init__(self, sentences) -> None:
        super().__init__("writer", answers={task.idea: text for task, text in zip(TASKS, sentences, strict=True)})
        self.asked = 0

    def generate(self, requests, cancel=None, on_token=None):
        self.asked += 1
        return super().generate(requests, cancel, on_token)


@pytest.mark.parametrize(("task", "sentence"), list(zip(TASKS, GOOD, strict=True)))
def test_good_sentences_pass(task, sentence) -> None:
    assert find_fault(task, sentence) == ""


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
        ("Water the basil on the window sill.", "only repeats the idea"),
    ],
)
def test_each_fault_is_found(answer, fault) -> None:
    assert find_fault(TASKS[0], answer) == fault


def test_a_model_that_rewords_may_write_and_one_that_cannot_may_not() -> None:
    verdict = capability.measure(Writer(GOOD))
    assert verdict.can_write and verdict.passed == len(TASKS) and not any(verdict.faults)
    bad = [*GOOD[: capability.NEEDED - 1], *["no idea at all"] * (len(TASKS) - capability.NEEDED + 1)]
    assert not capability.measure(Writer(bad)).can_write
    assert capability.measure(Writer([*GOOD[: capability.NEEDED], "no", "no"])).can_write


def test_a_verdict_is_measured_once_and_kept_by_hash_and_adapter(tmp_path) -> None:
    model = Writer(GOOD)
    first = capability.load_or_measure(model, directory=tmp_path)
    assert capability.load_or_measure(model, directory=tmp_path) == first
    assert model.asked == 1
    capability.load_or_measure(model, adapter="abc@1", directory=tmp_path)
    assert model.asked == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_damaged_and_outdated_verdicts_are_measured_again(tmp_path) -> None:
    model = Writer(GOOD)
    capability.load_or_measure(model, directory=tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_text()
    for damaged in (whole[:40], whole.replace('"version": 2', '"version": 0'), "[]", whole.replace('"answers"', '"x"')):
        assert damaged != whole
        file.write_text(damaged)
        asked = model.asked
        assert capability.load_or_measure(model, directory=tmp_path).can_write
        assert model.asked == asked + 1


@pytest.mark.model
def test_the_packaged_model_can_only_choose() -> None:
    with LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, examiner=capability.can_write) as engine:
        assert not engine.can_write
        kept = capability.load_or_measure(engine)
    assert kept.passed < capability.NEEDED
    assert all(kept.answers)
    assert (cache_directory() / "capabilities" / f"{engine.sha256}.json").is_file()
