"""Judges of what was spoken, behind one protocol: `rubric` (exact), `llm` (a model's reading of the prose), `hybrid`.

Only the feedback comes from here; measures and oracle always use the rubric, and silence is judged by the rubric too.
The model generates nothing: each dimension is one question on the persona's own words, and its answer the difference
between the log probabilities of ' Yes' and ' No', made a probability by `judge_calibration`.

    judge = make_judge("hybrid", model)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_assistant.domain import DIMENSIONS, Rating, Suggestion
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import Embedder
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.ideas import KnowledgeBase
from simulator.judges.calibration import Calibration, margins
from simulator.judges.questions import Moment
from simulator.runs.living import FeedbackJudge
from simulator.world.judge_embedding import NEAR_ENOUGH, similarities
from simulator.world.user_agent import UserAgent

JUDGES = ("rubric", "llm", "hybrid")

BY_RULE = ("timing", "frequency")
"""What the hybrid judge leaves to the rubric."""


@dataclass
class LlmJudge:
    """The model's verdict on all four dimensions."""

    model: LanguageModel
    calibration: Calibration

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """1 where the calibrated probability is at least one half; without an idea the preference is 0."""
        chances = self.probabilities(agent, tick, suggestion, DIMENSIONS)
        verdict = {name: int(chances[name] >= 0.5) for name in DIMENSIONS}
        if idea is None:
            verdict["preference"] = 0
        return _rating(verdict)

    def probabilities(
        self, agent: UserAgent, tick: int, suggestion: Suggestion, dimensions: Sequence[str]
    ) -> dict[str, float]:
        """The calibrated probability of a 1, for each dimension; one batch of the model's."""
        moment = Moment.of(agent, tick, suggestion)
        values = margins(self.model, [(moment, name) for name in dimensions])
        return {
            name: self.calibration.probability(agent.persona, name, value)
            for name, value in zip(dimensions, values, strict=True)
        }


SOFTNESS = 0.5
"""Standard deviations of a persona's liking by which utility passes the threshold where the rule is 0.73 sure."""
FAULT = 2.0
"""How much a fault of style counts: with one the rule is 1/3 content, with two 1/5."""


def graded(agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion) -> dict[str, float]:
    """How far the rules for preference and communication are kept, 0 to 1.

    The rubric itself knows 0 and 1 only, and a mean of those with a probability is decided by the rule alone. So what
    the rule compares is graded: utility against its threshold (0.5 where they are equal), and the number of faults.
    """
    taste = agent.taste
    agent.pleasing_now(tick)  # brings rests and habituation up to now
    liking = 0.0
    if idea is not None and taste.allowed[idea] and agent.rested[idea]:
        above = float(taste.utility(agent.day, tick, agent.heard_counts)[idea]) - taste.threshold
        liking = float(1 / (1 + np.exp(-np.clip(above / (SOFTNESS * max(float(taste.static.std()), 1e-9)), -30, 30))))
    faults = len(agent.faults_of_style(suggestion.text))
    forbidden = idea is not None and bool(taste.forbidden[idea])
    return {"preference": liking, "communication": 0.0 if forbidden else 1 / (1 + FAULT * faults)}


def mixed(rule: float, chance: float) -> int:
    """The hybrid verdict: 1 where the mean of the graded rule and the calibrated probability is at least one half."""
    return int((rule + chance) / 2 >= 0.5)


@dataclass
class HybridJudge:
    """Timing and frequency by rule; preference and communication by the mean of the graded rule and the model."""

    llm: LlmJudge

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """See `graded` and `mixed`."""
        asked = [name for name in DIMENSIONS if name not in BY_RULE]
        chances = self.llm.probabilities(agent, tick, suggestion, asked)
        rule = graded(agent, tick, idea, suggestion)
        verdict = {name: mixed(rule[name], chances[name]) for name in asked}
        if idea is None:
            verdict["preference"] = 0
        return _rating(verdict | {name: getattr(exact, name) for name in BY_RULE})


def _rating(verdict: dict[str, int]) -> Rating:
    return Rating(verdict["preference"], verdict["timing"], verdict["frequency"], verdict["communication"])


def make_judge(
    name: str,
    model: LanguageModel | None = None,
    *,
    base: KnowledgeBase | None = None,
    embedder: Embedder | None = None,
    folder: Path | None = None,
) -> FeedbackJudge | None:
    """The judge of a run; None is the rubric itself.

    Args:
        name: one of `JUDGES`.
        model: for `llm` and `hybrid`. It is asked under whatever adapter is attached.
        base: ideas of the moments for calibration; the packaged ones when absent.
        embedder: for the rubric of those moments; the packaged one when absent.
        folder: where calibrations are kept; in the cache when absent.

    Raises:
        UsageError: no such judge, or no model for one that needs it.
    """
    if name not in JUDGES:
        raise UsageError(f"judge {name!r} is unknown; choose one of {', '.join(JUDGES)}")
    if name == "rubric":
        return None
    if model is None:
        raise UsageError(f"judge {name!r} asks a language model; choose --judge rubric, or --language model")
    llm = LlmJudge(model, Calibration(model, base, embedder, folder))
    return llm if name == "llm" else HybridJudge(llm)


def nearest_idea(text: str, base: KnowledgeBase, embedder: Embedder) -> int | None:
    """The idea that a free sentence means, as its index: the most similar under the judge's own embedding.

    None when none is similar enough (`judge_embedding.NEAR_ENOUGH`).
    """
    likeness = similarities([text], base.texts, embedder)[0]
    best = int(np.argmax(likeness))
    return best if likeness[best] >= NEAR_ENOUGH else None
