"""Let the assistant speak again after a pause.

edge-assistant resume
"""

from __future__ import annotations

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def resume(
    as_json: Json = False,
) -> None:
    """End a pause; also while nothing runs. The exit code is 0 on an empty home, too.

    For example 'edge-assistant resume'.
    """
    from edge_assistant.service.calling import ask_any, show

    show(ask_any("resume"), as_json, ["it may speak again"])
