"""Keep the assistant silent for a while, or until 'edge-assistant resume'.

edge-assistant pause
edge-assistant pause 90
"""

from __future__ import annotations

from typing import Annotated

import typer

from edge_assistant.commands import Json
from edge_assistant.service.rpc.protocol import LONGEST_PAUSE

app = typer.Typer()


# a negative number is a wrong number, not an unknown option
@app.command(context_settings={"ignore_unknown_options": True})
def pause(
    minutes: Annotated[
        float,
        typer.Argument(metavar="[MINUTES]", help="For how long; 0 until 'resume'.", min=0, max=LONGEST_PAUSE),
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Say nothing for so many minutes; also while nothing runs. The exit code is 0 on an empty home, too.

    For example 'edge-assistant pause 60'.
    """
    from edge_assistant.service.calling import ask_any, show

    answer = ask_any("pause", minutes=minutes)
    until = (
        f"until {answer['paused_until'][:16].replace('T', ' ')}"
        if answer and answer["paused_until"]
        else "until resumed"
    )
    show(answer, as_json, [f"paused {until}"])
