"""Makes the runs of an experiment one after the other, each in its own folder, resumable at every night.

DIR/plan.json               what is compared, written before the work starts
DIR/runs/NAME-SEED/         one run as `edge-assistant simulate` makes it
DIR/experiment.json, ...    the comparison, see `results`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from simulator.experiments.variants import Variant
from simulator.people.persona import Persona
from simulator.report.comparison import read_summary
from simulator.runs.run_config import FILE, RunConfig, persona_hashes, prior_stamp, run_folder
from simulator.runs.runner import run
from simulator.world.derived_files import put

PLAN = "plan.json"
RESULT = "experiment.json"
SAME = ("kind", "personas", "days", "language", "feedback", "adapters")
"""What an experiment that is gone on with must have in common with its first call."""

Progress = Callable[[str, str, int], None]
"""Told a run, a persona and the day that it has just finished."""


@dataclass(frozen=True)
class Experiment:
    """What is lived: each variant (ours first) under each seed, on the same personas and days."""

    kind: str
    variants: tuple[Variant, ...]
    personas: tuple[Persona, ...]
    source: str
    days: int
    seeds: tuple[int, ...]
    language: str = "templates"
    model: str = ""
    engine: str = "local"

    def config(self, variant: Variant, seed: int) -> RunConfig:
        """The configuration of one run."""
        told = {name: value for name, value in asdict(variant).items() if name not in ("name", "language")}
        language = variant.language or self.language
        return RunConfig(
            personas=persona_hashes(self.personas),
            source=self.source,
            days=self.days,
            seed=seed,
            judge="rubric",
            language=language,
            model=self.model if language == "model" else "",
            prior=prior_stamp(),
            no_pairs=not variant.adapters,
            **told,
        )

    def folder(self, out: Path, variant: Variant, seed: int) -> Path:
        """Where a run lies."""
        return out / "runs" / f"{variant.folder}-{seed}"

    def plan(self) -> dict[str, Any]:
        """What must be the same for the folder to be gone on with, and the variants and seeds of the last call."""
        return {
            "kind": self.kind,
            "personas": persona_hashes(self.personas),
            "days": self.days,
            "language": self.language,
            "feedback": self.variants[0].feedback,
            "adapters": self.variants[0].adapters,
            "variants": [variant.name for variant in self.variants],
            "seeds": list(self.seeds),
        }

    def costs(self, out: Path, variant: Variant) -> list[dict[str, Any]]:
        """What each run of a variant cost, one for each seed."""
        return [read_summary(self.folder(out, variant, seed))["cost"] for seed in self.seeds]


def prepare(plan: dict[str, Any], out: Path, *, resume: bool, same: Sequence[str] = SAME) -> None:
    """Make the folder and write the plan.

    Args:
        plan: what is compared, JSON-ready.
        out: the folder.
        resume: go on with what lies there.
        same: the keys in which it must not differ from what lies there.

    Raises:
        UsageError: the folder holds something and --resume was not given, or it holds another experiment.
    """
    if out.exists() and any(path.suffix != ".partial" for path in out.iterdir()):
        if not resume:
            raise UsageError(f"{out} is not empty; go on with --resume, or choose another --out")
        try:
            before = dict(json.loads((out / PLAN).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f"{out} holds no experiment that can be gone on with; choose another --out") from error
        other = [name for name in same if before.get(name, plan[name]) != plan[name]]
        if other:
            raise UsageError(f"{out} holds an experiment with other {', '.join(other)}; choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    put(out / PLAN, json.dumps(plan, indent=1) + "\n")


def live_all(experiment: Experiment, out: Path, workers: int, progress: Progress) -> None:
    """Make every run that is not complete, seed by seed, so that the pairs of the first seed are there first."""
    for seed in experiment.seeds:
        for variant in experiment.variants:
            folder, config = experiment.folder(out, variant, seed), experiment.config(variant, seed)
            begun = (folder / FILE).exists() or (folder / "stores").exists()
            told = partial(progress, variant.name)
            if _complete(folder, config):
                for persona in experiment.personas:
                    for day in range(1, experiment.days + 1):
                        told(persona.id, day)
            else:
                with run_folder(folder, config, resume=begun, replace=False):
                    run(config, experiment.personas, folder, workers, told, experiment.engine)


def _complete(folder: Path, config: RunConfig) -> bool:
    """Whether the folder holds the finished run of this very configuration."""
    try:
        before = json.loads((folder / FILE).read_text(encoding="utf-8"))
        json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(before == json.loads(json.dumps(config.to_dict())))
