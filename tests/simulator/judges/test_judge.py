"""Judges: the questions, the calibration, the verdicts, and the nearest idea of a free sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS, Rating, Suggestion
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.llm.protocols import LanguageModel, Score, ScoreRequest
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker.ideas import KnowledgeBase, load_packaged
from simulator.judges.calibration import Calibration, margins, moments, platt
from simulator.judges.judge import HybridJudge, LlmJudge, graded, make_judge, mixed, nearest_idea
from simulator.judges.questions import ANSWERS, Moment
from simulator.people.persona import packaged
from simulator.world.life import live_day
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

BASE = load_packaged()
CAST = (packaged()[0], packaged()[4])
SAID = Suggestion("1-200", "Maybe fold a small paper box.", BASE.ideas[3].id)


class Opinion(StandInModel):
    """Leans to Yes by as much as it is told for the words of a question, and notes every batch."""

    def __init__(self, leanings: dict[str, float] | None = None) -> None:
        super().__init__(can_write=False)
        self.leanings = leanings or {}
        self.batches: list[list[ScoreRequest]] = []

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        self.batches.append(list(requests))
        return [self._lean(request) for request in requests]

    def _lean(self, request: ScoreRequest) -> Score:
        lean = sum(value for words, value in self.leanings.items() if words in request.prefix)
        return Score((-2.0 + min(lean, 0.0), -2.0 - max(lean, 0.0)), (1, 1))


class Fixed(Calibration):
    """No samples: a margin of 0 is one half."""

    def probability(self, persona: object, dimension: str, margin: float) -> float:
        return float(1 / (1 + np.exp(-margin)))


@pytest.fixture(scope="module")
def taste() -> Utility:
    return Utility(CAST[0], BASE, HashEmbedder())


@pytest.fixture
def agent(taste: Utility) -> UserAgent:
    agent = UserAgent(taste.persona, taste)
    agent.begin_day(live_day(taste.persona, 1, 7))
    return agent


def llm(leanings: dict[str, float]) -> LlmJudge:
    model = Opinion(leanings)
    return LlmJudge(model, Fixed(model))


def test_the_model_s_leanings_become_the_verdict_in_one_batch(agent: UserAgent) -> None:
    judge = llm({"like the idea": 1.0, "good moment": -1.0, "Is it fine": 2.0, "said the way": -0.1})
    exact = Rating(0, 1, 0, 1)
    assert judge.rate_spoken(agent, 200, 3, SAID, exact) == Rating(1, 0, 1, 0)
    assert judge.rate_spoken(agent, 200, None, SAID, exact) == Rating(0, 0, 1, 0)
    assert isinstance(judge.model, Opinion)
    assert [len(batch) for batch in judge.model.batches] == [4, 4]
    for request, dimension in zip(judge.model.batches[0], DIMENSIONS, strict=True):
        assert request.continuations == ANSWERS
        prose = getattr(agent.persona.prose, dimension)
        assert prose in request.prefix
        assert request.prefix.index(prose) < 100  # what stays the same comes first
    assert SAID.text in judge.model.batches[0][0].prefix
    assert SAID.text not in judge.model.batches[0][1].prefix


@pytest.mark.parametrize(
    ("rule", "chance", "verdict"), [(1.0, 0.0, 1), (0.6, 0.3, 0), (0.6, 0.4, 1), (1 / 3, 0.7, 1), (0.0, 0.99, 0)]
)
def test_the_hybrid_verdict_is_the_mean_of_rule_and_model(rule: float, chance: float, verdict: int) -> None:
    assert mixed(rule, chance) == verdict


def test_graded_rules_agree_with_the_exact_ones_about_the_side(agent: UserAgent) -> None:
    tick = 200
    pleasing = agent.pleasing_now(tick).copy()
    for idea in range(len(pleasing)):
        rule = graded(agent, tick, idea, SAID)["preference"]
        assert 0 <= rule <= 1
        assert (rule >= 0.5) == pleasing[idea]
    liked = int(np.flatnonzero(pleasing)[0])
    agent.hear(tick, liked, SAID, Rating(1, 1, 1, 1))
    assert graded(agent, tick + 1, liked, SAID)["preference"] == 0.0, "it rests"
    assert graded(agent, tick, None, SAID)["preference"] == 0.0


def test_faults_of_style_lower_the_graded_rule(agent: UserAgent) -> None:
    loud = Suggestion("x", "Hey buddy!!! You simply must do this right now, with all your friends! 🎉🎉", "x")
    faults = len(agent.faults_of_style(loud.text))
    assert faults >= 2
    assert graded(agent, 200, None, loud)["communication"] == pytest.approx(1 / (1 + 2 * faults))


def test_the_hybrid_takes_timing_and_frequency_by_rule_and_asks_about_the_rest(agent: UserAgent) -> None:
    liked = int(np.flatnonzero(agent.pleasing_now(200))[0])
    judge = HybridJudge(llm({"like the idea": 9.0, "said the way": 9.0, "good moment": -9.0, "Is it fine": -9.0}))
    for timing in (0, 1):
        verdict = judge.rate_spoken(agent, 200, liked, SAID, Rating(1, timing, 1 - timing, 1))
        assert verdict == Rating(1, timing, 1 - timing, 1)
    assert isinstance(judge.llm.model, Opinion)
    assert [len(batch) for batch in judge.llm.model.batches] == [2, 2]


def test_judges_are_made_by_name() -> None:
    model = Opinion()
    assert make_judge("rubric") is None
    assert isinstance(make_judge("llm", model), LlmJudge)
    assert isinstance(make_judge("hybrid", model), HybridJudge)
    with pytest.raises(UsageError, match="rubric, llm, hybrid"):
        make_judge("jury", model)
    with pytest.raises(UsageError, match="language model"):
        make_judge("llm")


def test_moments_for_calibration_hold_both_verdicts() -> None:
    found = [pair for persona in packaged()[::8] for pair in moments(Utility(persona, BASE, HashEmbedder()))]
    for name in DIMENSIONS:
        share = np.mean([getattr(rating, name) for _, rating in found])
        assert 0.15 <= share <= 0.9, name
    again = [pair for persona in packaged()[::8] for pair in moments(Utility(persona, BASE, HashEmbedder()))]
    assert found == again


def test_platt_recovers_a_slope_and_an_offset() -> None:
    rng = np.random.default_rng(5)
    margin = rng.normal(-3, 2, 4000)
    label = (rng.random(4000) < 1 / (1 + np.exp(-(1.5 * margin + 4)))).astype(np.int64)
    slope, offset = platt(margin, label)
    assert slope == pytest.approx(1.5, abs=0.15)
    assert offset == pytest.approx(4, abs=0.4)


def test_a_model_that_cannot_tell_says_nothing() -> None:
    label = np.array([0, 0, 0, 1, 1, 1])
    assert platt(np.array([3.0, 2, 1, -1, -2, -3]), label)[0] == 0.0  # the wrong way round
    assert platt(np.ones(6), label) == (0.0, 0.0)
    assert platt(np.arange(3.0), np.ones(3, dtype=np.int64))[0] == 0.0
    assert platt(np.zeros(0), np.zeros(0, dtype=np.int64)) == (0.0, 0.0)


def test_calibration_is_measured_once_a_model(tmp_path: Path) -> None:
    model = Opinion({"Monday": 1.0})
    first = Calibration(model, BASE, HashEmbedder(), tmp_path, CAST).samples
    asked = len(model.batches)
    assert asked == len(CAST)
    assert Calibration(model, BASE, HashEmbedder(), tmp_path, CAST).samples == first
    assert len(model.batches) == asked
    (file,) = tmp_path.iterdir()
    assert file.stem == model.sha256
    for damaged in ("", "{", json.dumps({**json.loads(file.read_text()), "samples": [["p", 1]]})):
        file.write_text(damaged)
        assert Calibration(model, BASE, HashEmbedder(), tmp_path, CAST).samples == first
    assert len(model.batches) == 4 * asked
    assert len(Calibration(model, BASE, HashEmbedder(), tmp_path, CAST[:1]).samples) == len(first) // 2


def test_the_judged_persona_has_no_part_in_the_fit(tmp_path: Path) -> None:
    calibration = Calibration(StandInModel(can_write=False), BASE, HashEmbedder(), tmp_path, CAST)
    for name in DIMENSIONS:
        others = [s for s in calibration.samples if s.persona == CAST[1].name and s.dimension == name]
        slope, offset = platt(np.array([s.margin for s in others]), np.array([s.label for s in others]))
        for margin in (-2.0, 0.5):
            expected = 1 / (1 + np.exp(-(slope * margin + offset)))
            assert calibration.probability(CAST[0], name, margin) == pytest.approx(expected)


def test_a_free_sentence_is_its_nearest_idea_or_none() -> None:
    embedder = HashEmbedder(256)
    assert nearest_idea(BASE.ideas[40].text, BASE, embedder) == 40
    assert nearest_idea("quarterly zirconium futures outlook", BASE, embedder) is None


@pytest.mark.model
def test_a_reworded_idea_is_found_by_the_packaged_embedding() -> None:
    from edge_assistant.llm.embedding import default_embedder

    few, embedder = KnowledgeBase(BASE.ideas[::20]), default_embedder()
    assert nearest_idea(f"Maybe you would like to {few.ideas[7].text}?", few, embedder) == 7
    assert nearest_idea("The train to Lisbon leaves from platform nine.", few, embedder) is None


@pytest.mark.model
@pytest.mark.timeout(900)
def test_the_packaged_model_answers_the_questions(taste: Utility, agent: UserAgent) -> None:
    from edge_assistant.llm.engine import LlamaEngine

    with LlamaEngine.open(None, n_threads=1) as model:
        judged = moments(taste)[:1]
        values = margins(model, [(moment, name) for moment, _ in judged for name in DIMENSIONS])
        assert len(set(values)) == 4
        assert all(np.isfinite(values))
        spent = model.counters
        assert spent.calls == 4
        assert spent.generated_tokens == 0
        assert margins(model, [(judged[0][0], name) for name in DIMENSIONS]) == values
        assert model.counters.prompt_tokens == spent.prompt_tokens  # all four prompts were kept
        verdict = LlmJudge(model, Fixed(model)).rate_spoken(agent, 100, 3, SAID, Rating(1, 1, 1, 1))
        chances = [1 / (1 + np.exp(-value)) for value in margins_of_moment(model, agent)]
        assert [getattr(verdict, name) for name in DIMENSIONS] == [int(chance >= 0.5) for chance in chances]


def margins_of_moment(model: LanguageModel, agent: UserAgent) -> list[float]:
    return margins(model, [(Moment.of(agent, 100, SAID), name) for name in DIMENSIONS])
