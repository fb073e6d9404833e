"""Print what starts the assistant with your session: a systemd user unit, or a launchd plist.

edge-assistant service > ~/.config/systemd/user/edge-assistant.service
systemctl --user enable --now edge-assistant
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.errors import UsageError

app = typer.Typer()


@app.command()
def service(
    kind: Annotated[str, typer.Option(help="systemd or launchd; otherwise what this system uses.")] = "",
    as_json: Json = False,
) -> None:
    """Print a service file for this installation and home. Nothing is installed.

    For example 'edge-assistant service --kind launchd > ~/Library/LaunchAgents/org.edge-assistant.core.plist'.
    """
    from edge_assistant.paths import Paths
    from edge_assistant.service.system.service_files import launchd_plist, systemd_unit

    chosen = kind or ("launchd" if sys.platform == "darwin" else "systemd")
    if chosen not in ("systemd", "launchd"):
        raise UsageError(f"service: --kind {chosen!r} is unknown; choose systemd or launchd")
    paths = Paths.from_environment()
    text = systemd_unit(paths) if chosen == "systemd" else launchd_plist(paths)
    if as_json:
        print_json({"kind": chosen, "text": text})
        return
    typer.echo(text, nl=False)
    where = (
        "write it to ~/.config/systemd/user/edge-assistant.service, then: systemctl --user enable --now edge-assistant"
        if chosen == "systemd"
        else "write it to ~/Library/LaunchAgents/org.edge-assistant.core.plist, then: launchctl load -w that file"
    )
    print(where, file=sys.stderr)
