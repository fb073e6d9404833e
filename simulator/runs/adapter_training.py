"""Nights in which a simulated person's adapter is trained, between two days of a run.

`simulate --adapters 3,6` trains after the third and the sixth day on the pairs so far. A version that proves better
speaks from the next morning on; one that does not stays out. What happened is kept in the persona's store, so that a
run that is killed in such a night goes on with it, and ends as if nothing had happened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edge_assistant.composer.adapted import PersonalComposer
from edge_assistant.composer.composer import Composer
from edge_assistant.domain import Context, Style
from edge_assistant.errors import UsageError
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.jobs.job import LEAST_PAIRS, Lesson, Outcome, learn
from edge_assistant.training.jobs.jobs import Source, make_lesson
from edge_assistant.training.versions.base import resolve_base
from simulator.policies.training_night import one_night
from simulator.runs.living import Voice

DATE = "2026-01-05T03:00:00+00:00"
"""Simulated nights have no date of their own; a fixed one keeps runs equal."""


@dataclass(frozen=True)
class PersonalVoice:
    """Speaks through the composer of somebody who has an adapter."""

    base: KnowledgeBase
    composer: PersonalComposer

    def say(self, idea: int, context: Context, style: Style, seed: int) -> tuple[str, bool]:
        """The sentence, and whether a prepared one had to replace a written one."""
        composed = self.composer.compose(self.base.ideas[idea], context, style, seed)
        return composed.text, composed.fallback


@dataclass(frozen=True)
class Nights:
    """The training nights of a run.

    Attributes:
        after: the days after which to train.
        pairs: most pairs of a night.
        training: fields of `TrainingConfig` that are not the usual ones.
    """

    after: tuple[int, ...]
    pairs: int
    training: dict[str, Any]

    @classmethod
    def of(cls, text: str, seed: int) -> Nights:
        """From the command line: '3,6', or '3,6:PAIRS' to bound the pairs of a night.

        Raises:
            UsageError: something else.
        """
        days, _, number = text.partition(":")
        try:
            after = tuple(sorted({int(day) for day in days.split(",") if day.strip()}))
            pairs = int(number) if number else 200
        except ValueError:
            after, pairs = (), 0
        if text and (not after or after[0] < 1 or pairs < LEAST_PAIRS):
            raise UsageError(
                f"--adapters {text!r}: expected days such as 3,6, or 3,6:100 for at most 100 pairs a night"
            )
        return cls(after, pairs, {"seed": seed})


def spend_nights(nights: Nights, day: int, store: Store, source: Source, model: str) -> None:
    """Train after every night up to `day` that has not been spent yet; usually that is none, or this one."""
    for night in nights.after:
        if night > day or store.get_state(f"night.{night}") is not None:
            continue
        base, task = resolve_base(model)
        lesson = make_lesson(source, store, base, task, n=nights.pairs, seed=night, date=DATE)
        if len(lesson.pairs) < LEAST_PAIRS:
            store.set_state(f"night.{night}", {"day": night, "pairs": len(lesson.pairs), "version": None})
            continue
        outcome, seconds = one_night(partial(_timed, lesson, source, TrainingConfig(**nights.training)))
        store.set_state(f"night.{night}", {**_told(night, outcome), "seconds": round(seconds, 2)})


def _timed(lesson: Lesson, source: Source, config: TrainingConfig) -> tuple[Outcome, float]:
    """The night's outcome and its seconds, without what it waited for."""
    started = time.perf_counter()
    return learn(lesson, source.registry, config), time.perf_counter() - started


def voice_in_use(source: Source, model: LanguageModel, base: KnowledgeBase, name: str, plain: Voice) -> Voice:
    """How the assistant speaks now: through the version in use, or plainly where there is none."""
    _, task = resolve_base(name)
    version = source.registry.current(source.owner)
    if version is None:
        if task is None:
            model.detach()
        else:
            model.attach(task)
        return plain
    return PersonalVoice(base, PersonalComposer(Composer(model), model, version.served, task))


def adapter_source(out: Path, persona: str) -> Source:
    """Where a persona's pairs and versions are in a run's folder."""
    return Source(persona, out / "stores" / f"{persona}.sqlite", out / "adapters")


def nights_of(store: Store) -> list[dict[str, Any]]:
    """What came of each night, in order; for the summary."""
    return [{name: value for name, value in night.items() if name != "seconds"} for night in _kept(store)]


def seconds_of_nights(store: Store) -> float:
    """What the nights so far have taken, whichever process spent them."""
    return sum(float(night.get("seconds", 0.0)) for night in _kept(store))


def _kept(store: Store) -> list[dict[str, Any]]:
    numbers = sorted(int(key.removeprefix("night.")) for key in store.state_keys("night."))
    return [document for number in numbers if (document := store.get_state(f"night.{number}")) is not None]


def _told(night: int, outcome: Outcome) -> dict[str, Any]:
    manifest, verdict = outcome.version.manifest, outcome.verdict
    return {
        "day": night,
        "version": outcome.version.name,
        "promoted": outcome.promoted,
        "reasons": verdict["reasons"],
        "pairs": len(manifest["pairs"]),
        "held_out": verdict["plain"]["pairs"],
        "accuracy": verdict["new"]["accuracy"] if verdict["new"] else 0.0,
        "in_use_accuracy": (verdict["in_use"] or verdict["plain"])["accuracy"],
        "loss": manifest["loss"],
    }
