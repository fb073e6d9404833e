"""Whether a new version is better than the one in use, measured on the very bits that would be served.

Three questions, all asked of the engine with the adapter attached: does it order held-out pairs of the same person
better; does it still write one sentence that holds the idea; has it kept what the model could before? Only three times
yes puts it into use. A no is a normal outcome.

    verdict = judge(model, held_out, new=path, in_use=None, plain=task_adapter)
    verdict.promoted, verdict.reasons
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.composer import LONGEST_WORDS
from edge_assistant.composer.faithfulness import is_one_sentence, keeps_idea
from edge_assistant.composer.style import count_words, keeps, read_style, without_emoji
from edge_assistant.domain import STYLE_CHOICES
from edge_assistant.errors import NotFiniteError
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.general_ability import Ability, known_ability, lost_ability

LEAST_HELD_OUT = 6
"""Fewer held-out pairs cannot tell versions apart."""

MOST_HELD_OUT = 64
"""More are not measured: their order changes little and they cost time."""

WRITTEN = 16
"""Sentences that are written for the check of the format."""

FORMAT_SLACK = 0.07
"""Share of written sentences that may be worse than before: one of `WRITTEN`."""

_IDEA = re.compile(r"^Idea: (.+)$", re.M)
_LEAKED = re.compile(r"<\||\|>|\b(?:Manner|Idea|Activity|Sentence):")


@dataclass(frozen=True, slots=True)
class Measures:
    """What was found of one adapter (or, as the plain model, of none).

    Attributes:
        pairs: held-out pairs measured.
        accuracy: share of them that it orders rightly against the plain model (the DPO reward); ties count one half.
        margin: mean of the reward differences, nats.
        faultless: share of written sentences that are one sentence and hold the idea; None where nothing was written.
        style: of the aspects in which chosen and rejected differ, the share that a written sentence shares with the
            chosen one; None where nothing was written.
        ability: perplexity and questions.
    """

    pairs: int
    accuracy: float
    margin: float
    faultless: float | None
    style: float | None
    ability: Ability

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; the style keeps the name that manifests know it by."""
        facts = asdict(self)
        facts["manner"] = facts.pop("style")
        return facts


@dataclass(frozen=True, slots=True)
class PromotionVerdict:
    """The decision on a new version, and everything that it rests on.

    Attributes:
        new: None where the new version computes numbers that are not finite.
    """

    promoted: bool
    reasons: tuple[str, ...]
    new: Measures | None
    in_use: Measures | None
    plain: Measures

    @property
    def too_strong(self) -> bool:
        """Whether less of the same change might do better: ability was lost."""
        return self.new is None or bool(lost_ability(self.plain.ability, self.new.ability))

    @property
    def note(self) -> str:
        """The decision in one line."""
        return "; ".join(self.reasons)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "promoted": self.promoted,
            "reasons": list(self.reasons),
            "new": self.new.to_dict() if self.new else None,
            "in_use": self.in_use.to_dict() if self.in_use else None,
            "plain": self.plain.to_dict(),
        }


def judge(
    model: LanguageModel, held_out: Sequence[Pair], *, new: Path, in_use: Path | None, plain: Path | None
) -> PromotionVerdict:
    """Measure and decide. Afterwards the model is plain again.

    Args:
        model: of the base; not one that somebody else is using.
        held_out: pairs of the same person that nothing was trained on.
        new: the adapter to be judged, as it would be served.
        in_use: the one in use, or None.
        plain: the task adapter that the reference has, or None.

    Raises:
        ModelError: an adapter does not fit the model.
    """
    pairs = [pair for pair in held_out if pair.kind != "silence"][-MOST_HELD_OUT:]
    _use(model, plain)
    writes = model.can_write
    reference = _log_probabilities(model, pairs)
    before = _measures(model, pairs, reference, reference, known_ability(model, plain), writes)

    def measured(path: Path) -> Measures:
        _use(model, path)
        scores, ability = _log_probabilities(model, pairs), known_ability(model, path)
        return _measures(model, pairs, scores, reference, ability, writes)

    now = measured(in_use) if in_use is not None else None
    try:
        verdict = decide(measured(new), now, before)
    except NotFiniteError:
        verdict = PromotionVerdict(False, ("computes numbers that are not finite",), None, now, before)
    _use(model, plain)
    return verdict


def decide(new: Measures, in_use: Measures | None, plain: Measures) -> PromotionVerdict:
    """The rule: better order, format and ability kept."""
    against = in_use or plain
    problems = []
    if new.pairs < LEAST_HELD_OUT:
        problems.append(f"only {new.pairs} held-out pairs (at least {LEAST_HELD_OUT} are needed)")
    elif (round(new.accuracy, 6), new.margin) <= (round(against.accuracy, 6), against.margin):
        problems.append(
            f"orders {new.accuracy:.0%} of {new.pairs} held-out pairs, no better than {against.accuracy:.0%}"
        )
    elif new.accuracy <= 0.5:
        problems.append(f"orders {new.accuracy:.0%} of {new.pairs} held-out pairs, no better than chance")
    if new.faultless is not None and plain.faultless is not None and new.faultless < plain.faultless - FORMAT_SLACK:
        problems.append(f"{new.faultless:.0%} of its sentences keep the form instead of {plain.faultless:.0%}")
    problems += lost_ability(plain.ability, new.ability)
    if problems:
        return PromotionVerdict(False, tuple(problems), new, in_use, plain)
    better = f"instead of {against.accuracy:.0%}"
    if round(new.accuracy, 6) == round(against.accuracy, 6):
        better = f"as before, by {new.margin:.2f} nats instead of {against.margin:.2f}"
    said = f"orders {new.accuracy:.0%} of {new.pairs} held-out pairs {better}"
    return PromotionVerdict(True, (said,), new, in_use, plain)


def _use(model: LanguageModel, adapter: Path | None) -> None:
    if adapter is None:
        model.detach()
    else:
        model.attach(adapter)


def _log_probabilities(model: LanguageModel, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """(pairs, 2) log probabilities of chosen and rejected."""
    asked = [ScoreRequest(model.chat(pair.system, pair.prompt), (pair.chosen, pair.rejected)) for pair in pairs]
    return np.array([score.log_probabilities for score in model.score(asked)], dtype=float).reshape(-1, 2)


def _measures(
    model: LanguageModel,
    pairs: Sequence[Pair],
    scores: NDArray[np.float64],
    reference: NDArray[np.float64],
    ability: Ability,
    writes: bool,
) -> Measures:
    rewards = scores - reference
    margins = rewards[:, 0] - rewards[:, 1]
    accuracy = float(np.mean((margins > 0) + 0.5 * (margins == 0))) if len(pairs) else 0.5
    margin = float(np.mean(margins)) if len(pairs) else 0.0
    measures = Measures(len(pairs), accuracy, margin, None, None, ability)
    if not writes or not pairs:
        return measures
    asked = list({pair.prompt: pair for pair in pairs}.values())[:WRITTEN]
    written = model.generate(
        [GenerateRequest(model.chat(pair.system, pair.prompt), 64, stop=("\n",)) for pair in asked]
    )
    texts = [completion.text.strip() for completion in written]
    faultless = float(
        np.mean([not format_faults(text, _idea_of(pair)) for text, pair in zip(texts, asked, strict=True)])
    )
    sided = [side for text, pair in zip(texts, asked, strict=True) for side in style_sides(text, pair)]
    return replace(measures, faultless=faultless, style=float(np.mean(sided)) if sided else None)


def format_faults(text: str, idea: str) -> list[str]:
    """What is wrong with the form of a written sentence; the style is another matter."""
    bare = without_emoji(text)
    if not bare:
        return ["nothing was written"]
    faults = []
    if count_words(bare) > LONGEST_WORDS:
        faults.append("too long")
    if not is_one_sentence(bare):
        faults.append("more than one sentence")
    if _LEAKED.search(text):
        faults.append("words of the request")
    if not keeps_idea(bare, idea):
        faults.append("loses the idea")
    return faults


def style_sides(text: str, pair: Pair) -> list[bool]:
    """For each aspect in which chosen and rejected differ, whether a text sides with the chosen one."""
    chosen, rejected = read_style(pair.chosen), read_style(pair.rejected)
    sides = []
    for aspect in STYLE_CHOICES:
        wanted, other = getattr(chosen, aspect), getattr(rejected, aspect)
        if wanted != other and "neutral" not in (wanted, other):
            sides.append(keeps(text, aspect, wanted))
    return sides


def _idea_of(pair: Pair) -> str:
    found = _IDEA.search(pair.prompt)
    return found.group(1) if found else ""
