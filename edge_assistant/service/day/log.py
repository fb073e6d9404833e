"""What is kept of each day beside the feed, without texts: counts of ticks, and runs of silent decisions.

The runs are kept for a log that a person may give to a study, and go with the span that the person forgets.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.context.local_time import DAY_BEGINS
from edge_assistant.domain import ACTIVITY_CLASSES, TICK_MINUTES
from edge_assistant.loop.decision import Decision
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.storage.store import Store

DAY_KEY = "personal.day."
"""States with the counts of each day, by date."""

QUIET_KEY = "personal.quiet."
"""States with the silent runs of each day, by date."""

NEW_DAY = {"ticks": 0, "awake": 0.0, "said": 0, "requested": 0}

KNOWN_SILENCES = (
    "chance too low",
    "do not disturb",
    "quiet hours",
    "spoken a moment ago",
    "daily cap reached",
    "paused",
    "switched off",
)
"""Reasons for silence that are counted by name; what a source says in its own words counts as 'do not disturb'."""


@dataclass
class SilentRun:
    """Silent ticks one after another.

    Attributes:
        time: of the first, ISO.
        awake: awake minutes of the day at the first.
        ticks: how many.
        kind: class of the activity.
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


class DayLog:
    """Counts and silent runs in the store; all writing in the caller's transaction."""

    def __init__(self, store: Store, features: FeatureMaker) -> None:
        """`features`: tell the class of an activity."""
        self.store = store
        self.features = features

    def tick(self, date: str, lived: float, decision: Decision, forbidden: str) -> None:
        """One more tick of a day.

        Args:
            date: of the day, ISO.
            lived: awake minutes since the tick before.
            decision: what it came to.
            forbidden: what forbade speech, or ''.
        """
        day: dict[str, Any] = self.store.get_state(DAY_KEY + date) or dict(NEW_DAY, silent={})
        day["ticks"] += 1
        day["awake"] += lived
        if not decision.speak:
            why = forbidden or "chance too low"
            why = why if why in KNOWN_SILENCES else "do not disturb"
            day["silent"][why] = day["silent"].get(why, 0) + 1
            self._note_silence(date, decision, why)
        self.store.set_state(DAY_KEY + date, day)

    def said(self, date: str, requested: bool) -> None:
        """Something was said."""
        day = self.store.get_state(DAY_KEY + date)
        if day is not None:
            day["requested" if requested else "said"] += 1
            self.store.set_state(DAY_KEY + date, day)

    def counts(self) -> dict[str, dict[str, Any]]:
        """The counts of all days by date, the oldest first."""
        keys = self.store.state_keys(DAY_KEY)
        return {key.removeprefix(DAY_KEY): self.store.get_state(key) or {} for key in keys}

    def silences(self) -> dict[str, list[SilentRun]]:
        """The silent runs of all days by date, each day's in order."""
        keys = self.store.state_keys(QUIET_KEY)
        return {date: self._runs(date) for date in (key.removeprefix(QUIET_KEY) for key in keys)}

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Let go of the runs that touch a span."""
        for date, runs in self.silences().items():
            kept = [run for run in runs if not run.touches(since, until)]
            if kept != runs:
                self._put(date, kept)

    # Inside

    def _note_silence(self, date: str, decision: Decision, why: str) -> None:
        context, threshold = decision.context, decision.assessment.threshold
        kinds, _ = self.features.texts.read(context.activity, context.room)
        kind = ACTIVITY_CLASSES[int(kinds.argmax())]
        runs = self._runs(date)
        if runs and (runs[-1].kind, runs[-1].why) == (kind, why):
            runs[-1].add(decision.chance, threshold)
        else:
            began, chance = context.time.isoformat(), decision.chance
            runs.append(SilentRun(began, context.awake_minutes, 1, kind, why, chance, threshold, chance))
        self._put(date, runs)

    def _runs(self, date: str) -> list[SilentRun]:
        found: list[dict[str, Any]] = self.store.get_state(QUIET_KEY + date) or []
        return [SilentRun(**run) for run in found]

    def _put(self, date: str, runs: list[SilentRun]) -> None:
        self.store.set_state(QUIET_KEY + date, [asdict(run) for run in runs])


def day_of(time: datetime) -> str:
    """The date that a moment counts for, ISO."""
    return (time - DAY_BEGINS).date().isoformat()
