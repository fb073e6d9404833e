"""What `experiment judges` does: plan, model, moments, figures."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.models import resolve
from simulator import persona as people
from simulator.comparison.tables import Cells
from simulator.experiments.judging import RESULT, figures, judge_all, write
from simulator.experiments.running import PLAN, put
from simulator.household import workshop
from simulator.judge_calibration import Calibration

__all__ = ["RESULT", "run"]


def run(source: str, moments: int, model: str, out: Path, *, resume: bool) -> tuple[Cells, dict[str, Any]]:
    """Judge, or go on judging.

    Raises:
        UsageError: too few moments, or the folder holds something else.
    """
    chosen = people.select(source)
    if moments < len(chosen):
        raise UsageError(f"--moments is {moments}, expected at least one for each of {len(chosen)} personas")
    file = resolve(model or None)
    hashes = {p.id: hashlib.sha256(p.model_dump_json().encode()).hexdigest()[:16] for p in chosen}
    plan = {"kind": "judges", "personas": hashes, "moments": moments, "model": file.sha256}
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
        judged = judge_all(engine, chosen, moments, out, lambda persona: workshop(persona).taste, _told)
        found = figures(judged, Calibration(engine), chosen)
        return write(out, engine, found), found


def _told(persona: str, count: int) -> None:
    print(f"{persona}: {count} moments", file=sys.stderr, flush=True)
