"""What the processor took, from the kernel's RAPL counters; only where there are some and they may be read.

The counters cover the whole machine: whatever else runs is counted too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

POWERCAP = Path("/sys/class/powercap")


@dataclass
class _Counter:
    """One package in microjoules: where it stood last, the value at which it starts anew, and the sum so far."""

    file: Path
    last: int
    wraps_at: int
    total: int = 0

    def read(self) -> None:
        now = int(self.file.read_text())
        self.total += now - self.last if now >= self.last else now + self.wraps_at - self.last
        self.last = now


class EnergyMeter:
    """Joules of all processor packages since it was opened.

    A counter starts anew after some hours under full load; asked less often than that, the sum is too low.
    """

    def __init__(self, counters: list[_Counter]) -> None:
        """Use `open`."""
        self._counters = counters

    @classmethod
    def open(cls, folder: Path = POWERCAP) -> Self | None:
        """The counters of this machine; None where there are none or nobody may read them."""
        counters = []
        # 'intel-rapl:0' is a package, 'intel-rapl:0:1' a part of it that must not be counted twice
        for package in sorted(folder.glob("intel-rapl:*")):
            if package.name.count(":") != 1:
                continue
            try:
                now = int((package / "energy_uj").read_text())
                wraps_at = int((package / "max_energy_range_uj").read_text())
            except (OSError, ValueError):
                return None
            counters.append(_Counter(package / "energy_uj", now, wraps_at))
        return cls(counters) if counters else None

    def joules(self) -> float | None:
        """The sum so far; None when a counter cannot be read any more."""
        try:
            for counter in self._counters:
                counter.read()
        except (OSError, ValueError):
            return None
        return sum(counter.total for counter in self._counters) / 1e6
