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
from edge_assistant.embedding import Embedder
from edge_assistant.errors import UsageError
from edge_assistant.knowledge import KnowledgeBase
from edge_assistant.llm.protocols import LanguageModel
from simulator.judge_calibration import Calibration, margins
from simulator.judge_embedding import NEAR_ENOUGH, similarities
from simulator.judge_questions import Moment
from simulator.living import FeedbackJudge
from simulator.user_agent import UserAgent

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


@dataclass
class HybridJudge:
    """Timing and frequency by rule; preference and communication by the mean of the rule and the model."""

    llm: LlmJudge

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """1 where the mean of the rule's 0 or 1 and the calibrated probability is at least one half."""
        asked = [name for name in DIMENSIONS if name not in BY_RULE]
        chances = self.llm.probabilities(agent, tick, suggestion, asked)
        verdict = {name: int((getattr(exact, name) + chances[name]) / 2 >= 0.5) for name in asked}
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
