"""`edge-assistant ideas`: look at the knowledge base and check a file of one's own.

edge-assistant ideas list --category plants
edge-assistant ideas list --activity-class mail --json
edge-assistant ideas show boil-two-eggs-tomorrow
edge-assistant ideas validate my-ideas.toml
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, Idea
from edge_assistant.errors import DataError, UsageError
from edge_assistant.ranker.ideas import CATEGORIES, load, validate_file

app = typer.Typer(help="List, show and validate the ideas that the assistant can suggest.", no_args_is_help=True)

FileOption = Annotated[
    list[Path] | None,
    typer.Option("--file", help="A file of your own ideas, read after the packaged ones; repeatable."),
]


@app.command("list")
def list_ideas(
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    kind: Annotated[
        str | None, typer.Option("--activity-class", "--kind", help="Only ideas that suit this class of activity.")
    ] = None,
    file: FileOption = None,
    as_json: Json = False,
) -> None:
    """List ideas: id, category, minutes and text.

    For example 'edge-assistant ideas list --category plants'.
    """
    _check_choice("category", category, tuple(CATEGORIES))
    _check_choice("activity-class", kind, ACTIVITY_CLASSES)
    ideas = [
        idea
        for idea in load(file or ()).ideas
        if (category is None or idea.category == category) and (kind is None or kind in idea.kinds)
    ]
    if as_json:
        print_json([asdict(idea) for idea in ideas])
    elif sys.stdout.isatty():
        _print_table(ideas)
    else:
        # Fixed columns for a pipe: a table fitted to 80 characters would cut the texts.
        for idea in ideas:
            typer.echo(f"{idea.id}\t{idea.category}\t{idea.minutes:g}\t{idea.text}")


@app.command("show")
def show_idea(
    idea_id: Annotated[str, typer.Argument(metavar="ID", help="An id as `ideas list` prints it.")],
    file: FileOption = None,
    as_json: Json = False,
) -> None:
    """Show one idea with all its attributes.

    For example 'edge-assistant ideas show boil-two-eggs-tomorrow'.
    """
    base = load(file or ())
    if idea_id not in base.by_id:
        close = difflib.get_close_matches(idea_id, base.by_id, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "`edge-assistant ideas list` shows all ids"
        raise UsageError(f"idea {idea_id!r} is unknown; {hint}")
    idea = base.by_id[idea_id]
    if as_json:
        print_json(asdict(idea))
        return
    typer.echo(f"{idea.id}: {idea.text}")
    typer.echo(f"category     {idea.category} ({CATEGORIES[idea.category]})")
    for name in ATTRIBUTES:
        typer.echo(f"{name:<12} {getattr(idea, name):g}")
    daylight = {True: "needs daylight", False: "needs darkness", None: "any"}[idea.daylight]
    for name, told in (
        ("kinds", ", ".join(idea.kinds)),
        ("topics", ", ".join(idea.topics) or "none"),
        ("hours", " to ".join(f"{hour:g}" for hour in idea.hours) or "any"),
        ("season", ", ".join(idea.season) or "any"),
        ("daylight", daylight),
        ("place", idea.place or "unknown"),
        ("nature", idea.nature or "unknown"),
        ("needs", ", ".join(idea.needs) or "nothing special"),
    ):
        typer.echo(f"{name:<12} {told}")
    for sentence in idea.say:
        typer.echo(f"  {sentence}")


@app.command("validate")
def validate_ideas(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A TOML file with \\[[idea]] tables; a text is enough for one.")
    ],
    as_json: Json = False,
) -> None:
    """Check a file of ideas; name every problem, and exit with code 4 when there is one.

    For example 'edge-assistant ideas validate my-ideas.toml'.
    """
    problems = validate_file(file)
    if as_json:
        print_json({"file": str(file), "problems": problems})
    elif problems:
        for problem in problems:
            typer.echo(problem, err=True)
    else:
        typer.echo(f"{file}: no problems")
    if problems:
        raise typer.Exit(DataError.exit_code)


def _check_choice(option: str, value: str | None, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        close = difflib.get_close_matches(value, choices, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(choices)}"
        raise UsageError(f"--{option} {value!r} is unknown; {hint}")


def _print_table(ideas: Sequence[Idea]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    # an id is there to be copied: whole where it fits, over two lines where not
    longest = max((len(idea.id) for idea in ideas), default=2)
    table = Table(Column("id", width=longest, overflow="fold"), "category", "minutes", "text")
    for idea in ideas:
        table.add_row(idea.id, idea.category, f"{idea.minutes:g}", idea.text)
    Console().print(table)
    typer.echo(f"{len(ideas)} ideas", err=True)
