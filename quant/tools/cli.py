"""Prepare GGUF models for this machine: inspect, quantize, evaluate, adapter.

Each command lives beside its work; this file only reads options and prints. Data go to standard output, progress to
standard error.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from quant.errors import CallError

app = typer.Typer(no_args_is_help=True)

MOST_THREADS = 512
"""As many as llama.cpp knows; far more, and it ends in a crash."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Threads = Annotated[int, typer.Option("--threads", min=0, max=MOST_THREADS, help="Threads; 0 takes one a core.")]
Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A GGUF file.")]


@app.callback()
def quant() -> None:
    """Prepare GGUF models for this machine."""


@app.command("inspect")
def inspect_command(
    model: Model,
    as_json: Json = False,
    metadata: Annotated[bool, typer.Option("--metadata", help="Print all metadata too.")] = False,
) -> None:
    """Show metadata, tensor types, bits a weight, licence, template, and whether it can be trained on.

    For example 'edge-assistant quant inspect model.gguf'.
    """
    from quant.tools.inspect import inspect

    found = inspect(model)
    if as_json:
        _json(asdict(found))
        return
    typer.echo(f"{found.path}: {found.kind} '{found.name}', {found.architecture} {found.file_type}".rstrip())
    typer.echo(
        f"{found.parameters / 1e6:,.1f} M weights, {found.bits_per_weight:.2f} bits each, "
        f"{found.file_bytes / 2**20:,.1f} MiB, context {found.context_length or 'not given'}, "
        f"licence {found.licence or 'not given'}"
    )
    for kind, row in found.types.items():
        typer.echo(f"  {kind:8} {row['tensors']:5} tensors {row['bytes'] / 2**20:10,.1f} MiB")
    typer.echo(f"chat template: {' '.join(found.chat_template.split())[:160] or 'none'}")
    if metadata:
        for key, value in found.metadata.items():
            typer.echo(f"  {key} = {value}")
    for problem in found.problems:
        typer.echo(f"no training base: {problem}")


@app.command("quantize")
def quantize_command(
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A GGUF file.")] = None,
    type_name: Annotated[str, typer.Argument(metavar="TYPE", help="For example Q4_K_M.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; beside the model without it.")] = None,
    pure: Annotated[bool, typer.Option("--pure", help="One type for all matrices, no mixture.")] = False,
    threads: Threads = 0,
    list_types: Annotated[bool, typer.Option("--list", help="List the types and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Quantize to any type that llama.cpp has.

    For example 'edge-assistant quant quantize model.gguf Q4_K_M'.
    """
    from quant.tools.file_types import file_types

    if list_types:
        _json(sorted(file_types())) if as_json else typer.echo("\n".join(sorted(file_types())))
        return
    if model is None or not type_name:
        raise CallError("quantize: name a model and a type, or --list for the types")
    from quant.tools.progress import progress
    from quant.tools.quantize import quantize

    target = out or model.with_name(f"{model.stem}-{type_name.upper()}.gguf")
    with progress(f"quantize to {type_name.upper()}") as tell:
        done = quantize(model, target, type_name, pure=pure, threads=threads, on_progress=tell)
    if as_json:
        _json(asdict(done))
    else:
        typer.echo(f"{done.path}: {done.type}, {done.bytes / 2**20:,.1f} MiB, sha256 {done.sha256}")


@app.command("adapter")
def adapter_command(
    source: Annotated[Path, typer.Argument(metavar="ADAPTER", help="GGUF file, or PEFT or MLX folder.")],
    out: Annotated[Path, typer.Option("--out", help="File (GGUF) or folder to write.")],
    to: Annotated[str, typer.Option("--to", help="gguf, peft or mlx.")],
    base: Annotated[Path | None, typer.Option("--base", help="The base model; checked against it.")] = None,
    as_json: Json = False,
) -> None:
    """Turn a LoRA from PEFT, GGUF or MLX into another of these.

    For example 'edge-assistant quant adapter adapter.gguf --to peft --out adapter-peft'.
    """
    from quant.lora_files import convert_adapter

    weights = convert_adapter(source, out, to, base)
    facts = {"path": str(out), "format": to, "rank": weights.rank, "alpha": weights.alpha}
    facts["layers"] = len(weights.tensors)
    if as_json:
        _json(facts)
    else:
        typer.echo(f"{out}: {to}, rank {weights.rank}, alpha {weights.alpha:g}, {len(weights.tensors)} layers")


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


Text = Annotated[Path | None, typer.Option("--text", help="Your own text; a packaged one without it.", metavar="FILE")]
Tokens = Annotated[int, typer.Option("--max-tokens", min=64, help="Of the text.")]


@app.command("evaluate")
def evaluate_command(
    models: Annotated[list[Path], typer.Argument(metavar="A B ...", help="GGUF files, the reference first.")],
    text: Text = None,
    max_tokens: Tokens = 2048,
    threads: Threads = 2,
    as_json: Json = False,
) -> None:
    """Compare models: perplexity, divergence, agreement, speed, memory.

    For example 'edge-assistant quant evaluate model-F16.gguf model-Q4_K_M.gguf'.
    """
    from quant.tools.evaluate import evaluate, load_task
    from quant.tools.progress import progress

    task = load_task(text, max_tokens=max_tokens, threads=threads or 2)
    with progress("evaluate") as tell:
        results = evaluate(models, task, lambda name, share: tell(share, name))
    if as_json:
        _json({"schema": 1, "models": [asdict(one) for one in results]})
        return
    _table([asdict(one) | {"model": Path(one.model).name} for one in results])
    for one in results:
        if one.note:
            typer.echo(f"{Path(one.model).name}: {one.note}", err=True)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = {
        "model": ("model", "{}"),
        "file_mb": ("MiB", "{:,.0f}"),
        "perplexity": ("perplexity", "{:.3f}"),
        "kl_divergence": ("KL", "{:.4f}"),
        "top1_agreement": ("top-1", "{:.1%}"),
        "prefill_tokens_per_second": ("read/s", "{:.0f}"),
        "decode_tokens_per_second": ("write/s", "{:.0f}"),
        "memory_mb": ("memory", "{:,.0f}"),
    }
    table = Table(*(title for title, _ in columns.values()), box=None)
    for row in rows:
        table.add_row(*("-" if row[key] is None else form.format(row[key]) for key, (_, form) in columns.items()))
    console = Console()
    # a pipe has no width; a table must not be cut there
    Console(width=console.width if console.is_terminal else 160).print(table)
