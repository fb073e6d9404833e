"""The nights of one store: what there is to learn, whether it is worth a night, and what has been learned.

The store is a person's own, or that of one persona in a simulated run; adapters of the former belong to 'me', of the
latter to the persona, in the run's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import UsageError
from edge_assistant.paths import Paths
from edge_assistant.storage.store import Store
from edge_assistant.training.jobs.job import LEAST_PAIRS, Lesson, interrupted
from edge_assistant.training.pairs.buffer import PER_NIGHT, PairBuffer
from edge_assistant.training.versions.registry import Registry

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile

ME = "me"
LEAST_NEW = 16
"""New pairs, since the last training, that are worth a night."""

STATE = "adapters.learned"


@dataclass(frozen=True, slots=True)
class Source:
    """Where somebody's pairs are, and where their adapters go."""

    owner: str
    store: Path
    adapters: Path

    @property
    def registry(self) -> Registry:
        """The versions."""
        return Registry(self.adapters)

    @property
    def origin(self) -> str:
        """For the card: the person's store, or the run and the persona."""
        if self.owner == ME:
            return "the personal store"
        return f"a simulated run ({self.store.parent.parent.name})"


def personal_source() -> Source:
    """The user of this computer."""
    paths = Paths.from_environment()
    return Source(ME, paths.store, paths.adapters)


def run_sources(run: Path) -> list[Source]:
    """All personas of a run that have a store.

    Raises:
        UsageError: this is no run.
    """
    stores = sorted((run / "stores").glob("*.sqlite"))
    if not stores:
        raise UsageError(f"{run}: holds no run (no stores/*.sqlite); make one with 'simulate --out {run}'")
    return [Source(path.stem, path, run / "adapters") for path in stores]


def make_lesson(
    source: Source,
    store: Store,
    base: ModelFile,
    task_adapter: Path | None,
    *,
    n: int = PER_NIGHT,
    mode: str = "equally",
    seed: int = 0,
    today: str = "",
    date: str = "",
) -> Lesson:
    """Draw tonight's pairs."""
    buffer = PairBuffer(store)
    pairs = buffer.draw(n, today=today, mode=mode, seed=seed)
    return Lesson(source.owner, pairs, buffer.all(held_out=True), base, task_adapter, source.origin, date)


def worth_a_night(source: Source, store: Store) -> bool:
    """Whether an interrupted night waits, or enough has come in since the last one."""
    if interrupted(source.registry, source.owner):
        return True
    enough = PairBuffer(store).count(held_out=False) >= LEAST_PAIRS
    return enough and new_pairs(store) >= LEAST_NEW


def new_pairs(store: Store) -> int:
    """Pairs for training that came in after the last night."""
    known: dict[str, Any] = store.get_state(STATE) or {}
    with store.guard() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pairs WHERE id > ? AND held_out = 0", (int(known.get("last", 0)),)
        ).fetchone()
    return int(row[0])


def note_learned(store: Store, version: str) -> None:
    """Remember that everything up to now has had its night."""
    with store.transaction() as connection:
        last = connection.execute("SELECT coalesce(max(id), 0) FROM pairs").fetchone()[0]
        store.set_state(STATE, {"last": int(last), "version": version})
