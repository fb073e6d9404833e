"""Where in a recording one is, and how fast one moves: values, without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge_assistant.domain import TICK_MINUTES

SPEEDS = (2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 240.0)
"""Simulated minutes a second; the slowest is one tick a second."""

USUAL = SPEEDS.index(30.0)


@dataclass(frozen=True, slots=True)
class Playhead:
    """A place: day, tick within it (with a fraction while playing), and the motion."""

    day: int = 0
    tick: float = 0.0
    playing: bool = False
    speed: int = USUAL

    @property
    def minutes_a_second(self) -> float:
        """Simulated minutes a second."""
        return SPEEDS[self.speed]

    def played(self, seconds: float, ticks: int) -> Playhead:
        """After so many seconds of playing, at most at the day's last tick."""
        return self.moved(seconds * self.minutes_a_second / TICK_MINUTES, ticks)

    def moved(self, by: float, ticks: int) -> Playhead:
        """`by` ticks on or back, within a day of `ticks` ticks."""
        return replace(self, tick=min(max(self.tick + by, 0.0), max(ticks - 1.0, 0.0)))

    def at_end(self, ticks: int) -> bool:
        """Whether the day is over."""
        return self.tick >= ticks - 1

    def faster(self, steps: int) -> Playhead:
        """Some speeds up, or down."""
        return replace(self, speed=min(max(self.speed + steps, 0), len(SPEEDS) - 1))


def following(days: Sequence[int], day: int, step: int) -> int | None:
    """The stored day before (-1) or after (1) `day`; None where there is none."""
    others = [number for number in days if (number - day) * step > 0]
    return min(others, key=lambda number: abs(number - day)) if others else None


def next_place(places: Sequence[tuple[int, int]], day: int, tick: int, step: int = 1) -> tuple[int, int] | None:
    """The first of the ordered (day, tick) `places` after here, or with -1 the last before; None without one."""
    if step > 0:
        return next((place for place in places if place > (day, tick)), None)
    return next((place for place in reversed(places) if place < (day, tick)), None)
