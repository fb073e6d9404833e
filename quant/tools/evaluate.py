"""Comparing models: how well they foretell a text, how far they are from a reference, how they decide, how fast.

The first model is the reference. Each runs in a process of its own, without the repacked kernels where these crash.
What was measured is kept in the working folder, so that an interrupted comparison goes on with the next model.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quant.atomic import write_json
from quant.children import CrashedError
from quant.errors import CallError, QuantError
from quant.gguf_file import GgufFile
from quant.tools.llama_job import run_job
from quant.tools.quantize import read_json, read_text

DEFAULTS = Path(__file__).with_name("evaluation.json")
"""Text and decisions for those who bring none."""


@dataclass(frozen=True)
class Task:
    """What models are measured on.

    Attributes:
        text: to be foretold.
        decisions: each a 'prompt' and at least two 'continuations' to choose from.
        max_tokens: of the text.
        window: tokens seen together.
        threads: for llama.cpp.
    """

    text: str
    decisions: tuple[dict[str, Any], ...]
    max_tokens: int = 2048
    window: int = 256
    threads: int = 2

    @property
    def key(self) -> str:
        """Content hash."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Measured:
    """One model's figures; those against the reference are None for models that cannot be compared.

    Attributes:
        model: the file.
        sha256: of it.
        perplexity: on the text; lower is better. Comparable only between equal vocabularies.
        kl_divergence: of the reference from this model, nats a token, mean.
        top1_agreement: share of positions with the reference's most probable token.
        decision_agreement: share of decisions that fall as with the reference.
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
    decision_agreement: float | None
    prefill_tokens_per_second: float
    decode_tokens_per_second: float
    memory_mb: float
    file_mb: float
    positions: int
    note: str = ""


def load_task(text: Path | None = None, decisions: Path | None = None, **settings: Any) -> Task:
    """A task of files, or of what is packaged.

    Raises:
        QuantError: a file cannot be read, or is not of the form.
    """
    packaged = read_json(DEFAULTS)
    chosen = packaged["decisions"]
    if decisions is not None:
        try:
            chosen = json.loads(read_text(decisions))
        except ValueError as error:
            raise QuantError(f"{decisions}: no JSON ({error}); see quant/tools/evaluation.json for the form") from error
    good = isinstance(chosen, list) and all(
        isinstance(row, dict)
        and isinstance(row.get("prompt"), str)
        and row["prompt"]
        and isinstance(row.get("continuations"), list)
        and len(row["continuations"]) > 1
        and all(isinstance(one, str) and one for one in row["continuations"])
        for row in chosen
    )
    if not good:
        raise QuantError(f'{decisions}: expected a list of {{"prompt": ..., "continuations": [at least two]}}')
    return Task(packaged["text"] if text is None else read_text(text), tuple(chosen), **settings)


def evaluate(
    models: Sequence[Path],
    task: Task,
    *,
    folder: Path | None = None,
    on_progress: Callable[[str, float], None] | None = None,
) -> list[Measured]:
    """Measure all models against the first.

    Args:
        models: GGUF files, the reference first.
        task: what on.
        folder: where to keep what was measured, to go on from; None keeps nothing.
        on_progress: told a model's name and the share of it that is done.

    Raises:
        QuantError: a model cannot be run.
    """
    if not models:
        raise CallError("evaluate: name at least one model")
    with tempfile.TemporaryDirectory(dir=folder) as own:
        probabilities = Path(own) / "reference.npy"
        return _evaluate(models, task, folder, probabilities, on_progress or (lambda _name, _share: None))


def _evaluate(
    models: Sequence[Path], task: Task, folder: Path | None, probabilities: Path, tell: Callable[[str, float], None]
) -> list[Measured]:
    files = [GgufFile.open(path) for path in models]
    hashes = [file.sha256() for file in files]
    vocabularies = [file.metadata.get("tokenizer.ggml.tokens") for file in files]
    results: list[Measured] = []
    reference: dict[str, Any] = {}
    for path, digest, vocabulary in zip(models, hashes, vocabularies, strict=True):
        comparable = vocabulary == vocabularies[0]
        kept = None if folder is None else folder / f"{task.key}-{hashes[0][:12]}-{digest[:12]}.json"
        raw = read_json(kept) if kept else {}
        if not raw:
            if results and comparable and not probabilities.exists():
                # the reference's own figures were kept, its probabilities were not: they are large
                _run(models[0], task, {"keep": str(probabilities)}, lambda _share: None)
            where = {"keep": str(probabilities)} if not results else {}
            if results and comparable:
                where = {"reference": str(probabilities)}
            name = path.name
            raw = _run(path, task, where, lambda share, name=name: tell(name, share))  # type: ignore[misc]
            if kept is not None:
                write_json(kept, raw)
        if not results:
            reference = raw
        results.append(_measured(path, digest, raw, reference, comparable))
    return results


def _run(path: Path, task: Task, where: dict[str, str], tell: Callable[[float], None]) -> dict[str, Any]:
    arguments = asdict(task) | where | {"model": str(path)}
    arguments["decisions"] = list(task.decisions)
    try:
        found: dict[str, Any] = run_job("measure", tell, extra_buffers=True, **arguments)
    except CrashedError as crash:
        # builds that use AMX die in its kernels on some processors; without repacking they work
        found = run_job("measure", tell, extra_buffers=False, **arguments)
        found["note"] = f"without repacked kernels, because {crash}"
    return found


def _measured(path: Path, digest: str, raw: dict[str, Any], reference: dict[str, Any], comparable: bool) -> Measured:
    pairs = list(zip(raw["decision_scores"], reference["decision_scores"], strict=True))
    same = [_first(mine) == _first(theirs) for mine, theirs in pairs]
    itself = raw is reference
    note = raw.get("note", "")
    if not comparable:
        note = "; ".join(filter(None, [note, "another vocabulary than the reference: no divergence"]))
    return Measured(
        model=str(path),
        sha256=digest,
        perplexity=raw["perplexity"],
        kl_divergence=0.0 if itself else raw.get("kl_divergence"),
        top1_agreement=1.0 if itself else raw.get("top1_agreement"),
        decision_agreement=sum(same) / len(same) if same else None,
        note=note,
        **{
            key: raw[key]
            for key in (
                "prefill_tokens_per_second",
                "decode_tokens_per_second",
                "memory_mb",
                "file_mb",
                "positions",
            )
        },
    )


def _first(scores: list[float]) -> int:
    return scores.index(max(scores))


def plot(results: Sequence[Measured], path: Path) -> None:
    """Draw size against divergence and speed, as PNG, SVG or PDF by the name's end."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    from quant.atomic import replacing

    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for one in results:
        name = Path(one.model).stem
        if one.kl_divergence is not None:
            left.scatter(one.file_mb, one.kl_divergence)
            left.annotate(name, (one.file_mb, one.kl_divergence), fontsize=7)
        right.scatter(one.prefill_tokens_per_second, one.decode_tokens_per_second)
        right.annotate(name, (one.prefill_tokens_per_second, one.decode_tokens_per_second), fontsize=7)
    left.set(xlabel="file, MiB", ylabel="KL divergence from the reference, nats a token")
    right.set(xlabel="reading, tokens/s", ylabel="writing, tokens/s")
    kind = plot_kind(path)
    with replacing(path) as aside:
        figure.savefig(aside, format=kind)


def plot_kind(path: Path) -> str:
    """The format of a plot, from its name; to be asked before anything is measured.

    Raises:
        CallError: another format, or no such folder.
    """
    kind = path.suffix.lstrip(".").lower() or "png"
    if kind not in ("png", "svg", "pdf"):
        raise CallError(f"{path}: a plot is written as .png, .svg or .pdf; choose one of these")
    if not path.absolute().parent.is_dir():
        raise CallError(f"{path}: there is no such folder; make it first")
    return kind
