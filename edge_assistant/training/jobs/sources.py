"""Whose pairs are learned from, whether there is enough for a training job, and what has been learned already.

The store is a person's own, or that of one persona in a simulated run; adapters of the former belong to 'me', of the
latter to the persona, in the run's own folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import UsageError
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.storage.store import Store
from edge_assistant.training.dpo.config import Progress, TrainingConfig, never, silent
from edge_assistant.training.jobs.job import LEAST_PAIRS, JobOutcome, TrainingJob, interrupted, run_job
from edge_assistant.training.pairs.buffer import PAIRS_PER_JOB, PairBuffer
from edge_assistant.training.pairs.harvest import embedded_likeness, harvest_store
from edge_assistant.training.versions.registry import AdapterRegistry

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile

ME = "me"
LEAST_NEW = 16
"""New pairs, since the last training, that are worth a job."""

STATE = "adapters.learned"


@dataclass(frozen=True, slots=True)
class PairSource:
    """Where somebody's pairs are, and where their adapters go."""

    owner: str
    store: Path
    adapters: Path

    @property
    def registry(self) -> AdapterRegistry:
        """The versions."""
        return AdapterRegistry(self.adapters)

    @property
    def origin(self) -> str:
        """For the card: the person's store, or the run and the persona."""
        if self.owner == ME:
            return "the personal store"
        return f"a simulated run ({self.store.parent.parent.name})"


def personal_source() -> PairSource:
    """The user of this computer."""
    paths = Paths.from_environment()
    return PairSource(ME, paths.store, paths.adapters)


def run_sources(run: Path) -> list[PairSource]:
    """All personas of a run that have a store.

    Raises:
        UsageError: this is no run.
    """
    stores = sorted((run / "stores").glob("*.sqlite"))
    if not stores:
        raise UsageError(f"{run}: holds no run (no stores/*.sqlite); make one with 'simulate --out {run}'")
    return [PairSource(path.stem, path, run / "adapters") for path in stores]


def draw_job(
    source: PairSource,
    store: Store,
    base: ModelFile,
    task_adapter: Path | None,
    *,
    n: int = PAIRS_PER_JOB,
    mode: str = "equally",
    seed: int = 0,
    date: str = "",
) -> TrainingJob:
    """A job on pairs drawn from the store; see `PairBuffer.draw`."""
    buffer = PairBuffer(store)
    pairs = buffer.draw(n, mode=mode, seed=seed)
    return TrainingJob(source.owner, pairs, buffer.all(held_out=True), base, task_adapter, source.origin, date)


def train_source(
    source: PairSource,
    base: ModelFile,
    task_adapter: Path | None,
    config: TrainingConfig,
    *,
    n: int = PAIRS_PER_JOB,
    mode: str = "equally",
    should_pause: Callable[[], bool] = never,
    on_progress: Callable[[Progress], None] = silent,
) -> JobOutcome:
    """Collect what has happened since as pairs, draw from all of them, train, and remember that they have been learned.

    Raises:
        TrainingPaused, UsageError: see `job.run_job`.
    """
    with Store.open(source.store) as store:
        harvest_store(store, load_packaged(), embedded_likeness())
        job = draw_job(source, store, base, task_adapter, n=n, mode=mode, seed=config.seed)
        outcome = run_job(job, source.registry, config, should_pause=should_pause, on_progress=on_progress)
        note_learned(store, outcome.version.name)
    return outcome


def is_due(source: PairSource, store: Store) -> bool:
    """Whether an interrupted job waits, or enough has come in since the last one."""
    if interrupted(source.registry, source.owner):
        return True
    enough = PairBuffer(store).count(held_out=False) >= LEAST_PAIRS
    return enough and new_pairs(store) >= LEAST_NEW


def new_pairs(store: Store) -> int:
    """Pairs for training that came in after the last job."""
    known: dict[str, Any] = store.get_state(STATE) or {}
    with store.guard() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pairs WHERE id > ? AND held_out = 0", (int(known.get("last", 0)),)
        ).fetchone()
    return int(row[0])


def note_learned(store: Store, version: str) -> None:
    """Remember that everything up to now has been trained on."""
    with store.transaction() as connection:
        last = connection.execute("SELECT coalesce(max(id), 0) FROM pairs").fetchone()[0]
        store.set_state(STATE, {"last": int(last), "version": version})
