"""Build or check the packaged priors: what is believed of a stranger, learned from other lives.

PYTHONPATH=build-tools python -m build_prior build --runs runs/prior
PYTHONPATH=build-tools python -m build_prior check
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from build_prior import pooling
from edge_assistant.errors import DataError, EdgeAssistantError
from edge_assistant.learning.prior import PACKAGED

app = typer.Typer(
    help="Build or check what the assistant believes of a stranger on its first morning.",
    add_completion=False,
    no_args_is_help=True,
)


@app.command()
def build(
    runs: Annotated[
        Path, typer.Option(help="Where the ratings of other lives are stored; what is missing is lived first.")
    ] = Path("runs/prior"),
    out: Annotated[Path, typer.Option(help="The file to write.")] = PACKAGED,
    seeds: Annotated[int, typer.Option(help="Lives of two weeks a persona, from seed 1000 up.", min=1)] = pooling.SEEDS,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
) -> None:
    """Collect ratings where they are missing, fit the priors, write them."""
    started = time.monotonic()

    def progress(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        print(f"{done} of {total} personas summed up, about {left / 60:.0f} min left", file=sys.stderr, flush=True)

    pooling.build(runs, out, seeds, workers, progress=progress)
    print(f"written: {out}")


@app.command()
def check() -> None:
    """Fail when personas, ideas or features have changed since the packaged priors were built."""
    changed = pooling.stale()
    if changed:
        raise DataError(
            f"the packaged priors are stale: {', '.join(changed)} changed; run 'python -m build_prior build'"
        )
    print("the packaged priors are fresh")


if __name__ == "__main__":
    try:
        app()
    except EdgeAssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
