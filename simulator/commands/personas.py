"""List, show, check and import the simulated people."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.errors import DataError

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def personas() -> None:
    """Look at the simulated people, check that they are as hard to please as a person, and import more."""


Choice = Annotated[str, typer.Argument(help="'all', ids joined by commas, a persona file, or a folder of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog="Example: edge-assistant personas list --json")
def list_personas(personas: Choice = "all", as_json: AsJson = False) -> None:
    """Who there is: age, work, household, wishes."""
    from simulator.people import persona as people

    chosen = people.select(personas)
    if as_json:
        print(
            json.dumps(
                [p.model_dump(mode="json", include={"id", "name", "age", "occupation", "culture"}) for p in chosen]
            )
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "name", "age", "occupation", "where", "max a day", "gaps (min)")
    for p in chosen:
        gaps = f"{p.frequency.min_gap:g} to {p.frequency.max_gap:g}"
        table.add_row(p.id, p.name, str(p.age), p.occupation, p.culture, str(p.frequency.daily_max), gaps)
    Console().print(table)


@app.command(epilog="Example: edge-assistant personas show p01")
def show(
    personas: Annotated[
        str, typer.Argument(help="An id or a file; also 'all', ids joined by commas, or a folder.", metavar="PERSONA")
    ],
    as_json: AsJson = False,
) -> None:
    """One persona whole: the file, or its resolved data as JSON; of several the files in turn, or a list."""
    from simulator.people import persona as people

    chosen = people.select(personas)
    if as_json:
        data = [p.model_dump(mode="json") for p in chosen]
        print(json.dumps(data[0] if len(data) == 1 else data, indent=1, ensure_ascii=False))
        return
    for path in people.files_of(personas):
        print(path.read_text(encoding="utf-8"))


@app.command(epilog="Example: edge-assistant personas validate my-personas/")
def validate(personas: Choice = "all", as_json: AsJson = False) -> None:
    """Check that every persona is as hard to please as a person."""
    from simulator.people import hardness
    from simulator.people import persona as people
    from simulator.runs.household import workshop

    found = {}
    for p in people.select(personas):
        found[p.id] = hardness.check(workshop(p).taste)
        print(f"{p.id}: {'; '.join(found[p.id].problems) or 'passes'}", file=sys.stderr, flush=True)
    if as_json:
        print(json.dumps({name: asdict(result) for name, result in found.items()}))
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table("id", "receptive", "ideas that please", "fewest", "own taste", "random welcome", "verdict")
        for name, r in found.items():
            verdict = "passes" if not r.problems else "fails"
            shares = (f"{r.receptive:.1%}", f"{r.pleasing:.1%}", f"{r.pleasing_count:.0f}", f"{r.own_variance:.0%}")
            table.add_row(name, *shares, f"{r.random_welcome:.1%}", verdict)
        Console().print(table)
    failing = [name for name, result in found.items() if result.problems]
    if failing:
        raise DataError(f"{len(failing)} of {len(found)} personas fail the hardness check: {', '.join(failing)}")


@app.command("import", epilog="Example: edge-assistant personas import rowan.json --out my-personas")
def import_personas(
    file: Annotated[Path, typer.Argument(help="A JSON file in ProPerSim's form, one persona or a list.")],
    out: Annotated[Path, typer.Option(help="Folder of the persona files to write.")],
) -> None:
    """Turn a ProPerSim persona's prose into data, and say what was read, assumed and left, and from which words."""
    from simulator.people.importer import import_file, render

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    print(render(import_file(file, out, say=say)))
