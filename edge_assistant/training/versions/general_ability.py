"""What an adapter must not cost: the model's hold on ordinary text, and what little it knows.

A fixed text gives a perplexity and a fixed set of questions with four answers each a share of right ones, both written
for this project (`data/ability/`). An adapter is held against the model without the personal part.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.llm.models import cache_directory, read_json, write_json
from edge_assistant.llm.protocols import LanguageModel, ScoreRequest
from edge_assistant.training.files import sha256_of

FOLDER = Path(__file__).parents[2] / "data" / "ability"

MOST_PERPLEXITY = 1.03
"""Largest ratio of perplexities, with the adapter to without."""

MOST_LOST = 2
"""Most questions, of all sixty, that the adapter may answer wrongly on balance: one is a matter of rounding."""


@dataclass(frozen=True, slots=True)
class Ability:
    """Measured on a model with whatever adapter is attached.

    Attributes:
        perplexity: a token, on the fixed text.
        right: questions answered rightly.
        asked: questions altogether.
    """

    perplexity: float
    right: int
    asked: int

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def measure_ability(model: LanguageModel) -> Ability:
    """Score the fixed text and the questions; nothing is generated."""
    # the first sentence of a paragraph is what the rest, as one continuation, is predicted from
    parted = [re.split(r"(?<=[.:])\s+", paragraph.strip()) for paragraph in fixed_text()]
    scores = model.score([ScoreRequest(first, (" " + " ".join(rest),)) for first, *rest in parted])
    total = sum(sum(score.log_probabilities) for score in scores)
    tokens = sum(sum(score.token_counts) for score in scores)
    questions = fixed_questions()
    answers = model.score(
        [
            ScoreRequest(f"Question: {q['question']}\nAnswer:", (f" {q['answer']}", *(f" {o}" for o in q["others"])))
            for q in questions
        ]
    )
    right = sum(int(np.argmax(score.mean)) == 0 for score in answers)
    return Ability(math.exp(-total / tokens), right, len(questions))


def known_ability(model: LanguageModel, adapter: Path | None) -> Ability:
    """`measure_ability`, kept for each model and adapter: the plain model and the version in use are measured once.

    Args:
        model: with this adapter attached.
        adapter: None for none.
    """
    fixed = f"{fixed_text()}{fixed_questions()}{model.sha256}{sha256_of(adapter) if adapter else ''}"
    file = cache_directory() / "ability" / f"{hashlib.sha256(fixed.encode()).hexdigest()[:32]}.json"
    kept = read_json(file)
    try:
        return Ability(float(kept["perplexity"]), int(kept["right"]), int(kept["asked"]))  # type: ignore[arg-type, call-overload]
    except (KeyError, TypeError, ValueError):
        found = measure_ability(model)
        write_json(file, found.to_dict())
        return found


def lost_ability(before: Ability, after: Ability) -> list[str]:
    """What was lost beyond the bounds, in words; empty when all is well."""
    problems = []
    ratio = after.perplexity / before.perplexity
    if not ratio <= MOST_PERPLEXITY:  # also where it is no number
        problems.append(f"perplexity on ordinary text rose by {ratio - 1:.1%} (at most {MOST_PERPLEXITY - 1:.0%})")
    if before.right - after.right > MOST_LOST:
        problems.append(f"answers {after.right} of {after.asked} questions instead of {before.right}")
    return problems


@cache
def fixed_text() -> tuple[str, ...]:
    """The paragraphs of the fixed text."""
    return tuple((FOLDER / "text.txt").read_text(encoding="utf-8").strip().split("\n\n"))


@cache
def fixed_questions() -> tuple[dict[str, Any], ...]:
    """The questions: question, answer, and three others."""
    return tuple(json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))["questions"])
