"""Going back to what was believed before an answer; what was seen meanwhile stays seen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.review import cards
from edge_assistant.feedback.review import learn as learn_card
from edge_assistant.feedback.stated_taste import LIKED, state_tastes
from edge_assistant.feedback.undo import UNDO_DEPTH, UndoStack
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learned_state import LearnedState
from edge_assistant.storage.store import Store

SEEN = ("history", "activities", "outlook")


@pytest.fixture
def undo(learner, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield UndoStack(store, LearnedState(store, learner))


def context(learner, live) -> Context:
    sight = live(learner)[10]
    return Context(sight.time, sight.activity, sight.room, sight.activity_minutes, 600.0)


def beliefs(learner) -> dict[str, np.ndarray]:
    return {name: array.copy() for name, array in learner.get_arrays().items()}


def test_answers_cards_and_own_words_are_taken_back(learner, live, undo) -> None:
    moment = context(learner, live)
    learner.settle()
    before, state = beliefs(learner), deepcopy(learner.get_state())
    undo.remember("several things", None, learns=True, memory_mark=0)
    assistant = Assistant(learner)
    decision = assistant.said(assistant.answer(assistant.tick(replace(moment, request="?")), 7), "Tea?", "s")
    for _ in range(3):
        learn(assistant, decision, Feedback(reaction="dismissed", reason="preference"))
    state_tastes(learner, moment, ["gardening"], LIKED)
    for card in cards(learner, learner.outlook.days[-1], 8):
        learn_card(learner, card, "yes")
    assert set(learner.ranker.judged)
    item = undo.pop()
    assert item is not None and item["what"] == "several things"
    after = beliefs(learner)
    assert {name for name in after if not np.array_equal(after[name], before[name])} == set()
    kept = learner.get_state()
    moved = {name for name in kept if kept[name] != state[name]} - {*SEEN, "asking", "quality"}
    assert moved == set()
    assert learner.history.spoken_ever == 0, "answers to requests are not counted"
    assert learner.history.last_heard(moment.time), "it was said all the same"
    assert undo.pop() is None


def test_activities_that_were_met_since_keep_a_place_of_their_own(learner, live, undo) -> None:
    context(learner, live)
    undo.remember("an answer", None, learns=True, memory_mark=0)
    live(learner, 1, ("mending a bicycle", "making breakfast"))
    assert undo.pop() is not None
    assert "mending a bicycle" in learner.trigger.activities
    assert len(learner.trigger.timing.mean) == len(learner.trigger.padded(np.zeros(3)))
    sight = live(learner, 2, ("mending a bicycle",))[0]
    moment = learner.moment(Context(sight.time, sight.activity, sight.room, 0.0, 0.0))
    assert 0 < learner.trigger.timing.chance(moment) < 1


def test_only_so_many_former_states_are_kept(learner, undo) -> None:
    for number in range(UNDO_DEPTH + 3):
        undo.remember(f"answer {number}", None, learns=True, memory_mark=number)
    assert [item["what"] for item in undo.items()] == [f"answer {number}" for number in range(3, UNDO_DEPTH + 3)]
    undo.clear()
    assert undo.items() == []
