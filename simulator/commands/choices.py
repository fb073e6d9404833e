"""Help that names every choice there is: read from the registries when help is asked for, since that takes a second."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import typer
from typer.core import TyperCommand


def explaining(*options: str, without: Collection[str] = ()) -> type[TyperCommand]:
    """A command whose help ends with the choices of some options.

    Args:
        options: of 'assistant', 'judge', 'feedback'.
        without: parameters of the function that are no options of this command.
    """

    class Explaining(TyperCommand):
        """Adds the choices below everything else."""

        def get_params(self, ctx: Any) -> list[Any]:
            return [param for param in super().get_params(ctx) if param.name not in without]

        def format_help(self, ctx: Any, formatter: Any) -> None:
            super().format_help(ctx, formatter)
            for what in options:
                typer.echo("\n".join(lines(what)) + "\n")

    return Explaining


def lines(what: str) -> list[str]:
    """'NAME: summary' for every choice of 'assistant', 'judge' or 'feedback', under a heading."""
    from simulator.judges.judge import JUDGES
    from simulator.policies.registry import POLICIES
    from simulator.world.feedback import FEEDBACK_MODES

    if what == "feedback":
        described = {
            name + ":P" * FEEDBACK_MODES.get(name).takes_share: summary
            for name, summary in FEEDBACK_MODES.describe().items()
        }
        heading = "Feedback (P is a share from 0 to 1):"
    else:
        described = (POLICIES if what == "assistant" else JUDGES).describe()
        heading = f"{what.capitalize()}s (or module:Class of an installed package):"
    width = max(map(len, described))
    return [heading, *(f"  {name:{width}}  {summary}" for name, summary in described.items())]
