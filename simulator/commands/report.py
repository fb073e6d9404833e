"""Compare finished runs: curves with intervals, paired differences with effect sizes, tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command(epilog="Example: edge-assistant report runs/ours runs/silent --out comparison.html")
def report(
    folders: Annotated[
        list[Path],
        typer.Argument(help="Folders of finished runs; the first is held against the others.", metavar="DIR..."),
    ],
    out: Annotated[Path, typer.Option(help="What to write: .html or .md.", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="Also print the figures as JSON.")] = False,
) -> None:
    """Compare finished runs in one file: a page (.html), or a Markdown text (.md)."""
    from simulator.report.comparison import as_figures, load, write

    runs = load(folders)
    write(runs, out)
    print(json.dumps(as_figures(runs)) if as_json else out)
