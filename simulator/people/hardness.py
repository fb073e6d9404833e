"""Is a persona as hard to please as a person? Measured on a life of its own, the same for every persona."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.world.life import live_day
from simulator.world.seeding import generator
from simulator.world.taste import Utility

SEED = 900
DAYS = 14

RECEPTIVE = (0.05, 0.35)
PLEASING = (0.02, 0.15)
OWN_VARIANCE = 1 / 3
RANDOM_WELCOME = 0.03


@dataclass(frozen=True, slots=True)
class Hardness:
    """What the check measured.

    Attributes:
        receptive: share of awake ticks that are receptive.
        pleasing: mean share of ideas that please at a receptive tick.
        pleasing_count: 10th percentile of the number of ideas that please at a receptive tick.
        own_variance: share of the utility's variance that no shared attribute carries.
        random_welcome: chance that a random idea at a random awake tick is welcome (gaps aside).
        problems: what lies outside the bounds, in words; empty when the persona passes.
    """

    receptive: float
    pleasing: float
    pleasing_count: float
    own_variance: float
    random_welcome: float
    problems: tuple[str, ...]


def check(taste: Utility) -> Hardness:
    """Measure a persona's hardness over two weeks."""
    persona = taste.persona
    receptive_ticks = ticks = 0
    shares: list[float] = []
    utilities = []
    habituated = generator("habituation", persona.id, SEED)
    for number in range(1, DAYS + 1):
        day = live_day(persona, number, SEED)
        open_now = np.flatnonzero(day.receptive(persona.timing.threshold))
        ticks += len(day)
        receptive_ticks += len(open_now)
        for tick in open_now[::3]:
            shares.append(float(taste.pleasing(day, int(tick)).mean()))
            # a week's hearing: the wish a day for 7 days, spread over the ideas that please
            heard = np.zeros(len(taste.base))
            liked = np.flatnonzero(taste.pleasing(day, int(tick)))
            if len(liked):
                chosen = habituated.choice(liked, size=min(7 * persona.frequency.daily_max, 3 * len(liked)))
                np.add.at(heard, chosen, 1)
            utilities.append(taste.utility(day, int(tick), heard))
    receptive = receptive_ticks / max(ticks, 1)
    pleasing = float(np.mean(shares)) if shares else 0.0
    count = float(np.quantile(shares, 0.1)) * len(taste.base) if shares else 0.0
    own = _own_variance(taste, np.array(utilities)) if utilities else 0.0
    random_welcome = receptive * pleasing
    problems = []
    if not RECEPTIVE[0] <= receptive <= RECEPTIVE[1]:
        problems.append(f"receptive at {receptive:.1%} of awake ticks, expected 5 to 35 %: mend [timing]")
    if not PLEASING[0] <= pleasing <= PLEASING[1]:
        problems.append(
            f"{pleasing:.1%} of the ideas please at a receptive tick, expected 2 to 15 %: mend preference.pleasing"
        )
    if count < 2 * persona.frequency.daily_max:
        problems.append(
            f"{count:.0f} ideas please at a poor receptive tick, fewer than twice the daily maximum of "
            f"{persona.frequency.daily_max}: raise preference.pleasing"
        )
    if own < OWN_VARIANCE:
        problems.append(
            f"only {own:.0%} of the utility is the persona's own, expected a third: raise interest_weight, "
            "fitting_weight or the interactions"
        )
    if random_welcome > RANDOM_WELCOME:
        problems.append(f"a random idea at a random tick is welcome {random_welcome:.1%} of the time, more than 3 %")
    return Hardness(receptive, pleasing, count, own, random_welcome, tuple(problems))


def _own_variance(taste: Utility, utilities: np.ndarray) -> float:
    """Share of the variance over ideas and moments that is left beside categories and attributes."""
    own = (utilities - taste.shared).var()
    shared = taste.shared.var()
    return float(own / max(own + shared, 1e-12))
