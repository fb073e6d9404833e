"""Build the task adapter of a model, or check the one that comes with the program.

PYTHONPATH=build-tools python -m task_adapter build --out adapters/ --workdir work/
PYTHONPATH=build-tools python -m task_adapter check --requests 100 --json
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from edge_assistant.errors import EdgeAssistantError, ModelError
from quant.tools.progress import progress

app = typer.Typer(
    help="Build or check the LoRA that teaches a model our narrow tasks.",
    no_args_is_help=True,
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ModelOption = Annotated[str, typer.Option(help="A GGUF file or a model's name; the packaged model if not given.")]


@app.command("build")
def build_adapter(
    model: ModelOption = "",
    out: Annotated[Path, typer.Option(help="Folder for adapter, card and manifest.")] = Path("adapters"),
    workdir: Annotated[Path, typer.Option(help="Folder for the checkpoint; the same one goes on.")] = Path(
        "task-build"
    ),
    steps: Annotated[int, typer.Option(min=0, help="At most so many steps of 8 examples; 0 for all examples.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of examples, first weights and order.")] = 1,
    threads: Annotated[int, typer.Option(min=0, help="0 takes what torch finds.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Make the examples, train on them, and write the adapter; hours on a slow machine, and resumable.

    Example: python -m task_adapter build --out adapters/
    """
    from edge_assistant.llm.models import resolve
    from task_adapter.build import BATCH, CONFIG, build
    from task_adapter.examples import COUNTS, make_examples
    from task_adapter.ship import ship

    base = resolve(model or None)
    config = replace(CONFIG, max_pairs=steps * BATCH, seed=seed, threads=threads)
    with progress("making examples") as show:
        examples = make_examples(seed, on_example=lambda done, count: show(done / count))
    with progress("training") as show:
        built = build(examples, base.path, config, workdir, lambda at: show(at.step / at.steps, f"loss {at.loss:.3f}"))
    path = ship(out, built, base, config, COUNTS)
    facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    typer.echo(json.dumps(facts, indent=1) if as_json else f"{path}: {facts['bytes']} bytes, {facts['steps']} steps")


@app.command("check")
def check_adapter(
    model: ModelOption = "",
    adapter: Annotated[Path | None, typer.Option(help="An adapter file; the packaged one if not given.")] = None,
    requests: Annotated[int, typer.Option(min=1, help="Held-out requests.")] = 500,
    larger: Annotated[str, typer.Option(help="A larger model that finds odd sentences; none if not given.")] = "",
    samples: Annotated[int, typer.Option(min=0, help="So many sentences are printed.")] = 10,
    threads: Annotated[int, typer.Option(min=0, help="0 takes one a core.")] = 0,
    record: Annotated[bool, typer.Option("--record", help="Write the measures into manifest and card.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let the adapter write for ideas, activities and styles that it was never trained on, and judge every sentence.

    Example: python -m task_adapter check --requests 100
    """
    from edge_assistant.llm.engine import LlamaEngine
    from task_adapter import check as checking

    wanted = checking.held_out_requests(requests)
    with LlamaEngine.open(model or None, n_ctx=512, n_threads=threads or None) as engine:
        path = adapter or _packaged(engine.sha256)
        engine.attach(path)
        with progress("writing") as show:
            checked = checking.check(engine, wanted, on_step=lambda done, count: show(done / count))
    if larger:
        with (
            LlamaEngine.open(larger, n_ctx=512, n_threads=threads or None, sequences=1) as judge,
            progress("judging") as show,
        ):
            checked = checking.with_likelihoods(checked, judge, lambda done, count: show(done / count))
    found = checking.rates(checked)
    if record:
        from task_adapter.ship import record as keep

        keep(path, found, larger)
    if as_json:
        typer.echo(json.dumps({**found, "rows": checking.as_rows(checked)}, ensure_ascii=False))
    else:
        _print(found, checking.as_rows(checked)[:samples])


def _packaged(sha256: str) -> Path:
    from edge_assistant.llm.task_adapter import packaged_adapter

    found = packaged_adapter(sha256)
    if found is None:
        raise ModelError(
            "task adapter: none comes with the program for this model; build one and name it with --adapter"
        )
    return found


def _print(found: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        style = ", ".join(row["manner"].values())
        typer.echo(f"{row['idea']} ({style}; {row['activity']})\n  {row['text'] or row['first']}")
        typer.echo(f"  fault: {row['fault']}\n" if row["fault"] else "")
    typer.echo(f"requests            {found['requests']}")
    typer.echo(f"first tries in order {found['first_try']:.1%}  {found['first_faults'] or ''}")
    typer.echo(f"fitting when said    {found['fitting']:.1%}  {found['faults'] or ''}")
    typer.echo(f"fallbacks            {found['fallbacks']:.1%}")


if __name__ == "__main__":
    try:
        app()
    except EdgeAssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
