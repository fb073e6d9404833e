"""What is learned outlasts a restart, also when ideas have come and gone meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS, Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.stated_taste import LIKED, state_tastes
from edge_assistant.learning import prior
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.decision_json import decision_from_dict, decision_to_dict
from edge_assistant.loop.learned_state import LearnedState
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import LIKING_NAMES, SHARED_WORDS, FeatureMaker
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store
from edge_assistant.things import thing_names

NOON = datetime(2026, 3, 3, 12, 0)


def with_ideas(features, ideas):
    base = features.base
    return FeatureMaker(features.embedder, features.classifier, KnowledgeBase(ideas, base.means, base.deviations))


@pytest.fixture(scope="module")
def changed(features):
    """The same ideas without the first three, and with one that is like the tenth."""
    ideas = list(features.base.ideas)
    own = replace(ideas[10], id="my-own-idea", text=f"{ideas[10].text} with a neighbour")
    return with_ideas(features, [*ideas[3:], own])


def moment(minutes: float = 0.0, request: str = "") -> Context:
    return Context(NOON + timedelta(minutes=minutes), "drinking tea", "kitchen", 5.0, 300.0 + minutes, request=request)


def taught(features, *indices: int, times: int = 3) -> Learner:
    """A learner that was told that it likes some ideas."""
    learner = Learner(prior.load(), features)
    learner.see(moment())
    sight = learner.sight(moment())
    for index in indices:
        for _ in range(times):
            _, row = learner.ranker.chance_of_idea(sight, index)
            learner.ranker.learn(index, row, 0.97, 0.03)
    learner.learned()
    return learner


def stored(learner: Learner, features, path) -> Learner:
    """Another learner, over other ideas perhaps, that takes up what the first has left in a store."""
    with Store.open(path / "store.sqlite") as store:
        LearnedState(store, learner).night()
        again = LearnedState(store, Learner(prior.load(), features))
        assert again.load()
        return again.learner


def test_a_restart_changes_nothing(features, tmp_path):
    learner = taught(features, 10, 20)
    state_tastes(learner, moment(), ["birds and binoculars"], LIKED)
    again = stored(learner, features, tmp_path)
    for name, array in learner.get_arrays().items():
        np.testing.assert_array_equal(again.get_arrays()[name], array)
    assert json.dumps(again.get_state()) == json.dumps(learner.get_state())
    assert again.moment(moment(5)).tolist() == learner.moment(moment(5)).tolist()
    mine, theirs = learner.rank(moment(5)), again.rank(moment(5))
    assert mine is not None and theirs is not None
    assert (mine.index, mine.chance) == (theirs.index, theirs.chance)


def test_beliefs_about_ideas_that_stay_are_kept(features, changed, tmp_path):
    learner = taught(features, 10, 20)
    again = stored(learner, changed, tmp_path)
    np.testing.assert_array_equal(again.ranker.model.mean, learner.ranker.model.mean)
    assert again.ranker.judged == {
        changed.base.index(features.base.ideas[index].id): place for index, place in learner.ranker.judged.items()
    }
    for index in (10, 20):
        before = learner.ranker.chance_of_idea(learner.sight(moment()), index)[0]
        same = changed.base.index(features.base.ideas[index].id)
        assert again.ranker.chance_of_idea(again.sight(moment()), same)[0] == pytest.approx(before, abs=0.02)
    assert again.rank(moment()) is not None


def test_beliefs_about_ideas_that_are_gone_are_integrated_out(features, changed, tmp_path):
    learner = taught(features, 1, 10)
    again = stored(learner, changed, tmp_path)
    shared = len(LIKING_NAMES)
    assert len(again.ranker.model.mean) == shared + 1
    assert again.ranker.model.mean[shared] == learner.ranker.model.mean[shared + 1]
    np.testing.assert_array_equal(again.ranker.model.mean[:shared], learner.ranker.model.mean[:shared])
    assert np.linalg.eigvalsh(again.ranker.model.covariance).min() > -1e-6
    again.ranker.learn(5, again.ranker.chance_of_idea(again.sight(moment()), 5)[1], 0.9, 0.1)
    assert len(again.ranker.model.mean) == shared + 2


def test_a_new_idea_is_believed_to_be_like_those_that_it_resembles(features, changed, tmp_path):
    place = changed.base.index("my-own-idea")
    chances = []
    for times in (0, 3):
        folder = tmp_path / str(times)
        folder.mkdir()
        again = stored(taught(features, 10, times=times), changed, folder)
        chances.append(again.ranker.chance_of_idea(again.sight(moment()), place)[0])
    assert chances[1] > 1.3 * chances[0]


def test_a_store_of_an_earlier_version_is_let_go(features, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        learned = LearnedState(store, taught(features, 10))
        learned.save()
        state = store.get_state("learner")
        store.set_state("learner", {name: value for name, value in state.items() if name != "judged"})
        assert not LearnedState(store, Learner(prior.load(), features)).load()


def test_beliefs_of_before_words_counted_are_taken_up(features, tmp_path):
    learner = taught(features, 10, 20)
    now, place = learner.get_arrays(), LIKING_NAMES.index(SHARED_WORDS)
    model = learner.ranker.model
    kept = np.setdiff1d(np.arange(len(model.mean)), [place])
    model.mean, model.covariance = model.mean[kept], model.covariance[np.ix_(kept, kept)]
    with Store.open(tmp_path / "store.sqlite") as store:
        LearnedState(store, learner).save()
        again = LearnedState(store, Learner(prior.load(), features))
        assert again.load()
    found, start = again.learner.ranker.model, prior.load().liking
    np.testing.assert_allclose(found.mean[kept], now["liking.mean"][kept], atol=1e-6)
    assert found.mean[place] == start.mean[place]
    assert found.covariance[place, place] == pytest.approx(start.covariance()[place, place], rel=1e-5)
    assert not found.covariance[place, kept].any()


def test_feedback_after_a_restart_teaches_what_it_would_have_taught(features):
    learner = taught(features, 10)
    learner.told = frozenset(thing_names())
    assistant = Assistant(learner)
    first = assistant.said(assistant.answer(assistant.tick(moment(0, "?")), 10), "Soup?", "s1")
    learn(assistant, first, Feedback(reaction="accepted"))
    decision = assistant.answer(assistant.tick(moment(4 * 1440.0, "?")), 10)
    decision = assistant.said(decision, "Soup again?", "s2")
    assert decision.ranked is not None and decision.ranked.days == pytest.approx(4.0)
    assert 0 < decision.ranked.fresh < 1
    ids = [idea.id for idea in features.base.ideas]
    kept = json.loads(json.dumps(decision_to_dict(decision, ids), allow_nan=False))
    back = decision_from_dict(kept, {name: place for place, name in enumerate(ids)})
    assert back is not None and back.ranked is not None
    assert (back.ranked.days, back.ranked.fresh) == (decision.ranked.days, decision.ranked.fresh)
    never = json.loads(json.dumps(decision_to_dict(first, ids), allow_nan=False))
    back = decision_from_dict(never, {name: place for place, name in enumerate(ids)})
    assert back is not None and back.ranked is not None and back.ranked.days == float("inf")


def test_a_quiet_tick_writes_no_arrays(features, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        learned = LearnedState(store, Learner(prior.load(), features))
        learned.save()
        written = store.connection.total_changes
        learned.save()
        assert store.connection.total_changes - written == 1  # the small state alone
        learned.learner.trigger.patience.learn_request(500)
        learned.save()
        assert store.connection.total_changes - written == 3


@pytest.mark.parametrize("part", ["repeats", "reactions", "cards"])
def test_a_belief_that_moved_is_written(part: str, features, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        learner = Learner(prior.load(), features)
        learned = LearnedState(store, learner)
        learned.save()
        if part == "repeats":
            learner.repeats.learn(4.0, 0.9, 0.9, 0.1)
        elif part == "reactions":
            learner.reactions.learn(Feedback(reaction="ignored"), dict.fromkeys(DIMENSIONS, 0.6))
        else:
            learner.card_model.learn(0.1)
        learned.save()
        np.testing.assert_array_equal(store.get_array(f"learner.{part}"), learner.get_arrays()[part])


def test_a_rolled_back_write_is_written_again(features, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        learned = LearnedState(store, Learner(prior.load(), features))

        def killed_in_between():
            with store.transaction():
                learned.save()
                raise InterruptedError

        with pytest.raises(InterruptedError):
            killed_in_between()
        assert store.get_array("learner.liking.mean") is None
        learned.save()
        assert store.get_array("learner.liking.mean") is not None
