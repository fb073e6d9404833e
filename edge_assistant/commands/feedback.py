"""Answer a suggestion from a script or a shell.

edge-assistant feedback s12 --accept
edge-assistant feedback s12 --dismiss --reason timing
edge-assistant feedback s12 --rate preference=1,timing=0,frequency=1,communication=1
edge-assistant feedback --undo
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from edge_assistant.errors import UsageError

app = typer.Typer()


@app.command()
def feedback(
    suggestion: Annotated[str, typer.Argument(metavar="ID", help="As 'status --feed 5' shows it.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Yes.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="No; say why with --reason.")] = False,
    reason: Annotated[str, typer.Option(help="timing, frequency, preference or communication.")] = "",
    later: Annotated[float, typer.Option(help="Put it off by so many minutes.", metavar="MINUTES")] = 0.0,
    rate: Annotated[str, typer.Option(help="Dimensions with 0 or 1, separated by commas.")] = "",
    text: Annotated[str, typer.Option(help="Say it in other words: the assistant learns from them.")] = "",
    more: Annotated[bool, typer.Option("--more", help="More like this.")] = False,
    outcome: Annotated[str, typer.Option(help="What became of it: done or did_not.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the latest answer back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer a suggestion; also while nothing runs. The exit code is 0 on an empty home, too.

    For example 'edge-assistant feedback s12 --dismiss --reason frequency'.
    """
    from edge_assistant.personal.scripts import ask_any, show

    calls = _calls(suggestion, accept, dismiss, reason, later, rate, text, more, outcome, undo)
    answer: Any = None
    for method, params in calls:
        answer = ask_any(method, **params)
    if answer is None:
        lines = []
    elif "undone" in answer:
        lines = [f"taken back: {answer['undone']}" if answer["undone"] else "there is nothing to take back"]
    else:
        lines = [f"{answer['id']} {answer['state']}: {answer['text']}"]
    show(answer, as_json, lines)


def _calls(
    suggestion: str,
    accept: bool,
    dismiss: bool,
    reason: str,
    later: float,
    rate: str,
    text: str,
    more: bool,
    outcome: str,
    undo: bool,
) -> list[tuple[str, dict[str, Any]]]:
    """The methods to call, in order.

    Raises:
        UsageError: options that do not go together, or none.
    """
    if undo:
        return [("undo", {})]
    if not suggestion:
        raise UsageError("feedback: name a suggestion; 'edge-assistant status --feed 5' shows their ids")
    if accept and dismiss:
        raise UsageError("feedback: --accept and --dismiss exclude each other")
    found: list[tuple[str, dict[str, Any]]] = []
    if accept or dismiss or reason or rate:
        reaction = "accepted" if accept else "dismissed" if dismiss or reason else ""
        params = {"id": suggestion, "reaction": reaction, "reason": reason, "rating": _rating(rate)}
        found.append(("feedback", params))
    if later:
        found.append(("snooze", {"id": suggestion, "minutes": later}))
    if text:
        found.append(("edit", {"id": suggestion, "text": text}))
    if more:
        found.append(("more_like", {"id": suggestion}))
    if outcome:
        found.append(("outcome", {"id": suggestion, "outcome": outcome}))
    if not found:
        raise UsageError("feedback: say how; --accept, --dismiss, --rate, --later, --text, --more or --outcome")
    return found


def _rating(text: str) -> dict[str, int] | None:
    if not text:
        return None
    try:
        pairs = [part.split("=") for part in text.split(",")]
        return {name.strip(): int(value) for name, value in pairs}
    except ValueError as error:
        raise UsageError(f"feedback: --rate {text!r} is not understood; write preference=1,timing=0") from error
