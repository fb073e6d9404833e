"""What a person says of their own good times: features of a moment, whose weight their days correct."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from edge_assistant.domain import ACTIVITY_CLASSES, Context
from edge_assistant.feedback.setup import SetupAnswers, apply
from edge_assistant.learning import prior
from edge_assistant.loop.learned_state import of_this_version
from edge_assistant.loop.learner import Learner
from edge_assistant.trigger.features import MOMENT_NAMES, moment_features
from edge_assistant.trigger.good_times import HOURS, OCCASIONS, SAID_NAMES, GoodTimes

TEN, NIGHT = datetime(2026, 1, 5, 10, 30), datetime(2026, 1, 5, 22, 30)
TEA, WORK = "drinking a cup of tea at the window", "writing the quarterly report"


def chance(learner: Learner, time: datetime, activity: str) -> float:
    context = Context(time, activity, activity_minutes=20)
    learner.trigger.meet(activity)
    return learner.trigger.timing.chance(learner.moment(context))


def test_occasions_and_hours_are_told_apart_and_only_what_was_named_counts() -> None:
    classes = np.zeros(len(ACTIVITY_CLASSES))
    classes[ACTIVITY_CLASSES.index("mail")] = 0.7
    said = GoodTimes(frozenset({"routine_work", "10-11"}), frozenset({"walk", "22-23"}))
    assert said.features(classes, TEN) == pytest.approx([0.7, 0, 1, 0])
    assert said.features(classes, NIGHT) == pytest.approx([0.7, 0, 0, 1])
    assert not GoodTimes().features(classes, TEN).any()


def test_every_hour_belongs_to_one_stretch_and_every_occasion_is_of_known_classes() -> None:
    for hour in range(24):
        assert sum(start <= hour < end for start, end in HOURS.values()) == 1
    named = [one for _, classes in OCCASIONS.values() for one in classes]
    assert set(named) <= set(ACTIVITY_CLASSES) and len(set(named)) == len(named)
    assert not set(HOURS) & set(OCCASIONS), "an answer names one or the other"


def test_what_was_said_counts_at_once_and_days_can_contradict_it(features) -> None:
    silent, told = (Learner(prior.load(), features) for _ in range(2))
    apply(told, SetupAnswers(good_times=("pause", "10-11"), bad_times=("deep_work", "22-23")))
    assert chance(told, TEN, TEA) > 1.5 * chance(silent, TEN, TEA)
    assert chance(told, NIGHT, WORK) < chance(silent, NIGHT, WORK)
    assert chance(told, NIGHT, TEA) < chance(told, TEN, TEA)
    for _ in range(12):
        told.trigger.timing.learn(told.moment(Context(TEN, TEA, activity_minutes=20)), 0.0, 1.0)
    assert chance(told, TEN, TEA) < 0.2


def test_it_is_kept_with_the_rest_and_foretold_moments_know_it(features) -> None:
    learner = Learner(prior.load(), features)
    apply(learner, SetupAnswers(good_times=("pause",), bad_times=("0-6",)))
    other = Learner(prior.load(), features)
    other.set_arrays(learner.get_arrays())
    other.set_state(learner.get_state())
    assert other.good_times == learner.good_times
    assert chance(other, TEN, TEA) == pytest.approx(chance(learner, TEN, TEA))


def test_beliefs_of_before_it_could_be_said_are_taken_up(features) -> None:
    learner = Learner(prior.load(), features)
    for number in range(3):
        learner.see(Context(TEN.replace(minute=number), f"activity {number}"))
    for _ in range(3):
        learner.trigger.timing.learn(learner.moment(Context(TEN, "activity 1", activity_minutes=3)), 1.0, 0.0)
    before, state = learner.get_arrays(), learner.get_state()
    model, said = learner.trigger.timing, len(MOMENT_NAMES) - len(SAID_NAMES)
    kept = [place for place in range(len(model.mean)) if not said <= place < len(MOMENT_NAMES)]
    model.mean, model.covariance = model.mean[kept], model.covariance[np.ix_(kept, kept)]
    old = {**learner.get_arrays()}
    del state["good_times"]
    assert len(old["timing.mean"]) == len(before["timing.mean"]) - len(SAID_NAMES)
    other = Learner(prior.load(), features)
    other.set_arrays(of_this_version(old, state, learner.prior))
    other.set_state(state)
    assert other.trigger.timing.mean[kept] == pytest.approx(before["timing.mean"][kept])
    for number in range(3):
        moment = Context(TEN, f"activity {number}", activity_minutes=3)
        learner.set_arrays(before)
        learner.set_state({**state, "good_times": [[], []]})
        assert other.trigger.timing.chance(other.moment(moment)) == pytest.approx(
            learner.trigger.timing.chance(learner.moment(moment)), abs=1e-5
        )


def test_a_moment_has_the_features_that_are_named(features) -> None:
    assert len(moment_features(features.texts, Context(TEN, TEA))) == len(MOMENT_NAMES)
