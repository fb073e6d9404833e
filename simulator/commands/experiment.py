"""Hold policies, feedback, learners and changing lives against each other, in pairs with intervals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from edge_assistant.errors import UsageError
from simulator.commands.choices import explaining
from simulator.commands.experiment_options import Lives, living, show

app = typer.Typer(add_completion=False, no_args_is_help=True)

Policies = Annotated[str, typer.Option(help="'all' or names joined by commas; ours is always there.")]
FeedbackMode = Annotated[str, typer.Option(help="Of all policies; reasons (usual), total, implicit, noisy:P, ...")]


@app.callback()
def experiment() -> None:
    """Hold policies, feedback, learners and changing lives against each other, in pairs with intervals."""


@app.command(
    epilog="Example: edge-assistant experiment policies --personas p01,p02 --days 4 --out runs/policies",
    cls=explaining("assistant", "feedback"),
)
@living()
def policies(lives: Lives, policies: Policies = "all", feedback: FeedbackMode = "reasons") -> None:
    """Policies side by side on the same days: ours, its rivals, those who do not learn, and the best possible.

    'paper-forms' among the policies stands for all forms of the paper's assistant. The variants of ours are also known
    without 'learner-': without-timing, ...
    """
    from simulator.experiments import variants
    from simulator.policies.paper import forms

    names = (*variants.COMPARED, *forms.NAMES) if policies == "all" else _list(policies)
    if policies == "all" and lives.language == "model":
        names = (*variants.COMPARED, "paper")  # its further forms take nights of their own: 'paper-forms'
    names = tuple(dict.fromkeys(part for name in names for part in (forms.NAMES if name == "paper-forms" else (name,))))
    if lives.language == "templates" and (left := variants.asking(names)):
        names = tuple(name for name in names if name not in left)
        print(f"left out: {', '.join(left)} (they need --language model)", file=sys.stderr)
    lives.run("policies", variants.policies(names, feedback, lives.language))


@app.command(epilog="Example: edge-assistant experiment ablation --days 14 --seeds 3 --out runs/ablation --resume")
@living()
def ablation(lives: Lives, policies: Policies = "all", feedback: FeedbackMode = "reasons") -> None:
    """Ours without each of its learners in turn: timing, frequency, patience, preference, style, ..."""
    from simulator.experiments import variants

    names = variants.ABLATED if policies == "all" else _list(policies)
    lives.run("ablation", variants.policies(names, feedback))


@app.command(epilog="Example: edge-assistant experiment asking --personas p01,p02 --days 5 --out runs/asking")
@living()
def asking(lives: Lives, feedback: FeedbackMode = "reasons") -> None:
    """What it is worth to ask: ours without the setup, the review (each sort of card apart), and the shelf."""
    from simulator.experiments import variants

    lives.run("asking", variants.asked_less(feedback))


@app.command(epilog="Example: edge-assistant experiment worlds --days 14 --out runs/worlds --resume")
@living()
def worlds(
    lives: Lives,
    worlds: Annotated[
        str, typer.Option(help="'all' packaged ones, or names and .toml files joined by commas.")
    ] = "all",
    policies: Annotated[str, typer.Option(help="Beside ours, names joined by commas.")] = "pooled,silent",
    feedback: FeedbackMode = "reasons",
) -> None:
    """Ours in every world of simulated people: the mean over worlds, the worst, and each, beside knower and silence."""
    from simulator.experiments import variants, worlds_table
    from simulator.world.constants import load_world, packaged_worlds

    names = packaged_worlds() if worlds == "all" else tuple(_list(worlds))
    for name in names:
        load_world(name)  # refused before anything is lived
    compared = variants.in_worlds(names, _list(policies), feedback)
    lives.run("worlds", compared, lambda plan, runs: [worlds_table.table(plan.variants, runs, plan.days)])


@app.command(
    epilog="Example: edge-assistant experiment feedback --feedback reasons,noisy:0.1,noisy:0.3 --out runs/fb",
    cls=explaining("feedback"),
)
@living()
def feedback(
    lives: Lives,
    policies: Annotated[str, typer.Option(help="Names joined by commas, each lived under every feedback.")] = "ours",
    feedback: Annotated[str, typer.Option(help="'all' or modes joined by commas.")] = "all",
) -> None:
    """Learning from poorer feedback: totals, reactions alone, seldom, with slips; held against ours with reasons."""
    from simulator.experiments import variants

    modes = variants.FEEDBACKS if feedback == "all" else _list(feedback)
    lives.run("feedback", variants.feedbacks(modes, _list(policies)))


@app.command(epilog="Example: edge-assistant experiment drift --changes new-job,broken-leg --days 14 --out runs/drift")
@living()
def drift(
    lives: Lives,
    changes: Annotated[
        str, typer.Option(help="'all' or some of new-job, new-hobby, broken-leg, guest, conflict.")
    ] = "all",
    day: Annotated[int, typer.Option(help="First day with the change; 0 (usual): in the middle.")] = 0,
    policies: Annotated[str, typer.Option(help="Others to live through the changes, names joined by commas.")] = "",
    feedback: FeedbackMode = "reasons",
) -> None:
    """Lives that change in the middle of the run, and how many days it takes to recover. Without a model."""
    from simulator.experiments import recovery, variants
    from simulator.world.changes import KINDS

    first = day or lives.days // 2 + 1
    if not 2 <= first <= lives.days:
        raise UsageError(f"--day is {first}, expected 2 to {lives.days}: a change needs days before and after it")
    kinds = KINDS if changes == "all" else _list(changes)
    lives.run(
        "drift",
        variants.drifts(kinds, first, feedback, _list(policies)),
        lambda plan, runs: [recovery.table(plan.variants, runs, plan.days)],
    )


@app.command(epilog="Example: edge-assistant experiment grid --personas p01,p02,p03,p04 --days 4 --out runs/grid")
@living(language="model")
def grid(
    lives: Lives,
    policies: Policies = "ours",
    feedback: FeedbackMode = "reasons",
    adapters: Annotated[str, typer.Option(help="Nights in which ours trains, and most pairs of one.")] = "3,7,13:64",
    naive: Annotated[int, typer.Option(help="Ticks of the naive loop to measure beside it, 0 for none.")] = 4,
) -> None:
    """The full grid and what it costs: lives side by side in one engine, seconds by part, the naive loop beside it."""
    from simulator.experiments import grid as costs
    from simulator.experiments import variants

    if naive < 0:
        raise UsageError(f"--naive is {naive}, expected 0 or more")
    names = variants.COMPARED if policies == "all" else _list(policies)

    def cost_tables(plan: Any, runs: Any) -> list[Any]:
        loop = costs.naive_stretch(plan, naive) if naive and lives.language == "model" else None
        found = {"costs": costs.costs(plan, lives.out), "naive": loop}
        costs.write(lives.out, found)
        return costs.tables(plan, found, runs)

    lives.run("grid", costs.variants(names, feedback, lives.language, adapters), cost_tables)


@app.command(epilog="Example: edge-assistant experiment judges --moments 2000 --out runs/judges")
def judges(
    out: Annotated[Path, typer.Option(help="Folder of the answers and of the table.", metavar="DIR")],
    personas: Annotated[
        str, typer.Option(help="'all', ids joined by commas, a persona file, or a folder of them.")
    ] = "all",
    moments: Annotated[int, typer.Option(help="Rated moments, spread over the personas; at least one each.")] = 2000,
    model: Annotated[
        str, typer.Option(help="A GGUF file or a name; as a judge in a run, under its task adapter.")
    ] = "",
    days: Annotated[int, typer.Option(help="Most days of a life; 0 (usual) takes what the moments need.")] = 0,
    seeds: Annotated[int, typer.Option(help="Lives of each persona.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a test that was stopped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print judges.json as one line.")] = False,
) -> None:
    """The judging test: how far a model's verdicts agree with the rubric's, and whether it may be '--judge llm'."""
    from simulator.experiments import judging

    table, found = judging.run(personas, moments, model, out, resume=resume, days=days, seeds=seeds)
    if as_json:
        print(json.dumps(found, separators=(",", ":")))
        return
    show(table)
    print(f"agreement: {out / judging.RESULT}, {out / 'table.md'}")


def _list(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
