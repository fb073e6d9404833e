"""Bring a backup back, here or on another machine.

edge-assistant restore ~/assistant.backup
edge-assistant restore ~/assistant.backup --replace
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json

app = typer.Typer()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of 'edge-assistant backup'.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also into a home that holds something, which is moved beside it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Restore a backup into the home. Nothing is deleted; the assistant must not run.

    For example 'edge-assistant --home /tmp/look restore assistant.backup'.
    """
    from edge_assistant.paths import Paths, expanded
    from edge_assistant.service.backup import restore_backup

    paths = Paths.from_environment()
    found = restore_backup(paths, expanded(file), replace=replace)
    if as_json:
        print_json({"home": str(paths.home), **found})
        return
    typer.echo(f"{paths.home}: {len(found['files'])} files of {found['time']}")
    if found["moved"]:
        typer.echo(f"what was there before: {found['moved']}")
