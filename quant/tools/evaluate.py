"""Comparing models: how well they foretell a text, how far they are from a reference, how fast.

The first model is the reference. Each runs in a process of its own, without the repacked kernels where these crash.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from quant.children import CrashedError
from quant.errors import CallError, QuantError
from quant.gguf_file import GgufFile
from quant.tools.llama_job import run_job

DEFAULT_TEXT = Path(__file__).with_name("evaluation.json")
"""A text for those who bring none, as one string."""
SPEEDS = ("prefill_tokens_per_second", "decode_tokens_per_second")


@dataclass(frozen=True)
class Task:
    """What models are measured on.

    Attributes:
        text: to be foretold.
        max_tokens: of the text.
        window: tokens seen together.
        threads: for llama.cpp.
    """

    text: str
    max_tokens: int = 2048
    window: int = 256
    threads: int = 2


@dataclass(frozen=True)
class Measured:
    """One model's figures; those against the reference are None for models that cannot be compared.

    Attributes:
        model: the file.
        sha256: of it.
        perplexity: on the text; lower is better. Comparable only between equal vocabularies.
        kl_divergence: of the reference from this model, nats a token, mean.
        top1_agreement: share of positions with the reference's most probable token.
        prefill_tokens_per_second: reading.
        decode_tokens_per_second: writing.
        memory_mb: peak resident memory while reading and writing, MiB.
        file_mb: size, MiB.
        positions: tokens that were foretold.
        note: what was peculiar; '' for nothing.
    """

    model: str
    sha256: str
    perplexity: float
    kl_divergence: float | None
    top1_agreement: float | None
    prefill_tokens_per_second: float
    decode_tokens_per_second: float
    memory_mb: float
    file_mb: float
    positions: int
    note: str = ""


def load_task(text: Path | None = None, **settings: Any) -> Task:
    """A task of somebody's text, or of the one that is packaged.

    Raises:
        QuantError: the file cannot be read.
    """
    if text is None:
        return Task(json.loads(DEFAULT_TEXT.read_text(encoding="utf-8")), **settings)
    try:
        return Task(text.read_text(encoding="utf-8", errors="replace"), **settings)
    except OSError as error:
        raise QuantError(f"{text}: {error.strerror or error}; check the path") from error


def evaluate(
    models: Sequence[Path], task: Task, on_progress: Callable[[str, float], None] = lambda _name, _share: None
) -> list[Measured]:
    """Measure all models against the first.

    Args:
        models: GGUF files, the reference first.
        task: what on.
        on_progress: told a model's name and the share of it that is done.

    Raises:
        QuantError: a model cannot be run.
    """
    if not models:
        raise CallError("evaluate: name at least one model")
    files = [GgufFile.open(path) for path in models]
    vocabularies = [file.metadata.get("tokenizer.ggml.tokens") for file in files]
    results: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        probabilities = str(Path(folder) / "reference.npy")
        for file, vocabulary in zip(files, vocabularies, strict=True):
            comparable = vocabulary == vocabularies[0]
            where = {"reference": probabilities} if results and comparable else {}
            where = where if results else {"keep": probabilities}
            raw = _run(file.path, task, where, partial(on_progress, file.path.name))
            results.append(_measured(file, raw, comparable, itself=not results))
    return results


def _run(path: Path, task: Task, where: dict[str, str], tell: Callable[[float], None]) -> dict[str, Any]:
    arguments = asdict(task) | where | {"model": str(path)}
    try:
        found: dict[str, Any] = run_job("measure", tell, extra_buffers=True, **arguments)
    except CrashedError as crash:
        # builds that use AMX die in its kernels on some processors; without repacking they work
        found = run_job("measure", tell, extra_buffers=False, **arguments)
        found["note"] = f"without repacked kernels, because {crash}"
    return found


def _measured(file: GgufFile, raw: dict[str, Any], comparable: bool, itself: bool) -> Measured:
    note = raw.get("note", "")
    if not comparable:
        note = "; ".join(filter(None, [note, "another vocabulary than the reference: no divergence"]))
    return Measured(
        model=str(file.path),
        sha256=file.sha256(),
        perplexity=raw["perplexity"],
        kl_divergence=0.0 if itself else raw.get("kl_divergence"),
        top1_agreement=1.0 if itself else raw.get("top1_agreement"),
        note=note,
        **{key: raw[key] for key in ("memory_mb", "file_mb", "positions", *SPEEDS)},
    )
