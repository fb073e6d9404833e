"""What a person says outright, and takes back."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_tastes, take_back
from edge_assistant.loop.assistant import Assistant

WORDS = "birds and binoculars"


@pytest.fixture
def context(learner, live) -> Context:
    sight = live(learner)[10]
    return Context(sight.time, sight.activity, sight.room, sight.activity_minutes, 600.0)


def chances(learner, context) -> np.ndarray:
    means, variances = learner.ranker.chances(learner.sight(context), np.arange(0, len(learner.features.base), 7))
    return np.concatenate([means, variances])


@pytest.mark.parametrize("likelihoods", [LIKED, DISLIKED])
def test_own_words_are_taken_back_exactly(likelihoods, learner, context) -> None:
    before, state = chances(learner, context), learner.get_state()
    assert state_tastes(learner, context, [WORDS, "  "], likelihoods) == []
    assert not np.array_equal(chances(learner, context), before)
    assert learner.get_state()["likes" if likelihoods == LIKED else "dislikes"] == [WORDS]
    take_back(learner, WORDS)
    assert np.array_equal(chances(learner, context), before)
    assert learner.get_state() == state


def test_of_several_words_only_one_is_taken_back(learner, context) -> None:
    state_tastes(learner, context, ["gardening"], LIKED)
    before = chances(learner, context)
    state_tastes(learner, context, [WORDS], LIKED)
    state_tastes(learner, context, ["puzzles"], DISLIKED)
    take_back(learner, WORDS)
    take_back(learner, "puzzles")
    take_back(learner, "never said")
    assert np.array_equal(chances(learner, context), before)


def test_words_are_gone_from_what_is_decided_whatever_was_learned_since(learner, context) -> None:
    state_tastes(learner, context, [WORDS], LIKED)
    assistant = Assistant(learner)
    decision = assistant.said(assistant.answer(assistant.tick(context), 7), "Birds?", "s")
    learn(assistant, decision, Feedback(reaction="accepted"))
    take_back(learner, WORDS)
    assert not learner.sight(context).stated.any()
    assert learner.ranker.judged, "what was learned of an idea stays"


def test_an_idea_that_is_pointed_at_is_taken_back(learner, context) -> None:
    idea = learner.features.base.ideas[7].id
    before = learner.ranker.chance_of_idea(learner.sight(context), 7)[0]
    lessons = state_tastes(learner, context, [idea], LIKED)
    assert [lesson.idea for lesson in lessons] == [idea]
    said = learner.ranker.chance_of_idea(learner.sight(context), 7)[0]
    assert said > before + 0.1
    take_back(learner, idea, lessons)
    assert learner.ranker.chance_of_idea(learner.sight(context), 7)[0] == pytest.approx(before, abs=0.01)


def test_what_is_said_is_no_law(learner, context) -> None:
    idea = learner.features.base.ideas[7].id
    state_tastes(learner, context, [idea], LIKED)
    said = learner.ranker.chance_of_idea(learner.sight(context), 7)[0]
    for _ in range(5):
        row = learner.ranker.chance_of_idea(learner.sight(context), 7)[1]
        learner.ranker.learn(7, row, 0.05, 0.95)
    assert learner.ranker.chance_of_idea(learner.sight(context), 7)[0] < 0.5 * said
