"""Hold policies, feedback, learners and changing lives against each other, in pairs with intervals."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from edge_assistant.errors import UsageError
from edge_assistant.llm.openmp import wait_briefly
from simulator.commands.choices import explaining
from simulator.commands.simulate import living

app = typer.Typer(
    help="Hold policies, feedback, learners and changing lives against each other, in pairs with intervals.",
    add_completion=False,
    no_args_is_help=True,
)

Personas = Annotated[str, typer.Option(help="'all', ids joined by commas, a persona file, or a folder of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as one line of JSON.")]


EXPERIMENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "policies": (
        "Policies side by side on the same days: ours, its rivals, those who do not learn, and the best possible.",
        "--personas p01,p02 --days 4",
        {"policies": "all", "feedback": "reasons"},
    ),
    "ablation": (
        "Ours without each of its learners in turn: timing, frequency, patience, preference, style, ...",
        "--days 14 --seeds 3 --resume",
        {"policies": "all", "feedback": "reasons"},
    ),
    "asking": (
        "What it is worth to ask: ours without the setup, the review (each sort of card apart), and the shelf.",
        "--personas p01,p02 --days 5",
        {"feedback": "reasons"},
    ),
    "worlds": (
        "Ours in every world: the mean over worlds, the worst, and each, beside the pooled prior, knower and silence.",
        "--days 14 --resume",
        {"worlds": "all", "policies": "pooled,silent", "feedback": "reasons"},
    ),
    "feedback": (
        "Learning from poorer feedback: totals, reactions alone, seldom, with slips; held against ours with reasons.",
        "--feedback reasons,noisy:0.1,noisy:0.3",
        {"policies": "ours", "feedback": "all"},
    ),
    "drift": (
        "Lives that change in the middle of the run, and how many days it takes to recover. Without a model.",
        "--changes new-job,broken-leg --days 14",
        {"changes": "all", "day": 0, "policies": "", "feedback": "reasons"},
    ),
    "grid": (
        "What lives cost with a model, adapters and all: seconds by part, calls and tokens, beside templates.",
        "--personas p01,p02,p03,p04 --days 4",
        {"policies": "ours", "feedback": "reasons", "adapters": "3,7,13:64", "language": "model"},
    ),
}
"""By name: its line in the help, an example's options, and the options of its own with their usual values."""


def live(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder of the runs and of the comparison.", metavar="DIR")],
    personas: Personas = "all",
    days: Annotated[int, typer.Option(help="Days to live, 1 to 366.")] = 14,
    language: Annotated[str | None, typer.Option(help="templates (no model at all) or model.")] = None,
    seeds: Annotated[int, typer.Option(help="Number of seeds, from the usual one on.")] = 1,
    policies: Annotated[str | None, typer.Option(help="'all' or names joined by commas; ours is always there.")] = None,
    feedback: Annotated[
        str | None, typer.Option(help="Of all policies, see below; 'experiment feedback' takes several, or 'all'.")
    ] = None,
    worlds: Annotated[
        str | None, typer.Option(help="'all' packaged ones, or names and .toml files joined by commas.")
    ] = None,
    changes: Annotated[
        str | None, typer.Option(help="'all' or some of new-job, new-hobby, broken-leg, guest, conflict.")
    ] = None,
    day: Annotated[int | None, typer.Option(help="First day with the change; 0 (usual): in the middle.")] = None,
    adapters: Annotated[str | None, typer.Option(help="Nights in which ours trains, and most pairs of one.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what was stopped, or add to it.")] = False,
    workers: Annotated[int, typer.Option(help="Processes; 0 (usual): one a core. With a model one.")] = 0,
    engine: Annotated[
        str, typer.Option(help="local, or ray for an existing Ray cluster (RAY_ADDRESS, or this machine).")
    ] = "local",
    as_json: AsJson = False,
) -> None:
    """Live all variants, or those that are missing; write the comparison and print it."""
    # before numpy loads: the matrices are small, and threads that wait for each other cost more than they give
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    wait_briefly(os.environ)
    from edge_assistant.config import load_settings
    from simulator.experiments import results, running
    from simulator.experiments.variants import CONTESTANTS, Options
    from simulator.people import persona as people

    name = str(ctx.info_name)
    usual = EXPERIMENTS[name][-1]
    own = {"policies": policies, "feedback": feedback, "worlds": worlds, "changes": changes, "day": day}
    given = {key: value for key, value in {**own, "adapters": adapters}.items() if value is not None}
    if seeds < 1 or workers < 0:
        raise UsageError("--seeds is at least 1 and --workers at least 0")
    if engine not in ("local", "ray"):
        raise UsageError(f"--engine {engine!r} is unknown; choose local or ray")
    spoken = {"language": language} if language is not None else {}
    options = Options(**{**usual, **given, **spoken, "days": days})
    model = ""
    if options.language == "model":
        from edge_assistant.llm.models import resolve

        model = str(resolve(None).path)
    first = load_settings().simulation.seed
    plan = running.Experiment(
        name, tuple(CONTESTANTS[name](options)), people.select(personas), personas, days,
        tuple(range(first, first + seeds)), options.language, model, engine,
    )  # fmt: skip
    for variant in plan.variants:
        plan.config(variant, first)  # refused before anything is lived
    running.prepare(plan.plan(), out, resume=resume)
    total = len(plan.variants) * seeds * len(plan.personas) * days
    with living(total) as advance:
        told = lambda name, persona, day: advance(f"{name}: {persona}", day)  # noqa: E731
        running.live_all(plan, out, workers or os.cpu_count() or 1, told)
    found, shown = results.write(plan, out)
    if as_json:
        print(json.dumps(found, separators=(",", ":")))
        return
    show(*shown)
    print(f"comparison: {out / running.RESULT}, {out / 'table.md'}, {out / 'experiment.png'}")


_OWN = {option for *_, usual in EXPERIMENTS.values() for option in usual} - {"language"}
for _name, (_summary, _example, _usual) in EXPERIMENTS.items():
    _epilog = f"Example: edge-assistant experiment {_name} {_example} --out runs/{_name}"
    app.command(
        _name, help=_summary, epilog=_epilog, cls=explaining("assistant", "feedback", without=_OWN - _usual.keys())
    )(live)


@app.command(epilog="Example: edge-assistant experiment judges --moments 2000 --out runs/judges")
def judges(
    out: Annotated[Path, typer.Option(help="Folder of the answers and of the table.", metavar="DIR")],
    personas: Personas = "all",
    moments: Annotated[int, typer.Option(help="Rated moments, spread over the personas; at least one each.")] = 2000,
    model: Annotated[
        str, typer.Option(help="A GGUF file or a name; as a judge in a run, under its task adapter.")
    ] = "",
    seeds: Annotated[int, typer.Option(help="Lives of each persona.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a test that was stopped.")] = False,
    as_json: AsJson = False,
) -> None:
    """The judging test: how far a model's verdicts agree with the rubric's, and whether it may be '--judge llm'."""
    from simulator.experiments import judging

    table, found = judging.run(personas, moments, model, out, resume=resume, seeds=seeds)
    if as_json:
        print(json.dumps(found, separators=(",", ":")))
        return
    show(table)
    print(f"agreement: {out / judging.RESULT}, {out / 'table.md'}")


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
