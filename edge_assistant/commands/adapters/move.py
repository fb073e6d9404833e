"""`adapters import` and `adapters export`: adapters in from elsewhere, and out to other programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.commands.adapters.common import (
    AllOption,
    ModelOption,
    PersonaOption,
    RunOption,
    one_source,
    sources,
)
from edge_assistant.llm.openmp import wait_briefly

IMPORT_EXAMPLES = "Example: edge-assistant adapters import exports/me"

EXPORT_EXAMPLES = """Examples:

edge-assistant adapters export --out exports/

edge-assistant adapters export --run runs/all --all --format gguf,peft,mlx --out exports/"""


def import_file(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A GGUF file, or a folder in PEFT, MLX or our own form.")
    ],
    run: RunOption = None,
    persona: PersonaOption = "",
    model: ModelOption = "",
    as_json: Json = False,
) -> None:
    """Take an adapter in, after checking what it is; 'adapters promote' puts it into use."""
    from edge_assistant.training.base_model import resolve_base
    from edge_assistant.training.versions.importing import import_adapter

    source = one_source(run, persona)
    base, _ = resolve_base(model)
    version = import_adapter(path, source.owner, base, source.registry)
    if as_json:
        print_json(version.to_dict())
        return
    if version.status == "marked":
        typer.echo(f"{source.owner}: already here as {version.name}, and out of use: {version.note or 'marked'}")
        return
    typer.echo(f"{source.owner}: imported as {version.name}; use it with 'adapters promote {version.number}'")


def export_files(
    out: Annotated[Path, typer.Option("--out", help="Folder that gets one folder a person.", metavar="DIR")],
    run: RunOption = None,
    persona: PersonaOption = "",
    everybody: AllOption = False,
    formats: Annotated[str, typer.Option("--format", help="gguf, peft, mlx, joined by commas, or all.")] = "gguf",
    version: Annotated[str, typer.Option(help="A version; the one in use, else the newest, without it.")] = "",
    model: ModelOption = "",
    as_json: Json = False,
) -> None:
    """Write adapters for other programs, load them there again, and compare, before saying done."""
    wait_briefly(os.environ)  # before torch loads
    from edge_assistant.training.base_model import resolve_base
    from edge_assistant.training.versions import export
    from edge_assistant.training.versions.export_check import ForeignCheck
    from edge_assistant.training.versions.version import Version

    names = export.parse_formats(formats)
    chosen = list(sources(run, persona, everybody))
    if everybody:
        without = [source.owner for source in chosen if not source.registry.versions(source.owner)]
        chosen = [source for source in chosen if source.owner not in without]
        if without:
            typer.echo(f"nothing trained yet: {', '.join(without)}", err=True)
    versions: list[Version] = [
        source.registry.get(source.owner, version) if version else export.choose_version(source.registry, source.owner)
        for source in chosen
    ]
    base, _ = resolve_base(model)
    check = ForeignCheck(base.path)

    def tell(owner: str, what: str) -> None:
        print(f"{owner}: {what}", file=sys.stderr, flush=True)

    done = [export.export(one, base, names, out, check, tell) for one in versions]
    if as_json:
        print_json([entry.to_dict() for entry in done])
        return
    for entry in done:
        note = "" if entry.promoted else " (not promoted)"
        worst = min(found["top1"] for found in entry.comparisons.values())
        typer.echo(f"{entry.owner}: {entry.version}{note} -> {entry.folder}  same likeliest token {worst:.1%} or more")
