"""The assistant's learning core as a policy: it is shown contexts and feedback, exactly as a person's assistant is."""

from __future__ import annotations

from typing import Any

from edge_assistant.domain import Context, Feedback
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.decision import Decision
from simulator.policies.policies import Proposal
from simulator.world.life import LifeDay


class LearnerPolicy:
    """Wraps an `Assistant`; with a frozen learner it is the pooled baseline."""

    needs_context = True

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._choice: Decision | None = None

    def begin_day(self, day: LifeDay) -> None:
        """The learner is told nothing of the day; it notices by itself that awake time starts again."""

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        self._choice = decision = self.assistant.consider(context)
        return self._proposal(decision) if decision.speak else None

    def answer(self, context: Context, idea: int) -> Proposal:
        assert self._choice is not None
        self.assistant.learner.answer(self._choice, idea)
        return self._proposal(self._choice)

    def said(self, text: str) -> None:
        assert self._choice is not None
        self.assistant.said(self._choice, text)

    def learn(self, feedback: Feedback | None) -> None:
        if feedback is not None and self._choice is not None:
            self.assistant.learn(self._choice, feedback)

    def sleep(self) -> None:
        self.assistant.sleep()

    def get_state(self) -> dict[str, Any]:
        """Nothing: the assistant keeps its own in its store."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        self.assistant.load()

    def _proposal(self, decision: Decision) -> Proposal:
        assert decision.ranked is not None
        why = self.assistant.learner.reasons(decision)
        return Proposal(decision.ranked.index, decision.style, decision.chance, decision.assessment.threshold, why)
