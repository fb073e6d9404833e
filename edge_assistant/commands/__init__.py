"""One command, one module; `edge_assistant.cli` imports a module only when its command is called."""

from __future__ import annotations

import json
import pkgutil
from importlib import metadata
from typing import Annotated, Any

import typer

COMMANDS = {
    "adapters": "edge_assistant.commands.adapters.command:app",
    "quant": "quant.tools.cli:app",
    **{found.name: f"{__name__}.{found.name}:app" for found in pkgutil.iter_modules(__path__) if not found.ispkg},
}
"""The commands of this package: a name, and where its `typer.Typer` is."""

ENTRY_POINT_GROUP = "edge_assistant.commands"

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
"""Of every command that prints something."""


def command_targets() -> dict[str, str]:
    """All known commands in alphabetical order, each with its 'module:attribute'; our own names win over others'."""
    found = {point.name: point.value for point in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    return dict(sorted({**found, **COMMANDS}.items()))


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
