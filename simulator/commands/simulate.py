"""Live personas with an assistant for some days, and report what it learned."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from edge_assistant.errors import UsageError
from edge_assistant.llm.openmp import wait_briefly
from simulator.commands.choices import explaining

app = typer.Typer(add_completion=False)

EXAMPLES = """Examples:

edge-assistant simulate --personas p01 --days 2 --out runs/first

edge-assistant simulate --personas all --days 14 --out runs/all --resume

edge-assistant simulate --language templates --feedback implicit --json | tail -1

edge-assistant simulate --language templates --world moody --review 0 --out runs/moody"""


@app.command(epilog=EXAMPLES, cls=explaining("assistant", "judge", "feedback"))
def simulate(
    personas: Annotated[
        str, typer.Option(help="'all', ids joined by commas, a persona file, or a folder of them.")
    ] = "all",
    days: Annotated[int | None, typer.Option(help="Days to live, 1 to 366; 14 unless set otherwise.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the lives and of everything drawn in them; usually 7.")] = None,
    model: Annotated[str, typer.Option(help="A GGUF file or a name; without it the packaged one.")] = "",
    language: Annotated[
        str | None, typer.Option(help="model (usual) or templates (no model at all: for fast studies).")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(help="Who makes the feedback, see below; measures always use the rubric (usual)."),
    ] = None,
    feedback: Annotated[
        str | None, typer.Option(help="What the assistant is told, see below; usually reasons.")
    ] = None,
    assistant: Annotated[
        str, typer.Option(help="Who speaks, see below: a name, or module:Class of an installed package.")
    ] = "learner",
    world: Annotated[
        str,
        typer.Option(help="How simulated people behave: a packaged world (see 'experiment worlds') or a .toml file."),
    ] = "default",
    setup: Annotated[str, typer.Option(help="What a new person is asked: full (usual), words or none.")] = "full",
    review: Annotated[int, typer.Option(help="Cards of each day's review, 0 for none; usually 8.")] = 8,
    adapters: Annotated[
        str, typer.Option(help="Train adapters after these days, such as 3,6; 3,6:100 takes at most 100 pairs a job.")
    ] = "",
    record_ticks: Annotated[
        bool, typer.Option("--record-ticks", help="Keep what is considered at every tick, for 'runs export'.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; runs/ASSISTANT-FEEDBACK-SEED without it.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier run in the same folder.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; 0 (usual): one a core. With a model one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one line of JSON.")] = False,
) -> None:
    """Live personas with an assistant for some days, and report what it learned."""
    # before numpy loads: the matrices are small, and threads that wait for each other cost more than they give
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    wait_briefly(os.environ)
    from edge_assistant.config import load_settings
    from edge_assistant.llm.models import resolve
    from simulator.people import persona as people
    from simulator.report import day_table, write_report
    from simulator.runs.run_config import RunConfig, persona_hashes, prior_stamp, run_folder
    from simulator.runs.runner import run

    usual = load_settings().simulation
    days, seed = usual.days if days is None else days, usual.seed if seed is None else seed
    language, judge, feedback = language or usual.language, judge or usual.judge, feedback or usual.feedback
    workers = usual.workers if workers is None else workers
    chosen = people.select(personas)
    if workers < 0:
        raise UsageError(f"--workers is {workers}, expected 0 or more")
    if model and language != "model":
        raise UsageError(f"--model is not used with --language {language}; leave out one of them")
    path = str(resolve(model or None).path) if language == "model" else ""
    config = RunConfig(
        persona_hashes(chosen), personas, days, seed, assistant, feedback, judge, language, path, prior_stamp(),
        world, setup, review, adapters=adapters, record_ticks=record_ticks,
    )  # fmt: skip
    folder = out or Path("runs") / f"{assistant}-{feedback}-{seed}".replace(":", "")
    with run_folder(folder, config, resume=resume, replace=replace):
        with living(len(chosen) * days) as advance:
            summary = run(config, chosen, folder, workers or os.cpu_count() or 1, advance)
        files = write_report(folder, summary)
    if as_json:
        print(json.dumps(summary, separators=(",", ":")))
        return
    from rich.console import Console

    Console().print(day_table(summary))
    page = next((path for path in files if path.suffix == ".html"), folder)
    cost = summary["cost"]
    print(f"report: {page}   {cost['seconds']:.0f} s, {cost['model_calls']} model calls, {cost['peak_rss_mb']:.0f} MB")


@contextmanager
def living(total: int) -> Iterator[Callable[[str, int], None]]:
    """A bar over so many days; call what is given with a persona and the day that it has finished."""
    from quant.tools.progress import progress

    done = 0
    with progress("living") as tell:

        def advance(persona: str, day: int) -> None:
            nonlocal done
            done += 1
            tell(done / total, f"{persona}, day {day}")

        yield advance
