"""One training job: train on the person's pairs, measure what came out, put it into use or keep it out.

    outcome = run_job(TrainingJob("me", buffer.draw(), buffer.all(held_out=True), base), registry, TrainingConfig())

What is trained on is written down before the training begins, so that a job that was interrupted goes on with the
same pairs, whatever has happened since, and ends with the same version as an undisturbed one.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import DataError, UsageError
from edge_assistant.training import files
from edge_assistant.training.backends.training import train
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused, never, silent
from edge_assistant.training.dpo.trained import TrainedAdapter, save_weights
from edge_assistant.training.pairs.buffer import read_pairs, write_pairs
from edge_assistant.training.pairs.pair import Pair, hash_of_pairs
from edge_assistant.training.resources import give_back_memory
from edge_assistant.training.versions.card import version_card
from edge_assistant.training.versions.promotion import PromotionVerdict, judge
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED, Version

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile

LEAST_PAIRS = 8
"""Fewer pairs are not worth a job."""

STRENGTHS = (1.0, 0.5, 0.25)
"""Shares of what was learned, tried in turn while the whole of it costs general ability: many pairs move a
small model far, and half of the way is often enough to order the pairs."""

JOB, PAIRS, HELD_OUT = "job.json", "pairs.jsonl", "held_out.jsonl"


@dataclass(frozen=True)
class TrainingJob:
    """What to train on, and for whom.

    Attributes:
        owner: 'me' or a persona.
        pairs: to train on.
        held_out: to measure on; never among `pairs`.
        base: the model.
        task_adapter: frozen under the personal one, or None.
        origin: where the pairs come from, for the card: 'store', or a run and persona.
        date: ISO time that goes into the manifest; '' for now.
        parent: the version in use when the job began; filled in by `run_job`.
    """

    owner: str
    pairs: Sequence[Pair]
    held_out: Sequence[Pair]
    base: ModelFile
    task_adapter: Path | None = None
    origin: str = "store"
    date: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class JobOutcome:
    """How a training job ended."""

    version: Version
    verdict: dict[str, Any]

    @property
    def promoted(self) -> bool:
        """Whether the new version is in use now."""
        return bool(self.verdict["promoted"])

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {**self.version.to_dict(), "promoted": self.promoted, "reasons": self.verdict["reasons"]}


def run_job(
    job: TrainingJob,
    registry: AdapterRegistry,
    config: TrainingConfig,
    *,
    should_pause: Callable[[], bool] = never,
    on_progress: Callable[[Progress], None] = silent,
) -> JobOutcome:
    """Train, measure, decide; goes on with an interrupted job of this owner and base.

    Args:
        job: an interrupted one keeps its own pairs.
        registry: takes the version.
        config: of the training.
        should_pause: see `backends.training.train`; also asked before the measuring.
        on_progress: see `backends.training.train`.

    Raises:
        TrainingPaused: `should_pause` said so; the same call goes on.
        UsageError: too few pairs.
    """
    folder = registry.work_folder(job.owner)
    with files.locked(folder / ".lock", f"training of {job.owner}", wait=False):
        job = _frozen(job, registry, config, folder)
        workdir = folder / "training"
        trained = train(job.pairs, job.base.path, config, job.task_adapter, workdir, should_pause, on_progress)
        give_back_memory()
        if should_pause():
            raise TrainingPaused(len(trained.losses), len(trained.losses))
        for strength in STRENGTHS:
            made = _assemble(job, trained, folder / "made", strength)
            verdict = _judge(job, made / SERVED, registry)
            if verdict.promoted or not verdict.too_strong:
                break
        manifest = _manifest(job, trained, verdict) | {"strength": strength}
        (made / CARD).write_text(version_card(job.owner, manifest), encoding="utf-8")
        version = registry.add(job.owner, made, manifest)
        if version.status in ("promoted", "rejected"):
            pass  # decided before the last interruption
        elif verdict.promoted:
            version = registry.promote(job.owner, version.name, verdict.note)
        else:
            version = registry.reject(job.owner, version.name, verdict.note)
        clear(folder)
    return JobOutcome(version, verdict.to_dict())


def interrupted(registry: AdapterRegistry, owner: str) -> bool:
    """Whether a job of this owner waits to be gone on with."""
    return (registry.work_folder(owner) / JOB).is_file()


def clear(folder: Path) -> None:
    """Forget the job in a work folder: what it was about first, then the rest."""
    (folder / JOB).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != ".lock":
            path.unlink(missing_ok=True)


def _frozen(job: TrainingJob, registry: AdapterRegistry, config: TrainingConfig, folder: Path) -> TrainingJob:
    """The job as it was when it began, or begins now."""
    current = registry.current(job.owner)
    task = files.sha256_of(job.task_adapter) if job.task_adapter else ""
    setting = {"base": job.base.sha256, "task_adapter": task, "config": config.to_dict()}
    try:
        kept = files.read_json(folder / JOB)
        if kept["setting"] == setting:
            pairs, held_out = read_pairs(folder / PAIRS), read_pairs(folder / HELD_OUT)
            known = {name: kept[name] for name in ("date", "origin", "parent")}
            return replace(job, pairs=pairs, held_out=held_out, **known)
    except (DataError, KeyError):
        pass
    clear(folder)
    if len(job.pairs) < LEAST_PAIRS:
        raise UsageError(
            f"training of {job.owner}: {len(job.pairs)} pairs, at least {LEAST_PAIRS} are needed; "
            "live some more days, or rate and reword suggestions"
        )
    date = job.date or datetime.now(UTC).isoformat(timespec="seconds")
    write_pairs(folder / PAIRS, job.pairs)
    write_pairs(folder / HELD_OUT, job.held_out)
    files.sync_folder(folder)
    parent = current.name if current else None
    files.write_json(folder / JOB, {"setting": setting, "date": date, "origin": job.origin, "parent": parent})
    return replace(job, date=date, parent=parent)


def _assemble(job: TrainingJob, trained: TrainedAdapter, made: Path, strength: float) -> Path:
    """The files of a version: the personal part, and its exact sum with the task adapter for the engine."""
    from quant.lora_files import read_gguf, write_gguf
    from quant.lora_weights import concatenate

    made.mkdir(parents=True, exist_ok=True)
    weights = trained.weights()
    weights = replace(weights, alpha=strength * weights.alpha)
    save_weights(made / PERSONAL, weights)
    if job.task_adapter is not None:
        weights = concatenate(read_gguf(job.task_adapter, base=job.base.path), weights)
    write_gguf(made / SERVED, weights, base=job.base.path)
    return made


def _judge(job: TrainingJob, new: Path, registry: AdapterRegistry) -> PromotionVerdict:
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    current = registry.get(job.owner, job.parent) if job.parent else None
    in_use = current.served if current is not None and current.base_sha256 == job.base.sha256 else None
    with LlamaEngine.open(job.base.path, examiner=can_write) as model:
        return judge(model, job.held_out, new=new, in_use=in_use, plain=job.task_adapter)


def _manifest(job: TrainingJob, trained: TrainedAdapter, verdict: PromotionVerdict) -> dict[str, Any]:
    """All that is kept of a version beside its files."""
    base = job.base
    losses = [round(loss, 5) for loss in trained.losses]
    third = max(1, len(losses) // 3)
    return {
        "base": {
            "name": base.name,
            "sha256": base.sha256,
            "quantization": base.quantization,
            "family": base.architecture,
        },
        "task_adapter": trained.task_sha256 or None,
        "backend": trained.backend,
        "identity": trained.identity,
        "config": trained.config,
        "origin": job.origin,
        "parent": job.parent,
        "date": job.date,
        "pairs": list(trained.pairs),
        "pairs_hash": hash_of_pairs(job.pairs),
        "kinds": {kind: sum(pair.kind == kind for pair in job.pairs) for kind in sorted({p.kind for p in job.pairs})},
        "held_out": len(job.held_out),
        "losses": losses,
        "loss": {"first": statistics.fmean(losses[:third]), "last": statistics.fmean(losses[-third:])},
        "measures": verdict.to_dict(),
    }
