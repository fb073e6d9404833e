"""Training on the processor, on the very blocks of the GGUF file that is served."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import torch

from edge_assistant.errors import DataError
from edge_assistant.training.dpo.attention import install
from edge_assistant.training.dpo.config import TARGETS, Progress, TrainingConfig, identity, never, silent
from edge_assistant.training.dpo.fused import fuse
from edge_assistant.training.dpo.loop import Loop
from edge_assistant.training.dpo.precision import bfloat16_is_faster
from edge_assistant.training.jobs.resources import peak_rss_mb, share_one_heap, usable_threads
from edge_assistant.training.pairs.dataset import Lesson, make_lessons
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions import files, trained
from edge_assistant.training.versions.trained import TrainedAdapter
from quant.lora import LoraConfig, add_lora, get_weights, set_frozen
from quant.lora_files import read_gguf
from quant.torch_model import load_model

PLAN = "plan.json"

KEPT_KERNELS = "96"
"""Made kernels that are kept: several times those of one pass. The usual 1,024 grow to hundreds of megabytes."""

LANES = 2
"""More would each hold a pair of their own, and memory for it."""

ACTIVATION_MB = 1200
"""What activations may take where the settings say nothing: a laptop's memory belongs to its owner."""


@dataclass(frozen=True)
class Prepared:
    """A loaded model with its LoRA, and what it is to learn."""

    model: Any
    architecture: str
    layers: dict[str, Any]
    lessons: list[Lesson]
    config: TrainingConfig
    workdir: Path
    key: str
    set_personal: Callable[[bool], None]
    seed_dropout: Callable[[Sequence[int]], None]

    def loop(self, should_pause: Callable[[], bool] = never, on_progress: Callable[[Progress], None] = silent) -> Loop:
        """The loop over it; to be run once."""
        return Loop(
            self.model,
            self.layers,
            self.lessons,
            self.config,
            self.workdir,
            self.key,
            set_personal=self.set_personal,
            seed_dropout=self.seed_dropout,
            should_pause=should_pause,
            on_progress=on_progress,
        )


def train(
    pairs: Sequence[Pair],
    base: Path,
    config: TrainingConfig,
    task_adapter: Path | None,
    workdir: Path,
    should_pause: Callable[[], bool],
    on_progress: Callable[[Progress], None],
) -> TrainedAdapter:
    """See `training.train`."""
    workdir.mkdir(parents=True, exist_ok=True)
    with files.locked(workdir / "lock", f"training in {workdir}", wait=False):
        base_sha256 = files.sha256_of(base)
        task_sha256 = files.sha256_of(task_adapter) if task_adapter else ""
        key = identity(pairs, base_sha256, config, task_sha256)
        done = trained.read(workdir)
        if done is not None and done.identity == key:
            return done
        threads = torch.get_num_threads()
        try:
            prepared = prepare(pairs, base, config, task_adapter, workdir, key)
            loop = prepared.loop(should_pause, on_progress)
            losses, accuracies = loop.run()
        finally:
            torch.set_num_threads(threads)
        facts = {
            "identity": key,
            "backend": "cpu",
            "architecture": prepared.architecture,
            "base_sha256": base_sha256,
            "task_sha256": task_sha256,
            "config": prepared.config.to_dict(),
            "pairs": tuple(pair.hash for pair in pairs),
            "losses": tuple(losses),
            "accuracies": tuple(accuracies),
            "tokens": loop.tokens,
            "seconds": loop.seconds,
            "peak_rss_mb": peak_rss_mb(),
        }
        return trained.finish(workdir, get_weights(prepared.layers), facts)


def prepare(
    pairs: Sequence[Pair],
    base: Path,
    config: TrainingConfig,
    task_adapter: Path | None,
    workdir: Path,
    key: str = "",
) -> Prepared:
    """Load everything that a training needs; the arguments are those of `train`, and its identity."""
    workdir.mkdir(parents=True, exist_ok=True)
    # read by torch's kernels at their first product: hardly two passes are equally long, and each length leaves more
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KEPT_KERNELS)
    share_one_heap()
    resolved = _plan(workdir, key, config)
    torch.set_num_threads(resolved.threads)
    loaded = load_model(base, dtype=getattr(torch, resolved.dtype))
    settings = LoraConfig(rank=config.rank, alpha=config.alpha, dropout=config.dropout, targets=TARGETS)
    layers = add_lora(loaded.model, settings, seed=config.seed)
    if task_adapter is not None:
        set_frozen(layers, read_gguf(task_adapter))
    install(loaded.model)
    dropout, set_personal = fuse(loaded.model, layers, config.dropout)
    lessons = make_lessons(pairs, loaded.tokenizer, config.max_tokens)
    longest = max(len(one.chosen.tokens) + len(one.rejected.answer) for one in lessons)
    resolved = _fit_memory(workdir, key, resolved, loaded.model, longest)
    torch.set_num_threads(max(1, resolved.threads // resolved.lanes))
    if resolved.recompute == "always":
        loaded.model.gradient_checkpointing_enable({"use_reentrant": False})
        loaded.model.train()
    return Prepared(
        loaded.model,
        loaded.architecture,
        layers,
        lessons,
        resolved,
        workdir,
        key,
        set_personal,
        dropout.seed,
    )


def _plan(workdir: Path, key: str, config: TrainingConfig) -> TrainingConfig:
    """The settings with what this machine decides; decided once, so that a training that goes on has the same bits."""
    try:
        kept = files.read_json(workdir / PLAN)
        if kept.get("key") == key:
            return TrainingConfig.from_dict(kept["config"])
    except DataError:
        pass  # the first start
    dtype = config.dtype
    if dtype == "auto":
        dtype = "bfloat16" if bfloat16_is_faster() else "float32"
    return replace(config, dtype=dtype, threads=config.threads or usable_threads())


def _fit_memory(workdir: Path, key: str, config: TrainingConfig, model: object, longest: int) -> TrainingConfig:
    """Settle how many tokens go together and whether layers are recomputed, and write the plan down."""
    path = workdir / PLAN
    if path.exists() and files.read_json(path).get("key") == key:
        return config
    budget = config.memory_mb or min(ACTIVATION_MB, psutil.virtual_memory().available // 2_000_000)
    room = int(budget * 1e6 / activation_bytes(model, config.dtype))
    # one pair cannot be split
    recompute = "always" if config.recompute == "auto" and longest > room else config.recompute
    if recompute == "auto":
        recompute = "never"
    together = config.tokens_together if recompute == "always" else max(1, min(config.tokens_together, room))
    side_by_side = recompute == "never" and config.threads >= LANES and LANES * longest <= room
    lanes = config.lanes or (LANES if side_by_side else 1)
    resolved = replace(config, recompute=recompute, tokens_together=together, lanes=lanes)
    files.write_json(path, {"key": key, "config": resolved.to_dict()})
    return resolved


def activation_bytes(model: object, dtype: str) -> int:
    """About what one token keeps on its way forward, all layers together."""
    shape = model.config  # type: ignore[attr-defined]
    numbers = shape.num_hidden_layers * (11 * shape.hidden_size + 3 * shape.intermediate_size)
    return int(numbers * (4 if dtype == "float32" else 2))
