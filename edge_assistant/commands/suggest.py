"""Ask for a suggestion now, from a script or a key of your desktop.

edge-assistant suggest
edge-assistant suggest --json
"""

from __future__ import annotations

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def suggest(as_json: Json = False) -> None:
    """Ask the running assistant for a suggestion; 'feedback' answers it. The exit code is 0 also when none runs.

    For example 'edge-assistant suggest --json'.
    """
    from edge_assistant.service.calling import ask_running, show

    answer = ask_running("suggest", timeout=300)
    lines = [f"{answer['entry']['id']}  {answer['entry']['text']}"] if answer is not None else []
    show(answer["entry"] if answer is not None else None, as_json, lines)
