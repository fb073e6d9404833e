"""Train, list, promote, roll back, verify, import, export and forget adapters.

edge-assistant adapters train --run runs/all --persona p07
edge-assistant adapters list
edge-assistant adapters export --run runs/all --all --format gguf,peft,mlx --out exports/
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.commands.adapters import move, train
from edge_assistant.commands.adapters.common import (
    AllOption,
    PersonaOption,
    RunOption,
    VersionArgument,
    one_source,
    sources,
    version_line,
)
from edge_assistant.errors import ModelError, UsageError

app = typer.Typer(
    help="Adapters: the language of the assistant, made personal. Train, list, move, roll back, forget.",
    no_args_is_help=True,
)
app.command("train", epilog=train.EXAMPLES)(train.train)
app.command("import", epilog=move.IMPORT_EXAMPLES)(move.import_file)
app.command("export", epilog=move.EXPORT_EXAMPLES)(move.export_files)


@app.command("list", epilog="Example: edge-assistant adapters list --run runs/all --all --json")
def list_versions(
    run: RunOption = None, persona: PersonaOption = "", everybody: AllOption = False, as_json: Json = False
) -> None:
    """List versions: owner, name, status, date, pairs, held-out accuracy."""
    everybody = everybody or (run is not None and not persona)
    found = [version for source in sources(run, persona, everybody) for version in source.registry.listed(source.owner)]
    if as_json:
        print_json([version.to_dict() for version in found])
    elif not found:
        typer.echo("no adapters yet; train one with 'adapters train'", err=True)
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Column, Table

        # a name is there to be copied: whole where it fits, over two lines where not
        longest = max(len(version.name) for version in found)
        table = Table(
            "owner", Column("version", width=longest, overflow="fold"), "status", "date", "pairs", "held-out", "note"
        )
        for version in found:
            table.add_row(*version_line(version))
        Console().print(table)
    else:
        for version in found:
            typer.echo("\t".join(version_line(version)))


@app.command(epilog="Example: edge-assistant adapters show 3")
def show(
    version: VersionArgument = "", run: RunOption = None, persona: PersonaOption = "", as_json: Json = False
) -> None:
    """Show a version's card: base, pairs, measures, limits."""
    source = one_source(run, persona)
    found = source.registry.get(source.owner, version)
    if as_json:
        print_json(found.to_dict())
        return
    from edge_assistant.training.versions.card import version_card
    from edge_assistant.training.versions.version import MENDING

    try:
        card = version_card(found.owner, found.manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        place = f"adapter {found.owner}/{found.name}"
        raise ModelError(f"{place}: its manifest has another form than ours ({error!r}); {MENDING}") from error
    typer.echo(card)
    typer.echo(f"status: {found.status}{f' ({found.note})' if found.note else ''}")


@app.command(epilog="Example: edge-assistant adapters promote 3")
def promote(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A version's name, number or hash.")],
    run: RunOption = None,
    persona: PersonaOption = "",
) -> None:
    """Put a version into use by hand, whatever its measures say."""
    source = one_source(run, persona)
    found = source.registry.promote(source.owner, version, "promoted by hand")
    typer.echo(f"{found.owner}: {found.name} is in use")


@app.command(epilog="Example: edge-assistant adapters rollback")
def rollback(run: RunOption = None, persona: PersonaOption = "") -> None:
    """Go back to what was in use before: an older version, or none."""
    source = one_source(run, persona)
    found = source.registry.rollback(source.owner)
    typer.echo(f"{source.owner}: {f'{found.name} is in use again' if found else 'no personal adapter is in use now'}")


@app.command(epilog="Example: edge-assistant adapters verify --run runs/all --all")
def verify(
    run: RunOption = None, persona: PersonaOption = "", everybody: AllOption = False, as_json: Json = False
) -> None:
    """Check every version's files against its manifest; exit with code 6 when one is damaged."""
    from edge_assistant.training.versions.version import MENDING

    everybody = everybody or (run is not None and not persona)
    rows = [
        {"owner": version.owner, "version": version.name, "problems": version.problems()}
        for source in sources(run, persona, everybody)
        for version in source.registry.listed(source.owner)
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("no adapters yet; train one with 'adapters train'", err=True)
    else:
        for row in rows:
            typer.echo(f"{row['owner']}/{row['version']}: {'; '.join(row['problems']) or 'no problems'}")
    bad = [f"{row['owner']}/{row['version']}" for row in rows if row["problems"]]
    if bad:
        raise ModelError(f"adapters: damaged: {', '.join(bad)}; {MENDING}")


FORGET_EXAMPLES = """Examples:

edge-assistant adapters forget --words "my sister" --preview

edge-assistant adapters forget --since 2026-05-04T08:00 --until 2026-05-04T12:00"""


@app.command(epilog=FORGET_EXAMPLES)
def forget(
    words: Annotated[str, typer.Option(help="Pairs that hold this text.", metavar="TEXT")] = "",
    since: Annotated[datetime | None, typer.Option(help="Pairs from this time on.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Pairs before this time.")] = None,
    event: Annotated[list[int] | None, typer.Option(help="Pairs made of this event; repeatable.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="All pairs.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would be forgotten.")] = False,
    retrain: Annotated[
        bool,
        typer.Option("--retrain/--no-retrain", help="Train anew from what is left, where something had learned it."),
    ] = True,
    run: RunOption = None,
    persona: PersonaOption = "",
    as_json: Json = False,
) -> None:
    """Erase pairs, take every version that learned from them out of use, and train anew from the rest."""
    from edge_assistant.storage.store import Store
    from edge_assistant.training.jobs import forgetting
    from edge_assistant.training.jobs.job import LEAST_PAIRS
    from edge_assistant.training.pairs.buffer import PairBuffer

    if not (words or since or until or event or everything):
        raise UsageError("say what to forget: --words, --since, --until, --event or --everything")
    source = one_source(run, persona)
    named = tuple(f"event:{number}" for number in event or ())
    wanted = forgetting.Wanted(sources=named, since=since, until=until, words=words, everything=everything)
    with Store.open(source.store) as store:
        act = forgetting.preview if preview else forgetting.forget
        found = act(store, source.registry, source.owner, wanted)
        left = PairBuffer(store).count(held_out=False)
    facts: dict[str, Any] = found.to_dict()
    if not as_json:
        verb = "would be" if preview else "are"
        typer.echo(
            f"{len(found.pairs)} pairs {verb} forgotten; versions out of use: {', '.join(found.versions) or 'none'}"
        )
    if retrain and not preview and found.versions:
        if left < LEAST_PAIRS:
            typer.echo(f"{left} pairs are left, too few to train anew", err=True)
        else:
            tell = (lambda _line: None) if as_json else typer.echo
            facts["trained"] = [outcome.to_dict() for outcome in train.train_owners([source], {}, tell=tell)]
    if as_json:
        print_json(facts)
