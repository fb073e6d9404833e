"""One command, one module; `edge_assistant.cli` imports a module only when its command is called."""

from __future__ import annotations

from importlib import metadata

COMMANDS = {
    "adapters": "edge_assistant.commands.adapters.command:app",
    "ask": "edge_assistant.commands.ask:app",
    "backup": "edge_assistant.commands.backup:app",
    "doctor": "edge_assistant.commands.doctor:app",
    "doing": "edge_assistant.commands.doing:app",
    "feedback": "edge_assistant.commands.feedback:app",
    "ideas": "edge_assistant.commands.ideas:app",
    "mine": "edge_assistant.commands.mine:app",
    "models": "edge_assistant.commands.models:app",
    "pause": "edge_assistant.commands.pause:app",
    "quant": "quant.cli:app",
    "restore": "edge_assistant.commands.restore:app",
    "resume": "edge_assistant.commands.resume:app",
    "review": "edge_assistant.commands.review:app",
    "run": "edge_assistant.commands.run:app",
    "service": "edge_assistant.commands.service:app",
    "status": "edge_assistant.commands.status:app",
    "study": "edge_assistant.commands.study:app",
    "suggest": "edge_assistant.commands.suggest:app",
    "why": "edge_assistant.commands.why:app",
}
"""The commands of this package: a name, and where its `typer.Typer` is."""

ENTRY_POINT_GROUP = "edge_assistant.commands"


def command_targets() -> dict[str, str]:
    """All known commands in alphabetical order, each with its 'module:attribute'; our own names win over others'."""
    found = {point.name: point.value for point in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    return dict(sorted({**found, **COMMANDS}.items()))
