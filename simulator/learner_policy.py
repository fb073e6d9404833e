"""The assistant's learning core as a policy: it is shown contexts and feedback, exactly as a person's assistant is."""

from __future__ import annotations

from typing import Any

from edge_assistant.domain import Context, Feedback
from edge_assistant.learner import Choice, Learner
from simulator.life import LifeDay
from simulator.policies import Proposal


class LearnerPolicy:
    """Wraps a `Learner`; frozen, it is the pooled baseline."""

    needs_context = True

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self._choice: Choice | None = None

    def begin_day(self, day: LifeDay) -> None:
        """The learner is told nothing of the day; it notices by itself that awake time starts again."""

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        self._choice = choice = self.learner.decide(context)
        return self._proposal(choice) if choice.speak else None

    def answer(self, context: Context, idea: int) -> Proposal:
        assert self._choice is not None
        self.learner.answer(self._choice, idea)
        return self._proposal(self._choice)

    def said(self, text: str) -> None:
        assert self._choice is not None
        self.learner.said(self._choice, text)

    def learn(self, feedback: Feedback | None) -> None:
        if feedback is not None and self._choice is not None:
            self.learner.learn(self._choice, feedback)

    def get_state(self) -> dict[str, Any]:
        return self.learner.get_state()

    def set_state(self, state: dict[str, Any]) -> None:
        self.learner.set_state(state)

    @staticmethod
    def _proposal(choice: Choice) -> Proposal:
        assert choice.ranked is not None
        return Proposal(choice.ranked.index, choice.manner, choice.chance, choice.assessment.threshold)
