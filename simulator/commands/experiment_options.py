"""What the commands of `edge-assistant experiment` have in common: their options, and how they live and print."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from edge_assistant.errors import UsageError
from edge_assistant.llm.openmp import wait_briefly

MoreTables = Callable[[Any, Any], Sequence[Any]]
"""More tables, of the experiment and its runs."""


@dataclass(frozen=True, kw_only=True)
class Lives:
    """Which lives are lived, where their results go, and how; each field is an option of the command."""

    out: Annotated[Path, typer.Option(help="Folder of the runs and of the comparison.", metavar="DIR")]
    personas: Annotated[str, typer.Option(help="'all', ids joined by commas, a persona file, or a folder of them.")] = (
        "all"
    )
    days: Annotated[int, typer.Option(help="Days to live, 1 to 366.")] = 14
    language: Annotated[str, typer.Option(help="templates (no model at all) or model.")] = "templates"
    seeds: Annotated[int, typer.Option(help="Number of seeds, from the usual one on.")] = 1
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what was stopped, or add to it.")] = False
    workers: Annotated[int, typer.Option(help="Processes; 0 (usual) takes one a core.")] = 0
    engine: Annotated[
        str, typer.Option(help="local, or ray for an existing Ray cluster (RAY_ADDRESS, or this machine).")
    ] = "local"
    as_json: Annotated[bool, typer.Option("--json", help="Print experiment.json as one line.")] = False

    def run(self, kind: str, chosen: Sequence[Any], more_tables: MoreTables | None = None) -> None:
        """Live all variants, or those that are missing; write the comparison and print it.

        Raises:
            UsageError: a value is out of bounds, or the folder holds something else.
        """
        # before numpy loads: the matrices are small, and threads that wait for each other cost more than they give
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        wait_briefly(os.environ)
        from edge_assistant.config import load_settings
        from simulator.experiments import beyond, lived, results, running
        from simulator.people import persona as people

        if self.seeds < 1 or self.workers < 0:
            raise UsageError("--seeds is at least 1 and --workers at least 0")
        if self.engine not in ("local", "ray"):
            raise UsageError(f"--engine {self.engine!r} is unknown; choose local or ray")
        model = ""
        if self.language == "model":
            from edge_assistant.llm.models import resolve

            model = str(resolve(None).path)
        first = load_settings().simulation.seed
        chosen_people, seeds = people.select(self.personas), tuple(range(first, first + self.seeds))
        plan = running.Experiment(
            kind, tuple(chosen), chosen_people, self.personas, self.days, seeds, self.language, model, self.engine
        )
        for variant in plan.variants:
            plan.config(variant, first)  # refused before anything is lived
        running.prepare(plan, self.out, resume=self.resume)
        with _progress(len(plan.variants) * len(seeds) * len(chosen_people) * self.days) as advance:
            running.live_all(plan, self.out, self.workers or os.cpu_count() or 1, advance)
        runs = lived.read(plan, self.out)
        more = [beyond.table(plan, runs, self.out), *(more_tables(plan, runs) if more_tables is not None else ())]
        found = results.write(plan, runs, self.out, more)
        if self.as_json:
            print(json.dumps(found, separators=(",", ":")))
            return
        show(results.table(plan, runs), *more)
        print(f"comparison: {self.out / running.RESULT}, {self.out / 'table.md'}, {self.out / 'experiment.png'}")


def living(**usual: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: the command's first parameter becomes the options of `Lives`; its own options follow.

    Args:
        usual: defaults of some of the options, where they differ for this command.
    """
    hints = get_type_hints(Lives, include_extras=True)
    empty = inspect.Parameter.empty
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hints[field.name],
            default=usual.get(field.name, empty if field.name == "out" else field.default),
        )
        for field in fields(Lives)
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own_hints = get_type_hints(command, include_extras=True)
        own = [
            parameter.replace(annotation=own_hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter in list(inspect.signature(command).parameters.values())[1:]
        ]

        def called(**given: Any) -> None:
            lives = Lives(**{parameter.name: given.pop(parameter.name) for parameter in shared})
            command(lives, **given)

        called.__name__, called.__doc__ = command.__name__, command.__doc__
        called.__signature__ = inspect.Signature([*shared, *own])  # type: ignore[attr-defined]
        called.__annotations__ = {parameter.name: parameter.annotation for parameter in (*shared, *own)}
        return called

    return decorate


def show(*tables: Any) -> None:
    """Print tables; columns that a terminal has no room for are left to table.md, none is cut."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for cells in tables:
        widths = [max(map(len, column)) for column in zip(cells.headings, *cells.rows, strict=True)]
        whole = sum(width + 3 for width in widths) + 1
        if not console.is_terminal:
            console = Console(width=max(whole, len(cells.caption) + 1))
        columns = [at for at in range(len(widths)) if sum(width + 3 for width in widths[: at + 1]) < console.width]
        shown = Table(*(cells.headings[at] for at in columns), title=cells.caption, title_justify="left")
        for row in cells.rows:
            shown.add_row(*(row[at] for at in columns))
        console.print(shown)
        if len(columns) < len(widths):
            left = ", ".join(cells.headings[len(columns) :])
            print(f"no room here for: {left}; see table.md", file=sys.stderr)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str, str, int], None]]:
    """A bar with the time left on a terminal, otherwise a line every tenth; on standard error."""
    from simulator.commands.simulate import progress

    with progress(total, quiet=not sys.stderr.isatty()) as advance:
        yield lambda name, persona, day: advance(f"{name}: {persona}", day)
