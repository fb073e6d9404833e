"""LoRA adapters on a running model: checked, loaded beside the weights, swapped without reloading them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import ModelError
from edge_assistant.llm.models import file_sha256
from edge_assistant.llm.runner import Runner
from quant.errors import QuantError
from quant.gguf_file import GgufFile


@dataclass(frozen=True)
class Adapter:
    """An attached adapter; `key` tells it apart in caches, its strength included."""

    path: Path
    sha256: str
    scale: float
    handle: Any

    @property
    def key(self) -> str:
        """Hash and scale."""
        return f"{self.sha256}@{self.scale:g}"


def attach(runner: Runner, current: Adapter | None, architecture: str, path: Path, scale: float) -> Adapter:
    """Load `path` and use it from now on. Where that fails, `current` stays attached.

    Raises:
        ModelError: the file is not a LoRA adapter, was made for another base, or changes nothing although it should.
    """
    if not math.isfinite(scale):
        raise ModelError(f"adapter {path}: scale is {scale}, expected a finite number")
    _check_file(path, architecture)
    digest = file_sha256(path)
    handle = runner.model.load_adapter(path)
    try:
        runner.context.set_adapter(None)
        plain = runner.probe_logits()
        runner.context.set_adapter(handle, scale)
        # some builds have taken an adapter and silently ignored it
        if np.array_equal(plain, runner.probe_logits()) and scale != 0.0 and _has_weight(path):
            raise ModelError(
                f"adapter {path}: llama.cpp loaded it, but the model's answers did not change; "
                "train it again, or choose another"
            )
    except Exception:
        use(runner, current)
        runner.model.free_adapter(handle)
        raise
    adapter = Adapter(path, digest, scale, handle)
    use(runner, adapter)
    if current is not None:
        runner.model.free_adapter(current.handle)
    return adapter


def detach(runner: Runner, current: Adapter | None) -> None:
    """Go back to the plain model."""
    use(runner, None)
    if current is not None:
        runner.model.free_adapter(current.handle)


def use(runner: Runner, adapter: Adapter | None) -> None:
    """Switch the context and the cache key together."""
    if adapter is None:
        runner.context.set_adapter(None)
    else:
        runner.context.set_adapter(adapter.handle, adapter.scale)
    runner.adapter = adapter.key if adapter else ""


def _check_file(path: Path, architecture: str) -> None:
    try:
        header = GgufFile.open(path)
    except QuantError as error:
        raise ModelError(f"adapter {error}") from error
    kinds = (header.metadata.get("general.type"), header.metadata.get("adapter.type"))
    if kinds != ("adapter", "lora"):
        raise ModelError(f"adapter {path}: it is not a LoRA adapter; choose a GGUF file of the type adapter/lora")
    if header.architecture != architecture:
        raise ModelError(
            f"adapter {path}: it was made for another base ({header.architecture or 'unknown'} instead of "
            f"{architecture}); train or choose one for this model"
        )


def _has_weight(path: Path) -> bool:
    """Whether any B matrix differs from zero; a fresh adapter rightly changes nothing."""
    from gguf import GGUFReader

    return any(tensor.name.endswith(".lora_b") and bool(tensor.data.any()) for tensor in GGUFReader(path).tensors)
