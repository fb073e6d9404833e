"""Say what you are doing now, from a script or a key of your desktop.

edge-assistant doing "repairing the bicycle" --until 16:30
edge-assistant doing "reading for 20 minutes"
edge-assistant doing ""
"""

from __future__ import annotations

import re
from typing import Annotated

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def doing(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you are doing; '' takes it back.")],
    until: Annotated[str, typer.Option(help="When it ends, such as 16:30.", metavar="TIME")] = "",
    as_json: Json = False,
) -> None:
    """Tell the running assistant what you are doing. The exit code is 0 also when none runs.

    For example: edge-assistant doing "repairing the bicycle" --until 16:30
    """
    from edge_assistant.errors import UsageError
    from edge_assistant.service.calling import ask_running, show

    if until and not (text.strip() and re.fullmatch(r"([01]?\d|2[0-3])[:.h][0-5]\d|\d{1,2} ?(am|pm)", until.lower())):
        raise UsageError(f"doing: --until {until!r} needs an activity and a time such as 16:30")
    answer = ask_running("tell", text=f"{text} until {until}" if until else text)
    told = answer["activity"]["text"] if answer is not None else ""
    words = f"you are doing: {told}" + (f", until {until}" if until else "") if text.strip() else "taken back"
    show(answer, as_json, [words])
