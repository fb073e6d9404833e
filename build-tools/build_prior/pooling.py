"""Builds the packaged priors over people and worlds: of all of them, and without each persona, each world, and both.

Whoever is measured in a world begins with a prior that has met neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from build_prior.fit import Message, population
from build_prior.ratings import FIRST_SEED, Summary, collect, summarise_person
from edge_assistant.composer.style_model import vague_wishes
from edge_assistant.context import activity_classes as kinds
from edge_assistant.domain import ATTRIBUTES
from edge_assistant.learning.prior import Gaussian, Prior, prior_name, save, stamp_of
from edge_assistant.loop.stranger import vague
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.features import LIKING_NAMES, SHARED_WORDS
from edge_assistant.trigger.features import MOMENT_NAMES
from edge_assistant.trigger.frequency import vague_frequency, vague_patience
from simulator.people import persona as personas
from simulator.world import constants

SEEDS = 2
"""Lives of two weeks a persona and world from which the packaged priors are made: one of a person who told of
themselves at the start, one of a person who did not."""
TIMING_RANK = 12
LIKING_RANK = 12
AT_LEAST = {"like what you said you like": 1.4, SHARED_WORDS: 0.8, "like what you said you do not like": -0.15}
"""Weight, in probit units a deviation, that likes and dislikes in the person's own words have at least.

The fit shares what a like explains with the directions of the ideas' texts, which are known of a person only after
weeks; of a stranger the word is nearly all that there is.
"""
LEAST_SPREAD = {"like what you said you like": 0.4, SHARED_WORDS: 0.4}
"""Deviation of these weights between people, at least: how far the sense and how far the words tell, days must show."""


def stamp() -> dict[str, Any]:
    """What the priors depend on: personas, ideas, features, how they are collected."""
    digest = hashlib.sha256()
    for path in sorted((*personas.PACKAGED.glob("*.toml"), *constants.PACKAGED.glob("*.toml"))):
        digest.update(path.read_bytes())
    names = hashlib.sha256("\n".join((*MOMENT_NAMES, *LIKING_NAMES)).encode()).hexdigest()
    return {
        "personas": digest.hexdigest(),
        "ideas": _ideas_digest(),
        "features": names,
        "kinds": kinds.data_hash(),
        "seeds": [FIRST_SEED, FIRST_SEED + SEEDS - 1],
    }


def _ideas_digest() -> str:
    """Hash of what the fit depends on of the ideas: their sentences may change without it."""
    parts = [
        [idea.id, idea.text, idea.category, [getattr(idea, name) for name in ATTRIBUTES], idea.kinds, idea.topics]
        for idea in knowledge.load_packaged().ideas
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def stale() -> list[str]:
    """What has changed since the packaged priors were built; empty when they are fresh."""
    packaged, now = stamp_of(), stamp()
    return [name for name, value in now.items() if packaged.get(name) != value]


Life = tuple[str, str]
"""A persona's id and a world's name."""


def _summary(runs: Path, seeds: int, life: Life) -> Summary:
    from simulator.runs.household import workshop

    identifier, world = life
    shop = workshop(personas.load(personas.PACKAGED / f"{identifier}.toml"), world=constants.load_world(world))
    first = FIRST_SEED + seeds * constants.packaged_worlds().index(world)
    paths = [runs / f"{identifier}-{world}-{first + number}.jsonl" for number in range(seeds)]
    for number, path in enumerate(paths):
        if not path.exists():
            collect(shop.taste, shop.features, shop.voice, first + number, path)
    return summarise_person(paths, shop.features)


def summaries(
    runs: Path, lives: Sequence[Life], seeds: int, workers: int, progress: Callable[[int, int], None] | None = None
) -> dict[Life, Summary]:
    """Collect what is not yet stored, and sum up each person in each world."""
    runs.mkdir(parents=True, exist_ok=True)
    found: dict[Life, Summary] = {}
    with ProcessPoolExecutor(workers) as pool:
        for life, summary in zip(lives, pool.map(partial(_summary, runs, seeds), lives), strict=True):
            found[life] = summary
            if progress is not None:
                progress(len(found), len(lives))
    return found


def pool(found: dict[Life, Summary], left_out: Life = ("", "")) -> Prior:
    """The prior of everybody in every world but those of one persona and those in one world.

    A person is the same in all worlds: what their lives say is added up before people are pooled.
    """
    names = sorted({name for name, world in found if name != left_out[0] and world != left_out[1]})
    people = [[s for (who, world), s in found.items() if who == name and world != left_out[1]] for name in names]
    start = vague()
    return Prior(
        population([_added([s.timing for s in lives]) for lives in people], start.timing, TIMING_RANK, rounds=6),
        at_their_word(
            population([_added([s.liking for s in lives]) for lives in people], start.liking, LIKING_RANK, rounds=3)
        ),
        start.activity_effect,
        start.idea_effect,
        _mixed([np.mean([s.frequency for s in lives], axis=0) for lives in people], vague_frequency()),
        _mixed([np.mean([s.patience for s in lives], axis=0) for lives in people], vague_patience()),
        _kinds_of_people([_mean_wishes([s.wishes for s in lives]) for lives in people]),
        0.9 * np.mean([s.topics for lives in people for s in lives], axis=0) + 0.1 * start.topics,
    )


def at_their_word(liking: Gaussian) -> Gaussian:
    """The same where what a person says of themselves counts for something from the first day."""
    mean, diagonal = liking.mean.copy(), liking.diagonal.copy()
    for name, least in AT_LEAST.items():
        place = LIKING_NAMES.index(name)
        mean[place] = max(mean[place], least) if least > 0 else min(mean[place], least)
    for name, least in LEAST_SPREAD.items():
        place = LIKING_NAMES.index(name)
        diagonal[place] = max(diagonal[place], least**2 - float((liking.factor[place] ** 2).sum()))
    return Gaussian(mean, liking.factor, diagonal)


_shared: dict[Life, Summary] = {}
"""What all lives say, given to each worker once: hundreds of megabytes."""


def _pool_shared(left_out: Life) -> Prior:
    return pool(_shared, left_out)


def _added(messages: Sequence[Message]) -> Message:
    return Message(sum(m.precision for m in messages), sum(m.shift for m in messages))  # type: ignore[arg-type]


def _mean_wishes(wishes: Sequence[list[list[float]]]) -> list[list[float]]:
    return [np.mean([life[aspect] for life in wishes], axis=0).tolist() for aspect in range(len(wishes[0]))]


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
    worlds = constants.packaged_worlds()
    found = summaries(runs, [(name, world) for name in names for world in worlds], seeds, workers, progress)
    left_out = [(name, world) for name in ("", *names) for world in ("", *worlds)]
    with ProcessPoolExecutor(workers, initializer=_shared.update, initargs=(found,)) as executor:
        pooled = executor.map(_pool_shared, left_out, chunksize=4)
        priors = {prior_name(*life): prior for life, prior in zip(left_out, pooled, strict=True)}
    save(out, priors, stamp())
    return priors
