"""Run the assistant without a screen: suggestions come as desktop notifications.

edge-assistant run
edge-assistant run --verbose
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from edge_assistant.domain import TICK_SECONDS

app = typer.Typer()


@app.command()
def run(
    attached: Annotated[
        bool, typer.Option("--attached", help="End together with the process that has started this one.")
    ] = False,
    tick: Annotated[float, typer.Option(help="Seconds between two decisions.", min=0.1, hidden=True)] = float(
        TICK_SECONDS
    ),
    model: Annotated[
        str | None, typer.Option(help="A GGUF file or its name; 'none' works without a model.", metavar="MODEL")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say on standard error what happens.")] = False,
) -> None:
    """Run the assistant until Ctrl-C or 'kill'. Screens attach with 'edge-assistant tui'.

    For example 'edge-assistant run', or as a service: see 'edge-assistant service --help'.
    """
    import logging

    from edge_assistant.config import load_settings
    from edge_assistant.paths import Paths
    from edge_assistant.service.running import Running

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("edge_assistant").setLevel(logging.INFO if verbose else logging.WARNING)
    paths = Paths.from_environment()
    settings = load_settings({"model": {"path": model}})

    def say() -> None:
        if not attached:
            print(f"running on {paths.home}; stop it with Ctrl-C", file=sys.stderr, flush=True)

    Running(settings, paths, attached, tick, say).run()
