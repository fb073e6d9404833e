"""Choosing the type of a model on this machine: every candidate is made, measured, and the quickest good one kept.

What was measured lies in a folder beside the model until the end, so that a killed run goes on with the next candidate.
The result, with the reasons, is `<model>.autotune.json` beside the model; the same question to the same
model is answered from there.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quant.atomic import remove_leftovers, write_json
from quant.errors import QuantError, WriteError
from quant.gguf_file import GgufFile
from quant.tools.evaluate import Measured, Task, evaluate
from quant.tools.file_types import file_type
from quant.tools.quantize import file_hash, quantize, read_json

CANDIDATES = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_K_S", "Q4_0", "IQ4_NL")
"""From large to small; each is the quickest on some processor."""

READ, WRITTEN = 300, 30
"""Tokens of a usual request, for one figure of speed."""


@dataclass(frozen=True)
class Bounds:
    """What a candidate must keep.

    Attributes:
        memory_mb: peak resident memory, MiB.
        kl_divergence: from the model as it came, nats a token.
        top1_agreement: with the model as it came, 0 to 1.
    """

    memory_mb: float
    kl_divergence: float = 0.1
    top1_agreement: float = 0.85


@dataclass(frozen=True)
class Tuning:
    """What was chosen and why.

    Attributes:
        chosen: type, or 'as it is'.
        path: the file to use.
        why: one sentence.
        rows: for each candidate its type, its figures, seconds for a usual request, and why it fell out ('' if not).
    """

    chosen: str
    path: str
    why: str
    rows: tuple[dict[str, object], ...]


def autotune(
    model: Path,
    task: Task,
    bounds: Bounds,
    *,
    candidates: Sequence[str] = CANDIDATES,
    on_progress: Callable[[str, float], None] | None = None,
) -> Tuning:
    """Measure, choose, keep.

    Args:
        model: the GGUF file as it came, best of high precision; the reference, and itself a candidate.
        task: what to measure on.
        bounds: memory and quality.
        candidates: file types.
        on_progress: told what is being done and its share.

    Raises:
        CallError: an unknown type.
        WriteError: the folder or the disk refused.
        QuantError: nothing keeps the bounds.
    """
    for name in candidates:
        file_type(name)
    tell = on_progress or (lambda _name, _share: None)
    names = tuple(name.upper() for name in candidates)
    question: dict[str, Any] = {
        "schema": 1,
        "model_sha256": GgufFile.open(model).sha256(),
        "machine": f"{platform.machine()} {platform.processor()}".strip(),
        "bounds": asdict(bounds),
        "task": task.key,
        "candidates": list(names),
    }
    document = model.with_name(model.name + ".autotune.json")
    known = _answered(document, question)
    if known is not None:
        return known
    folder = model.with_name(model.name + ".autotune")
    folder.mkdir(exist_ok=True)
    # the reference first; its probabilities are written once, so all candidates go through one comparison
    paths, refused = {"as it is": model}, {}
    for name in names:
        path = folder / f"{model.stem}-{name}.gguf"
        try:
            quantize(model, path, name, threads=task.threads, on_progress=lambda share, name=name: tell(name, share))  # type: ignore[misc]
        except WriteError:  # the next candidate would fare no better
            raise
        except QuantError as error:  # such as a type that needs an importance matrix
            refused[name] = str(error)
        else:
            paths[name] = path
    rows: list[dict[str, Any]] = []
    for name, one in zip(paths, evaluate(list(paths.values()), task, folder=folder, on_progress=tell), strict=True):
        rows.append({"type": name, **asdict(one), "seconds": seconds(one), "fault": fault(one, bounds)})
    rows += [dict.fromkeys(rows[0]) | {"type": name, "fault": why} for name, why in refused.items()]
    good = [row for row in rows if not row["fault"]]
    if not good:
        reasons = "; ".join(f"{row['type']}: {row['fault']}" for row in rows)
        raise QuantError(f"autotune {model}: no candidate keeps the bounds ({reasons}); widen one, or add types")
    best = min(good, key=lambda row: (row["seconds"], row["file_mb"]))
    path = model
    if best["type"] != "as it is":
        path = model.with_name(f"{model.stem}-{best['type']}.gguf")
        remove_leftovers(path)
        quantize(model, path, str(best["type"]), threads=task.threads)
    result = Tuning(str(best["type"]), str(path), _why(best, rows, bounds), tuple(rows))
    write_json(document, question | {"sha256": file_hash(path)} | asdict(result))
    shutil.rmtree(folder)  # only now: until the result stands, a killed run goes on from here
    return result


def _answered(document: Path, question: dict[str, Any]) -> Tuning | None:
    """What was found before for the same question, if the chosen file is still what it was."""
    known = read_json(document)
    if any(known.get(name) != value for name, value in question.items()):
        return None
    path = Path(str(known.get("path", "")))
    if not path.is_file() or file_hash(path) != known.get("sha256"):
        return None
    return Tuning(known["chosen"], known["path"], known["why"], tuple(known["rows"]))


def seconds(one: Measured) -> float:
    """Seconds of a usual request."""
    return READ / one.prefill_tokens_per_second + WRITTEN / one.decode_tokens_per_second


def fault(one: Measured, bounds: Bounds) -> str:
    """Which bounds it breaks; '' for none."""
    found = []
    if one.memory_mb > bounds.memory_mb:
        found.append(f"{one.memory_mb:,.0f} MiB, at most {bounds.memory_mb:,.0f}")
    if one.kl_divergence is not None and one.kl_divergence > bounds.kl_divergence:
        found.append(f"divergence {one.kl_divergence:.3f}, at most {bounds.kl_divergence:g}")
    if one.top1_agreement is not None and one.top1_agreement < bounds.top1_agreement:
        found.append(f"agreement {one.top1_agreement:.1%}, at least {bounds.top1_agreement:.0%}")
    return ", ".join(found)


def _why(best: dict[str, object], rows: Sequence[dict[str, object]], bounds: Bounds) -> str:
    out = sum(bool(row["fault"]) for row in rows)
    return (
        f"{best['type']} needs {best['seconds']:.2f} s for {READ} tokens read and {WRITTEN} written, the least of "
        f"{len(rows) - out} within {bounds.memory_mb:,.0f} MiB and divergence {bounds.kl_divergence:g}; {out} fell out"
    )
