"""What the processor took, from the kernel's RAPL counters; only where there are some and they may be read.

The counters cover the whole machine: whatever else runs is counted too. One starts anew after some hours under full
load, so that the figure of a longer run is too low.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


def counters(folder: Path = POWERCAP) -> dict[Path, int]:
    """Microjoules of each processor package by its file; empty where there is none or nobody may read them."""
    # 'intel-rapl:0' is a package, 'intel-rapl:0:1' a part of it that must not be counted twice
    packages = [place for place in folder.glob("intel-rapl:*") if place.name.count(":") == 1]
    try:
        return {place: int((place / "energy_uj").read_text()) for place in packages}
    except (OSError, ValueError):
        return {}


def joules_since(before: Mapping[Path, int], folder: Path = POWERCAP) -> float | None:
    """Joules since counters were read; None where they cannot be."""
    now = counters(folder)
    if not before or now.keys() != before.keys():
        return None
    try:
        wraps_at = {place: int((place / "max_energy_range_uj").read_text()) for place in now}
    except (OSError, ValueError):
        return None
    spent = (now[place] - then + wraps_at[place] * (now[place] < then) for place, then in before.items())
    return sum(spent) / 1e6
