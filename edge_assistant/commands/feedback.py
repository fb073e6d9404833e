"""Answer a suggestion from a script or a shell.

edge-assistant feedback s12 --accept
edge-assistant feedback s12 --dismiss --reason timing
edge-assistant feedback s12 --rate preference=1,timing=0,frequency=1,communication=1
edge-assistant feedback --undo
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from edge_assistant.commands import Json
from edge_assistant.domain import DIMENSIONS
from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.protocol import LONGEST_SNOOZE, LONGEST_TEXT, OUTCOMES

app = typer.Typer()


@app.command()
def feedback(
    suggestion: Annotated[str, typer.Argument(metavar="ID", help="As 'status --feed 5' shows it.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Yes.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="No; say why with --reason.")] = False,
    reason: Annotated[str, typer.Option(help=f"Why not: {', '.join(DIMENSIONS)}.")] = "",
    later: Annotated[float | None, typer.Option(help="Put it off by so many minutes.", metavar="MINUTES")] = None,
    rate: Annotated[str, typer.Option(help="Dimensions with 0 or 1, separated by commas.")] = "",
    text: Annotated[str, typer.Option(help="Say it in other words: the assistant learns from them.")] = "",
    more: Annotated[bool, typer.Option("--more", help="More like this.")] = False,
    outcome: Annotated[str, typer.Option(help=f"What became of it: {' or '.join(OUTCOMES)}.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the latest answer back.")] = False,
    as_json: Json = False,
) -> None:
    """Answer a suggestion; also while nothing runs. The exit code is 0 on an empty home, too.

    For example 'edge-assistant feedback s12 --dismiss --reason frequency'.
    """
    from edge_assistant.service.calling import ask_any, show

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
    later: float | None,
    rate: str,
    text: str,
    more: bool,
    outcome: str,
    undo: bool,
) -> list[tuple[str, dict[str, Any]]]:
    """The methods to call, in order; each value is checked before the first call, so that none is done by half.

    Raises:
        UsageError: options that do not go together, or none, or a value that cannot be.
    """
    rest = (accept, dismiss, reason, later is not None, rate, text, more, outcome)
    if undo:
        if suggestion or any(rest):
            raise UsageError("feedback: --undo stands alone; it takes back the latest answer, whatever it was about")
        return [("undo", {})]
    if not suggestion:
        raise UsageError("feedback: name a suggestion; 'edge-assistant status --feed 5' shows their ids")
    if not any(rest):
        raise UsageError("feedback: say how; --accept, --dismiss, --rate, --later, --text, --more or --outcome")
    if accept + dismiss + (later is not None) > 1:
        raise UsageError("feedback: --accept, --dismiss and --later exclude each other; choose one of them")
    if reason and not dismiss:
        raise UsageError("feedback: --reason says why not; give it together with --dismiss")
    _check(reason, later, text, outcome)
    rating = _rating(rate)
    found: list[tuple[str, dict[str, Any]]] = []
    if accept or dismiss or rating:
        reaction = "accepted" if accept else "dismissed" if dismiss else ""
        found.append(("feedback", {"id": suggestion, "reaction": reaction, "reason": reason, "rating": rating}))
    if later is not None:
        found.append(("snooze", {"id": suggestion, "minutes": later}))
    if text:
        found.append(("edit", {"id": suggestion, "text": text}))
    if more:
        found.append(("more_like", {"id": suggestion}))
    if outcome:
        found.append(("outcome", {"id": suggestion, "outcome": outcome}))
    return found


def _check(reason: str, later: float | None, text: str, outcome: str) -> None:
    if reason and reason not in DIMENSIONS:
        raise UsageError(f"feedback: --reason {reason!r} is unknown; choose one of {', '.join(DIMENSIONS)}")
    if later is not None and not 0 < later <= LONGEST_SNOOZE:
        raise UsageError(f"feedback: --later {later:g} minutes cannot be; give 1 to {LONGEST_SNOOZE}")
    if text and not 0 < len(" ".join(text.split())) <= LONGEST_TEXT:
        raise UsageError(f"feedback: --text has {len(text)} characters; write 1 to {LONGEST_TEXT}")
    if outcome and outcome not in OUTCOMES:
        raise UsageError(f"feedback: --outcome {outcome!r} is unknown; choose {' or '.join(OUTCOMES)}")


def _rating(text: str) -> dict[str, int] | None:
    if not text:
        return None
    pairs = [[piece.strip() for piece in part.split("=")] for part in text.split(",")]
    if not all(len(pair) == 2 and pair[0] in DIMENSIONS and pair[1] in ("0", "1") for pair in pairs):
        raise UsageError(
            f"feedback: --rate {text!r} is not understood; write {DIMENSIONS[0]}=1,{DIMENSIONS[1]}=0 "
            f"with any of {', '.join(DIMENSIONS)}"
        )
    return {name: int(value) for name, value in pairs}
