"""Ask the running assistant something; it answers from what it keeps.

edge-assistant ask "what did I do on Monday evening?"
edge-assistant ask "something shorter?" --about s12
edge-assistant ask --history 5
"""

from __future__ import annotations

from typing import Annotated

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def ask(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The question.")] = "",
    about: Annotated[str, typer.Option(help="Id of the suggestion that it is about.", metavar="ID")] = "",
    history: Annotated[int, typer.Option(help="Show so many earlier questions.", min=0, max=200)] = 0,
    as_json: Json = False,
) -> None:
    """Ask the running assistant. The exit code is 0 also when none runs.

    For example: edge-assistant ask "when did I last water the plants?"
    """
    from edge_assistant.errors import UsageError
    from edge_assistant.service.calling import ask_running, show

    if history:
        found = ask_running("conversation", limit=history)
        turns = found["turns"] if found is not None else []
        show(
            found,
            as_json,
            [f"{turn['time'][:16].replace('T', ' ')}  {turn['question']}\n{turn['answer']}" for turn in turns],
        )
        return
    if not text:
        raise UsageError("ask: what? write the question in quotes, or --history 5 for what was asked before")
    answer = ask_running("ask", timeout=None, text=text, about=about)
    lines: list[str] = []
    if answer is not None:
        lines.append(answer["text"])
        if answer["state"] in ("cannot-write", "restarted"):
            lines += [f"- {row['time'][:16].replace('T', ' ')}  {row['text']}" for row in answer["memories"]]
    show(answer, as_json, lines)
