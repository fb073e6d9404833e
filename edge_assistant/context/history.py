"""What the assistant remembers of its own speech: gaps, counts, rests, how often each idea was heard.

Built from the assistant's own decisions and the feedback it got, so a person's and a persona's look alike.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

LEAST_REST = timedelta(hours=20)
"""The same idea is not spoken again within this wall time, whatever is believed of repeats."""
CATEGORY_REST = timedelta(hours=3)
"""After a dismissal for taste the whole category keeps quiet for this long."""
HEARD_DAYS = timedelta(days=7)
KEPT_DAYS = timedelta(days=120)
"""For so long it is known when an idea was heard."""
FADING_HOURS = (1.5, 7.0)
"""In which false alarms are forgotten: how long annoyance lasts differs between people, so both are looked at."""
NIGHT_HOURS = 7.0
"""Of sleep, in which annoyance fades too."""
LONG_AGO = 1e6
"""Minutes since something that has not happened today."""


@dataclass
class History:
    """The assistant's own past.

    Attributes:
        awake: awake minutes at the last tick; a smaller value means a new day.
        last_spoken, last_welcome: awake minutes of today, None when not today.
        spoken_today: unasked suggestions of this day.
        spoken_ever: unasked suggestions altogether.
        asked_in_spell: the person has asked since the last welcome suggestion.
    """

    awake: float = LONG_AGO
    last_spoken: float | None = None
    last_welcome: float | None = None
    spoken_today: int = 0
    spoken_ever: int = 0
    asked_in_spell: bool = False
    days: int = 0
    unwelcome: tuple[float, float] = (0.0, 0.0)
    """False alarms of late, fading over each of `FADING_HOURS`: who has just been disturbed is harder to please."""
    _heard: deque[tuple[datetime, str]] = field(default_factory=deque)
    """In order of time, so that what is too long ago stands in front."""
    _resting: dict[str, datetime] = field(default_factory=dict)
    _refreshed: datetime | None = None

    def tick(self, now: datetime, awake: float) -> bool:
        """Take note of a tick; True when a new day has begun."""
        new_day = awake < self.awake
        if new_day:
            self.last_spoken = self.last_welcome = None
            self.spoken_today = 0
            self.asked_in_spell = False
            self.days += 1
        hours = NIGHT_HOURS if new_day else (awake - self.awake) / 60
        short, long = self.unwelcome
        self.unwelcome = (
            short * float(np.exp(-hours / FADING_HOURS[0])),
            long * float(np.exp(-hours / FADING_HOURS[1])),
        )
        self.awake = awake
        return new_day

    def since_spoken(self) -> float:
        """Awake minutes since the last spoken suggestion; on waking the gap counts as passed."""
        return LONG_AGO if self.last_spoken is None else self.awake - self.last_spoken

    def since_welcome(self) -> float:
        """Awake minutes since the last welcome suggestion, or since waking."""
        return self.awake - (self.last_welcome or 0.0)

    def say(self, now: datetime, idea_id: str, requested: bool) -> None:
        """Something was said."""
        self.last_spoken = self.awake
        if not requested:
            self.spoken_today += 1
            self.spoken_ever += 1
        if idea_id:
            self._heard.append((now, idea_id))

    def met(self, now: datetime, idea_id: str) -> None:
        """An idea was read without being said, as on the shelf: it rests all the same."""
        self._heard.append((now, idea_id))

    def unmet(self, idea_id: str) -> None:
        """The latest time that an idea was met does not count."""
        places = [place for place, (_, name) in enumerate(self._heard) if name == idea_id]
        if places:
            del self._heard[places[-1]]

    def was_welcome(self) -> None:
        """The last thing said was welcome."""
        self.last_welcome = self.last_spoken
        self.asked_in_spell = False

    def was_unwelcome(self) -> None:
        """The last thing said, unasked, was a false alarm."""
        self.unwelcome = (self.unwelcome[0] + 1.0, self.unwelcome[1] + 1.0)

    def rest_category(self, now: datetime, category: str) -> None:
        """A whole category shall keep quiet for a while."""
        self._resting[category] = now + CATEGORY_REST

    def heard(self, now: datetime) -> Counter[str]:
        """How often each idea was heard in the last 7 days, by id."""
        self._forget(now)
        return Counter(idea_id for time, idea_id in self._heard if now - time < HEARD_DAYS)

    def last_heard(self, now: datetime) -> dict[str, timedelta]:
        """How long ago each idea was heard, by id."""
        self._forget(now)
        return {idea_id: now - time for time, idea_id in self._heard}

    def resting_categories(self, now: datetime) -> frozenset[str]:
        """Categories that keep quiet for a while."""
        self._forget(now)
        return frozenset(self._resting)

    def clock_went_back(self, now: datetime) -> None:
        """The clock was set back to `now`: what lies in the future since then happened just now."""
        self._heard = deque((min(time, now), idea) for time, idea in self._heard)
        self._resting = {name: min(until, now + CATEGORY_REST) for name, until in self._resting.items()}

    def _forget(self, now: datetime) -> None:
        while self._heard and now - self._heard[0][0] >= KEPT_DAYS:
            self._heard.popleft()
        self._resting = {name: until for name, until in self._resting.items() if now < until}

    def get_state(self) -> dict[str, Any]:
        """JSON-ready state."""
        return {
            "awake": self.awake,
            "last_spoken": self.last_spoken,
            "last_welcome": self.last_welcome,
            "spoken_today": self.spoken_today,
            "spoken_ever": self.spoken_ever,
            "asked_in_spell": self.asked_in_spell,
            "days": self.days,
            "unwelcome": list(self.unwelcome),
            "heard": [[time.isoformat(), idea] for time, idea in self._heard],
            "resting": {name: until.isoformat() for name, until in self._resting.items()},
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""
        for name in (
            "awake",
            "last_spoken",
            "last_welcome",
            "spoken_today",
            "spoken_ever",
            "asked_in_spell",
            "days",
        ):
            setattr(self, name, state[name])
        short, long = state["unwelcome"] if isinstance(state["unwelcome"], list) else [state["unwelcome"]] * 2
        self.unwelcome = (float(short), float(long))
        self._heard = deque((datetime.fromisoformat(time), idea) for time, idea in state["heard"])
        self._resting = {name: datetime.fromisoformat(until) for name, until in state["resting"].items()}
