"""The judging test: how far a model's verdicts agree with the rubric's on moments of many lives.

What the model answered is kept as it comes (moments.jsonl), so that a stopped test goes on. Cohen's kappa with the
rubric is told by dimension; a model that reaches `GOOD_ENOUGH` in each of them may be used as `--judge llm`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import DIMENSIONS
from edge_assistant.errors import UsageError
from edge_assistant.llm.protocols import LanguageModel
from simulator.experiments.judged_moments import MOMENTS_A_DAY, rated_moments
from simulator.experiments.running import prepare
from simulator.judges.llm import keep_record, margins
from simulator.people import persona as people
from simulator.people.persona import Persona
from simulator.report.reading import fixed
from simulator.report.tables import TextTable, markdown
from simulator.runs.run_config import persona_hashes
from simulator.world.derived_files import put
from simulator.world.taste import Utility

SEED = 900_002
"""Of the first lives judged here; no run uses it or the ones after it."""
MOMENTS, RESULT = "moments.jsonl", "judges.json"
GOOD_ENOUGH = 0.4
"""Least kappa in every dimension of a model that may judge: 'moderate' on the usual scale (Landis and Koch 1977)."""

Verdicts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JudgedMoment:
    """One moment: the rubric's verdicts, and the model's margins of Yes over No in nats, by dimension."""

    persona: str
    rubric: tuple[int, ...]
    margins: tuple[float, ...]


def run(
    source: str, moments: int, model: str, out: Path, *, resume: bool, seeds: int = 1
) -> tuple[TextTable, dict[str, Any]]:
    """Test a model, or go on testing it.

    Args:
        source: whom the moments come from, see `persona.select`.
        moments: how many, over all of them.
        model: a GGUF file or a name.
        out: folder of the answers and of the table.
        resume: go on with what lies there.
        seeds: lives of each persona.

    Raises:
        UsageError: too few moments or lives, or the folder holds something else.
    """
    from edge_assistant.llm.engine import LlamaEngine
    from edge_assistant.llm.models import resolve
    from simulator.runs.household import workshop

    chosen = people.select(source)
    if moments < len(chosen):
        raise UsageError(f"--moments is {moments}, expected at least one for each of {len(chosen)} personas")
    if seeds < 1:
        raise UsageError("--seeds is at least 1")
    file = resolve(model or None)
    plan = {"personas": persona_hashes(chosen), "moments": moments, "model": file.sha256, "seeds": seeds}
    prepare({"kind": "judges", **plan}, out, resume=resume, same=("kind", *plan))
    with LlamaEngine.open(file.path, task_adapter=True) as engine:
        judged = judge_all(engine, chosen, moments, out, lambda persona: workshop(persona).taste, seeds=seeds)
        found = figures(judged)
        keep_record(engine.sha256, {"model": engine.name, **found})
        return write(out, engine, found), found


def judge_all(
    model: LanguageModel,
    personas: Sequence[Persona],
    count: int,
    out: Path,
    taste_of: Callable[[Persona], Utility],
    *,
    seeds: int = 1,
) -> list[JudgedMoment]:
    """Ask the model about `count` moments, spread over the personas and `seeds` lives of each.

    Those that are there already are kept.
    """
    file = out / MOMENTS
    found = _read(file)
    share = -(-count // len(personas))
    of_life = -(-share // seeds)
    days = range(1, days_needed(count, len(personas), seeds) + 1)
    for persona in personas:
        if persona.id not in found:
            lives = (_judge(model, taste_of(persona), days, of_life, SEED + life) for life in range(seeds))
            rows = [one for life in lives for one in life][:share]
            with file.open("a", encoding="utf-8") as stream:
                line = {"persona": persona.id, "rows": [[one.rubric, one.margins] for one in rows]}
                stream.write(json.dumps(line) + "\n")
            found[persona.id] = rows
        print(f"{persona.id}: {len(found[persona.id])} moments", file=sys.stderr, flush=True)
    return [one for persona in personas for one in found[persona.id]][:count]


def days_needed(count: int, personas: int, seeds: int) -> int:
    """Days that each life must have for so many moments."""
    return -(-count // (personas * seeds * MOMENTS_A_DAY))


def _judge(model: LanguageModel, taste: Utility, days: Sequence[int], most: int, seed: int) -> list[JudgedMoment]:
    rated = list(rated_moments(taste, days, seed))[:most]
    # one dimension after the other: their questions begin alike for all moments of a person
    by_dimension = [margins(model, [(moment, name) for moment, _ in rated]) for name in DIMENSIONS]
    return [
        JudgedMoment(
            taste.persona.id,
            tuple(getattr(rating, name) for name in DIMENSIONS),
            tuple(values[place] for values in by_dimension),
        )
        for place, (_, rating) in enumerate(rated)
    ]


def _read(file: Path) -> dict[str, list[JudgedMoment]]:
    found: dict[str, list[JudgedMoment]] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            kept = json.loads(line)
            found[kept["persona"]] = [
                JudgedMoment(kept["persona"], tuple(rubric), tuple(values)) for rubric, values in kept["rows"]
            ]
        except (ValueError, KeyError, TypeError):
            continue  # the line during which it was stopped
    return found


def figures(judged: Sequence[JudgedMoment]) -> dict[str, Any]:
    """Kappa and what lies beside it by dimension, and whether the model may judge."""
    from sklearn.metrics import roc_auc_score

    who = [one.persona for one in judged]
    found: dict[str, Any] = {}
    for place, dimension in enumerate(DIMENSIONS):
        truth = np.array([one.rubric[place] for one in judged])
        margin = np.array([one.margins[place] for one in judged])
        says = (margin >= 0).astype(np.int64)
        found[dimension] = {
            "kappa": kappa(truth, says),
            "ci": list(kappa_interval(truth, says, who)),
            "agreement": float(np.mean(truth == says)),
            "says_one": float(says.mean()),
            "truth_one": float(truth.mean()),
            "auc": float(roc_auc_score(truth, margin)) if 0 < truth.sum() < len(truth) else None,
        }
    passed = all(row["kappa"] is not None and row["kappa"] >= GOOD_ENOUGH for row in found.values())
    return {"moments": len(judged), "personas": len(set(who)), "dimensions": found, "passed": passed}


def kappa(first: Verdicts, second: Verdicts) -> float | None:
    """Cohen's kappa of 0/1 verdicts: agreement beyond chance; None where both judges always say the same one thing."""
    from sklearn.metrics import cohen_kappa_score

    if not len(first) or len({*first.tolist(), *second.tolist()}) < 2:
        return None
    return float(cohen_kappa_score(first, second))


def kappa_interval(
    first: Verdicts, second: Verdicts, groups: Sequence[str], draws: int = 300
) -> tuple[float | None, float | None]:
    """Bootstrap 95 % interval of kappa, resampling whole groups; none of fewer than two groups."""
    places = [np.flatnonzero(np.array(groups) == name) for name in sorted(set(groups))]
    if len(places) < 2:
        return None, None
    rng, found = np.random.default_rng(0), []
    for _ in range(draws):
        chosen = np.concatenate([places[index] for index in rng.integers(0, len(places), len(places))])
        found.append(kappa(first[chosen], second[chosen]))
    known = [value for value in found if value is not None]
    return (float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))) if known else (None, None)


def write(out: Path, model: LanguageModel, found: dict[str, Any]) -> TextTable:
    """Write table.md and, last, judges.json; a folder holds one model."""
    rows = [
        (
            *(dimension, f"{fixed(row['kappa'])} [{fixed(row['ci'][0])}, {fixed(row['ci'][1])}]"),
            *(fixed(row[name]) for name in ("agreement", "says_one", "truth_one", "auc")),
        )
        for dimension, row in found["dimensions"].items()
    ]
    caption = (
        f"{model.name} against the rubric on {found['moments']} moments of {found['personas']} personas: Cohen's "
        f"kappa with bootstrap 95 % interval over personas. It takes {GOOD_ENOUGH} in every dimension to pass; this "
        + ("model passes" if found["passed"] else "model does not")
    )
    table = TextTable(caption, ("dimension", "kappa", "agreement", "says 1", "is 1", "AUC"), tuple(rows))
    put(out / "table.md", markdown(table))
    facts = {"model": model.name, "sha256": model.sha256, "quantization": model.quantization}
    put(out / RESULT, json.dumps({**facts, **found}, indent=1) + "\n")
    return table
