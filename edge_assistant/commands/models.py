"""List, pull, add, verify, show, remove and use language models."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edge_assistant.commands import Json, print_json

if TYPE_CHECKING:
    from edge_assistant.llm.catalogue.shelf import Stored
    from edge_assistant.llm.models import ModelFile

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A model in the models folder.")]


@app.callback()
def models() -> None:
    """Language models of a laptop's size. Only 'pull' ever leaves this machine."""


@app.command("list")
def list_command(as_json: Json = False) -> None:
    """Show the catalogue, what fits this machine, and what is here.

    For example 'edge-assistant models list --json'.
    """
    from rich.console import Console
    from rich.table import Column, Table

    from edge_assistant.config import load_settings
    from edge_assistant.llm.catalogue.entries import catalogue
    from edge_assistant.llm.catalogue.shelf import stored
    from edge_assistant.llm.models import available_bytes

    free, here, in_use = available_bytes(), stored(_folder()), load_settings().model.path
    names = {model.path.name for model in here}
    rows = [asdict(entry) | {"fits": entry.fits(free), "here": entry.file in names} for entry in catalogue()]
    if as_json:
        held = [
            {"name": one.name, "bytes": one.bytes, "sha256": one.sha256, "source": one.source, "licence": one.licence}
            for one in here
        ]
        used = in_use or "packaged"
        print_json({"schema": 1, "available_bytes": free, "in_use": used, "stored": held, "catalogue": rows})
        return
    # a name is there to be copied: whole where it fits, over two lines where not
    longest = max(len(row["name"]) for row in rows)
    table = Table(
        Column("model", width=longest, overflow="fold"),
        "weights",
        "file",
        "memory",
        "fits",
        "here",
        "licence",
        "note",
        box=None,
    )
    for row in rows:
        table.add_row(
            row["name"],
            f"{row['parameters_billion']:g} B",
            f"{row['file_gb']:.2f} GB",
            f"{row['memory_gb']:.1f} GB",
            "yes" if row["fits"] else "no",
            "yes" if row["here"] else "",
            row["licence"],
            row["note"],
        )
    console = Console()
    Console(width=console.width if console.is_terminal else 160).print(table)
    typer.echo(f"{free / 1e9:.1f} GB of memory are available. In use: {in_use or 'the packaged model'}")
    for one in here:
        typer.echo(f"here: {one.name}, {one.bytes / 1e9:.2f} GB, {one.source or 'put there by hand'}")


@app.command("pull")
def pull_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the catalogue, or OWNER/REPO/FILE.gguf.")],
    revision: Annotated[str, typer.Option("--revision", help="Branch, tag or commit.")] = "main",
    as_json: Json = False,
) -> None:
    """Get a model from the hub; a broken pull goes on where it stopped.

    For example 'edge-assistant models pull qwen2.5-1.5b'.
    """
    from edge_assistant.llm.catalogue.entries import entry_for
    from edge_assistant.llm.catalogue.pulling import pull
    from edge_assistant.llm.models import available_bytes

    entry = entry_for(name)
    if not entry.fits(available_bytes()):
        typer.echo(
            f"note: {entry.name} needs about {entry.memory_gb:.1f} GB of memory, more than is free now", err=True
        )
    _told(pull(entry, _folder(), revision=revision), as_json)


@app.command("add")
def add_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GGUF file.")], as_json: Json = False
) -> None:
    """Copy a GGUF file of yours into the models folder, once a trial has shown that it works here.

    For example 'edge-assistant models add ~/Downloads/model.gguf'.
    """
    from edge_assistant.llm.catalogue.shelf import add

    _told(add(file, _folder()), as_json)


@app.command("verify")
def verify_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model; all of them without it.")] = "",
    as_json: Json = False,
) -> None:
    """Read models again, compare with their manifests and try them; the exit code is 6 when one fails.

    For example 'edge-assistant models verify'.
    """
    from edge_assistant.errors import ModelError
    from edge_assistant.llm.catalogue.shelf import UNSTATED, find, stored

    chosen = (find(_folder(), name),) if name else stored(_folder())
    rows, bad = [], []
    for model in chosen:
        fault = _fault(model)
        rows.append({"name": model.name, "ok": not fault, "fault": fault})
        if fault and not fault.startswith(UNSTATED):
            bad.append(f"{model.name}: {fault}")
        if not as_json:
            typer.echo(f"{model.name}: {fault or 'works, and is as its manifest demands'}")
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("the models folder is empty")
    if bad:
        raise ModelError(f"models: {'; '.join(bad)}")


@app.command("remove")
def remove_command(name: Name) -> None:
    """Delete a model from the models folder; the one in use is refused.

    For example 'edge-assistant models remove qwen2.5-1.5b-instruct-q4_k_m'.
    """
    from edge_assistant.config import load_settings
    from edge_assistant.errors import UsageError
    from edge_assistant.llm.catalogue.shelf import find, remove

    model = find(_folder(), name)
    used = load_settings().model.path
    if used and (used.lower().removesuffix(".gguf") == model.name.lower() or Path(used) == model.path):
        raise UsageError(f"model {model.name} is in use; choose another first: edge-assistant models use packaged")
    remove(model)
    typer.echo(f"{model.name} removed")


@app.command("use")
def use_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A stored model, a GGUF file, or 'packaged'.")],
) -> None:
    """Use a model from now on, also in an assistant that runs.

    For example 'edge-assistant models use qwen2.5-1.5b-instruct-q4_k_m', or 'edge-assistant models use packaged'.
    """
    from edge_assistant.llm.models import resolve
    from edge_assistant.paths import Paths
    from edge_assistant.service.calling import ask_running
    from edge_assistant.service.model.choosing import NONE, path_of
    from edge_assistant.service.settings.file import write_setting
    from quant.tools.progress import progress

    with progress(f"verify {name}") as tell:
        path = path_of(_folder(), name, tell)  # unless it serves, nothing is written
    if ask_running("settings.set", section="model", field="path", value=path) is None:
        write_setting(Paths.from_environment().config, "model", "path", path or None)
    typer.echo(f"{path or 'the packaged model'} is used")
    if path != NONE:
        _tell_abilities(resolve(path or None))


@app.command("show")
def show_command(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A model, or 'packaged'; the one in use without it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show a model's file and what it may do here, with a task in which it failed; it is tried where it was not yet.

    For example 'edge-assistant models show'.
    """
    from edge_assistant.composer.trying import try_model
    from edge_assistant.config import load_settings
    from edge_assistant.llm.models import resolve

    chosen = name or load_settings().model.path
    found = resolve(None if chosen.lower() == "packaged" else chosen or None)
    if as_json:
        facts = {"name": found.name, "path": str(found.path), "bytes": found.size, "sha256": found.sha256}
        print_json(facts | {"abilities": try_model(found)})
        return
    typer.echo(f"{found.name}: {found.architecture} {found.quantization}, {found.size / 1e9:.2f} GB, {found.path}")
    _tell_abilities(found)


def _tell_abilities(file: ModelFile) -> None:
    """What the model may do; the first time it is tried, which takes a minute or so."""
    from edge_assistant.composer.capability import abilities_told
    from edge_assistant.composer.trying import try_model
    from edge_assistant.errors import EdgeAssistantError

    if not abilities_told(file.sha256):
        typer.echo("trying what it may do here, once ...", err=True)
    try:
        for one in try_model(file):
            typer.echo(f"  {one['words']}: {one['detail']}")
    except EdgeAssistantError as error:  # it is in use all the same
        typer.echo(f"  what it may do could not be found out: {error}")


def _folder() -> Path:
    from edge_assistant.paths import Paths

    return Paths.from_environment().models


def _fault(model: Stored) -> str:
    """See `shelf.verify`; it reads the whole file, so it shows its progress."""
    from edge_assistant.llm.catalogue.shelf import verify
    from quant.tools.progress import progress

    with progress(f"verify {model.name}") as tell:
        return verify(model, tell)


def _told(model: Any, as_json: bool) -> None:
    facts = {"name": model.name, "path": str(model.path), "bytes": model.bytes, "sha256": model.sha256}
    if as_json:
        print_json(facts | {"source": model.source, "licence": model.licence})
    else:
        typer.echo(f"{model.name}: {model.bytes / 1e9:.2f} GB, sha256 {model.sha256}")
        typer.echo(f"to use it: edge-assistant models use {shlex.quote(model.name)}")
