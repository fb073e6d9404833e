"""What a day was worth: the measures of one persona and day, from the verdicts of the rubric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge_assistant.domain import DIMENSIONS, TICK_MINUTES, Rating
from simulator.world.oracle import count_value


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said: when, which idea, how the rubric rates it, what followed."""

    tick: int
    idea_id: str
    category: str
    rating: Rating
    requested: bool
    accepted: bool
    fresh: bool
    """Not heard in the last 7 days."""
    compose_fallback: bool = False


@dataclass(frozen=True, slots=True)
class DayLog:
    """All that the measures need of one day: the total of every tick, and what was spoken."""

    day: int
    totals: tuple[int, ...]
    spoken: tuple[Spoken, ...]
    annoyance: float
    trust: float
    plan_fallbacks: int
    answers: int = 0
    """Reactions that reached the assistant."""
    cards: int = 0
    """Cards answered, of the review and of the shelf."""
    likes: int = 0
    """Things told of in own words after a review."""
    setup: bool = False
    """The setup was answered on this day."""


def measure(
    log: DayLog,
    needs: int,
    max_gap: float,
    silent: float | None,
    oracle: float | None,
    knower: float | None = None,
) -> dict[str, Any]:
    """The measures of a day; what has no meaning on it (nothing was spoken, nothing was needed) is None.

    Args:
        log: the day.
        needs: from the oracle.
        max_gap: the persona's, minutes of awake time.
        silent: satisfaction of the silent policy on the same day.
        oracle: likewise of the oracle.
        knower: the knower's skill on the same day.
    """
    said = [spoken for spoken in log.spoken if not spoken.requested]
    answers = [spoken for spoken in log.spoken if spoken.requested]
    welcome = [spoken for spoken in said if spoken.rating.welcome]
    false_alarms = len(said) - len(welcome)
    worths = tuple(1.0 if spoken.rating.communication else 0.5 for spoken in welcome)
    value, _ = count_value(tuple(spoken.tick for spoken in welcome), worths, max_gap, needs)
    hours = len(log.totals) * TICK_MINUTES / 60
    well_timed = sum(bool(spoken.rating.timing and spoken.rating.frequency) for spoken in said)
    precision = _ratio(well_timed, len(said))
    recall = min(1.0, well_timed / needs) if needs else None
    result: dict[str, Any] = {
        "day": log.day,
        "skill": (value - false_alarms) / needs if needs else None,
        "needs": needs,
        "welcome": len(welcome),
        "false_alarms": false_alarms,
        "satisfaction": float(np.mean(log.totals)) if log.totals else None,
        "silent": silent,
        "oracle": oracle,
        "knower": knower,
        "spoken_satisfaction": _mean([spoken.rating.total for spoken in said]),
        "success_rate": _mean([spoken.rating.total >= 3 for spoken in said]),
        "suggestions": len(said),
        "suggestions_per_hour": len(said) / hours if hours else None,
        "timing_precision": precision,
        "timing_recall": recall,
        "timing_f1": _harmonic(precision, recall),
    }
    for name in DIMENSIONS:
        result[name] = _mean([getattr(spoken.rating, name) for spoken in said])
    return result | {
        "acceptance": _mean([spoken.accepted for spoken in said]),
        "novelty": _mean([spoken.fresh for spoken in said]),
        "diversity": _diversity([spoken.category for spoken in said]),
        "annoyance": log.annoyance,
        "trust": log.trust,
        "requests": len(answers),
        "answers_welcome": sum(spoken.rating.welcome for spoken in answers),
        "plan_fallbacks": log.plan_fallbacks,
        "compose_fallbacks": sum(spoken.compose_fallback for spoken in log.spoken),
        "answers": log.answers + log.cards + log.likes,
        "effort_seconds": 5.0 * log.answers + 3.0 * log.cards + 15.0 * log.likes + 120.0 * log.setup,
    }


def by_day(personas: Sequence[Sequence[dict[str, Any]]], seed: int = 0) -> list[dict[str, Any]]:
    """Means over personas for each day, with bootstrap 95 % intervals of skill and satisfaction."""
    rows = []
    for days in zip(*personas, strict=True):
        row: dict[str, Any] = {"day": days[0]["day"]}
        for name in (name for name in days[0] if name != "day"):
            row[name] = _mean([day[name] for day in days if day[name] is not None])
        for name in ("skill", "satisfaction"):
            row[f"{name}_ci"] = list(interval([day[name] for day in days if day[name] is not None], seed))
        rows.append(row)
    return rows


def interval(values: Sequence[float], seed: int = 0, draws: int = 2000) -> tuple[float, float] | tuple[None, None]:
    """Bootstrap 95 % interval of the mean, resampling the values."""
    if not values:
        return None, None
    data = np.asarray(values, dtype=float)
    means = data[np.random.default_rng(seed).integers(0, len(data), (draws, len(data)))].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _harmonic(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return None
    return 2 * first * second / (first + second) if first + second else 0.0


def _diversity(categories: Sequence[str]) -> float | None:
    """Entropy of the categories, divided by the largest that so many suggestions allow."""
    if len(categories) < 2:
        return None
    counts = np.array([categories.count(name) for name in sorted(set(categories))], dtype=float)
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(categories)))
