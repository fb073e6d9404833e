"""Measure what a tick, a day's learning, retrieval and training cost on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from quant.timing import show

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure what a tick, a day's learning, retrieval, the engine and training cost on this machine."""


AsJson = Annotated[bool, typer.Option("--json", help="Print only the line of JSON.")]


@app.command(epilog="Example: edge-assistant bench tick --json")
def tick(
    days: Annotated[int, typer.Option(help="Days to live.", min=1, max=366)] = 14, as_json: AsJson = False
) -> None:
    """Time silent ticks of the assistant, and a day's learning (feedback, and the writing at its end)."""
    from simulator.benchmarks.tick import measure

    show(measure(days), as_json)


@app.command(epilog="Example: edge-assistant bench memory --count 100000 --json")
def memory(
    count: Annotated[int, typer.Option(help="Memories.", min=10)] = 100_000,
    queries: Annotated[int, typer.Option(help="Queries.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="Of the vectors.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Recall and latency of retrieval against brute force."""
    from simulator.benchmarks.memory import measure

    show(measure(count, queries, seed), as_json)


@app.command(epilog="Example: edge-assistant bench engine --rounds 3 --json")
def engine(
    rounds: Annotated[int, typer.Option(min=1, help="Times that each comparison is made.")] = 3,
    model: Annotated[str, typer.Option(help="Name or GGUF file; the packaged model by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Batching, shared prefixes and scoring of the language model, as ratios."""
    from simulator.benchmarks.engine import measure

    show(measure(model, rounds), as_json)


@app.command(epilog="Example: edge-assistant bench dpo --pairs 24 --tokens 300 --json")
def dpo(
    pairs: Annotated[int, typer.Option(help="Pairs to train on.", min=1)] = 24,
    tokens: Annotated[int, typer.Option(help="Of a prompt with one answer.", min=150)] = 300,
    epochs: Annotated[int, typer.Option(help="How often each pair is seen.", min=1)] = 2,
    threads: Annotated[int, typer.Option(help="Of both; 0 as many as the machine has.", min=0)] = 0,
    model: Annotated[str, typer.Option(help="Name or GGUF file; the packaged model by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Our training loop beside trl's DPOTrainer with peft, on the same pairs."""
    from edge_assistant.training.dpo.config import TrainingConfig
    from simulator.benchmarks.dpo import measure

    config = TrainingConfig(epochs=epochs, threads=threads)
    show(measure(pairs, tokens, config, model), as_json)
