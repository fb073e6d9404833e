"""Training jobs of a simulated person's adapter, between two days of a run.

`simulate --adapters 3,6` trains after the third and the sixth day on the pairs so far. A version that proves better
speaks from the next morning on; one that does not stays out. What happened is kept in the persona's store, so that a
run that is killed in such a job goes on with it, and ends as if nothing had happened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_assistant.composer.adapted import PersonalComposer
from edge_assistant.composer.composer import Composer
from edge_assistant.errors import UsageError
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store
from edge_assistant.training.base_model import resolve_base
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.jobs.job import LEAST_PAIRS, JobOutcome, TrainingJob, run_job
from edge_assistant.training.jobs.sources import PairSource, draw_job
from edge_assistant.training.pairs.buffer import PAIRS_PER_JOB
from simulator.runs.living import ComposedVoice

DATE = "2026-01-05T03:00:00+00:00"
"""Simulated jobs have no date of their own; a fixed one keeps runs equal."""

STATE = "night."
"""What came of the job after day N is kept as the state 'night.N'."""


@dataclass(frozen=True)
class JobSchedule:
    """The training jobs of a run.

    Attributes:
        after: the days after which to train.
        pairs: most pairs of a job.
        training: fields of `TrainingConfig` that are not the usual ones.
    """

    after: tuple[int, ...]
    pairs: int
    training: dict[str, Any]

    @classmethod
    def of(cls, text: str, seed: int) -> JobSchedule:
        """From the command line: '3,6', or '3,6:PAIRS' to bound the pairs of a job.

        Raises:
            UsageError: something else.
        """
        days, _, number = text.partition(":")
        try:
            after = tuple(sorted({int(day) for day in days.split(",") if day.strip()}))
            pairs = int(number) if number else PAIRS_PER_JOB
        except ValueError:
            after, pairs = (), 0
        if text and (not after or after[0] < 1 or pairs < LEAST_PAIRS):
            raise UsageError(f"--adapters {text!r}: expected days such as 3,6, or 3,6:100 for at most 100 pairs a job")
        return cls(after, pairs, {"seed": seed})


def run_due_jobs(schedule: JobSchedule, day: int, store: Store, source: PairSource, model: str) -> None:
    """Train after every day up to `day` that has not been trained after yet; usually that is none, or this one."""
    for number in schedule.after:
        if number > day or store.get_state(f"{STATE}{number}") is not None:
            continue
        base, task = resolve_base(model)
        job = draw_job(source, store, base, task, n=schedule.pairs, seed=number, date=DATE)
        if len(job.pairs) < LEAST_PAIRS:
            store.set_state(f"{STATE}{number}", {"day": number, "pairs": len(job.pairs), "version": None})
            continue
        outcome, seconds = _timed(job, source, TrainingConfig(**schedule.training))
        store.set_state(f"{STATE}{number}", {**_told(number, outcome), "seconds": round(seconds, 2)})


def _timed(job: TrainingJob, source: PairSource, config: TrainingConfig) -> tuple[JobOutcome, float]:
    """The job's outcome and its seconds."""
    started = time.perf_counter()
    return run_job(job, source.registry, config), time.perf_counter() - started


def voice_in_use(
    source: PairSource, model: LanguageModel, base: KnowledgeBase, name: str, plain: ComposedVoice
) -> ComposedVoice:
    """How the assistant speaks now: through the version in use, or plainly where there is none."""
    _, task = resolve_base(name)
    version = source.registry.current(source.owner)
    if version is None:
        if task is None:
            model.detach()
        else:
            model.attach(task)
        return plain
    return ComposedVoice(base, PersonalComposer(Composer(model), model, version.served, task))


def adapter_source(out: Path, persona: str) -> PairSource:
    """Where a persona's pairs and versions are in a run's folder."""
    return PairSource(persona, out / "stores" / f"{persona}.sqlite", out / "adapters")


def outcomes_of(store: Store) -> list[dict[str, Any]]:
    """What came of each job, in order; for the summary."""
    return [{name: value for name, value in job.items() if name != "seconds"} for job in _kept(store)]


def seconds_of_jobs(store: Store) -> float:
    """What the jobs so far have taken, whichever process ran them."""
    return sum(float(job.get("seconds", 0.0)) for job in _kept(store))


def _kept(store: Store) -> list[dict[str, Any]]:
    numbers = sorted(int(key.removeprefix(STATE)) for key in store.state_keys(STATE))
    return [document for number in numbers if (document := store.get_state(f"{STATE}{number}")) is not None]


def _told(day: int, outcome: JobOutcome) -> dict[str, Any]:
    manifest, verdict = outcome.version.manifest, outcome.verdict
    return {
        "day": day,
        "version": outcome.version.name,
        "promoted": outcome.promoted,
        "reasons": verdict["reasons"],
        "pairs": len(manifest["pairs"]),
        "held_out": verdict["plain"]["pairs"],
        "accuracy": verdict["new"]["accuracy"] if verdict["new"] else 0.0,
        "in_use_accuracy": (verdict["in_use"] or verdict["plain"])["accuracy"],
        "loss": manifest["loss"],
    }
