"""Builds the packaged priors: one of all personas, and for each persona one that has never met it.

edge-assistant prior build --runs runs/prior
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.composer.style_model import vague_wishes
from edge_assistant.context import activity_classes as kinds
from edge_assistant.learning.fit import population
from edge_assistant.learning.prior import EVERYBODY, Prior, save, stamp_of
from edge_assistant.loop.stranger import vague
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.trigger.features import MOMENT_NAMES
from edge_assistant.trigger.frequency import vague_frequency, vague_patience
from simulator.people import persona as personas
from simulator.runs.ratings import FIRST_SEED, Summary, collect, summarise_person

SEEDS = 24
"""Lives of two weeks a persona from which the packaged priors are made."""
TIMING_RANK = 24
LIKING_RANK = 24


def stamp() -> dict[str, Any]:
    """What the priors depend on: personas, ideas, features, how they are collected."""
    digest = hashlib.sha256()
    for path in sorted(personas.PACKAGED.glob("*.toml")):
        digest.update(path.read_bytes())
    names = hashlib.sha256("\n".join((*MOMENT_NAMES, *LIKING_NAMES)).encode()).hexdigest()
    return {
        "personas": digest.hexdigest(),
        "ideas": knowledge.load_packaged().sha256,
        "features": names,
        "kinds": kinds.data_hash(),
        "seeds": [FIRST_SEED, FIRST_SEED + SEEDS - 1],
    }


def stale() -> list[str]:
    """What has changed since the packaged priors were built; empty when they are fresh."""
    packaged, now = stamp_of(), stamp()
    return [name for name, value in now.items() if packaged.get(name) != value]


def _summary(runs: Path, seeds: int, identifier: str) -> Summary:
    from simulator.runs.household import workshop

    shop = workshop(personas.load(personas.PACKAGED / f"{identifier}.toml"))
    paths = [runs / f"{identifier}-{FIRST_SEED + number}.jsonl" for number in range(seeds)]
    for number, path in enumerate(paths):
        if not path.exists():
            collect(shop.taste, shop.features, shop.voice, FIRST_SEED + number, path)
    return summarise_person(paths, shop.features)


def summaries(
    runs: Path, names: Sequence[str], seeds: int, workers: int, progress: Callable[[int, int], None] | None = None
) -> dict[str, Summary]:
    """Collect what is not yet stored, and sum up each person."""
    runs.mkdir(parents=True, exist_ok=True)
    found: dict[str, Summary] = {}
    with ProcessPoolExecutor(workers) as pool:
        for name, summary in zip(names, pool.map(partial(_summary, runs, seeds), names), strict=True):
            found[name] = summary
            if progress is not None:
                progress(len(found), len(names))
    return found


def pool(found: dict[str, Summary], without: str = "") -> Prior:
    """The prior of everybody but one."""
    people = [summary for name, summary in found.items() if name != without]
    start = vague()
    return Prior(
        population([person.timing for person in people], start.timing, TIMING_RANK, rounds=15),
        population([person.liking for person in people], start.liking, LIKING_RANK, rounds=4),
        start.activity_effect,
        start.idea_effect,
        _mixed([person.frequency for person in people], vague_frequency()),
        _mixed([person.patience for person in people], vague_patience()),
        _kinds_of_people([person.wishes for person in people]),
        0.9 * np.mean([person.topics for person in people], axis=0) + 0.1 * start.topics,
    )


def _kinds_of_people(wishes: Sequence[list[list[float]]]) -> list[list[list[float]]]:
    """Each person's wishes, blurred a little towards the average, and the average itself for a fifth of the weight."""
    average = [
        0.9 * np.mean([person[aspect] for person in wishes], axis=0) + 0.1 * np.array(flat)
        for aspect, flat in enumerate(vague_wishes())
    ]
    blurred = [
        [(0.85 * np.array(own) + 0.15 * mean).tolist() for own, mean in zip(person, average, strict=True)]
        for person in wishes
    ]
    return blurred + [[mean.tolist() for mean in average]] * max(1, round(len(wishes) / 4))


def _mixed(beliefs: Sequence[np.ndarray], flat: np.ndarray) -> np.ndarray:
    """Anybody's belief may be this person's; a little of what nobody had is kept."""
    return np.asarray(0.75 * np.mean(beliefs, axis=0) + 0.25 * flat)


def build(
    runs: Path,
    out: Path,
    seeds: int = SEEDS,
    workers: int = 2,
    names: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Prior]:
    """Collect, fit and write all priors."""
    names = names or [persona.id for persona in personas.packaged()]
    found = summaries(runs, names, seeds, workers, progress)
    with ProcessPoolExecutor(workers) as executor:
        left_out = dict(zip(names, executor.map(partial(pool, found), names), strict=True))
    priors = {EVERYBODY: pool(found), **left_out}
    save(out, priors, stamp())
    return priors
