"""`edge-assistant tui`: live suggestions in this terminal, with everything that is behind them.

edge-assistant tui
edge-assistant tui --plain            line by line, for a screen reader
edge-assistant tui --theme light
edge-assistant tui --watch runs/demo  watch a simulation
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.errors import UsageError

ESCAPE_MS = "40"
"""Milliseconds that a lone Esc waits for the rest of an arrow key's sequence; Textual's 100 are felt."""

app = typer.Typer()


@app.command(epilog="Example: edge-assistant tui --theme light")
def tui(
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line, without moving the cursor: for screen readers and pipes.")
    ] = False,
    theme: Annotated[str, typer.Option(help="dark, light, auto, or a theme's name; for this time only.")] = "",
    watch: Annotated[
        Path | None, typer.Option(help="Watch the simulation of this folder, running or finished.", metavar="DIR")
    ] = None,
    attach: Annotated[
        bool, typer.Option("--attach", help="Only join an assistant that is already running; start none.")
    ] = False,
) -> None:
    """Show the assistant in this terminal.

    Joins the assistant that is running ('edge-assistant run'), or else starts one that ends with the screen.
    """
    if watch is not None and not watch.exists():
        raise UsageError(f"--watch {watch}: there is no such folder; give the --out folder of a simulation")
    if plain and watch is not None:
        raise UsageError("--watch needs the screen; leave out --plain")
    from edge_assistant.paths import Paths
    from tui.client.core_process import CoreProcess

    paths = Paths.from_environment()
    home = paths.home
    core = None if attach or watch is not None else CoreProcess(home)  # watching needs no assistant
    if plain:
        from edge_assistant.config import load_settings
        from tui.plain.session import run_session

        load_settings()  # what the core would stumble over is said here, in one line
        run_session(home, core)
        return
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UsageError("tui: this is not a terminal; use 'edge-assistant tui --plain' in a pipe")
    if os.environ.get("TERM") == "dumb":
        raise UsageError("tui: a dumb terminal cannot draw a screen (TERM=dumb); use 'edge-assistant tui --plain'")
    os.environ.setdefault("ESCDELAY", ESCAPE_MS)
    gc.disable()  # until the first frame is drawn: nothing that is made so far is garbage
    from tui.app import AssistantApp
    from tui.themes import LOOKS, kept_look

    if theme and theme not in LOOKS:
        raise UsageError(f"--theme {theme!r} is unknown; choose one of {', '.join(LOOKS)}")
    options = {"watch": {"run": watch}} if watch is not None else {}
    screen = AssistantApp(
        home, core, theme or kept_look(paths.config), "watch" if watch is not None else "live", options
    )
    screen.run()
    if screen.return_code:
        raise typer.Exit(screen.return_code)
