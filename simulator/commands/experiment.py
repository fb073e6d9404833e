"""Hold policies, feedback, learners and changing lives against each other, in pairs with intervals."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from edge_assistant.errors import UsageError
from edge_assistant.llm.openmp import wait_briefly

app = typer.Typer(add_completion=False, no_args_is_help=True)

Extra = Callable[[Any, Any], list[Any]]
"""More tables, of the experiment and its runs."""

Personas = Annotated[str, typer.Option(help="'all', ids joined by commas, a persona file, or a folder of them.")]
Days = Annotated[int, typer.Option(help="Days to live, 1 to 366.")]
Language = Annotated[str, typer.Option(help="templates (no model at all) or model.")]
FeedbackMode = Annotated[str, typer.Option(help="Of all policies; reasons (usual), total, implicit, noisy:P, ...")]
Seeds = Annotated[int, typer.Option(help="Number of seeds, from the usual one on.")]
Out = Annotated[Path, typer.Option(help="Folder of the runs and of the comparison.", metavar="DIR")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an experiment that was stopped, or add to it.")]
Workers = Annotated[int, typer.Option(help="Processes; 0 (usual) takes one a core.")]
Engine = Annotated[str, typer.Option(help="local, or ray for an existing Ray cluster (RAY_ADDRESS, or this machine).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print experiment.json as one line.")]


@app.callback()
def experiment() -> None:
    """Hold policies, feedback, learners and changing lives against each other, in pairs with intervals."""


@app.command(epilog="Example: edge-assistant experiment policies --personas p01,p02 --days 4 --out runs/policies")
def policies(
    out: Out,
    personas: Personas = "all",
    days: Days = 14,
    policies: Annotated[str, typer.Option(help="'all' or names joined by commas; ours is always there.")] = "all",
    language: Language = "templates",
    feedback: FeedbackMode = "reasons",
    seeds: Seeds = 1,
    resume: Resume = False,
    workers: Workers = 0,
    engine: Engine = "local",
    as_json: AsJson = False,
) -> None:
    """Policies side by side on the same days: ours, its rivals, those who do not learn, and the best possible.

    'paper-forms' among the policies stands for all forms of the paper's assistant.
    """
    from simulator.experiments import variants
    from simulator.policies.paper import forms

    names = (*variants.COMPARED, *variants.NEEDING_MODEL) if policies == "all" else _list(policies)
    if policies == "all" and language == "model":
        names = (*variants.COMPARED, *forms.MAIN)  # its further forms take nights of their own: 'paper-forms'
    names = tuple(dict.fromkeys(part for name in names for part in (forms.NAMES if name == "paper-forms" else (name,))))
    if language == "templates":
        left = [name for name in names if name in variants.NEEDING_MODEL]
        names = tuple(name for name in names if name not in left)
        if left:
            print(f"left out: {', '.join(left)} (they need --language model)", file=sys.stderr)
    chosen = variants.policies(names, feedback, language)
    _run("policies", chosen, personas, days, language, seeds, out, resume, workers, engine, as_json)


@app.command(epilog="Example: edge-assistant experiment ablation --days 14 --seeds 3 --out runs/ablation --resume")
def ablation(
    out: Out,
    personas: Personas = "all",
    days: Days = 14,
    policies: Annotated[str, typer.Option(help="'all' or names joined by commas; ours is always there.")] = "all",
    language: Language = "templates",
    feedback: FeedbackMode = "reasons",
    seeds: Seeds = 1,
    resume: Resume = False,
    workers: Workers = 0,
    engine: Engine = "local",
    as_json: AsJson = False,
) -> None:
    """Ours without each of its learners in turn: timing, frequency, patience, preference, style, ..."""
    from simulator.experiments import variants

    names = variants.ABLATED if policies == "all" else _list(policies)
    _run(
        "ablation",
        variants.policies(names, feedback),
        personas,
        days,
        language,
        seeds,
        out,
        resume,
        workers,
        engine,
        as_json,
    )


@app.command(epilog="Example: edge-assistant experiment feedback --feedback reasons,noisy:0.1,noisy:0.3 --out runs/fb")
def feedback(
    out: Out,
    personas: Personas = "all",
    days: Days = 14,
    policies: Annotated[str, typer.Option(help="Names joined by commas, each lived under every feedback.")] = "ours",
    language: Language = "templates",
    feedback: Annotated[str, typer.Option(help="'all' or modes joined by commas.")] = "all",
    seeds: Seeds = 1,
    resume: Resume = False,
    workers: Workers = 0,
    engine: Engine = "local",
    as_json: AsJson = False,
) -> None:
    """Learning from poorer feedback: totals, reactions alone, seldom, with slips; held against ours with reasons."""
    from simulator.experiments import variants

    modes = variants.FEEDBACKS if feedback == "all" else _list(feedback)
    chosen = variants.feedbacks(modes, _list(policies))
    _run("feedback", chosen, personas, days, language, seeds, out, resume, workers, engine, as_json)


@app.command(epilog="Example: edge-assistant experiment drift --changes new-job,broken-leg --days 14 --out runs/drift")
def drift(
    out: Out,
    personas: Personas = "all",
    days: Days = 14,
    changes: Annotated[
        str, typer.Option(help="'all' or some of new-job, new-hobby, broken-leg, guest, conflict.")
    ] = "all",
    day: Annotated[int, typer.Option(help="First day with the change; 0 (usual): in the middle.")] = 0,
    policies: Annotated[str, typer.Option(help="Others to live through the changes, names joined by commas.")] = "",
    language: Annotated[
        str, typer.Option(help="templates; a life that changes is lived without a model.")
    ] = "templates",
    feedback: FeedbackMode = "reasons",
    seeds: Seeds = 1,
    resume: Resume = False,
    workers: Workers = 0,
    engine: Engine = "local",
    as_json: AsJson = False,
) -> None:
    """Lives that change in the middle of the run, and how many days it takes to recover. Without a model."""
    from simulator.experiments import variants
    from simulator.experiments.changes import KINDS

    first = day or days // 2 + 1
    if not 2 <= first <= days:
        raise UsageError(f"--day is {first}, expected 2 to {days}: a change needs days before and after it")
    kinds = KINDS if changes == "all" else _list(changes)
    chosen = variants.drifts(kinds, first, feedback, _list(policies))
    _run("drift", chosen, personas, days, language, seeds, out, resume, workers, engine, as_json)


@app.command(epilog="Example: edge-assistant experiment grid --personas p01,p02,p03,p04 --days 4 --out runs/grid")
def grid(
    out: Out,
    personas: Personas = "all",
    days: Days = 14,
    policies: Annotated[str, typer.Option(help="'all' or names; ours is always there.")] = "ours",
    language: Language = "model",
    feedback: FeedbackMode = "reasons",
    adapters: Annotated[str, typer.Option(help="Nights in which ours trains, and most pairs of one.")] = "3,7,13:64",
    naive: Annotated[int, typer.Option(help="Ticks of the naive loop to measure beside it, 0 for none.")] = 4,
    seeds: Seeds = 1,
    resume: Resume = False,
    workers: Workers = 0,
    engine: Engine = "local",
    as_json: AsJson = False,
) -> None:
    """The full grid and what it costs: lives side by side in one engine, seconds by part, the naive loop beside it."""
    from simulator.experiments import grid as costs
    from simulator.experiments import variants

    if naive < 0:
        raise UsageError(f"--naive is {naive}, expected 0 or more")
    names = variants.COMPARED if policies == "all" else _list(policies)
    chosen = costs.variants(names, feedback, language, adapters)

    def extra(plan: Any, runs: Any) -> list[Any]:
        loop = costs.naive_stretch(plan, naive) if naive and language == "model" else None
        found = {"costs": costs.costs(plan, out), "naive": loop}
        costs.write(out, found)
        return costs.tables(plan, found, runs)

    _run("grid", chosen, personas, days, language, seeds, out, resume, workers, engine, as_json, extra)


@app.command(epilog="Example: edge-assistant experiment judges --moments 2000 --out runs/judges")
def judges(
    out: Out,
    personas: Personas = "all",
    moments: Annotated[int, typer.Option(help="Rated moments, spread over the personas; at least one each.")] = 2000,
    model: Annotated[
        str, typer.Option(help="A GGUF file or a name; as a judge in a run, under its task adapter.")
    ] = "",
    days: Annotated[int, typer.Option(help="Most days of a life; 0 (usual) takes what the moments need.")] = 0,
    policies: Annotated[
        str, typer.Option(help="Judges in the table: 'all', or some of raw, llm, llm on these, hybrid.")
    ] = "all",
    language: Annotated[str, typer.Option(help="model; a judge is one.")] = "model",
    feedback: Annotated[
        str, typer.Option(help="reasons-all; verdicts are compared in all dimensions.")
    ] = "reasons-all",
    seeds: Annotated[int, typer.Option(help="Lives of each persona.")] = 1,
    resume: Resume = False,
    workers: Annotated[int, typer.Option(help="1, or 0 for the usual: one engine answers, on all cores.")] = 0,
    engine: Annotated[str, typer.Option(help="local; one engine answers.")] = "local",
    as_json: AsJson = False,
) -> None:
    """How far a model's verdicts agree with the rubric's, by dimension, and whether it may judge at all."""
    from simulator.experiments import judging, judging_run

    for option, given, only in (
        ("--language", language, ("model",)),
        ("--feedback", feedback, ("reasons-all",)),
        ("--workers", str(workers), ("0", "1")),
        ("--engine", engine, ("local",)),
    ):
        if given not in only:
            raise UsageError(f"{option} {given}: judges are compared with {' or '.join(only)} only; leave it out")
    names = judging.JUDGES if policies == "all" else _list(policies)
    table, found = judging_run.run(personas, moments, model, out, resume=resume, days=days, seeds=seeds, judges=names)
    if as_json:
        print(json.dumps(found, separators=(",", ":")))
        return
    _show(table)
    print(f"agreement: {out / judging_run.RESULT}, {out / 'table.md'}")


def _list(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _run(
    kind: str,
    chosen: Sequence[Any],
    personas: str,
    days: int,
    language: str,
    seeds: int,
    out: Path,
    resume: bool,
    workers: int,
    engine: str,
    as_json: bool,
    extra: Extra | None = None,
) -> None:
    # before numpy loads: the matrices are small, and threads that wait for each other cost more than they give
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    wait_briefly(os.environ)
    from edge_assistant.config import load_settings
    from simulator.experiments import beyond, recovery, results, running
    from simulator.people import persona as people

    if seeds < 1 or workers < 0:
        raise UsageError("--seeds is at least 1 and --workers at least 0")
    if engine not in ("local", "ray"):
        raise UsageError(f"--engine {engine!r} is unknown; choose local or ray")
    model = ""
    if language == "model":
        from edge_assistant.llm.models import resolve

        model = str(resolve(None).path)
    first = load_settings().simulation.seed
    plan = running.Experiment(
        kind,
        tuple(chosen),
        people.select(personas),
        personas,
        days,
        tuple(range(first, first + seeds)),
        language,
        model,
        engine,
    )
    for variant in plan.variants:
        plan.config(variant, first)  # refused before anything is lived
    running.prepare(plan, out, resume=resume)
    total = len(plan.variants) * len(plan.seeds) * len(plan.personas) * days
    with _progress(total) as advance:
        running.live_all(plan, out, workers or os.cpu_count() or 1, advance)
    runs = results.read(plan, out)
    more = [beyond.table(plan, runs, out)]
    more += [recovery.table(plan.variants, runs, days)] if kind == "drift" else []
    if extra is not None:
        more += extra(plan, runs)
    found = results.write(plan, runs, out, more)
    if as_json:
        print(json.dumps(found, separators=(",", ":")))
        return
    _show(results.table(plan, runs), *more)
    print(f"comparison: {out / running.RESULT}, {out / 'table.md'}, {out / 'experiment.png'}")


def _show(*tables: Any) -> None:
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


def _progress(total: int) -> Any:
    """A bar with the time left on a terminal, otherwise a line every tenth; on standard error."""
    from simulator.commands.simulate import progress as bar

    class Named:
        def __enter__(self) -> Any:
            self.inner = bar(total, quiet=not sys.stderr.isatty())
            advance = self.inner.__enter__()
            return lambda name, persona, day: advance(f"{name}: {persona}", day)

        def __exit__(self, *error: object) -> None:
            self.inner.__exit__(*error)

    return Named()
