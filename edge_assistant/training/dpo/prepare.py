"""Loads what a training on the processor needs, and settles once how this machine computes it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import torch

from edge_assistant.errors import DataError
from edge_assistant.training import files
from edge_assistant.training.dpo.attention import install
from edge_assistant.training.dpo.config import TARGETS, TrainingConfig
from edge_assistant.training.dpo.fused import fuse
from edge_assistant.training.dpo.loop import Prepared
from edge_assistant.training.dpo.tokens import TokenPair
from edge_assistant.training.resources import share_one_heap, usable_threads
from quant.lora import LoraConfig, add_lora, set_frozen
from quant.lora_files import read_gguf
from quant.torch_model import load_model

PLAN = "plan.json"

KEPT_KERNELS = "96"
"""Made kernels that are kept: several times those of one pass. The usual 1,024 grow to hundreds of megabytes."""

LANES = 2
"""More would each hold a pair of their own, and memory for it."""

ACTIVATION_MB = 1200
"""What activations may take where the settings say nothing: a laptop's memory belongs to its owner."""

PRODUCT = 64, 512
"""Small on purpose: without hardware for it, bfloat16 can be a hundred times slower."""

GAIN = 1.3
"""Bfloat16 costs digits; it has to be faster by this factor."""

Tokenize = Callable[[Any], list[TokenPair]]
"""Makes the pairs of a training, given transformers' tokenizer of the model."""


def prepare(
    tokenize: Tokenize, base: Path, config: TrainingConfig, task_adapter: Path | None, workdir: Path, key: str = ""
) -> Prepared:
    """Load everything that a training needs; the arguments are those of `train`, and its identity."""
    workdir.mkdir(parents=True, exist_ok=True)
    # read by torch's kernels at their first product: hardly two passes are equally long, and each length leaves more
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KEPT_KERNELS)
    share_one_heap()
    plan = read_plan(workdir)
    known = plan is not None and plan[0] == key
    resolved = plan[1] if plan is not None and known else _resolved(config)
    torch.set_num_threads(resolved.threads)
    loaded = load_model(base, dtype=getattr(torch, resolved.dtype))
    settings = LoraConfig(rank=config.rank, alpha=config.alpha, dropout=config.dropout, targets=TARGETS)
    layers = add_lora(loaded.model, settings, seed=config.seed)
    if task_adapter is not None:
        set_frozen(layers, read_gguf(task_adapter))
    install(loaded.model)
    dropout, set_personal = fuse(loaded.model, layers, config.dropout)
    pairs = tokenize(loaded.tokenizer)
    if not known:
        longest = max(len(one.answers[0].tokens) + sum(len(a.answer) for a in one.answers[1:]) for one in pairs)
        resolved = _fit_memory(resolved, loaded.model, longest)
        files.write_json(workdir / PLAN, {"key": key, "config": resolved.to_dict()})
    torch.set_num_threads(max(1, resolved.threads // resolved.lanes))
    if resolved.recompute == "always":
        loaded.model.gradient_checkpointing_enable({"use_reentrant": False})
        loaded.model.train()
    return Prepared(loaded.model, layers, pairs, resolved, workdir, key, set_personal, dropout.seed)


def read_plan(workdir: Path) -> tuple[str, TrainingConfig] | None:
    """Identity and settings of the training in a folder, decided once so that it goes on with the same bits."""
    try:
        kept = files.read_json(workdir / PLAN)
        return kept["key"], TrainingConfig(**kept["config"])
    except (DataError, KeyError, TypeError):
        return None  # none, or another version's: it begins anew


def _resolved(config: TrainingConfig) -> TrainingConfig:
    """The settings with the precision and threads of this machine."""
    dtype = config.dtype
    if dtype == "auto":
        dtype = "bfloat16" if bfloat16_is_faster() else "float32"
    return replace(config, dtype=dtype, threads=config.threads or usable_threads())


def _fit_memory(config: TrainingConfig, model: object, longest: int) -> TrainingConfig:
    """Settle how many tokens go together and whether layers are recomputed."""
    budget = config.memory_mb or min(ACTIVATION_MB, psutil.virtual_memory().available // 2_000_000)
    room = int(budget * 1e6 / activation_bytes(model, config.dtype))
    # one pair cannot be split
    recompute = "always" if config.recompute == "auto" and longest > room else config.recompute
    if recompute == "auto":
        recompute = "never"
    together = config.tokens_together if recompute == "always" else max(1, min(config.tokens_together, room))
    side_by_side = recompute == "never" and config.threads >= LANES and LANES * longest <= room
    lanes = config.lanes or (LANES if side_by_side else 1)
    return replace(config, recompute=recompute, tokens_together=together, lanes=lanes)


def activation_bytes(model: object, dtype: str) -> int:
    """About what one token keeps on its way forward, all layers together."""
    shape = model.config  # type: ignore[attr-defined]
    numbers = shape.num_hidden_layers * (11 * shape.hidden_size + 3 * shape.intermediate_size)
    return int(numbers * (4 if dtype == "float32" else 2))


@cache
def bfloat16_is_faster() -> bool:
    """Whether bfloat16 is a gain here, as with AMX or AVX-512; measured in some milliseconds, there and back."""
    return _seconds(torch.float32) > GAIN * _seconds(torch.bfloat16)


def _seconds(dtype: torch.dtype) -> float:
    """The best of three of a product and its way back."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(*PRODUCT, generator=generator).to(dtype)
    weight = torch.randn(PRODUCT[1], PRODUCT[1], generator=generator).to(dtype)
    best = float("inf")
    for _ in range(4):  # the first warms up
        begun = time.perf_counter()
        (x @ weight.t()) @ weight
        best = min(best, time.perf_counter() - begun)
    return best
