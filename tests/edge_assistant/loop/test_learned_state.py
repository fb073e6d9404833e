"""What is learned outlasts a restart, also when ideas have come and gone meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_assistant.learning import prior
from edge_assistant.loop.learned_state import LearnedState, carry_over
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import LIKING_NAMES, FeatureMaker
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store


def with_ideas(features, ideas):
    base = features.base
    return FeatureMaker(features.embedder, features.classifier, KnowledgeBase(ideas, base.means, base.deviations))


@pytest.fixture(scope="module")
def changed(features):
    """The same ideas without the first three, and with one that is like the tenth."""
    ideas = list(features.base.ideas)
    own = replace(ideas[10], id="my-own-idea", text=f"{ideas[10].text} with a neighbour")
    return with_ideas(features, [*ideas[3:], own])


def taught(features, index, times=3):
    learner = Learner(prior.load(), features)
    row = np.zeros(len(learner.ranker.model.mean))
    row[0] = row[len(LIKING_NAMES) + index] = 1.0
    for _ in range(times):
        learner.ranker.model.learn(row, 0.97, 0.03)
    return learner


def test_beliefs_about_ideas_that_stay_are_kept(features, changed):
    learner = taught(features, 10)
    packed = learner.ranker.model.pack()
    fresh = Learner(prior.load(), changed)
    former = [idea.id for idea in features.base.ideas]
    mean, triangle = carry_over(fresh, former, packed["mean"], packed["covariance"])
    shared = len(LIKING_NAMES)
    same = changed.base.index(features.base.ideas[10].id)
    assert mean[shared + same] == learner.ranker.model.mean[shared + 10]
    np.testing.assert_array_equal(mean[:shared], learner.ranker.model.mean[:shared])
    assert len(mean) == shared + len(changed.base)
    fresh.ranker.model.unpack(mean, triangle)
    assert np.linalg.eigvalsh(fresh.ranker.model.covariance).min() > -1e-6


def test_a_new_idea_is_believed_to_be_like_those_that_it_resembles(features, changed):
    former = [idea.id for idea in features.base.ideas]
    place = len(LIKING_NAMES) + changed.base.index("my-own-idea")
    means = []
    for times in (0, 3):
        packed = taught(features, 10, times).ranker.model.pack()
        mean, _ = carry_over(Learner(prior.load(), changed), former, packed["mean"], packed["covariance"])
        means.append(mean[place])
    assert means[1] > means[0] + 0.1


def test_an_unchanged_list_changes_nothing(features):
    packed = taught(features, 10).ranker.model.pack()
    former = [idea.id for idea in features.base.ideas]
    mean, triangle = carry_over(Learner(prior.load(), features), former, packed["mean"], packed["covariance"])
    np.testing.assert_array_equal(mean, packed["mean"])
    np.testing.assert_array_equal(triangle.astype(np.float32), packed["covariance"])


def test_a_store_is_taken_up_with_other_ideas(features, changed, tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        first = LearnedState(store, taught(features, 10))
        first.save()
        second = LearnedState(store, Learner(prior.load(), changed))
        assert second.load()
        assert len(second.learner.ranker.model.mean) == len(LIKING_NAMES) + len(changed.base)


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
