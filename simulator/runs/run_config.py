"""What a run is: resolved once, written beside its results before the work starts, compared on `--resume`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from edge_assistant.errors import UsageError
from edge_assistant.learning import prior
from edge_assistant.training.files import locked
from simulator.judges.judge import JUDGES
from simulator.people.persona import Persona
from simulator.policies.registry import POLICIES, needs_model
from simulator.runs.asking import SETUPS, Asking
from simulator.world.changes import Change
from simulator.world.constants import load_world
from simulator.world.derived_files import put
from simulator.world.feedback import FeedbackChannel

LANGUAGES = ("model", "templates")
FILE = "config.json"
LOCK = "stores/run.lock"
"""Held while a run lasts; the file stays."""
FIGURES = ("skill", "satisfaction", "suggestions", "dimensions", "timeline")
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
    world: str = "default"
    """In which world they live, see `world.constants`: a packaged one's name, or a file."""
    setup: str = "full"
    """What a new person is asked: full, words or none."""
    review: int = 8
    """Cards of a day's review; 0 for no review."""
    shelf: bool = True
    """Whether ideas lie ready for a glance."""
    without: tuple[str, ...] = ()
    """What is left out of setup and review, to find out what it is worth."""
    adapters: str = ""
    """Days after which adapters are trained, see `adapter_training`; '' for none."""
    change: str = ""
    """What changes in the persona's life and from which day, see `world.changes`; '' for nothing."""
    no_pairs: bool = False
    """Keep no pairs of rated candidates, which take half the time: no adapter will be trained from this run."""
    record_ticks: bool = False
    """Keep what is considered at every tick, see `recording`."""

    def __post_init__(self) -> None:
        FeedbackChannel.of(self.feedback)
        load_world(self.world)
        if self.setup not in SETUPS:
            raise UsageError(f"--setup {self.setup!r} is unknown; choose one of {', '.join(SETUPS)}")
        if not 0 <= self.review <= 50:
            raise UsageError(f"--review is {self.review}, expected 0 to 50")
        if self.adapters and self.language != "model":
            raise UsageError("--adapters trains a model; leave out --language templates")
        if self.change:
            Change.of(self.change)
            if self.language != "templates":
                raise UsageError("a life that changes is lived without a model; add --language templates")
        if self.language not in LANGUAGES:
            raise UsageError(f"language {self.language!r} is unknown; choose one of {', '.join(LANGUAGES)}")
        asking = needs_model(POLICIES.get(self.assistant))
        if needs_model(JUDGES.get(self.judge)) and self.language != "model":
            raise UsageError(f"judge {self.judge} needs a model; leave out --language templates")
        if self.seed < 0:
            raise UsageError(f"--seed is {self.seed}, expected at least 0")
        if self.adapters:
            from simulator.runs.adapter_training import JobSchedule

            JobSchedule.of(self.adapters, self.seed)
        if not 1 <= self.days <= 366:
            raise UsageError(f"--days is {self.days}, expected 1 to 366")
        if asking and (self.language != "model" or self.adapters or self.change):
            raise UsageError(
                f"assistant {self.assistant} needs a model, and has nights of its own; add --language model"
            )

    def asking(self) -> Asking:
        """What the person is asked beside suggestions."""
        return Asking(self.setup, self.review, self.shelf, self.without)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what most runs do not have is left out, and the content of the world is added as a hash."""
        rare = ("adapters", "change", "no_pairs", "record_ticks", "without")
        told = {name: value for name, value in asdict(self).items() if name not in rare or value}
        return {**told, "world_hash": _hashed(load_world(self.world))}


def persona_hashes(personas: Iterable[Persona]) -> dict[str, str]:
    """The hash of each persona's content, by id.

    Raises:
        UsageError: two have the same id.
    """
    chosen = list(personas)
    hashes = {persona.id: _hashed(persona) for persona in chosen}
    if len(hashes) != len(chosen):
        raise UsageError("two personas have the same id; choose one of them")
    return hashes


def _hashed(content: BaseModel) -> str:
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:16]


def prior_stamp() -> str:
    """Hash of what the prior was fitted on."""
    return hashlib.sha256(json.dumps(prior.stamp_of(), sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def run_folder(out: Path, config: RunConfig, *, resume: bool, replace: bool) -> Iterator[None]:
    """Prepare the run's folder, and keep other processes out of it until the run has ended, however it ends.

    Raises:
        UsageError: see `prepare_folder`.
        LockedError: another process is at work in the folder.
    """
    if not (out / LOCK).exists():
        _check(out, config, resume=resume, replace=replace)  # a folder that is refused is left as it is
        (out / "stores").mkdir(parents=True, exist_ok=True)
    with locked(out / LOCK, f"run {out}", wait=False):
        prepare_folder(out, config, resume=resume, replace=replace)
        yield


def prepare_folder(out: Path, config: RunConfig, *, resume: bool, replace: bool) -> None:
    """Make the run's folder and write its configuration.

    Raises:
        UsageError: the folder holds something and neither --resume nor --replace was given, or it holds another run.
    """
    if _check(out, config, resume=resume, replace=replace):
        if not resume:
            _clear(out)
        for path in out.glob("events.sqlite*"):
            path.unlink()  # made anew from the stores
    (out / "stores").mkdir(parents=True, exist_ok=True)
    if not (out / FILE).exists():
        put(out / FILE, json.dumps(config.to_dict(), indent=1) + "\n")


def _check(out: Path, config: RunConfig, *, resume: bool, replace: bool) -> bool:
    """Whether the folder holds files, which are then those of a run to go on with or to replace; changes nothing."""
    if not any(path.is_file() and path != out / LOCK for path in out.rglob("*")):
        return False
    if not (resume or replace):
        raise UsageError(f"{out} is not empty; go on with --resume, start anew with --replace, or choose another --out")
    before = _written(out)
    if resume and before is not None:
        _same_run(out, before, config)
    return True


def _written(out: Path) -> dict[str, Any] | None:
    """The configuration of the run in a folder; None where a run was killed before it had written that."""
    try:
        data = json.loads((out / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if any(path.name != "stores" and path.suffix != ".partial" for path in out.iterdir()):
            raise UsageError(f"{out} holds something, but no run; choose another --out") from None
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{out / FILE} cannot be read: {error}; choose another --out") from error
    if not isinstance(data, dict) or not isinstance(data.get("personas"), dict):
        raise UsageError(f"{out / FILE} holds no configuration of a run; choose another --out")
    return data


def _same_run(out: Path, before: dict[str, Any], config: RunConfig) -> None:
    now = config.to_dict()
    other = [
        f"{name} ({before.get(name)!r} before, {now[name]!r} now)" for name in now if before.get(name) != now[name]
    ]
    if other:
        raise UsageError(f"{out} holds another run: {'; '.join(other)}; choose another --out")


def _clear(out: Path) -> None:
    """Remove the files of an earlier run, and nothing else; its configuration last, so that it can be done again."""
    before = _written(out)
    for name in before["personas"] if before is not None else ():
        if name != Path(name).name:  # a forged one leads nowhere else
            continue
        for suffix in ("", "-wal", "-shm"):
            (out / "stores" / f"{name}.sqlite{suffix}").unlink(missing_ok=True)
        for folder in ("adapters", "paper"):
            shutil.rmtree(out / folder / name, ignore_errors=True)
    for name in (*RESULTS, FILE):
        for path in (*out.glob(f"{name}.*.partial"), out / name):
            path.unlink(missing_ok=True)
