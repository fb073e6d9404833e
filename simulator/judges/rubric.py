"""The judge that everything is measured by."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.domain import Rating, Suggestion
from edge_assistant.llm.protocols import LanguageModel
from simulator.judges.judge import JUDGES
from simulator.world.user_agent import UserAgent


@JUDGES.register("rubric", "exact: the persona's own rubric (usual)")
@dataclass
class RubricJudge:
    """Says what the rubric says."""

    model: LanguageModel | None = None

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """`exact` itself."""
        return exact
