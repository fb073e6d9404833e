"""How long the person has been awake: counted from ticks that were really lived, whatever the clock does.

A suspended computer lives no ticks, a clock that is set back adds nothing, one that is set forward adds at most one
tick. A new day begins on return from an absence that is long enough for a night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.context.local_time import day_of
from edge_assistant.domain import TICK_MINUTES

NIGHT = timedelta(hours=4)
"""An absence of this length is a night, at whatever hour: people work shifts."""

SHORT_NIGHT = timedelta(hours=1)
"""Long enough for a night where the date has changed meanwhile."""

LONGEST_TICK = 1.5 * TICK_MINUTES
"""Minutes that one tick may add: more has passed unseen."""


@dataclass
class DayCounter:
    """Awake minutes of one day after another.

    Attributes:
        awake: minutes since waking, at the last tick.
        last: when that was; None before the first.
        number: counts days from 1.
    """

    awake: float = 0.0
    last: datetime | None = None
    number: int = 0

    def tick(self, now: datetime) -> bool:
        """Take note of a lived tick; True when it is the first of a new day.

        Args:
            now: aware. Differences are those of absolute time, so a change of zone or of summer time moves nothing.
        """
        last, self.last = self.last, now
        if last is None:
            self.number += 1
            self.awake = 0.0
            return True
        passed = now - last
        other_date = day_of(now) > day_of(last)
        if passed >= NIGHT or (passed >= SHORT_NIGHT and other_date):
            self.number += 1
            self.awake = 0.0
            return True
        self.awake += min(max(passed.total_seconds() / 60, 0.0), LONGEST_TICK)
        return False

    @property
    def date(self) -> str:
        """The date that this day counts for, ISO; '' before the first tick."""
        return "" if self.last is None else day_of(self.last).isoformat()

    def get_state(self) -> dict[str, Any]:
        """JSON-ready state."""
        return {
            "awake": self.awake,
            "last": None if self.last is None else self.last.isoformat(),
            "number": self.number,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""
        self.awake, self.number = float(state["awake"]), int(state["number"])
        self.last = None if state["last"] is None else datetime.fromisoformat(state["last"])
