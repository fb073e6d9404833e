"""Beliefs are told with their evidence; what the person says outright shows, counts at once, and can be taken back."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import Context
from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.tick_loop import IGNORED_MINUTES
from edge_assistant.service.views.beliefs import TYPICAL


def beliefs(person) -> dict[str, Belief]:
    return {one["id"]: Belief.from_dict(one) for one in person.core.call("learning")["beliefs"]}


def likings(person) -> np.ndarray:
    """The latent liking of every idea at an ordinary moment."""
    learner = person.core.service.assistant.learner
    return np.asarray(learner.ranker.means(learner.sight(Context(person.clock.now(), SOMETHING))))


def test_a_stranger_is_told_nothing_about_themselves(person):
    person.live(60)
    person.live(IGNORED_MINUTES + 120, "having a rest")  # what nobody answers is no answer
    told = [one for one in beliefs(person).values() if one.id != "gaps.longest"]
    assert told and all(TYPICAL in one.sentence and one.answers == 0 for one in told)
    assert not any("You " in one.sentence for one in told)


@pytest.mark.parametrize(
    ("answer", "moved", "still"),
    [
        ({"reaction": "accepted"}, ["hours.early", "manner.emoji", "taste"], ["gaps.least", "hours.night"]),
        ({"reaction": "dismissed", "reason": "timing"}, ["hours.early"], ["manner.emoji", "taste", "hours.evening"]),
        ({"reaction": "dismissed", "reason": "preference"}, ["taste"], ["manner.length"]),
        ({"reaction": "dismissed", "reason": "communication"}, ["manner.length"], ["taste"]),
        ({"rating": {"preference": 1, "timing": 0}}, ["taste", "hours.early"], ["hours.midday"]),
    ],
)
def test_an_answer_is_evidence_for_what_it_moved(person, answer, moved, still):
    person.live(10)
    entry = person.ask_for_one()
    category = person.core.service.assistant.base.by_id[entry.idea].category
    before = beliefs(person)
    person.core.call("feedback", {"id": entry.id, **answer})
    now = beliefs(person)

    def named(name: str) -> str:
        return f"taste.{category}" if name == "taste" else name

    for name in map(named, moved):
        assert now[name].answers == 1 and TYPICAL not in now[name].sentence
    for name in map(named, still):
        assert name not in now or (now[name].answers == 0 and TYPICAL in now[name].sentence)
    person.core.call("undo")
    assert {name: one.answers for name, one in beliefs(person).items()} == {n: one.answers for n, one in before.items()}


def test_a_wish_for_the_wording_is_evidence_until_it_is_taken_back(person):
    person.live(10)
    entry = person.ask_for_one()
    person.core.call("ask", {"text": "without emoji please", "about": entry.id})
    assert beliefs(person)["manner.emoji"].answers == 1
    person.core.call("undo")
    assert beliefs(person)["manner.emoji"].answers == 0


def test_what_is_said_outright_counts_at_once_and_after_a_restart_as_well(open_core):
    person = open_core()
    person.live(10)
    before = likings(person)
    person.core.call("setup.save", {"likes": ["birds and binoculars", "tea"], "dislikes": ["football"]})
    at_once = person.core.status()
    assert not np.allclose(likings(person), before)
    kept = beliefs(person)
    person.core.service.store.close()
    again = open_core(start=person.clock.now())
    again.sources.observation = person.sources.observation
    again.core.tick()
    assert again.core.status().threshold == pytest.approx(at_once.threshold, abs=0.02)
    assert beliefs(again)["taste.said.football"] == kept["taste.said.football"]


def test_likes_and_dislikes_are_shown_turned_and_taken_back(person):
    person.live(10)
    base = person.core.service.assistant.base
    idea = base.ideas[3]
    start = likings(person)
    person.core.call("learning.state", {"likes": [idea.id, "tea"], "dislikes": ["football"]})
    told = beliefs(person)
    assert told[f"taste.said.{idea.id}"].sentence == f"You said that you like '{idea.text}'."
    assert told["taste.said.football"].value == "dislike" and told["taste.said.tea"].corrected
    moved = np.abs(likings(person) - start)
    assert likings(person)[3] > start[3]
    assert person.core.service.assistant.learner.stated.likes

    person.core.call("learning.correct", {"id": f"taste.said.{idea.id}", "value": "dislike"})
    assert likings(person)[3] < start[3]
    other = person.ask_for_one()
    person.core.call("feedback", {"id": other.id, "reaction": "dismissed", "reason": "timing"})
    for words in (idea.id, "tea", "football"):
        person.core.call("learning.correct", {"id": f"taste.said.{words}", "value": "neither"})
    assert not [name for name in beliefs(person) if name.startswith("taste.said.")]
    stated = person.core.service.assistant.learner.stated
    assert not stated.likes and not stated.dislikes
    left = np.abs(likings(person) - start)
    assert left.max() < 0.3 * moved.max() and left.mean() < 0.3 * moved.mean()
    person.core.call("undo")
    assert beliefs(person)["taste.said.football"].value == "dislike"


def test_a_stated_taste_can_be_undone_like_an_answer(person):
    person.live(10)
    before, told = person.beliefs(), beliefs(person)
    person.core.call("learning.state", {"likes": ["bouldering"]})
    person.core.call("undo")
    assert person.beliefs() == before and beliefs(person) == told
    stated = person.core.service.assistant.learner.stated
    assert not stated.likes and not stated.dislikes


@pytest.mark.parametrize("named", [{}, {"likes": ["x"] * 201}])
def test_nothing_or_too_much_is_refused(person, named):
    with pytest.raises(UsageError, match="name 1 to 200"):
        person.core.call("learning.state", named)


def test_a_stated_taste_is_forgotten_with_its_topic(person):
    person.live(10)
    person.core.call("setup.save", {"likes": ["Zitherspiel in the attic"]})
    person.core.call("learning.state", {"dislikes": ["football"]})
    person.core.call("memory.forget", {"topic": "zitherspiel", "preview": False})
    assert [name for name in beliefs(person) if name.startswith("taste.said.")] == ["taste.said.football"]
    files = [*person.core.service.home.rglob("*"), *person.core.service.paths.cache.rglob("*")]
    assert b"Zitherspiel" not in b"".join(path.read_bytes() for path in files if path.is_file())
