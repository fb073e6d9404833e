"""Trying out new ideas while few are known to please."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_tastes
from edge_assistant.learning import prior
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.deciding import reasons
from edge_assistant.loop.learner import Learner
from edge_assistant.trigger.frequency import DAILY_MAXIMA, MAX_GAPS, MIN_GAPS
from edge_assistant.trigger.receptivity import Costs

WAKE = datetime(2026, 3, 2, 7, 0)


def context(minutes: float, request: str = "") -> Context:
    time = WAKE + timedelta(minutes=minutes)
    return Context(time, "reading by the window", "living room", 10.0, minutes, request=request)


def impatient(features, max_gap: float, frozen: bool = False, costs: Costs | None = None) -> Learner:
    """Somebody of whom the maximum gap is known, and that most moments are good, whatever the packaged prior says."""
    learner = Learner(prior.load(), features, costs or Costs(), frozen=frozen)
    learner.trigger.patience.belief = np.where(max_gap == MAX_GAPS, 1.0, 0.0)
    belief = np.zeros_like(learner.trigger.frequency.belief)
    belief[list(MIN_GAPS).index(30.0), list(DAILY_MAXIMA).index(12.0)] = 1.0
    learner.trigger.frequency.belief = belief
    learner.trigger.timing.mean[0] = 1.0
    state_tastes(learner, context(0.0), ["gardening"], LIKED)
    return learner


def test_trying_out_is_worth_most_where_much_is_wanted_and_little_is_known(features):
    many, few = impatient(features, 120.0), impatient(features, 600.0)
    assert many.discovery() > few.discovery() == 0.0
    worth = many.discovery()
    for idea in features.base.ideas[:8]:
        many.stock.note(idea.id, 0.95)
    assert 0 < many.discovery() < worth
    assert impatient(features, 120.0, frozen=True).discovery() == 0.0
    assert impatient(features, 120.0, costs=Costs(discovery=0.0)).discovery() == 0.0


def test_nothing_is_tried_out_where_moment_and_taste_are_both_guesses(features):
    learner = Learner(prior.load(), features)
    assert learner.discovery() == 0.0
    state_tastes(learner, context(0.0), ["", " "], LIKED)
    state_tastes(learner, context(0.0), ["football"], DISLIKED)
    assert learner.discovery() == 0.0
    state_tastes(learner, context(0.0), ["gardening"], LIKED)
    assert learner.discovery() > 0
    again = Learner(prior.load(), features)
    again.set_state(learner.get_state())
    again.set_arrays(learner.get_arrays())
    assert again.discovery() == learner.discovery()


def test_a_new_idea_is_said_at_a_lower_chance_than_a_known_one(features):
    learner = impatient(features, 120.0, costs=Costs(false_alarm=0.2))
    new = Assistant(learner).tick(context(60.0)).assessment.threshold
    for idea in features.base.ideas:
        learner.stock.note(idea.id, 0.1)
    learner.learned()
    chances = []
    for minutes in range(65, 200, 5):
        decision = Assistant(learner).tick(context(float(minutes)))
        if decision.ranked is not None:
            chances.append(decision.assessment.threshold)
    assert chances, "no idea was ranked"
    assert min(chances) > new


def test_that_an_idea_is_tried_out_is_told(features):
    learner = impatient(features, 120.0, costs=Costs(false_alarm=0.05))
    choices = [Assistant(learner).tick(context(float(minutes))) for minutes in range(60, 90, 5)]
    said = next(decision for decision in choices if decision.speak)
    why = {reason.text: reason.weight for reason in reasons(learner, said)}
    assert why["to find out whether you like it"] == said.discovery > 0
    for idea in features.base.ideas:
        learner.stock.note(idea.id, 0.1)
    learner.settle()
    known = Assistant(learner).tick(context(120.0))
    assert known.ranked is not None
    assert "to find out whether you like it" not in {reason.text for reason in reasons(learner, known)}


def test_the_rating_of_a_silence_teaches_nothing(features):
    learner = impatient(features, 120.0)
    silent = Assistant(learner).tick(context(30.0))
    before = learner.get_arrays()
    learn(Assistant(learner), replace(silent, speak=False), Feedback(total=1))
    assert all((before[name] == array).all() for name, array in learner.get_arrays().items())
