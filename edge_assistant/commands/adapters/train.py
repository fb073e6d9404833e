"""`adapters train`: one training job now, for you or for the personas of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.commands.adapters.common import (
    AllOption,
    ModelOption,
    PersonaOption,
    RunOption,
    StoreOption,
    sources,
)
from edge_assistant.errors import UsageError
from edge_assistant.llm.openmp import wait_briefly
from edge_assistant.training.backends.training import BACKENDS
from edge_assistant.training.dpo.config import LOSSES, Progress, TrainingConfig
from edge_assistant.training.pairs.buffer import MODES, PAIRS_PER_JOB
from quant.tools.progress import Tell, progress

if TYPE_CHECKING:
    from edge_assistant.training.jobs.job import JobOutcome
    from edge_assistant.training.jobs.sources import PairSource

EXAMPLES = """Examples:

edge-assistant adapters train  (from your own store)

edge-assistant adapters train --run runs/all --persona p07

edge-assistant adapters train --run runs/all --all --pairs 100 --json"""


def _listed(choices: Mapping[str, str | None]) -> str:
    """'equally (all days alike) or half-today (...)'."""
    named = [f"{name} ({meaning})" if meaning else name for name, meaning in choices.items()]
    return f"{', '.join(named[:-1])} or {named[-1]}"


def train(
    run: RunOption = None,
    persona: PersonaOption = "",
    store: StoreOption = False,
    everybody: AllOption = False,
    model: ModelOption = "",
    pairs: Annotated[int, typer.Option(help="Most pairs of the job, 8 to 100000.", min=8, max=100_000)] = PAIRS_PER_JOB,
    mode: Annotated[str, typer.Option(help=f"Which pairs: {_listed(MODES)}.")] = "equally",
    loss: Annotated[str, typer.Option(help=f"{_listed(dict.fromkeys(LOSSES))}.")] = "dpo",
    backend: Annotated[str, typer.Option(help=f"{_listed(BACKENDS.describe())}.")] = "cpu",
    rank: Annotated[int, typer.Option(help="Of the LoRA.", min=1, max=512)] = 16,
    epochs: Annotated[int, typer.Option(help="How often each pair is seen.", min=1, max=100)] = 2,
    learning_rate: Annotated[float, typer.Option(help="At the first step.")] = 5e-5,
    beta: Annotated[float, typer.Option(help="How strongly the model is held to the reference.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Of the draw, the first weights and the order.", min=0)] = 0,
    threads: Annotated[int, typer.Option(help="0 takes one a core.", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Train a new version on the pairs so far, and put it into use if it is better. Goes on where it was stopped.

    A version that is no better is kept, but stays out of use: that is a normal outcome, and the exit code is 0.
    """
    chosen = sources(run, persona, everybody, store)
    settings = {
        "loss": loss,
        "rank": rank,
        "alpha": 2.0 * rank,
        "learning_rate": learning_rate,
        "beta": beta,
        "epochs": epochs,
        "seed": seed,
        "threads": threads,
        "backend": backend,
    }
    tell = (lambda _line: None) if as_json else typer.echo
    outcomes = train_owners(chosen, settings, model=model, pairs=pairs, mode=mode, tell=tell)
    if as_json:
        print_json([outcome.to_dict() for outcome in outcomes])


def train_owners(
    chosen: Sequence[PairSource],
    settings: dict[str, Any],
    *,
    model: str = "",
    pairs: int = PAIRS_PER_JOB,
    mode: str = "equally",
    tell: Callable[[str], object],
) -> list[JobOutcome]:
    """A training job for each owner.

    Args:
        chosen: whose.
        settings: fields of `TrainingConfig` that are not the usual ones.
        model: a GGUF file or its name; '' for the one in use.
        pairs: most of a job.
        mode: which, see `PairBuffer.draw`.
        tell: told a line about each outcome.

    Raises:
        UsageError: somebody has lived nothing yet; nothing is made for them.
    """
    for source in chosen:
        if not source.store.is_file():
            raise UsageError(
                f"training of {source.owner}: {source.store} is not there yet; "
                "live some days with 'edge-assistant tui', or name a run with --run"
            )
    config = TrainingConfig(**settings)
    note = BACKENDS.get(config.backend).check(config, pairs)
    if note:
        typer.echo(note, err=True)
    wait_briefly(os.environ)  # before torch loads
    from edge_assistant.training.base_model import resolve_base
    from edge_assistant.training.jobs.sources import train_source

    base, task = resolve_base(model)
    outcomes = []
    for source in chosen:
        with progress(source.owner) as advance:

            def told(now: Progress, advance: Tell = advance) -> None:
                phase = "measuring" if now.phase == "training" and now.step == now.steps else now.phase
                note = phase if now.loss != now.loss else f"{phase}, loss {now.loss:.4f}"
                advance(now.step / max(1, now.steps), note)

            outcome = train_source(source, base, task, config, n=pairs, mode=mode, on_progress=told)
        outcomes.append(outcome)
        result = "in use now" if outcome.promoted else "not promoted"
        tell(f"{source.owner}: version {outcome.version.name} {result}: {outcome.version.note}")
    return outcomes
