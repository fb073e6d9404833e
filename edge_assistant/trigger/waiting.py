"""What the rest of a day may still offer, foretold from the days that were seen: is it better to wait?

A day is cut into slots. For each slot the recent days of the same sort (weekdays or weekends) tell how likely a word
would have been welcome there, by the present beliefs. Backward induction over the slots of a day (optimal stopping;
Puterman, 1994, chapter 4) gives the value of still being free to speak at each, in units of one needed suggestion:

    V(s) = mean over days of max( V(s + 1),  p (worth + V(s + rest)) + (1 - p) (V(s + recovery) - cost) )
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SLOT = 10.0
"""Minutes."""
SLOTS = int(1440 / SLOT)
DAWN = 240.0
"""Minutes after midnight at which a day begins: a late evening belongs to the day before."""
KEPT = 8
"""Days that are remembered."""
RECOVERY = 120.0
"""Minutes after a false alarm for which nothing is hoped for."""


def slot_of(time: datetime) -> int:
    """The slot of a time of day, 0 to SLOTS - 1."""
    return int(((time.hour * 60 + time.minute - DAWN) % 1440) // SLOT)


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen at the beginning of a slot."""

    time: datetime
    activity: str
    activity_minutes: float
    room: str = ""

    @property
    def slot(self) -> int:
        """Its place in the day."""
        return slot_of(self.time)


@dataclass(frozen=True, slots=True)
class Prospects:
    """What the value of waiting depends on.

    Attributes:
        quality: chance that the idea pleases, at a typical moment.
        rest: minutes after a welcome word until another counts.
        recovery: minutes after a false alarm.
        cost: of a false alarm.
        worth: of a welcome word, as it would be put now.
    """

    quality: float
    rest: float
    recovery: float
    cost: float
    worth: float = 1.0


@dataclass
class Outlook:
    """The recent days, the present one last."""

    days: list[list[Sight]] = field(default_factory=list)
    _values: FloatArray = field(default_factory=lambda: np.zeros(SLOTS + 1))
    _known_for: Hashable = None

    def begin_day(self) -> None:
        """The person has woken up."""
        self.days = [*self.days[-KEPT:], []]

    def see(self, time: datetime, activity: str, activity_minutes: float, room: str = "") -> None:
        """Take note of a tick; the first of each slot is kept."""
        if not self.days:
            self.begin_day()
        today = self.days[-1]
        if not today or today[-1].slot != slot_of(time):
            today.append(Sight(time, activity, activity_minutes, room))

    def threshold(
        self,
        now: datetime,
        wanted: float,
        prospects: Prospects,
        chances: Callable[[list[Sight]], FloatArray],
        known_for: Hashable,
        gain: float = 0.0,
    ) -> float:
        """The chance from which on speaking now is better than waiting.

        Args:
            now: local time.
            wanted: chance that a welcome word would count by now.
            prospects: see there.
            chances: (len(sights),) chance that each of a day's sights is a good moment.
            gain: what is gained beside a welcome word, as by telling of something due.
            known_for: as long as this stays the same, the values of the day are not computed anew.

        Returns:
            0 to 1; without days to look back on it is cost / (cost + wanted).
        """
        if known_for != self._known_for:
            self._known_for, self._values = known_for, self._induce(now, prospects, chances)
        here = slot_of(now)
        waiting = self._after(here, SLOT)
        lost = waiting + prospects.cost - self._after(here, prospects.recovery)
        won = wanted * prospects.worth + gain + self._after(here, prospects.rest) - waiting
        return float(np.clip(lost / max(lost + won, 1e-6), 0.0, 1.0)) if lost > 0 else 0.0

    def _after(self, slot: int, minutes: float) -> float:
        return float(self._values[min(slot + max(1, round(minutes / SLOT)), SLOTS)])

    def _induce(self, now: datetime, prospects: Prospects, chances: Callable[[list[Sight]], FloatArray]) -> FloatArray:
        """(SLOTS + 1,) value of being free to speak at each slot."""
        values = np.zeros(SLOTS + 1)
        weekend = now.weekday() >= 5
        seen = [day for day in self.days[:-1] if day]
        past = [day for day in seen if (day[0].time.weekday() >= 5) == weekend] or seen
        if not past:
            return values
        table = np.zeros((len(past), SLOTS))
        for row, day in enumerate(past):
            table[row, [sight.slot for sight in day]] = chances(day)
        rest, recovery = (max(1, round(minutes / SLOT)) for minutes in (prospects.rest, prospects.recovery))
        for slot in range(SLOTS - 1, -1, -1):
            good, quality, later = table[:, slot], prospects.quality, values[slot + 1]
            welcome = prospects.worth + values[min(slot + rest, SLOTS)]
            alarm = values[min(slot + recovery, SLOTS)] - prospects.cost
            chance = quality * good
            values[slot] = np.maximum(later, chance * welcome + (1 - chance) * alarm).mean()
        return values

    def forget(self, activities: set[str]) -> None:
        """Let go of what was seen of some activities."""
        self.days = [[s for s in day if s.activity not in activities] for day in self.days]
        self._known_for = None

    def get_state(self) -> list[list[list[Any]]]:
        """JSON-ready state."""
        return [[[s.time.isoformat(), s.activity, s.activity_minutes, s.room] for s in day] for day in self.days]

    def set_state(self, state: list[list[list[Any]]]) -> None:
        """Inverse of `get_state`."""
        self.days = [[Sight(datetime.fromisoformat(time), *rest) for time, *rest in day] for day in state]
        self._known_for = None
