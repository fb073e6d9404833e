"""Keeps what our learner considers at every tick, silent ones too, where a run is asked to (`--record-ticks`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edge_assistant.domain import Context
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import Silent


@dataclass
class RecordingAssistant(Assistant):
    """An assistant that notes each of its decisions; it decides as any other."""

    decisions: list[dict[str, Any]] = field(default_factory=list)

    def tick(self, context: Context) -> Decision:
        decision = super().tick(context)
        self.decisions.append(decision_row(self.learner, decision))
        return decision


def record_decisions(policy: Silent) -> list[dict[str, Any]]:
    """Let a policy note what it considers at each tick; the list grows by a row a tick, and may be emptied.

    Policies without a learner consider nothing, and their list stays empty.
    """
    if not isinstance(policy, LearnerPolicy):
        return []
    policy.assistant = assistant = RecordingAssistant(policy.assistant.learner, policy.assistant.log)
    return assistant.decisions


def decision_row(learner: Learner, decision: Decision) -> dict[str, Any]:
    """A decision as JSON: the chance of welcome and what it had to reach, the ideas considered, the best first."""
    ranked, ids = decision.ranked, learner.features.base.ideas
    candidates = (ranked.index, *ranked.alternatives) if ranked is not None else ()
    sight = learner.sight(decision.context)
    chances = {index: learner.ranker.chance_of_idea(sight, index)[0] for index in candidates}
    return {
        "chance": round(decision.chance, 4),
        "threshold": round(decision.assessment.threshold, 4),
        "timing": round(decision.assessment.timing, 4),
        "frequency": round(decision.assessment.frequency, 4),
        "limit": decision.forbidden,
        "candidates": [{"idea": ids[index].id, "chance": round(chance, 4)} for index, chance in chances.items()],
    }
