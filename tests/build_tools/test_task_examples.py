"""What the task adapter learns from: kept styles, surviving ideas, and a split that holds."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.composer.ability_tasks import TASKS
from edge_assistant.composer.composer import accepts
from edge_assistant.composer.prompts import NO_RECOMMENDATION, sentence_prompt
from task_adapter.examples import COUNTS, data_hash, make_examples, told
from task_adapter.sentence_examples import doing, gerund, teach
from task_adapter.sources import load_sources

SMALL = {"sentence": 60, "activity": 8, "reason": 8, "hour": 8, "silence": 4}


@pytest.fixture(scope="module")
def examples():
    return make_examples(3, SMALL)


def test_there_are_enough_examples_and_sentences_are_the_bulk() -> None:
    assert sum(COUNTS.values()) >= 4000
    assert COUNTS["sentence"] > 0.8 * sum(COUNTS.values())


def test_the_split_shares_no_idea_activity_or_style() -> None:
    sources = load_sources()
    for name in ("activities", "styles"):
        assert not set(getattr(sources.train, name)) & set(getattr(sources.held_out, name)), name
    taught, kept = ({idea.text for idea in part.ideas} for part in (sources.train, sources.held_out))
    assert not taught & kept
    assert not taught & {task.idea for task in TASKS}
    assert len(taught) > 4000 and len(kept) >= 100 and len(sources.held_out.styles) == 12


def test_every_value_of_a_style_is_taught_although_some_styles_are_held_out() -> None:
    taught = load_sources().train.styles
    for aspect, count in (("length", 2), ("formality", 2), ("directness", 3), ("warmth", 2), ("emoji", 2)):
        assert len({getattr(style, aspect) for style in taught}) == count


def test_taught_sentences_keep_style_and_idea() -> None:
    part = load_sources().train
    rng = np.random.default_rng(5)
    made = 0
    for number in range(84):
        idea, style = part.ideas[int(rng.integers(len(part.ideas)))], part.styles[number]
        text = teach(idea, style, "making lunch", rng)
        if text:  # '' only where the idea is too long to be short
            made += 1
            assert accepts(text, idea, style), (text, style)
        else:
            assert style.length == "short", (idea.text, style)
    assert made > 70


def test_examples_are_the_same_for_a_seed_and_differ_between_seeds(examples) -> None:
    assert data_hash(make_examples(3, SMALL)) == data_hash(examples)
    assert data_hash(make_examples(4, SMALL)) != data_hash(examples)
    assert {task: sum(e.task == task for e in examples) for task in SMALL} == SMALL


def test_without_an_idea_the_answer_is_silence(examples) -> None:
    silent = [example for example in examples if "Idea: none" in example.user]
    assert len(silent) == SMALL["silence"]
    assert {example.answer for example in silent} == {NO_RECOMMENDATION}


def test_prompts_are_those_of_serving(examples) -> None:
    part = load_sources().train
    asked = {
        sentence_prompt(idea.text, activity, style).user
        for example in examples[:20]
        if example.task == "sentence"
        for idea in part.ideas
        if f"Idea: {idea.text}" == example.user.splitlines()[1]
        for style in part.styles
        for activity in [example.user.splitlines()[0].removeprefix("Activity: ")]
    }
    assert all(example.user in asked for example in examples[:20] if example.task == "sentence")


@pytest.mark.parametrize(
    ("idea", "said"),
    [
        ("sit by the river", "sitting by the river"),
        ("bake a loaf of rye bread", "baking a loaf of rye bread"),
        ("lie down for ten minutes", "lying down for ten minutes"),
        ("dye a shirt", "dyeing a shirt"),
        ("see the exhibition", "seeing the exhibition"),
        ("boil two eggs and call a friend", ""),
        ("draw a fox, then colour it", "drawing a fox, then colour it"),
        ("ring a friend and fix a date", ""),
    ],
)
def test_ideas_in_their_ing_form(idea: str, said: str) -> None:
    assert doing(idea) == said or (said and doing(idea) == "")


def test_verbs_that_double_their_last_letter() -> None:
    assert [gerund(verb) for verb in ("stir", "cook", "plan", "open", "write")] == [
        "stirring",
        "cooking",
        "planning",
        "opening",
        "writing",
    ]


def test_an_hour_in_one_line() -> None:
    assert told([("making lunch", 20), ("reading mail", 40)], [("boil two eggs", "accepted"), ("sing", "ignored")]) == (
        "Mostly reading mail, also making lunch; accepted: boil two eggs, one suggestion not taken."
    )
    assert told([("reading mail", 60)], []) == "Reading mail."
