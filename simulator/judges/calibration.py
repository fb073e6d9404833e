"""From a model's leaning to a probability: Platt scaling, fitted once a model on moments of other personas.

Models lean to Yes or to No whatever they are asked, and differ in how far apart their answers lie. A slope and an
offset for each dimension mend both (Platt 1999). The moments are lived by a quarter of the packaged personas under a
seed of their own, with the rubric's verdicts as labels; the judged persona's own are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.prepared import prepared
from edge_assistant.domain import DIMENSIONS, STYLE_CHOICES, TICK_MINUTES, Rating, Style, Suggestion
from edge_assistant.llm.embedding import Embedder
from edge_assistant.llm.models import read_json, write_json
from edge_assistant.llm.protocols import LanguageModel, adapter_key
from edge_assistant.paths import Paths
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.ideas import KnowledgeBase
from simulator.judges.questions import Moment, question
from simulator.people.persona import Persona, packaged
from simulator.runs.living import context_at
from simulator.world.life import LifeDay, live_day
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import STYLE_ASPECTS, UserAgent

SEED = 900_001
"""Of the lives from which the moments come; no run uses it."""
DAYS = (1, 6)
MOMENTS_A_DAY = 4
EVERY = 4
"""Each fourth packaged persona lives moments for calibration."""

RIDGE = 1.0
"""How strongly the slope is pulled towards 0: a model that cannot tell must not seem to."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer of the model, and what the rubric says."""

    persona: str
    dimension: str
    margin: float
    label: int


def margins(model: LanguageModel, asked: Sequence[tuple[Moment, str]]) -> list[float]:
    """Log probability of Yes minus that of No for moments and dimensions, in one batch."""
    scores = model.score([question(model, moment, dimension) for moment, dimension in asked])
    return [score.log_probabilities[0] - score.log_probabilities[1] for score in scores]


class Calibration:
    """Probabilities for one model; measured when first asked, and kept by the model's hash."""

    def __init__(
        self,
        model: LanguageModel,
        base: KnowledgeBase | None = None,
        embedder: Embedder | None = None,
        folder: Path | None = None,
        personas: Sequence[Persona] | None = None,
    ) -> None:
        """
        Args:
            model: whose answers are calibrated.
            base: ideas of the moments; the packaged ones when absent.
            embedder: for the rubric of the moments; the packaged one when absent.
            folder: where samples are kept; in the cache when absent.
            personas: who lives the moments; a quarter of the packaged ones when absent.
        """
        self._model = model
        self._base = base
        self._embedder = embedder
        self._folder = folder or Paths.from_environment().probes.parent / "judges"
        self._personas = tuple(personas if personas is not None else packaged()[::EVERY])
        self._fitted: dict[tuple[str, str], tuple[float, float]] = {}

    def probability(self, persona: Persona, dimension: str, margin: float) -> float:
        """The probability of a 1 for a persona, who has no part in the fit."""
        key = (persona.name, dimension)
        if key not in self._fitted:
            others = [s for s in self.samples if s.dimension == dimension and s.persona != persona.name]
            self._fitted[key] = platt(
                np.array([sample.margin for sample in others]), np.array([sample.label for sample in others])
            )
        slope, offset = self._fitted[key]
        return float(1 / (1 + np.exp(-np.clip(slope * margin + offset, -30, 30))))

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """All samples of this model, kept or newly measured."""
        base = self._base or knowledge.load_packaged()
        parts = [*(persona.model_dump_json() for persona in self._personas), base.sha256, *_sources()]
        version = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        adapter = hashlib.sha256(adapter_key(self._model).encode()).hexdigest()[:12] if adapter_key(self._model) else ""
        file = self._folder / f"{self._model.sha256}{adapter and '-'}{adapter}.json"
        kept = read_json(file)
        rows = kept.get("samples")
        if kept.get("version") == version and isinstance(rows, list):
            try:
                return tuple(Sample(str(row[0]), str(row[1]), float(row[2]), int(row[3])) for row in rows)
            except (TypeError, ValueError, IndexError):
                pass  # damaged: measured again
        samples = tuple(self._measure(base))
        listed: list[object] = [[s.persona, s.dimension, s.margin, s.label] for s in samples]
        write_json(file, {"version": version, "model": self._model.name, "samples": listed})
        return samples

    def _measure(self, base: KnowledgeBase) -> list[Sample]:
        if self._embedder is None:
            from simulator.runs.household import embedder

            self._embedder = embedder()
        samples: list[Sample] = []
        for persona in self._personas:
            judged = moments(Utility(persona, base, self._embedder))
            # by dimension first: the same static beginning for all moments in a row
            asked = [(moment, rating, name) for name in DIMENSIONS for moment, rating in judged]
            values = margins(self._model, [(moment, name) for moment, _, name in asked])
            samples += [
                Sample(persona.name, name, value, getattr(rating, name))
                for (_, rating, name), value in zip(asked, values, strict=True)
            ]
        return samples


def moments(taste: Utility) -> list[tuple[Moment, Rating]]:
    """Moments of a persona's life with the rubric's verdicts, see `rated_moments`."""
    return [(moment, rating) for moment, rating, *_ in rated_moments(taste, DAYS, SEED)]


Heard = tuple[Moment, Rating, UserAgent, int, int, Suggestion]
"""A moment, the rubric's verdict, and the person who hears it: agent, tick, idea, suggestion."""


def rated_moments(taste: Utility, days: Sequence[int], seed: int) -> Iterator[Heard]:
    """Moments of some days of a life; each is yielded before it is heard, so that the agent can be looked at.

    Half of them are receptive, half of the ideas please, half of the sentences keep the persona's style, so that ones
    and zeros are about even.
    """
    persona, base = taste.persona, taste.base
    agent = UserAgent(persona, taste, patient=True)
    for number in days:
        rng = generator("judge moments", persona.id, number, *(() if seed == SEED else (seed,)))
        day = live_day(persona, number, seed)
        agent.begin_day(day)
        for tick in _ticks(persona, day, rng):
            idea = _idea(agent, tick, rng)
            style = _style(persona, rng)
            text = prepared(base.ideas[idea], style, context_at(day, tick, False), seed=number * 1000 + tick)[0]
            suggestion = Suggestion(f"{number}-{tick}", text, base.ideas[idea].id, style)
            rating = agent.rate_spoken(tick, idea, suggestion)
            yield Moment.of(agent, tick, suggestion), rating, agent, tick, idea, suggestion
            agent.hear(tick, idea, suggestion, rating)


def platt(margin: NDArray[np.float64], label: NDArray[np.int64]) -> tuple[float, float]:
    """Slope (never negative) and offset of a logistic fit; without both labels the slope is 0.

    Margins are standardised inside, so that `RIDGE` means the same for all models; labels are softened as Platt does.
    """
    ones, zeros = int(label.sum()), int(len(label) - label.sum())
    offset = float(np.log((ones + 1) / (zeros + 1)))
    spread = float(margin.std()) if len(margin) else 0.0
    if not ones or not zeros or spread < 1e-9:
        return 0.0, offset
    centre = float(margin.mean())
    design = np.stack([(margin - centre) / spread, np.ones(len(margin))], axis=1)
    target = np.where(label == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    weights = np.array([0.0, offset])
    penalty = np.diag([RIDGE, 1e-6])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - target) + penalty @ weights
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + penalty
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    if weights[0] <= 0:  # an answer that points the wrong way says nothing
        return 0.0, offset
    return float(weights[0] / spread), float(weights[1] - weights[0] * centre / spread)


def _ticks(persona: Persona, day: LifeDay, rng: np.random.Generator) -> list[int]:
    """Half of the ticks receptive, and of the others some too soon after one of those."""
    receptive = np.flatnonzero(day.receptive(persona.timing.threshold))
    chosen = rng.choice(receptive, min(MOMENTS_A_DAY // 2, len(receptive)), replace=False).tolist()
    soon = max(1, int(persona.frequency.min_gap / TICK_MINUTES / 2))
    ticks = {*chosen, *(min(tick + int(rng.integers(1, soon + 1)), len(day) - 1) for tick in chosen[:1])}
    rest = np.setdiff1d(np.arange(len(day)), list(ticks))
    ticks.update(rng.choice(rest, MOMENTS_A_DAY - len(ticks), replace=False).tolist())
    return sorted(ticks)


def _idea(agent: UserAgent, tick: int, rng: np.random.Generator) -> int:
    """A pleasing idea half of the time, otherwise any."""
    pleasing = np.flatnonzero(agent.pleasing_now(tick))
    if len(pleasing) and rng.random() < 0.5:
        return int(rng.choice(pleasing))
    return int(rng.integers(len(agent.taste.base)))


def _style(persona: Persona, rng: np.random.Generator) -> Style:
    """The persona's own style half of the time, otherwise any."""
    drawn = {aspect: str(rng.choice(choices)) for aspect, choices in STYLE_CHOICES.items()}
    if rng.random() < 0.5:
        wishes = {aspect: getattr(persona.manner, aspect) for aspect in STYLE_ASPECTS}
        drawn |= {aspect: value for aspect, value in wishes.items() if value != "any"}
    return Style(**drawn)


def _sources() -> list[str]:
    """The text of the modules that make moments and questions: other questions need other samples."""
    names = ("questions.py", "calibration.py")
    return [(Path(__file__).parent / name).read_text("utf-8") for name in names]
