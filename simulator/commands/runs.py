"""What finished runs hold: told line by line, or every tick as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def runs() -> None:
    """What runs hold, for other programs."""


@app.command(epilog="Example: edge-assistant runs export runs/first ticks.jsonl")
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN")],
    out: Annotated[Path, typer.Argument(help="File to write, one line a tick.", metavar="OUT.jsonl")],
) -> None:
    """Write every tick of a run: context, what was considered, decision, verdicts, feedback, reaction.

    What was considered at silent ticks is kept only by 'simulate --record-ticks'. The schema stands in docs/data.md.
    """
    from simulator.runs.export import export as write

    print(f"{write(run, out)} ticks: {out}")


@app.command(epilog="Example: edge-assistant runs story runs/demo")
def story(run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN")]) -> None:
    """Tell what was said and what came of it, a line each, and each day's review."""
    from simulator.report.story import story as told

    for line in told(run):
        print(line)
