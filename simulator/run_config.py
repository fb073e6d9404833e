"""What a run is: resolved once, written beside its results before the work starts, compared on `--resume`."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from simulator.events import discard_damaged
from simulator.experiments.changes import Change
from simulator.experiments.paper import forms as paper
from simulator.feedback import FeedbackChannel
from simulator.household import ASSISTANTS

LANGUAGES = ("model", "templates")
JUDGES = ("rubric", "llm", "hybrid")
FILE = "config.json"
FIGURES = ("skill", "satisfaction", "suggestions", "balance", "reception", "dimensions", "heatmap", "timeline")
RESULTS = ("summary.json", "report.html", *(f"{figure}.png" for figure in FIGURES))
"""What a run leaves beside its databases, and what --replace may remove."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The resolved configuration of a run; `personas` maps ids to the content hashes of their files."""

    personas: dict[str, str]
    source: str
    days: int
    seed: int
    assistant: str
    feedback: str
    judge: str
    language: str
    model: str
    prior: str
    adapters: str = ""
    """Nights in which adapters are trained, see `adapter_nights`; '' for none."""
    change: str = ""
    """What changes in the persona's life and from which day, see `experiments.changes`; '' for nothing."""
    no_pairs: bool = False
    """Keep no pairs of rated candidates, which take half the time: no adapter will be trained from this run."""

    def __post_init__(self) -> None:
        FeedbackChannel.of(self.feedback)
        if self.adapters and self.language != "model":
            raise UsageError("--adapters trains a model; leave out --language templates")
        if self.change:
            Change.of(self.change)
            if self.language != "templates":
                raise UsageError("a life that changes is lived without a model; add --language templates")
        for value, name, choices in (
            (self.assistant, "assistant", ASSISTANTS),
            (self.language, "language", LANGUAGES),
            (self.judge, "judge", JUDGES),
        ):
            if value not in choices:
                raise UsageError(f"{name} {value!r} is unknown; choose one of {', '.join(choices)}")
        if self.seed < 0:
            raise UsageError(f"--seed is {self.seed}, expected at least 0")
        if self.adapters:
            from simulator.adapter_nights import Nights

            Nights.of(self.adapters, self.seed)
        if not 1 <= self.days <= 366:
            raise UsageError(f"--days is {self.days}, expected 1 to 366")
        if self.assistant in paper.NAMES and (self.language != "model" or self.adapters or self.change):
            raise UsageError(
                f"assistant {self.assistant} needs a model, and has nights of its own; add --language model"
            )
        if self.judge != "rubric" and self.language != "model":
            raise UsageError(f"judge {self.judge} needs a model; leave out --language templates")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what most runs do not have is left out."""
        rare = ("adapters", "change", "no_pairs")
        return {name: value for name, value in asdict(self).items() if name not in rare or value}


def prepare_folder(out: Path, config: RunConfig, *, resume: bool, replace: bool) -> None:
    """Make the run's folder and write its configuration.

    Raises:
        UsageError: the folder holds something and neither --resume nor --replace was given, or it holds another run.
    """
    holds = out.exists() and any(out.iterdir())
    if holds and not (resume or replace):
        raise UsageError(f"{out} is not empty; go on with --resume, start anew with --replace, or choose another --out")
    if holds and resume:
        _same_run(out, config)
        discard_damaged(out / "events.sqlite")
    elif holds:
        _clear(out)
    (out / "stores").mkdir(parents=True, exist_ok=True)
    if not (out / FILE).exists():
        partial = out / f"{FILE}.partial"
        partial.write_text(json.dumps(config.to_dict(), indent=1) + "\n", encoding="utf-8")
        partial.replace(out / FILE)


def _same_run(out: Path, config: RunConfig) -> None:
    try:
        before = json.loads((out / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        _only_begun(out)
        return
    except (OSError, ValueError) as error:
        raise UsageError(f"{out / FILE} cannot be read: {error}; choose another --out") from error
    now = config.to_dict()
    other = [
        f"{name} ({before.get(name)!r} before, {now[name]!r} now)" for name in now if before.get(name) != now[name]
    ]
    if other:
        raise UsageError(f"{out} holds another run: {'; '.join(other)}; choose another --out")


def _only_begun(out: Path) -> None:
    """Refuse a folder without a configuration, unless a run was killed before it had written that."""
    if any(path.name not in ("stores", f"{FILE}.partial") for path in out.iterdir()):
        raise UsageError(f"{out} holds something, but no run; choose another --out")


def _clear(out: Path) -> None:
    """Remove the files of an earlier run, and nothing else; its configuration last, so that it can be done again."""
    try:
        personas = json.loads((out / FILE).read_text(encoding="utf-8"))["personas"]
    except FileNotFoundError:
        _only_begun(out)
        return
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{out / FILE} cannot be read: {error}; choose another --out") from error
    databases = ["events.sqlite", *(f"stores/{name}.sqlite" for name in personas)]
    for name in personas:
        shutil.rmtree(out / "adapters" / name, ignore_errors=True)
        shutil.rmtree(out / "paper" / name, ignore_errors=True)
    names = [f"{name}{suffix}" for name in databases for suffix in ("", "-wal", "-shm")]
    for name in (*RESULTS, FILE):
        names += [f"{name}.partial", name]
    for name in names:
        (out / name).unlink(missing_ok=True)
