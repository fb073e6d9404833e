"""Training an adapter on pairs: the one call for every backend, and what all of them share.

    trained = train(pairs, base, TrainingConfig(), task_adapter, workdir, should_pause=user_is_back)

Everything that must outlive the process lies in `workdir`: the same call with the same arguments goes on from there,
and ends with the same bits as a training that nobody disturbed. What it leaves is described in `dpo/trained.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from edge_assistant.errors import UsageError
from edge_assistant.registry import Registry
from edge_assistant.training import files
from edge_assistant.training.dpo import trained
from edge_assistant.training.dpo.config import Progress, TrainingConfig, never, silent
from edge_assistant.training.dpo.trained import TrainedAdapter
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.resources import peak_rss_mb

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights


@dataclass(frozen=True)
class BackendRun:
    """What a backend is to do; the arguments are those of `train`, the folder is there and locked.

    Attributes:
        key: identity of the training: checkpoints of another are not used.
    """

    pairs: Sequence[Pair]
    base: Path
    config: TrainingConfig
    task_adapter: Path | None
    workdir: Path
    should_pause: Callable[[], bool]
    on_progress: Callable[[Progress], None]
    key: str


@dataclass(frozen=True)
class BackendResult:
    """What a backend gives back; see `TrainedAdapter`."""

    weights: LoraWeights
    config: TrainingConfig
    losses: Sequence[float]
    accuracies: Sequence[float]
    tokens: int
    seconds: float


class Backend(Protocol):
    """A way to train the same adapter."""

    def check(self, config: TrainingConfig, pairs: int) -> str:
        """Refuse what cannot work before anything is loaded; a line that one should read before it starts, or ''.

        Args:
            config: of the training.
            pairs: of it, at most.

        Raises:
            UsageError: settings that this backend does not have.
            MissingDependencyError: its package is not installed, or its hardware is not there.
        """

    def train(self, run: BackendRun) -> BackendResult:
        """Train, or go on.

        Raises:
            TrainingPaused: `should_pause` said so; the last checkpoint is on disk.
        """


BACKENDS: Registry[Backend] = Registry("backend", "edge_assistant.training.backends")


def train(
    pairs: Sequence[Pair],
    base: Path,
    config: TrainingConfig,
    task_adapter: Path | None,
    workdir: Path,
    should_pause: Callable[[], bool] = never,
    on_progress: Callable[[Progress], None] = silent,
) -> TrainedAdapter:
    """Train a personal adapter, or go on with a training that was paused or killed.

    Args:
        pairs: what to learn from, in the order in which an unshuffled epoch sees them.
        base: GGUF file of the model.
        config: the settings.
        task_adapter: GGUF LoRA that lies frozen under the personal one and belongs to the reference; None for none.
        workdir: for checkpoints and the result; made when missing. What is there of another training is replaced.
        should_pause: asked several times a second, between layers, forward and backward; True stops the training.
        on_progress: called after every step.

    Raises:
        TrainingPaused: `should_pause` said so; nothing but the unfinished step is lost.
        UsageError: there is nothing to learn from, or the backend does not know these settings.
        ModelError, quant.errors.QuantError: the model or the adapter cannot be used.
        MissingDependencyError: the backend's package is not installed, or its hardware is not there.
        LockedError: another process trains in this folder.
    """
    chosen = list(pairs[: config.max_pairs] if config.max_pairs else pairs)
    if not chosen:
        raise UsageError("training: there are no pairs; collect ratings first")
    backend = BACKENDS.get(config.backend)
    backend.check(config, len(chosen))
    workdir.mkdir(parents=True, exist_ok=True)
    with files.locked(workdir / "lock", f"training in {workdir}", wait=False):
        base_sha256 = files.sha256_of(base)
        task_sha256 = files.sha256_of(task_adapter) if task_adapter else ""
        key = identity(chosen, base_sha256, config, task_sha256)
        done = trained.read(workdir)
        if done is not None and done.identity == key:
            return done
        for left in workdir.glob("*.partial"):  # of one that was killed while it wrote
            left.unlink()
        run = BackendRun(chosen, base, config, task_adapter, workdir, should_pause, on_progress, key)
        made = backend.train(run)
        facts = {
            "identity": key,
            "backend": config.backend,
            "architecture": made.weights.architecture,
            "base_sha256": base_sha256,
            "task_sha256": task_sha256,
            "config": made.config.to_dict(),
            "pairs": tuple(pair.hash for pair in chosen),
            "losses": tuple(made.losses),
            "accuracies": tuple(made.accuracies),
            "tokens": made.tokens,
            "seconds": made.seconds,
            "peak_rss_mb": peak_rss_mb(),
        }
        return trained.finish(workdir, made.weights, facts)


def identity(pairs: Sequence[Pair], base_sha256: str, config: TrainingConfig, task_sha256: str) -> str:
    """Hex SHA-256 of all that decides the result: two trainings with the same identity end with the same adapter."""
    hashes = [(pair.hash, pair.weight) for pair in pairs]
    text = json.dumps([hashes, base_sha256, config.to_dict(), task_sha256], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
