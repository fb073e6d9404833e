"""Answer today's review: a few questions, one key each. What an answer taught can be taken back.

edge-assistant review
edge-assistant review --plain
edge-assistant review --json
edge-assistant review --answer r3-1=yes --answer r3-2=skip
edge-assistant review --like "bouldering with friends"
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.review_values import CARD_ANSWERS, LIKE_QUESTION, Review, ReviewCard

app = typer.Typer()

KEYS = {"y": "yes", "n": "no", "s": "skip", "1": "yes", "2": "no"}
BACK, LEAVE = "b", "q"
HELP = "y yes, n no, s skip, b back, q leave"
HELP_WORDING = "1 the first, 2 the second, s skip, b back, q leave"

Read = Callable[[], str]
"""The next key, or the first letter of the next line; '' at the end of the input."""


@app.command()
def review(
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="ID=yes|no|skip", help="Answer a card and leave; may be given repeatedly."),
    ] = None,
    like: Annotated[
        str, typer.Option("--like", metavar="WORDS", help="Something else you enjoy; tell it and leave.")
    ] = "",
    back: Annotated[bool, typer.Option("--back", help="Take the latest answer back, and leave.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line: type an answer and press Enter.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the cards as one JSON object and leave.")] = False,
) -> None:
    """Answer a few questions about today, one key each; also while nothing runs.

    For example 'edge-assistant review', or 'edge-assistant review --answer r3-1=yes' from a script.
    """
    from edge_assistant.service.calling import ask_any, show

    if bool(back) + bool(answers) + bool(like) > 1:
        raise UsageError("review: --answer, --like and --back exclude each other; choose one of them")
    wanted = [_parsed(text) for text in answers or ()]  # all are checked before the first is sent
    method, told = ("review.back", {}) if back else ("review.like", {"words": like}) if like else ("review.cards", {})
    found: Any = ask_any(method, **told)
    for card, answer in wanted:
        if found is not None:
            found = ask_any("review.answer", id=card, answer=answer)
    if found is None or as_json or wanted or back or like:
        show(found, as_json, _lines(Review.from_dict(found)) if found is not None else [])
        return
    _talk(Review.from_dict(found), _line if plain or not sys.stdin.isatty() else _key)


def _parsed(text: str) -> tuple[str, str]:
    card, _, answer = text.partition("=")
    if not card or answer not in CARD_ANSWERS:
        raise UsageError(f"review: --answer {text!r} is not understood; write ID={'|'.join(CARD_ANSWERS)}")
    return card, answer


def _lines(found: Review) -> list[str]:
    """Each card with its answer."""
    if not found.cards:
        return [found.note]
    return [
        f"{card.id:<8} {card.answer or '-':<5} {' / '.join((card.question, *card.options))}" for card in found.cards
    ]


def _talk(found: Review, read: Read) -> None:
    """Card after card, until all are answered or somebody leaves."""
    if not found.cards:
        typer.echo(found.note)
        return
    while (card := found.next) is not None:
        _put(card, found)
        key = read()
        if key in ("", LEAVE):
            typer.echo("The other cards wait until the end of the day.")
            return
        if key == BACK:
            if found.back:
                found = _asked("review.back")
            else:
                typer.echo("There is nothing to go back to.")
        elif key in KEYS:
            found = _asked("review.answer", id=card.id, answer=KEYS[key])
        else:
            typer.echo(f"Please press one of these: {_help(card)}.")
    if found.asks_like:
        typer.echo(f"\n{LIKE_QUESTION} (Enter passes over it.)")
        _asked("review.like", words=sys.stdin.readline())
    typer.echo("That was today's review. Thank you.")


def _asked(method: str, **params: str) -> Review:
    from edge_assistant.service.calling import ask_any

    answer: Any = ask_any(method, **params)
    return Review.from_dict(answer)


def _put(card: ReviewCard, found: Review) -> None:
    place = [one.id for one in found.cards].index(card.id) + 1
    typer.echo(f"\n{place} of {len(found.cards)}  {card.question}")
    for number, option in enumerate(card.options, 1):
        typer.echo(f"  {number}  {option}")
    typer.echo(f"  ({_help(card)})")


def _help(card: ReviewCard) -> str:
    return HELP_WORDING if card.options else HELP


def _key() -> str:
    """One key, without Enter; Ctrl-C and Ctrl-D leave."""
    import click

    try:
        return click.getchar().lower()[:1]
    except (EOFError, KeyboardInterrupt):
        return LEAVE


def _line() -> str:
    """The first letter of a line: 'yes' is 'y'. An empty line skips."""
    line = sys.stdin.readline()
    return "" if not line else line.strip().lower()[:1] or "s"
