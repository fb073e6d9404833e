"""Measure what a tick, a day's learning and retrieval cost on this machine."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print only the line of JSON.")]


@app.command(epilog="Example: edge-assistant bench tick --json")
def tick(days: Annotated[int, typer.Option(help="Days to live.")] = 14, as_json: AsJson = False) -> None:
    """Time silent ticks of the assistant, and a day's learning (feedback and the night)."""
    from simulator.tick_bench import measure

    _show(measure(days), as_json)


@app.command(epilog="Example: edge-assistant bench memory --count 100000 --json")
def memory(
    count: Annotated[int, typer.Option(help="Memories.")] = 100_000,
    queries: Annotated[int, typer.Option(help="Queries.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the vectors.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Recall and latency of retrieval against brute force."""
    from edge_assistant.memory.bench import run

    _show(run(count, queries, seed), as_json)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if not as_json:
        for name, value in result.items():
            print(f"{name:28} {value}")
    print(json.dumps(result))
