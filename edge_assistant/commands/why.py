"""Why something was suggested, or why nothing is.

edge-assistant why s12
edge-assistant why
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def why(
    suggestion: Annotated[str, typer.Argument(metavar="[ID]", help="A suggestion; without one, the silence.")] = "",
    as_json: Json = False,
) -> None:
    """Explain a suggestion, also a past one, or the present silence. The exit code is 0 on an empty home, too.

    For example 'edge-assistant why s12'.
    """
    from edge_assistant.service.calling import ask_any, show

    answer = ask_any("why", id=suggestion)
    show(answer, as_json, _lines(answer) if answer is not None else [])


def _lines(why: dict[str, Any]) -> list[str]:
    entry = why["entry"]
    lines = [entry["text"] if entry else "nothing is said now"]
    if why["context"]:
        lines.append("seen        " + ", ".join(f"{name} {value}" for name, value in why["context"].items()))
    if why["chances"]:
        lines.append(f"chance      {100 * why['chance']:.0f} %, needed {100 * why['threshold']:.0f} %")
    lines += [f"{'for' if reason['weight'] > 0 else 'against':<11} {reason['text']}" for reason in why["reasons"]]
    lines += [f"also near   {text}" for text in why["neighbours"]]
    lines += [f"remembered  {text}" for text in why["memories"]]
    lines += [f"learned     {item['feedback']}: {item['text']}" for item in why["learned"]]
    if why["model"]:
        lines.append(f"worded by   {why['model']}" + (f", adapter {why['adapter']}" if why["adapter"] else ""))
    lines += [f"{'silent if' if entry else 'because':<11} {text}" for text in why["silent_if"]]
    return lines
