"""Hold what is learned against what people have said: annotated rows of proposals at a computer."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Hold what is learned against what people have said."""


@app.command(epilog="Example: edge-assistant evaluate proactivebench --train train.jsonl --test test.jsonl --json")
def proactivebench(
    train: Annotated[Path, typer.Option(help="Annotated rows to learn from, one JSON object a line.", metavar="FILE")],
    test: Annotated[
        Path | None,
        typer.Option(help="Rows to foretell; left out: each recording of --train by the others.", metavar="FILE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print only the line of JSON.")] = False,
) -> None:
    """Learn from annotated rows whether help is needed and a proposal right, and foretell those of other recordings."""
    from edge_assistant.llm.embedding import default_embedder
    from edge_assistant.paths import Paths
    from simulator.proactivebench.evaluation import evaluate as run
    from simulator.proactivebench.rows import load
    from simulator.proactivebench.showing import Bar, tables

    learned, foretold = load(train), None if test is None else load(test)
    with Bar(sys.stderr) as bar:
        result: dict[str, Any] = run(learned, foretold, default_embedder(Paths.from_environment().cache), bar.tell)
    left_out = result["rows"]["left_out_of_training"]
    if left_out:
        print(f"{left_out} training rows are of recordings in {test} and were not learned from", file=sys.stderr)
    if not as_json:
        from rich.console import Console

        for table in tables(result):
            Console().print(table)
    print(json.dumps(result))
