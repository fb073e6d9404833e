"""Build or check the packaged priors: what is believed of a stranger, learned from other lives."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.errors import DataError

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def prior() -> None:
    """Build or check what the assistant believes of a stranger on its first morning."""


@app.command(epilog="Example: edge-assistant prior build --runs runs/prior")
def build(
    runs: Annotated[
        Path, typer.Option(help="Where the ratings of other lives are stored; what is missing is lived first.")
    ] = Path("runs/prior"),
    out: Annotated[Path | None, typer.Option(help="The file to write; the packaged one without it.")] = None,
    seeds: Annotated[
        int, typer.Option(help="Lives of two weeks a persona, from seed 1000 up; 0 for the usual number.", min=0)
    ] = 0,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
) -> None:
    """Collect ratings where they are missing, fit the priors, write them."""
    from edge_assistant.learning.prior import PACKAGED
    from simulator.runs import prior_build

    started = time.monotonic()

    def progress(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        print(f"{done} of {total} personas summed up, about {left / 60:.0f} min left", file=sys.stderr, flush=True)

    prior_build.build(runs, out or PACKAGED, seeds or prior_build.SEEDS, workers, progress=progress)
    print(f"written: {out or PACKAGED}")


@app.command(epilog="Example: edge-assistant prior check")
def check() -> None:
    """Fail when personas, ideas or features have changed since the packaged priors were built."""
    from simulator.runs.prior_build import stale

    changed = stale()
    if changed:
        raise DataError(
            f"the packaged priors are stale: {', '.join(changed)} changed; run 'edge-assistant prior build'"
        )
    print("the packaged priors are fresh")
