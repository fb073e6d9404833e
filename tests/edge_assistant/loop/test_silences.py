"""What a silence teaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.learning import prior
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner

WAKE = datetime(2026, 3, 2, 7, 0)


def test_the_rating_of_a_silence_teaches_nothing(features):
    learner = Learner(prior.load(), features)
    context = Context(WAKE + timedelta(minutes=30), "reading by the window", "living room", 10.0, 30.0)
    silent = Assistant(learner).tick(context)
    before = learner.get_arrays()
    learn(Assistant(learner), replace(silent, speak=False), Feedback(total=1))
    assert all((before[name] == array).all() for name, array in learner.get_arrays().items())
