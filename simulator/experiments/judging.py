"""Judges judged: the rubric's verdicts on moments of many lives beside those of `llm` and `hybrid`, for one model.

What the model answered is kept as it comes (moments.jsonl), so that a stopped experiment goes on. Of each judge Cohen's
kappa with the rubric is told by dimension: `raw` takes the model's Yes or No as it is, `llm` its probability calibrated
on the usual few moments, `llm on these` on the moments of the other personas here: what more calibration gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import DIMENSIONS
from edge_assistant.llm.protocols import LanguageModel
from simulator.experiments.agreement import area, calibration_error, kappa, kappa_interval
from simulator.experiments.running import put
from simulator.judges.calibration import MOMENTS_A_DAY, Calibration, margins, platt, rated_moments
from simulator.judges.judge import BY_RULE, graded, mixed
from simulator.judges.questions import Moment
from simulator.people.persona import Persona
from simulator.report.comparison.tables import Cells as Table
from simulator.report.comparison.tables import markdown
from simulator.report.reading import fixed
from simulator.world.taste import Utility

SEED = 900_002
"""Of the first lives judged here; neither runs nor calibration use it or the ones after it."""
MOMENTS, RESULT = "moments.jsonl", "judges.json"
GOOD_ENOUGH = 0.4
"""Least kappa in every dimension of a model that may judge: 'moderate' on the usual scale (Landis and Koch 1977)."""
JUDGES = ("raw", "llm", "llm on these", "hybrid")


@dataclass(frozen=True, slots=True)
class Judged:
    """One moment: the rubric's verdicts, the graded rules, and the model's margins of Yes over No in nats."""

    persona: str
    rubric: tuple[int, ...]
    rule: dict[str, float]
    margins: tuple[float, ...]


def judge_all(
    model: LanguageModel,
    personas: Sequence[Persona],
    count: int,
    out: Path,
    taste_of: Callable[[Persona], Utility],
    progress: Callable[[str, int], None] | None = None,
    *,
    seeds: int = 1,
) -> list[Judged]:
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
                line = {"persona": persona.id, "rows": [[one.rubric, one.rule, one.margins] for one in rows]}
                stream.write(json.dumps(line) + "\n")
            found[persona.id] = rows
        if progress is not None:
            progress(persona.id, len(found[persona.id]))
    return [one for persona in personas for one in found[persona.id]][:count]


def days_needed(count: int, personas: int, seeds: int) -> int:
    """Days that each life must have for so many moments."""
    return -(-count // (personas * seeds * MOMENTS_A_DAY))


def _judge(model: LanguageModel, taste: Utility, days: Sequence[int], most: int, seed: int) -> list[Judged]:
    moments: list[Moment] = []
    rows: list[tuple[tuple[int, ...], dict[str, float]]] = []
    for moment, rating, agent, tick, idea, suggestion in rated_moments(taste, days, seed):
        moments.append(moment)
        rows.append((tuple(getattr(rating, name) for name in DIMENSIONS), graded(agent, tick, idea, suggestion)))
    moments, rows = moments[:most], rows[:most]
    # one dimension after the other: their questions begin alike for all moments of a person
    by_dimension = [margins(model, [(moment, name) for moment in moments]) for name in DIMENSIONS]
    return [
        Judged(taste.persona.id, rubric, rule, tuple(values[place] for values in by_dimension))
        for place, (rubric, rule) in enumerate(rows)
    ]


def _read(file: Path) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            kept = json.loads(line)
            found[kept["persona"]] = [
                Judged(kept["persona"], tuple(rubric), rule, tuple(values)) for rubric, rule, values in kept["rows"]
            ]
        except (ValueError, KeyError, TypeError):
            continue  # the line during which it was stopped
    return found


def figures(judged: Sequence[Judged], calibration: Calibration, personas: Sequence[Persona]) -> dict[str, Any]:
    """Kappa and what lies beside it, by judge and dimension, and whether the model may judge."""
    people = {persona.id: persona for persona in personas}
    who = [one.persona for one in judged]
    found: dict[str, Any] = {name: {} for name in JUDGES}
    for place, dimension in enumerate(DIMENSIONS):
        truth = np.array([one.rubric[place] for one in judged])
        margin = np.array([one.margins[place] for one in judged])
        usual = np.array(
            [
                calibration.probability(people[one.persona], dimension, value)
                for one, value in zip(judged, margin.tolist(), strict=True)
            ]
        )
        here = _calibrated_on_others(margin, truth, who)
        verdicts = {"raw": margin >= 0, "llm": usual >= 0.5, "llm on these": here >= 0.5}
        if dimension in BY_RULE:
            verdicts["hybrid"] = truth == 1
        else:
            verdicts["hybrid"] = np.array(
                [mixed(one.rule[dimension], chance) for one, chance in zip(judged, usual.tolist(), strict=True)]
            )
        chances = {"raw": 1 / (1 + np.exp(-np.clip(margin, -30, 30))), "llm": usual, "llm on these": here}
        for name, verdict in verdicts.items():
            says = np.asarray(verdict).astype(np.int64)
            low, high = kappa_interval(truth, says, who)
            found[name][dimension] = {
                "kappa": kappa(truth, says),
                "ci": [low, high],
                "agreement": float(np.mean(truth == says)),
                "says_one": float(says.mean()),
                "truth_one": float(truth.mean()),
                "auc": area(margin, truth) if name in chances else None,
                "calibration_error": calibration_error(chances[name], truth) if name in chances else None,
            }
    slopes = {name: _platt_of(judged, place) for place, name in enumerate(DIMENSIONS)}
    good = {name: _good(found[name]) for name in JUDGES}
    return {"moments": len(judged), "personas": len(set(who)), "judges": found, "platt": slopes, "good_enough": good}


def write(out: Path, model: LanguageModel, found: dict[str, Any], judges: Sequence[str] = JUDGES) -> Table:
    """Write table.md, of some judges, and, last, judges.json; a folder holds one model."""
    rows = [
        (
            *(judge, dimension, f"{fixed(row['kappa'])} [{fixed(row['ci'][0])}, {fixed(row['ci'][1])}]"),
            *(fixed(row[name]) for name in ("agreement", "says_one", "truth_one", "auc", "calibration_error")),
        )
        for judge in judges
        for dimension, row in found["judges"][judge].items()
    ]
    caption = (
        f"{model.name} against the rubric on {found['moments']} moments of {found['personas']} personas: Cohen's kappa "
        f"with bootstrap 95 % interval over personas; good enough is {GOOD_ENOUGH} in every dimension: "
        + ", ".join(
            f"{name} {'yes' if good else 'no'}" for name, good in found["good_enough"].items() if name in judges
        )
    )
    headings = ("judge", "dimension", "kappa", "agreement", "says 1", "is 1", "AUC", "calibration error")
    table = Table(caption, headings, tuple(rows))
    put(out / "table.md", markdown(table).encode())
    facts = {"model": model.name, "sha256": model.sha256, "quantization": model.quantization}
    put(out / RESULT, (json.dumps({**facts, **found}, indent=1) + "\n").encode())
    return table


def _calibrated_on_others(
    margin: NDArray[np.float64], truth: NDArray[np.int64], who: Sequence[str]
) -> NDArray[np.float64]:
    """Probabilities by a slope and an offset fitted on the other personas' moments."""
    names = np.array(who)
    chance = np.full(len(margin), 0.5)
    for name in sorted(set(who)):
        own = names == name
        if not own.all():
            slope, offset = platt(margin[~own], truth[~own])
            chance[own] = 1 / (1 + np.exp(-np.clip(slope * margin[own] + offset, -30, 30)))
    return chance


def _platt_of(judged: Sequence[Judged], place: int) -> list[float]:
    slope, offset = platt(
        np.array([one.margins[place] for one in judged]), np.array([one.rubric[place] for one in judged])
    )
    return [slope, offset]


def _good(dimensions: dict[str, dict[str, Any]]) -> bool:
    return all(row["kappa"] is not None and row["kappa"] >= GOOD_ENOUGH for row in dimensions.values())
