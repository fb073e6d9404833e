"""The assistant's loop as a policy: it is shown contexts and feedback, exactly as a person's assistant is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from edge_assistant.domain import Context, Feedback, Style
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.review import (
    Answer,
    Card,
    asked_for_like,
    asks_for_like,
    cards,
    shelf_cards,
    wordings_of,
)
from edge_assistant.feedback.review import learn as learn_card
from edge_assistant.feedback.setup import MOMENT
from edge_assistant.feedback.stated_taste import LIKED, state_tastes
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.deciding import reasons
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learned_state import LearnedState
from edge_assistant.memory.log import NightlyLog
from edge_assistant.storage.store import Store
from simulator.policies.policies import Proposal, Silent


class LearnerPolicy(Silent):
    """Wraps an `Assistant`; with a frozen learner it is the pooled baseline."""

    needs_context = True

    def __init__(self, assistant: Assistant, store: Store) -> None:
        """`store`: keeps what is learned."""
        super().__init__(Style())
        self.assistant = assistant
        self.learned = LearnedState(store, assistant.learner)
        self._said = 0

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        decision = self.assistant.tick(context)
        return self._proposal(decision) if decision.speak else None

    def answer(self, tick: int, context: Context, idea: int) -> Proposal:
        return self._proposal(self.assistant.answer(self.assistant.tick(context), idea))

    def said(self, proposal: Proposal, text: str) -> Proposal:
        self._said += 1
        return replace(proposal, decision=self.assistant.said(proposal.decision, text, f"s{self._said}"))

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        if proposal is not None and feedback is not None:
            learn(self.assistant, proposal.decision, feedback)

    def review(self, count: int) -> list[Card]:
        return cards(
            self.assistant.learner, self.assistant.learner.outlook.days[-1], count, wordings_of(self.assistant)
        )

    def shelf(self, context: Context) -> list[Card]:
        return shelf_cards(self.assistant.learner, context)

    def answered(self, card: Card, answer: Answer, met: bool = False) -> None:
        learner = self.assistant.learner
        learn_card(learner, card, answer)
        if met:
            learner.history.met(card.context.time, self.assistant.base.ideas[card.idea].id)

    def likes_told(self) -> Collection[str] | None:
        learner = self.assistant.learner
        return learner.stated.likes if asks_for_like(learner) else None

    def like_told(self, words: str) -> None:
        learner = self.assistant.learner
        asked_for_like(learner, bool(words))
        if words:
            state_tastes(learner, MOMENT, [words], LIKED)

    def sleep(self) -> None:
        with self.learned.store.transaction():
            if isinstance(self.assistant.log, NightlyLog):
                self.assistant.log.write()
            self.learned.night()

    def get_state(self) -> dict[str, Any]:
        """Only a number: what is learned stands in the store."""
        return {"said": self._said}

    def set_state(self, state: dict[str, Any]) -> None:
        self._said = int(state.get("said", 0))
        self.learned.load()

    def _proposal(self, decision: Decision) -> Proposal:
        assert decision.ranked is not None
        why = reasons(self.assistant.learner, decision)
        chance, threshold = decision.chance, decision.assessment.threshold
        chance_of = self.assistant.learner.styles.chance
        return Proposal(
            decision.ranked.index, decision.style, chance, threshold, why, chance_of=chance_of, decision=decision
        )
