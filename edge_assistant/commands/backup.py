"""Write everything that must not be lost into one file: store, settings, own ideas, adapters.

edge-assistant backup ~/assistant.backup
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a former file is replaced at the end.")],
    as_json: Json = False,
) -> None:
    """Back up the home into one file, also while the assistant runs. Models are left out.

    For example 'edge-assistant backup /media/stick/assistant.backup'. The exit code is 0 on an empty home, too.
    """
    from edge_assistant.paths import Paths, expanded
    from edge_assistant.service.backup import write_backup

    paths = Paths.from_environment()
    target = expanded(file)
    if not paths.home.is_dir() or not any(paths.home.iterdir()):
        if as_json:
            print_json({"path": None, "bytes": 0})
        print(f"home {paths.home}: there is nothing to back up yet", file=sys.stderr)
        return
    size = write_backup(paths, target)
    if as_json:
        print_json({"path": str(target), "bytes": size})
    else:
        typer.echo(f"{target}: {size / 2**20:.1f} MB")
