"""What a persona's days are held against: the same days under `silent`, `oracle` and `knower`.

It is the same for every run of a seed, whatever its policy, so it is kept beside the lives and lived once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

import edge_assistant
import simulator
from edge_assistant.learning import prior
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import live
from simulator.runs.metrics import measure
from simulator.world.derived_files import digest, keep, read_kept, source_digest
from simulator.world.life import LifeDay
from simulator.world.oracle import OracleDay


@dataclass(frozen=True)
class Reference:
    """What others make of the same days: satisfaction by day under `silent` and `oracle`, the knower's skill."""

    silent: list[float]
    oracle: list[float]
    knower: list[float | None]

    def until(self, day: int, after: Reference) -> Reference:
        """This one for so many days, then another."""
        mine, others = (asdict(one).values() for one in (self, after))
        return Reference(*(own[:day] + other[day:] for own, other in zip(mine, others, strict=True)))


def reference(shop: PersonaSetup, days: Sequence[LifeDay], oracle_days: dict[int, OracleDay], seed: int) -> Reference:
    """Live the days under the policies that every run is held against."""
    known = prior.load(prior.prior_name(shop.persona.id, shop.taste.world.name))
    logs = {}
    for assistant in ("silent", "oracle", "knower"):
        house = household(shop, assistant, "reasons", seed, known, oracle_days)
        logs[assistant] = [live(house, day).log for day in days]
    max_gap = shop.persona.frequency.max_gap
    skill = [measure(log, oracle_days[log.day].needs, max_gap, None, None)["skill"] for log in logs["knower"]]
    silent, oracle = ([float(np.mean(log.totals)) for log in logs[name]] for name in ("silent", "oracle"))
    return Reference(silent, oracle, skill)


def kept_reference(
    folder: Path, shop: PersonaSetup, days: Sequence[LifeDay], oracle_days: dict[int, OracleDay], seed: int
) -> Reference:
    """`reference`, from the folder of lives where it was kept before; a damaged file is computed anew."""
    persona = shop.persona
    lived = [(day.wake, day.activities, oracle_days[day.day]) for day in days]
    taste = digest(shop.taste.world.model_dump_json(), shop.taste.base.sha256, shop.taste.static.tobytes().hex())
    key = digest(persona.model_dump_json(), taste, seed, lived, _program())
    path = folder / f"{persona.id}-{seed}-{key[:16]}.reference.json"
    kept = read_kept(path, key)
    if kept is not None:
        return Reference(**kept)
    found = reference(shop, days, oracle_days, seed)
    keep(path, key, asdict(found))
    return found


@cache
def _program() -> str:
    """Hash of everything that lives a day: both packages' modules and data, the priors among them."""
    paths: list[Path] = []
    for package in (edge_assistant, simulator):
        root = Path(next(iter(package.__path__)))
        for ending in ("*.py", "*.toml", "*.npz"):
            paths += sorted(root.rglob(ending))
    return source_digest(paths)
