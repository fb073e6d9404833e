"""Side by side: ways to do the same work, taken in turns, and the figures printed for people and for programs."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each way; they take turns, so that what else the machine does meets all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            begun = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(each) for name, each in seconds.items()}


def percentiles(name: str, seconds: Sequence[float], digits: int = 4) -> dict[str, float]:
    """Median, 99th percentile and maximum in milliseconds, as 'NAME_p50_ms' and so on."""
    ordered = sorted(seconds)
    figures = {
        "p50": statistics.median(ordered),
        "p99": ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
        "max": ordered[-1],
    }
    return {f"{name}_{key}_ms": round(1000 * value, digits) for key, value in figures.items()}


def show(figures: Mapping[str, Any], only_json: bool) -> None:
    """Print a table for people, unless only JSON is wanted, and one line of JSON last."""
    if not only_json:
        for name, value in figures.items():
            print(f"{name:28} {value}")
    print(json.dumps(figures))
