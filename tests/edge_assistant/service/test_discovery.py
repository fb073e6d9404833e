"""Trying out new ideas while few are known to please, and words whose welcome only a later silence tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_tastes
from edge_assistant.learning import prior
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.trigger.frequency import DAILY_MAXIMA, MAX_GAPS, MIN_GAPS
from edge_assistant.trigger.receptivity import Costs

WAKE = datetime(2026, 3, 2, 7, 0)


def context(minutes: float, request: str = "") -> Context:
    time = WAKE + timedelta(minutes=minutes)
    return Context(time, "reading by the window", "living room", 10.0, minutes, request=request)


def impatient(features, max_gap: float, frozen: bool = False, costs: Costs | None = None) -> Learner:
    """Somebody of whom the maximum gap is known."""
    learner = Learner(prior.load(), features, costs or Costs(), frozen=frozen)
    learner.trigger.patience.belief = np.where(max_gap == MAX_GAPS, 1.0, 0.0)
    belief = np.zeros_like(learner.trigger.frequency.belief)
    belief[list(MIN_GAPS).index(30.0), list(DAILY_MAXIMA).index(12.0)] = 1.0
    learner.trigger.frequency.belief = belief
    learner.taste_stated = True
    return learner


def spoken(learner: Learner, minutes: float, request: str = "") -> Decision:
    decision = learner.decide(context(minutes, request))
    learner.answer(decision)
    learner.said(decision, "Water the plants?")
    return decision


def test_trying_out_is_worth_most_where_much_is_wanted_and_little_is_known(features):
    many, few = impatient(features, 120.0), impatient(features, 600.0)
    assert many._discovery() > few._discovery() == 0.0
    worth = many._discovery()
    for idea in features.base.ideas[:8]:
        many.stock.note(idea.id, 0.95)
    assert 0 < many._discovery() < worth
    assert impatient(features, 120.0, frozen=True)._discovery() == 0.0
    assert impatient(features, 120.0, costs=Costs(discovery=0.0))._discovery() == 0.0


def test_nothing_is_tried_out_where_moment_and_taste_are_both_guesses(features):
    learner = Learner(prior.load(), features)
    assert learner._discovery() == 0.0
    state_tastes(learner, context(0.0), ["", " "], LIKED)
    state_tastes(learner, context(0.0), ["football"], DISLIKED)
    assert learner._discovery() == 0.0
    state_tastes(learner, context(0.0), ["gardening"], LIKED)
    assert learner._discovery() > 0
    again = Learner(prior.load(), features)
    again.set_state(learner.get_state())
    again.set_arrays(learner.get_arrays())
    assert again._discovery() == learner._discovery()
    told = Learner(prior.load(), features)
    told.learn(told.decide(context(0.0)), Feedback(total=4))
    assert told._discovery() > 0


def test_a_new_idea_is_said_at_a_lower_chance_than_a_known_one(features):
    learner = impatient(features, 120.0)
    new = learner.decide(context(60.0)).assessment.threshold
    for idea in features.base.ideas:
        learner.stock.note(idea.id, 0.1)
    learner._lessons += 1
    chances = []
    for minutes in range(65, 200, 5):
        decision = learner.decide(context(float(minutes)))
        if decision.ranked is not None:
            chances.append(decision.assessment.threshold)
    assert chances, "no idea was ranked"
    assert min(chances) > new


def test_that_an_idea_is_tried_out_is_told(features):
    learner = impatient(features, 120.0, costs=Costs(false_alarm=0.05))
    choices = [learner.decide(context(float(minutes))) for minutes in range(60, 90, 5)]
    said = next(decision for decision in choices if decision.speak)
    why = {reason.text: reason.weight for reason in learner.reasons(said)}
    assert why["to find out whether you like it"] == said.discovery > 0
    for idea in features.base.ideas:
        learner.stock.note(idea.id, 0.1)
    learner.settle()
    known = learner.decide(context(120.0))
    assert known.ranked is not None
    assert "to find out whether you like it" not in {reason.text for reason in learner.reasons(known)}


@pytest.mark.parametrize(("after", "welcome"), [(4, True), (1, False)])
def test_a_word_that_may_have_been_welcome_waits_for_the_silence_after_it(features, after, welcome):
    learner = impatient(features, 120.0)
    for minutes in np.arange(0.0, 300.0, 2.5):
        learner.learn(learner.decide(context(minutes)), Feedback(total=4 if minutes <= 120 else 1))
    before = learner.ranker.model.mean.copy()
    decision = spoken(learner, 300.0, "an idea?")
    learner.learn(decision, Feedback(total=3))
    np.testing.assert_array_equal(learner.ranker.model.mean, before)
    learner.learn(learner.decide(context(302.5)), Feedback(total=after))
    assert decision.ranked is not None
    shift = float(decision.ranked.features @ (learner.ranker.model.mean - before))
    assert (shift > 0) == welcome
    assert learner.history.last_welcome == (300.0 if welcome else None)
    assert (learner.stock.pleased[features.base.ideas[decision.ranked.index].id] > 0.5) == welcome


def test_a_word_in_doubt_is_learned_from_before_the_night_and_before_the_next_word(features):
    for end in ("night", "word"):
        learner = impatient(features, 600.0)
        for minutes in np.arange(0.0, 60.0, 2.5):
            learner.learn(learner.decide(context(minutes)), Feedback(total=4))
        learner.learn(spoken(learner, 60.0, "an idea?"), Feedback(total=3))
        assert learner.silences.doubt is not None
        assert not learner.stock.pleased
        if end == "night":
            learner.settle()
        else:
            spoken(learner, 120.0, "another?")
        assert learner.silences.doubt is None
        assert learner.stock.pleased


def test_a_word_is_never_in_doubt_where_silences_are_not_rated(features):
    learner = impatient(features, 120.0)
    learner.learn(spoken(learner, 60.0, "an idea?"), Feedback(total=3))
    assert learner.silences.doubt is None
    assert learner.stock.pleased


def test_a_learner_that_is_started_again_after_a_night_of_rated_silences_goes_on_as_it_was(features):
    learner = impatient(features, 120.0)
    for minutes in np.arange(0.0, 600.0, 2.5):
        decision = learner.decide(context(minutes))
        if minutes == 300.0:
            learner.answer(decision)
            learner.said(decision, "Water the plants?")
        learner.learn(decision, Feedback(total=3 if decision.speak or minutes > 300 else 4 if minutes <= 120 else 1))
    learner.settle()
    arrays, state = learner.get_arrays(), json.loads(json.dumps(learner.get_state()))
    again = Learner(prior.load(), features)
    again.set_state(state)
    again.set_arrays(arrays)
    for minutes in np.arange(1440.0, 1740.0, 2.5):
        shown = replace(context(minutes), awake_minutes=minutes - 1440.0)
        one, other = learner.decide(shown), again.decide(shown)
        assert (one.speak, one.chance, one.assessment) == (other.speak, other.chance, other.assessment)
        for each, decision in ((learner, one), (again, other)):
            each.learn(decision, Feedback(total=4 if minutes < 1560 else 1))
    assert learner.stock.pleased == again.stock.pleased
