"""The decisions to keep silent, without texts: runs of ticks that were alike, when, at what kind of activity, and why.

They are kept for a log that a person may give to a study, and go with the span that the person forgets.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.storage.store import Store

QUIET_KEY = "personal.quiet."
"""States with the runs of each day, by date."""


@dataclass
class Run:
    """Silent ticks one after another.

    Attributes:
        time: of the first, ISO.
        awake: awake minutes of the day at the first.
        ticks: how many.
        kind: of the activity.
        why: what kept it silent.
        chance, threshold: means over the ticks.
        best: the highest chance.
    """

    time: str
    awake: float
    ticks: int
    kind: str
    why: str
    chance: float
    threshold: float
    best: float

    def takes(self, kind: str, why: str) -> bool:
        """Whether another tick belongs to it."""
        return (self.kind, self.why) == (kind, why)

    def add(self, chance: float, threshold: float) -> None:
        """One more tick."""
        self.ticks += 1
        self.chance += (chance - self.chance) / self.ticks
        self.threshold += (threshold - self.threshold) / self.ticks
        self.best = max(self.best, chance)

    def touches(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether any of it lies in a span, which is open where an end is None."""
        start = datetime.fromisoformat(self.time)
        end = start + timedelta(minutes=TICK_MINUTES * self.ticks)
        return (since is None or end > since) and (until is None or start < until)


class QuietLog:
    """The runs in the store; all writing in the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def note(
        self, date: str, time: datetime, awake: float, kind: str, why: str, chance: float, threshold: float
    ) -> None:
        """One silent tick of a day."""
        runs = self.of_day(date)
        if runs and runs[-1].takes(kind, why):
            runs[-1].add(chance, threshold)
        else:
            runs.append(Run(time.isoformat(), awake, 1, kind, why, chance, threshold, chance))
        self._put(date, runs)

    def of_day(self, date: str) -> list[Run]:
        """A day's runs in order."""
        found: list[dict[str, Any]] = self.store.get_state(QUIET_KEY + date) or []
        return [Run(**run) for run in found]

    def dates(self) -> list[str]:
        """Days with runs."""
        return [key.removeprefix(QUIET_KEY) for key in self.store.state_keys(QUIET_KEY)]

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Let go of the runs that touch a span."""
        for date in self.dates():
            runs = self.of_day(date)
            kept = [run for run in runs if not run.touches(since, until)]
            if kept != runs:
                self._put(date, kept)

    def _put(self, date: str, runs: list[Run]) -> None:
        self.store.set_state(QUIET_KEY + date, [asdict(run) for run in runs])
