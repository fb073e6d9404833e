"""Your own things: todos, goals, habits and reminders, of which the assistant speaks first.

edge-assistant mine add "buy milk tomorrow"
edge-assistant mine add "remind me at 6 pm to call mum"
edge-assistant mine list
edge-assistant mine done milk
edge-assistant mine edit 3 --due friday
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from edge_assistant.commands import Json

app = typer.Typer(no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="WHICH", help="Its number, or words that only it has.")]
Due = Annotated[str, typer.Option(help="When: 'friday', '12 March', 'tomorrow 18:30'; 'none' for no day.")]
Repeat = Annotated[str, typer.Option(help="daily, weekdays, weekly, 'every monday', 'every 3 days', monthly or none.")]
Kind = Annotated[str, typer.Option(help="todo, goal, habit or reminder.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A word to file it under; may be given several times.")]
Goal = Annotated[int, typer.Option(help="Number of the goal of which it is a step; 0 for none.")]


@app.callback()
def mine() -> None:
    """Your own todos, goals, habits and reminders; with and without a running assistant."""


@app.command()
def add(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What, in plain words; it may name a time.")],
    kind: Kind = "",
    due: Due = "",
    repeat: Repeat = "",
    minutes: Annotated[int, typer.Option(help="How long it takes.")] = 0,
    tag: Tags = None,
    goal: Goal = 0,
    as_json: Json = False,
) -> None:
    """Add one; a todo, unless the words or --kind say otherwise."""
    answer = _call("add", text=text, kind=kind, due=due, repeat=repeat, minutes=minutes, tags=tag or [], goal=goal)
    _show(answer, as_json)


@app.command("list")
def list_things(
    done: Annotated[bool, typer.Option("--done", help="Also what is done.")] = False,
    as_json: Json = False,
) -> None:
    """List them by due day."""
    from edge_assistant.own.thing import OwnThing
    from edge_assistant.service.clock import SystemClock
    from edge_assistant.service.conversation.mine import time_words

    answer = _call("list", closed=done)
    if as_json:
        _show(answer, as_json)
        return
    now = SystemClock().now()
    things = [OwnThing.from_dict(data) for data in answer["things"]]
    for thing in things:
        typer.echo(_line(thing, time_words(thing, now)))
    if not things:
        typer.echo('nothing yet; for example: edge-assistant mine add "buy milk tomorrow"')
    for line in answer.get("left_out", ()):
        typer.echo(f"left out: {line}", err=True)


@app.command()
def done(
    which: Which,
    undo: Annotated[bool, typer.Option("--undo", help="It was not done after all.")] = False,
    as_json: Json = False,
) -> None:
    """Say that it is done; what repeats goes on to its next day."""
    _show(_call("not_done" if undo else "done", which=which), as_json)


@app.command()
def steps(
    which: Which,
    take: Annotated[str, typer.Option(help="Keep these, as numbers: '1,3'.")] = "",
    as_json: Json = False,
) -> None:
    """Let the running assistant's model propose next steps towards a goal; --take keeps some of them."""
    from edge_assistant.errors import UsageError
    from edge_assistant.service.calling import ask_running, show

    answer = ask_running("mine.steps", timeout=None, which=which)
    found, goal = (answer["steps"], answer["goal"]) if answer is not None else ([], 0)
    numbers = take.replace(",", " ").split()
    if any(not number.isdigit() or not 1 <= int(number) <= len(found) for number in numbers):
        raise UsageError(f"steps: --take {take!r} cannot be; there are {len(found)}")
    kept = [_call("add", text=found[int(number) - 1], kind="todo", goal=goal)["said"] for number in numbers]
    show(answer, as_json, kept or [f"{number}  {step}" for number, step in enumerate(found, 1)])


@app.command()
def edit(
    which: Which,
    text: Annotated[str, typer.Option(help="Other words.")] = "",
    kind: Kind = "",
    due: Due = "",
    repeat: Repeat = "",
    minutes: Annotated[int, typer.Option(help="How long it takes; 0 for 'not known'.")] = -1,
    tag: Tags = None,
    goal: Goal = -1,
    as_json: Json = False,
) -> None:
    """Change its words, its day, or anything else of it."""
    answer = _call(
        "edit", which=which, text=text, kind=kind, due=due, repeat=repeat, minutes=minutes, tags=tag, goal=goal
    )
    _show(answer, as_json)


@app.command()
def remove(which: Which, as_json: Json = False) -> None:
    """Forget it for good."""
    _show(_call("remove", which=which), as_json)


def _line(thing: Any, when: str) -> str:
    closed: datetime | None = thing.closed
    state = f"done {closed:%Y-%m-%d}" if closed else when
    tags = " ".join(f"#{tag}" for tag in thing.tags)
    step = f"step of {thing.goal}" if thing.goal else ""
    return f"{thing.id:>4}  {thing.kind:<8}  {', '.join(filter(None, (thing.text, state, step)))}  {tags}".rstrip()


def _call(method: str, **params: Any) -> dict[str, Any]:
    from edge_assistant.service.calling import call_mine

    return call_mine(method, **params)


def _show(answer: dict[str, Any], as_json: bool) -> None:
    from edge_assistant.service.calling import show

    show(answer, as_json, [str(answer.get("said", ""))])
