"""What `experiment judges` does: plan, model, moments, figures."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.models import resolve
from simulator.experiments.judging import JUDGES, RESULT, days_needed, figures, judge_all, write
from simulator.experiments.running import PLAN, put
from simulator.judges.calibration import Calibration
from simulator.people import persona as people
from simulator.report.comparison.tables import Cells
from simulator.runs.household import workshop

__all__ = ["RESULT", "run"]


def run(
    source: str,
    moments: int,
    model: str,
    out: Path,
    *,
    resume: bool,
    days: int = 0,
    seeds: int = 1,
    judges: Sequence[str] = JUDGES,
) -> tuple[Cells, dict[str, Any]]:
    """Judge, or go on judging.

    Args:
        source: whom the moments come from, see `persona.select`.
        moments: how many, over all of them.
        model: a GGUF file or a name.
        out: folder of the answers and of the table.
        resume: go on with what lies there.
        days: most days of a life to take moments from; 0 for as many as it needs.
        seeds: lives of each persona.
        judges: to tell of in the table.

    Raises:
        UsageError: too few moments or days, an unknown judge, or the folder holds something else.
    """
    chosen = people.select(source)
    if moments < len(chosen):
        raise UsageError(f"--moments is {moments}, expected at least one for each of {len(chosen)} personas")
    if unknown := [name for name in judges if name not in JUDGES]:
        raise UsageError(f"--policies {', '.join(unknown)}: no such judge; choose from {', '.join(JUDGES)}")
    if seeds < 1 or days < 0:
        raise UsageError("--seeds is at least 1 and --days at least 0")
    if 0 < days < (needed := days_needed(moments, len(chosen), seeds)):
        raise UsageError(
            f"--days is {days}: {moments} moments of {len(chosen)} personas need {needed} days, or more seeds"
        )
    file = resolve(model or None)
    hashes = {p.id: hashlib.sha256(p.model_dump_json().encode()).hexdigest()[:16] for p in chosen}
    plan = {"kind": "judges", "personas": hashes, "moments": moments, "model": file.sha256}
    plan |= {"seeds": seeds} if seeds > 1 else {}
    if out.exists() and any(out.iterdir()):
        try:
            same = json.loads((out / PLAN).read_text(encoding="utf-8")) == plan
        except (OSError, ValueError):
            same = False
        if not resume or not same:
            told = "it holds another experiment" if resume else "go on with --resume"
            raise UsageError(f"{out} is not empty: {told}, or choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    put(out / PLAN, (json.dumps(plan, indent=1) + "\n").encode())
    with LlamaEngine.open(file.path, task_adapter=True) as engine:
        judged = judge_all(engine, chosen, moments, out, lambda persona: workshop(persona).taste, _told, seeds=seeds)
        found = figures(judged, Calibration(engine), chosen)
        return write(out, engine, found, judges), found


def _told(persona: str, count: int) -> None:
    print(f"{persona}: {count} moments", file=sys.stderr, flush=True)
