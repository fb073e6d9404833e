"""Judges: the rubric, the model that gives its reason first, the test that it must have passed, judges of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS, Rating, Suggestion
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.llm.protocols import Completion, GenerateRequest, Score, ScoreRequest
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker.ideas import load_packaged
from simulator.judges.judge import JUDGES
from simulator.judges.llm import ANSWERS, LlmJudge, Moment, keep_record, margins
from simulator.judges.rubric import RubricJudge
from simulator.people.persona import packaged
from simulator.world.life import live_day
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

BASE = load_packaged()
SAID = Suggestion("1-200", "Maybe fold a small paper box.", BASE.ideas[3].id)


class Opinion(StandInModel):
    """Leans to Yes by as much as it is told for the words of a question, and notes every batch."""

    def __init__(self, leanings: dict[str, float] | None = None) -> None:
        super().__init__()
        self.leanings = leanings or {}
        self.asked: list[list[GenerateRequest]] = []
        self.scored: list[list[ScoreRequest]] = []

    def generate(self, requests: Sequence[GenerateRequest], *rest: Any) -> list[Completion]:
        self.asked.append(list(requests))
        return [Completion(f" because of {index} ", 4, "stop") for index in range(len(requests))]

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        self.scored.append(list(requests))
        return [self._lean(request) for request in requests]

    def _lean(self, request: ScoreRequest) -> Score:
        lean = sum(value for words, value in self.leanings.items() if words in request.prefix)
        return Score((-2.0 + min(lean, 0.0), -2.0 - max(lean, 0.0)), (1, 1))


@pytest.fixture(scope="module")
def taste() -> Utility:
    return Utility(packaged()[0], BASE, HashEmbedder())


@pytest.fixture
def agent(taste: Utility) -> UserAgent:
    agent = UserAgent(taste.persona, taste)
    agent.begin_day(live_day(taste.persona, 1, 7))
    return agent


def test_the_model_reasons_first_and_its_leanings_become_the_verdict(agent: UserAgent) -> None:
    model = Opinion({"like the idea": 1.0, "good moment": -1.0, "Is it fine": 2.0, "said the way": -0.1})
    keep_record(model.sha256, {"passed": True})
    judge, exact = LlmJudge(model), Rating(0, 1, 0, 1)
    assert judge.rate_spoken(agent, 200, 3, SAID, exact) == Rating(1, 0, 1, 0)
    assert judge.rate_spoken(agent, 200, None, SAID, exact) == Rating(0, 0, 1, 0)
    assert [len(batch) for batch in (*model.asked, *model.scored)] == [4, 4, 4, 4]
    for index, (request, dimension) in enumerate(zip(model.scored[0], DIMENSIONS, strict=True)):
        assert request.continuations == ANSWERS
        assert request.prefix.endswith(f"Reason: because of {index}\nAnswer:")
        prose = getattr(agent.persona.prose, dimension)
        assert request.prefix.index(prose) < 100  # what stays the same comes first
    assert SAID.text in model.asked[0][0].prompt
    assert SAID.text not in model.asked[0][1].prompt


def test_only_a_model_that_has_passed_may_judge() -> None:
    model = StandInModel("newcomer")
    with pytest.raises(UsageError, match="experiment judges"):
        JUDGES.get("llm")(model)
    keep_record(model.sha256, {"passed": False})
    with pytest.raises(UsageError, match="has not passed"):
        JUDGES.get("llm")(model)
    keep_record(model.sha256, {"passed": True})
    assert isinstance(JUDGES.get("llm")(model), LlmJudge)
    with pytest.raises(UsageError, match="language model"):
        JUDGES.get("llm")(None)


def test_judges_are_made_by_name(agent: UserAgent) -> None:
    assert set(JUDGES.names()) == {"rubric", "llm"}
    exact = Rating(0, 1, 0, 1)
    assert JUDGES.get("rubric")(None).rate_spoken(agent, 200, 3, SAID, exact) is exact
    assert JUDGES.get("simulator.judges.rubric:RubricJudge") is RubricJudge
    with pytest.raises(UsageError, match="llm, rubric"):
        JUDGES.get("jury")


@pytest.mark.model
@pytest.mark.timeout(900)
def test_the_packaged_model_answers_the_questions(agent: UserAgent) -> None:
    from edge_assistant.llm.engine import LlamaEngine

    with LlamaEngine.open(None, n_threads=1) as model:
        moment = Moment.of(agent, 100, SAID)
        values = margins(model, [(moment, name) for name in DIMENSIONS])
        assert len(set(values)) == 4
        assert all(np.isfinite(values))
        assert margins(model, [(moment, name) for name in DIMENSIONS]) == values
        keep_record(model.sha256, {"passed": True})
        verdict = LlmJudge(model).rate_spoken(agent, 100, 3, SAID, Rating(1, 1, 1, 1))
        assert [getattr(verdict, name) for name in DIMENSIONS] == [int(value >= 0) for value in values]
