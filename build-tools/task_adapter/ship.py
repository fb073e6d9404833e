"""Writes a task adapter as package data: GGUF, card, and the manifest last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError
from edge_assistant.llm.models import ModelFile
from edge_assistant.llm.task_adapter import adapter_path
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.files import read_json, sha256_of, write_json
from quant.atomic import write_text
from quant.lora_gguf import write_gguf
from task_adapter.build import BATCH, BuiltAdapter
from task_adapter.examples import COUNTS

LARGEST_BYTES = 12_000_000
COMMAND = "PYTHONPATH=build-tools python -m task_adapter build"
CHECK = "PYTHONPATH=build-tools python -m task_adapter check"

_WHAT = (
    "A LoRA that teaches this one model the narrow tasks of edge-assistant: to put an idea into one sentence in a",
    "given style, to tell an activity with a detail, to give the reason of a rating, to sum up an hour, and to",
    "say 'No recommendation.' where there is no idea. It carries nobody's taste and no knowledge.",
)
_DATA = (
    "The examples are made by rule from the packaged ideas, a grammar of further ideas, prepared frames and freer",
    "patterns (`build-tools/task_adapter/`). 15 percent of the packaged ideas, 40 further ideas, 15 percent of the",
    "activities and 12 of the 96 styles are held out. No text of another model and no person's data is in them.",
)
_LIMITS = (
    "English only. It understands the prompts of `composer/prompts.py` and no others, and it fits this base bit for",
    "bit. What it writes is checked by rule before it is said; what fails is replaced by a prepared sentence.",
)


def ship(folder: Path, built: BuiltAdapter, base: ModelFile, config: TrainingConfig, counts: dict[str, int]) -> Path:
    """Write adapter, card and manifest; returns the adapter's path.

    Raises:
        DataError: the file would be larger than a package may carry.
    """
    path = adapter_path(built.base_sha256, folder)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = path.with_suffix(".json")
    manifest.unlink(missing_ok=True)  # until everything is in place there is no adapter
    write_gguf(path, built.weights, base=base.path, precision="f16", name=f"Task adapter for {base.name}")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        path.unlink()
        raise DataError(f"task adapter: {size} bytes, at most {LARGEST_BYTES} are allowed; choose a smaller rank")
    losses = list(built.losses)
    share = max(1, len(losses) // 10)
    facts: dict[str, Any] = {
        "schema": 1,
        "file": path.name,
        "bytes": size,
        "sha256": sha256_of(path),
        "base": base.name,
        "base_sha256": built.base_sha256,
        "data_sha256": built.data_sha256,
        "examples": counts,
        "config": config.to_dict(),
        "steps": len(losses),
        "loss": {
            "first_tenth": round(sum(losses[:share]) / share, 4),
            "last_tenth": round(sum(losses[-share:]) / share, 4),
        },
        "command": COMMAND,
        "measures": {},
    }
    finish(path, facts)
    return path


def finish(path: Path, facts: dict[str, Any]) -> None:
    """Write the card, then the manifest, of an adapter that lies in its place."""
    write_text(path.with_suffix(".md"), card(facts))
    write_json(path.with_suffix(".json"), facts)


def record(path: Path, found: dict[str, Any], larger: str) -> None:
    """Write the measures of a check into manifest and card.

    Args:
        path: the adapter.
        found: as `check.rates` gives it.
        larger: the model that judged how natural the sentences are, '' for none.

    Raises:
        DataError: the adapter has no manifest.
    """
    facts = read_json(path.with_suffix(".json"))
    facts["measures"] = {
        "held-out requests": found["requests"],
        "first tries without fault": f"{found['first_try']:.1%}",
        "fitting sentences when said": f"{found['fitting']:.1%}",
        "prepared sentence instead": f"{found['fallbacks']:.1%}",
        "naturalness judged by": Path(larger).name if larger else "nobody",
    }
    finish(path, facts)


def card(facts: dict[str, Any]) -> str:
    """The card in Markdown."""
    config, examples = facts["config"], facts["examples"]
    measures = facts["measures"] or {"held-out requests": "not checked yet"}
    made = ", ".join(f"{task} {count}" for task, count in examples.items() if task in COUNTS)
    loss = f"{facts['loss']['first_tenth']} in the first tenth, {facts['loss']['last_tenth']} in the last"
    training = (
        f"supervised, rank {config['rank']}, alpha {config['alpha']:g}, all linear layers, {facts['steps']} steps of "
        f"{BATCH}, lr {config['learning_rate']:g} falling to 0 over the last {config['decay']}"
    )
    rows = {
        "base": f"{facts['base']}, sha256 {facts['base_sha256']}",
        "file": f"{facts['file']}, {facts['bytes']} bytes, sha256 {facts['sha256']}",
        "training": training,
        "examples": f"{made}; sha256 {facts['data_sha256']}",
        "loss, nats a token": loss,
        **{name.replace("_", " "): value for name, value in measures.items()},
    }
    lines = [f"# Task adapter for {facts['base']}", "", *_WHAT, "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    lines += ["", *_DATA, "", "## Rebuild and check", "", f"    {facts['command']}"]
    lines += [
        "    PYTHONPATH=build-tools python -m task_adapter check",
        "",
        "## Licence",
        "",
        "Apache-2.0, as the base model.",
        "",
    ]
    lines += ["## Limits", "", *_LIMITS, ""]
    return "\n".join(lines)
