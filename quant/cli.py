"""Prepare GGUF models for this machine: inspect, quantize, evaluate, autotune, merge, adapter.

Each command lives beside its work; this file only reads options and prints. Data go to standard output, progress to
standard error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
    """Show metadata, tensor types, bits a weight, licence, template and problems.

    For example 'edge-assistant quant inspect model.gguf'.
    """
    from quant.tools.inspect import inspect

    found = inspect(model)
    if as_json:
        _json(found.to_dict())
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
        typer.echo(f"problem: {problem}")
    if not found.problems:
        typer.echo("no problems found")


@app.command("quantize")
def quantize_command(
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A GGUF file.")] = None,
    type_name: Annotated[str, typer.Argument(metavar="TYPE", help="For example Q4_K_M.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; beside the model without it.")] = None,
    text: Annotated[
        Path | None, typer.Option("--text", help="Your own text, for an importance matrix.", metavar="FILE")
    ] = None,
    max_tokens: Annotated[int, typer.Option("--max-tokens", min=32, help="Of the text.")] = 20_000,
    pure: Annotated[bool, typer.Option("--pure", help="One type for all matrices, no mixture.")] = False,
    threads: Threads = 0,
    list_types: Annotated[bool, typer.Option("--list", help="List the types and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Quantize to any type that llama.cpp has, with an importance matrix where a text is given.

    For example 'edge-assistant quant quantize model.gguf Q4_K_M --text notes.txt'.
    """
    from quant.tools.file_types import file_types

    if list_types:
        _json(sorted(file_types())) if as_json else typer.echo("\n".join(sorted(file_types())))
        return
    if model is None or not type_name:
        raise CallError("quantize: name a model and a type, or --list for the types")
    from quant.atomic import check_target
    from quant.tools.file_types import file_type
    from quant.tools.importance import importance_matrix
    from quant.tools.progress import progress
    from quant.tools.quantize import quantize, read_text

    file_type(type_name)
    target = out or model.with_name(f"{model.stem}-{type_name.upper()}.gguf")
    check_target(target, model, *([text] if text else []))  # before the matrix, which takes long
    importance = None
    if text is not None:
        importance = target.with_name(target.name + ".importance.npz")
        with progress("importance matrix") as tell:
            count = importance_matrix(model, read_text(text), importance, max_tokens=max_tokens, on_progress=tell)
        typer.echo(f"importance matrix from {count} tokens: {importance}", err=True)
    with progress(f"quantize to {type_name.upper()}") as tell:
        done = quantize(model, target, type_name, importance=importance, pure=pure, threads=threads, on_progress=tell)
    _quantized(done, as_json)


@app.command("merge")
def merge_command(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="A GGUF model.")],
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="GGUF file, or PEFT or MLX folder.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    type_name: Annotated[str, typer.Option("--type", help="To quantize to; the base's own without it.")] = "",
    strength: Annotated[float, typer.Option("--strength", help="Factor on the adapter.")] = 1.0,
    threads: Threads = 0,
    as_json: Json = False,
) -> None:
    """Work an adapter into its base, quantized again.

    For example 'edge-assistant quant merge model.gguf adapter.gguf --out mine.gguf'.
    """
    from quant.tools.merge import merge
    from quant.tools.progress import progress

    with progress("merge") as tell:
        done = merge(base, adapter, out, type_name=type_name, strength=strength, threads=threads, on_progress=tell)
    _quantized(done, as_json)


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
    from quant.tools.adapter_convert import convert_adapter

    weights = convert_adapter(source, out, to, base)
    facts = {"path": str(out), "format": to, "rank": weights.rank, "alpha": weights.alpha}
    facts["layers"] = len(weights.tensors)
    if as_json:
        _json(facts)
    else:
        typer.echo(f"{out}: {to}, rank {weights.rank}, alpha {weights.alpha:g}, {len(weights.tensors)} layers")


def _quantized(done: Any, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        _json(asdict(done))
    else:
        before = "was there already, " if done.reused else ""
        typer.echo(f"{done.path}: {done.type}, {before}{done.bytes / 2**20:,.1f} MiB, sha256 {done.sha256}")


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


Text = Annotated[Path | None, typer.Option("--text", help="Your own text; a packaged one without it.", metavar="FILE")]
Decisions = Annotated[
    Path | None, typer.Option("--decisions", help='JSON: [{"prompt", "continuations"}, ...].', metavar="FILE")
]
Tokens = Annotated[int, typer.Option("--max-tokens", min=64, help="Of the text.")]


@app.command("evaluate")
def evaluate_command(
    models: Annotated[list[Path], typer.Argument(metavar="A B ...", help="GGUF files, the reference first.")],
    text: Text = None,
    decisions: Decisions = None,
    max_tokens: Tokens = 2048,
    threads: Threads = 2,
    plot_file: Annotated[Path | None, typer.Option("--plot", help="Draw to this .png, .svg or .pdf.")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="Folder to keep figures in and go on from.")] = None,
    as_json: Json = False,
) -> None:
    """Compare models: perplexity, divergence, agreement, speed, memory.

    For example 'edge-assistant quant evaluate model-F16.gguf model-Q4_K_M.gguf --plot both.png'.
    """
    from dataclasses import asdict

    from quant.tools.evaluate import evaluate, load_task, plot, plot_kind

    if plot_file is not None:
        plot_kind(plot_file)
    task = load_task(text, decisions, max_tokens=max_tokens, threads=threads or 2)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    with _named_progress() as tell:
        results = evaluate(models, task, folder=keep, on_progress=tell)
    if plot_file is not None:
        plot(results, plot_file)
    if as_json:
        _json({"schema": 1, "task": task.key, "models": [asdict(one) for one in results]})
        return
    _table([{"type": Path(one.model).name, **asdict(one)} for one in results])
    for one in results:
        if one.note:
            typer.echo(f"{Path(one.model).name}: {one.note}", err=True)


@app.command("autotune")
def autotune_command(
    model: Model,
    memory_mb: Annotated[
        float, typer.Option("--memory", min=0, help="MiB at most; 0 takes half of what is free.")
    ] = 0.0,
    divergence: Annotated[float, typer.Option("--divergence", min=0, help="Nats a token at most.")] = 0.1,
    agreement: Annotated[float, typer.Option("--agreement", min=0, max=1, help="With the model as it is.")] = 0.85,
    types: Annotated[str, typer.Option("--types", help="Candidates, joined by commas.")] = "",
    text: Text = None,
    decisions: Decisions = None,
    max_tokens: Tokens = 1024,
    threads: Threads = 2,
    as_json: Json = False,
) -> None:
    """Measure the types on this machine, and keep the quickest within a memory and a quality bound.

    For example 'edge-assistant quant autotune model-F16.gguf --memory 2000 --divergence 0.05'.
    """
    from dataclasses import asdict

    import psutil

    from quant.tools.autotune import CANDIDATES, Bounds, autotune
    from quant.tools.evaluate import load_task

    bounds = Bounds(memory_mb or psutil.virtual_memory().available / 2**21, divergence, agreement)
    names = [name.strip() for name in types.split(",") if name.strip()] or CANDIDATES
    task = load_task(text, decisions, max_tokens=max_tokens, threads=threads or 2)
    with _named_progress() as tell:
        result = autotune(model, task, bounds, candidates=names, on_progress=tell)
    if as_json:
        _json({"schema": 1, **asdict(result)})
        return
    _table(list(result.rows))
    typer.echo(f"{result.why}\n{result.path}")


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = {
        "type": ("model", "{}"),
        "file_mb": ("MiB", "{:,.0f}"),
        "perplexity": ("perplexity", "{:.3f}"),
        "kl_divergence": ("KL", "{:.4f}"),
        "top1_agreement": ("top-1", "{:.1%}"),
        "decision_agreement": ("decisions", "{:.1%}"),
        "prefill_tokens_per_second": ("read/s", "{:.0f}"),
        "decode_tokens_per_second": ("write/s", "{:.0f}"),
        "memory_mb": ("memory", "{:,.0f}"),
        "fault": ("falls out for", "{}"),
    }
    shown = {key: value for key, value in columns.items() if key in rows[0]}
    table = Table(*(title for title, _ in shown.values()), box=None)
    for row in rows:
        table.add_row(*("-" if row[key] is None else form.format(row[key]) for key, (_, form) in shown.items()))
    console = Console()
    # a pipe has no width; a table must not be cut there
    Console(width=console.width if console.is_terminal else 160).print(table)


@contextmanager
def _named_progress() -> Iterator[Callable[[str, float], None]]:
    """A bar whose title changes with what is being done."""
    from quant.tools.progress import progress

    with ExitStack() as stack:
        current: dict[str, Callable[[float], None]] = {}

        def tell(name: str, share: float) -> None:
            if name not in current:
                stack.close()
                current.clear()
                current[name] = stack.enter_context(progress(name))
            current[name](share)

        yield tell
