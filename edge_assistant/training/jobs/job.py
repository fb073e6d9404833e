"""One night: train on the person's pairs, measure what came out, put it into use or keep it out.

    outcome = learn(Lesson("me", buffer.draw(), buffer.all(held_out=True), base), registry, TrainingConfig())

What is trained on is written down before the training begins, so that a night that was interrupted goes on with the
same pairs, whatever has happened since, and ends with the same version as an undisturbed one.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import DataError, UsageError
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused, never, silent, train
from edge_assistant.training.jobs.resources import give_back_memory
from edge_assistant.training.pairs.buffer import read_pairs, write_pairs
from edge_assistant.training.pairs.pair import Pair, hash_of_pairs
from edge_assistant.training.versions import files
from edge_assistant.training.versions.card import version_card
from edge_assistant.training.versions.promotion import Verdict, judge
from edge_assistant.training.versions.registry import CARD, PERSONAL, SERVED, Registry, Version

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile
    from edge_assistant.llm.protocols import LanguageModel
    from edge_assistant.training.versions.trained import TrainedAdapter

LEAST_PAIRS = 8
"""Fewer pairs are not worth a night."""

STRENGTHS = (1.0, 0.5, 0.25)
"""Shares of what was learned, tried in turn while the whole of it costs general ability: a night of many pairs moves a
small model far, and half of the way is often enough to order the pairs."""

JOB, PAIRS, HELD_OUT = "job.json", "pairs.jsonl", "held_out.jsonl"


@dataclass(frozen=True)
class Lesson:
    """What a night is about.

    Attributes:
        owner: 'me' or a persona.
        pairs: to train on.
        held_out: to measure on; never among `pairs`.
        base: the model.
        task_adapter: frozen under the personal one, or None.
        origin: where the pairs come from, for the card: 'store', or a run and persona.
        date: ISO time that goes into the manifest; '' for now.
        parent: the version in use when the night began; filled in by `learn`.
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
class Outcome:
    """How a night ended."""

    version: Version
    verdict: dict[str, Any]
    losses: tuple[float, ...] = field(default=(), repr=False)

    @property
    def promoted(self) -> bool:
        """Whether the new version is in use now."""
        return bool(self.verdict["promoted"])

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {**self.version.to_dict(), "promoted": self.promoted, "reasons": self.verdict["reasons"]}


OpenModel = Callable[[], "LanguageModel"]
"""Opens the base for measuring, without an adapter; closed afterwards."""


def learn(
    lesson: Lesson,
    registry: Registry,
    config: TrainingConfig,
    *,
    open_model: OpenModel | None = None,
    should_pause: Callable[[], bool] = never,
    on_progress: Callable[[Progress], None] = silent,
) -> Outcome:
    """Train, measure, decide; goes on with an interrupted night of this owner and base.

    Args:
        lesson: of the night; an interrupted one keeps its own pairs.
        registry: takes the version.
        config: of the training.
        open_model: None opens the engine over the lesson's base.
        should_pause: see `training.train`; also asked before the measuring.
        on_progress: see `training.train`.

    Raises:
        TrainingPaused: `should_pause` said so; the same call goes on.
        UsageError: too few pairs.
    """
    folder = registry.work_folder(lesson.owner)
    with files.locked(folder / ".lock", f"training of {lesson.owner}", wait=False):
        lesson = _frozen(lesson, registry, config, folder)
        trained = train(
            lesson.pairs,
            lesson.base.path,
            config,
            lesson.task_adapter,
            folder / "training",
            should_pause,
            on_progress,
        )
        give_back_memory()
        if should_pause():
            raise TrainingPaused(len(trained.losses), len(trained.losses))
        for strength in STRENGTHS:
            made = _assemble(lesson, trained, folder / "made", strength)
            verdict = _judge(lesson, made / SERVED, registry, open_model)
            if verdict.promoted or not verdict.too_strong:
                break
        manifest = _manifest(lesson, trained, verdict) | {"strength": strength}
        (made / CARD).write_text(version_card(lesson.owner, manifest), encoding="utf-8")
        version = registry.add(lesson.owner, made, manifest)
        if version.status in ("promoted", "rejected"):
            pass  # decided before the last interruption
        elif verdict.promoted:
            version = registry.promote(lesson.owner, version.name, verdict.note)
        else:
            version = registry.reject(lesson.owner, version.name, verdict.note)
        clear(folder)
    return Outcome(version, verdict.to_dict(), trained.losses)


def interrupted(registry: Registry, owner: str) -> bool:
    """Whether a night of this owner waits to be gone on with."""
    return (registry.work_folder(owner) / JOB).is_file()


def clear(folder: Path) -> None:
    """Forget the night in a work folder: what it was about first, then the rest."""
    (folder / JOB).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != ".lock":
            path.unlink(missing_ok=True)


def _frozen(lesson: Lesson, registry: Registry, config: TrainingConfig, folder: Path) -> Lesson:
    """The lesson as it was when the night began, or begins now."""
    current = registry.current(lesson.owner)
    task = files.sha256_of(lesson.task_adapter) if lesson.task_adapter else ""
    setting = {"base": lesson.base.sha256, "task_adapter": task, "config": config.to_dict()}
    try:
        job = files.read_json(folder / JOB)
        if job["setting"] == setting:
            pairs, held_out = read_pairs(folder / PAIRS), read_pairs(folder / HELD_OUT)
            known = {name: job[name] for name in ("date", "origin", "parent")}
            return replace(lesson, pairs=pairs, held_out=held_out, **known)
    except (DataError, KeyError):
        pass
    clear(folder)
    if len(lesson.pairs) < LEAST_PAIRS:
        raise UsageError(
            f"training of {lesson.owner}: {len(lesson.pairs)} pairs, at least {LEAST_PAIRS} are needed; "
            "live some more days, or rate and reword suggestions"
        )
    date = lesson.date or datetime.now(UTC).isoformat(timespec="seconds")
    write_pairs(folder / PAIRS, lesson.pairs)
    write_pairs(folder / HELD_OUT, lesson.held_out)
    files.sync_folder(folder)
    parent = current.name if current else None
    files.write_json(folder / JOB, {"setting": setting, "date": date, "origin": lesson.origin, "parent": parent})
    return replace(lesson, date=date, parent=parent)


def _assemble(lesson: Lesson, trained: TrainedAdapter, made: Path, strength: float) -> Path:
    """The files of a version: the personal part, and its exact sum with the task adapter for the engine."""
    from edge_assistant.training.versions.trained import save_weights
    from quant.lora_files import read_gguf, write_gguf
    from quant.lora_weights import concatenate

    made.mkdir(parents=True, exist_ok=True)
    weights = trained.weights()
    weights = replace(weights, alpha=strength * weights.alpha)
    save_weights(made / PERSONAL, weights)
    if lesson.task_adapter is not None:
        weights = concatenate(read_gguf(lesson.task_adapter, base=lesson.base.path), weights)
    write_gguf(made / SERVED, weights, base=lesson.base.path)
    return made


def _judge(lesson: Lesson, new: Path, registry: Registry, open_model: OpenModel | None) -> Verdict:
    current = registry.get(lesson.owner, lesson.parent) if lesson.parent else None
    in_use = current.served if current is not None and current.base_sha256 == lesson.base.sha256 else None
    model = open_model() if open_model is not None else _engine(lesson.base.path)
    try:
        return judge(model, lesson.held_out, new=new, in_use=in_use, plain=lesson.task_adapter)
    finally:
        model.close()


def _engine(path: Path) -> LanguageModel:
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    return LlamaEngine.open(path, examiner=can_write)


def _manifest(lesson: Lesson, trained: TrainedAdapter, verdict: Verdict) -> dict[str, Any]:
    """All that is kept of a version beside its files."""
    base = lesson.base
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
        "origin": lesson.origin,
        "parent": lesson.parent,
        "date": lesson.date,
        "pairs": list(trained.pairs),
        "pairs_hash": hash_of_pairs(lesson.pairs),
        "kinds": {
            kind: sum(pair.kind == kind for pair in lesson.pairs) for kind in sorted({p.kind for p in lesson.pairs})
        },
        "held_out": len(lesson.held_out),
        "losses": losses,
        "loss": {"first": statistics.fmean(losses[:third]), "last": statistics.fmean(losses[-third:])},
        "measures": verdict.to_dict(),
    }
