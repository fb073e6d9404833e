"""Questions that code answers, asked of a filled home."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

QUESTIONS = tomllib.loads(Path(__file__).with_name("questions.toml").read_text())

pytestmark = pytest.mark.model


def faults(answering, wanted) -> dict[str, str]:
    """The questions that were not answered rightly, with what was said instead."""
    found = {}
    for question, right in wanted.items():
        answer = answering.answer(question) or "not recognised"
        if any(part not in answer for part in right["says"]) or any(part in answer for part in right.get("not", ())):
            found[question] = answer
    return found


def test_every_known_question_is_answered_rightly(answering):
    wanted = QUESTIONS["built"] | QUESTIONS["fourth"]
    assert len(wanted) >= 100
    assert faults(answering, wanted) == {}


@pytest.mark.parametrize("name", ["held_out", "unseen"])
def test_most_phrasings_that_nobody_had_in_mind_are_understood(answering, name):
    wanted = QUESTIONS[name]
    assert len(wanted) >= 30
    assert len(faults(answering, wanted)) <= len(wanted) // 5
