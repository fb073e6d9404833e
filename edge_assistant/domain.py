"""The values that pass between the parts: frozen, validated, and able to survive a round trip through JSON.

Imports nothing of ours. Everything that the assistant may know about a moment is in `Context`; everything that a
judge or a person may say about a suggestion is in `Rating` and `Feedback`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import inf
from typing import Any

TICK_SECONDS = 150
"""Length of a tick: the assistant decides once a tick while the user is awake (ProPerSim, section 3)."""

TICK_MINUTES = TICK_SECONDS / 60

ACTIVITY_CLASSES = (
    "sleep",
    "bathing",  # washing, dressing, everything behind the bathroom door
    "meal",
    "cooking",
    "tidying",  # cleaning, laundry, dishes, repairs
    "errand",  # out of the house, or on the way
    "exercise",
    "walk",
    "deep_work",  # work that needs undivided attention, at a desk or at a bench
    "routine_work",  # work that can be interrupted
    "mail",
    "meeting",
    "browsing",
    "media",  # film, series, video, radio, podcast
    "gaming",
    "reading",
    "study",
    "craft",  # making things by hand, drawing, writing for pleasure
    "music",  # playing or attentive listening
    "garden",  # plants and pets
    "care",  # looking after children or relatives
    "company",  # guests, family time, anyone in the room
    "call",
    "ritual",  # prayer, journal, meditation
    "rest",
    "pause",  # between two things: tea, window, stretching
    "unknown",
)
"""The closed vocabulary of what a person may be doing, life at a computer included."""

DIMENSIONS = ("preference", "timing", "frequency", "communication")
"""The four binary dimensions of a rating, in the order in which the paper lists them."""

ATTRIBUTES = ("effort", "minutes", "social", "novelty", "stimulation", "cost", "health")
"""Numeric attributes that every idea has; all but `minutes` lie in [0, 1]."""

SENSITIVE_TOPICS = (
    "age",
    "alcohol",
    "children",
    "dating",
    "death",
    "diet",
    "family",
    "illness",
    "loneliness",
    "money",
    "politics",
    "religion",
    "screen_time",
    "weight",
    "work",
)
"""Topics that an idea may touch and a person may forbid."""

SEASONS = ("spring", "summer", "autumn", "winter")
PLACES = ("home", "kitchen", "desk", "garden", "outdoors", "out", "anywhere")
"""Where an idea is done; 'out' is in town, among other people."""

WHEREABOUTS = ("working", "office", "outside")
"""Where somebody is: at work at a computer at home, in an office, out of the house."""

NATURES = ("habit", "weekly", "occasional", "once")
"""How often an idea makes sense: any day, every week, every month or so, or once and then it is done."""

PRESENCES = ("here", "away", "back")
"""Whether somebody is there: at the computer or beside it; gone; just returned from an absence."""

REACTIONS = ("accepted", "ignored", "dismissed")
TURNS = ("shorter", "why", "later")
"""What a person may say back to a suggestion."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One entry of the knowledge base.

    Attributes:
        id: unique, lower case words joined by hyphens.
        text: what to do, as a bare imperative without a final stop: 'boil two eggs for tomorrow's lunch'.
        category: one of `knowledge.CATEGORIES`.
        effort, social, novelty, stimulation, cost, health: 0 (none) to 1 (much).
        minutes: how long it takes, 1 to 240.
        kinds: the activity kinds during or after which it suits.
        topics: sensitive topics that it touches.
        hours: local hours between which to bring it up, from and to, each 0 to 24; may wrap midnight; () for any.
        season: some of `SEASONS`; () for any.
        daylight: True needs daylight, False needs darkness, None needs neither.
        place: one of `PLACES`, '' where nobody knows.
        nature: one of `NATURES`, '' where nobody knows.
        needs: what one must have for it, of the vocabulary of `things`; 'dog or cat' where one of several is enough.
        say: finished sentences that say it, each of which stands alone.
    """

    id: str
    text: str
    category: str
    effort: float
    minutes: float
    social: float
    novelty: float
    stimulation: float
    cost: float
    health: float
    kinds: tuple[str, ...]
    topics: tuple[str, ...] = ()
    hours: tuple[float, ...] = ()
    season: tuple[str, ...] = ()
    daylight: bool | None = None
    place: str = ""
    nature: str = ""
    needs: tuple[str, ...] = ()
    say: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or not self.text or not self.category:
            raise ValueError(f"idea {self.id!r}: id, text and category must not be empty")
        for name in ATTRIBUTES:
            value = getattr(self, name)
            low, high = (1.0, 240.0) if name == "minutes" else (0.0, 1.0)
            if not low <= value <= high:
                raise ValueError(f"idea {self.id!r}: {name} is {value}, expected {low:g} to {high:g}")
        for kind in self.kinds:
            if kind not in ACTIVITY_CLASSES:
                raise ValueError(f"idea {self.id!r}: unknown activity kind {kind!r}")
        for topic in self.topics:
            if topic not in SENSITIVE_TOPICS:
                raise ValueError(f"idea {self.id!r}: unknown topic {topic!r}")
        if self.hours and not (len(self.hours) == 2 and all(0 <= hour <= 24 for hour in self.hours)):
            raise ValueError(f"idea {self.id!r}: hours are {self.hours}, expected two from 0 to 24, or none")
        for name, value, choices in (("place", self.place, PLACES), ("nature", self.nature, NATURES)):
            if value and value not in choices:
                raise ValueError(f"idea {self.id!r}: unknown {name} {value!r}")
        for season in self.season:
            if season not in SEASONS:
                raise ValueError(f"idea {self.id!r}: unknown season {season!r}")


STYLE_CHOICES: dict[str, tuple[str, ...]] = {
    "length": ("short", "long"),
    "formality": ("casual", "formal"),
    "directness": ("direct", "gentle", "question"),
    "warmth": ("plain", "warm"),
    "emoji": ("no", "yes"),
    "exclamation": ("no", "yes"),
}
"""The six aspects of how a sentence can be put, and the values that each can take."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a sentence is put: one value of `MANNER_CHOICES` for each aspect."""

    length: str = "short"
    formality: str = "casual"
    directness: str = "gentle"
    warmth: str = "plain"
    emoji: str = "no"
    exclamation: str = "no"

    def __post_init__(self) -> None:
        for aspect, choices in STYLE_CHOICES.items():
            value = getattr(self, aspect)
            if value not in choices:
                raise ValueError(f"style: {aspect} is {value!r}, expected one of {', '.join(choices)}")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One appointment, as a calendar file would show it.

    `busy`: it claims the person's time. `all_day`: it has no time of day, as a birthday or a holiday.
    """

    title: str
    start: datetime
    end: datetime
    busy: bool = True
    all_day: bool = False


def next_busy(calendar: Sequence[CalendarEntry], now: datetime) -> CalendarEntry | None:
    """The next of some appointments that claim the person's time; None for none."""
    coming = [entry for entry in calendar if entry.busy and not entry.all_day and entry.start > now]
    return min(coming, key=lambda entry: entry.start, default=None)


@dataclass(frozen=True, slots=True)
class Context:
    """All that an assistant may see of a moment, beside its own history.

    Attributes:
        time: local time of the tick.
        activity: what the user does now, in words. Its class is inferred from it.
        room: where, or '' when unknown.
        activity_minutes: how long this activity has lasted, in minutes.
        awake_minutes: awake time since waking, in minutes.
        calendar: today's appointments.
        request: what the user just asked for, or '' when nobody asked.
        blocked: a source says that speech must wait (do not disturb, full screen).
        presence: one of `PRESENCES`; an absence is never an activity.
        away_minutes: length of the absence that goes on, or from which the person is just back.
        stretch_minutes: for how long work, or another class of activity, has gone on without a pause.
        next_title: of the next appointment with a time of day.
        next_minutes: until that begins; None where none is known.
        workday_minutes: until the working day is likely to end; None outside of it, or where that is not known.
        place: one of `WHEREABOUTS`, '' where it is not known.
        light: whether it is light outside; None where that is not known.
        southern: the seasons are those south of the equator.
    """

    time: datetime
    activity: str
    room: str = ""
    activity_minutes: float = 0.0
    awake_minutes: float = 0.0
    calendar: tuple[CalendarEntry, ...] = ()
    request: str = ""
    blocked: bool = False
    presence: str = "here"
    away_minutes: float = 0.0
    stretch_minutes: float = 0.0
    next_title: str = ""
    next_minutes: float | None = None
    workday_minutes: float | None = None
    place: str = ""
    light: bool | None = None
    southern: bool = False

    @property
    def free_minutes(self) -> float:
        """Until the next of today's appointments that claim the person's time; inf where none does."""
        coming = next_busy(self.calendar, self.time)
        return inf if coming is None else (coming.start - self.time).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Reason:
    """One consideration for (positive) or against (negative) speaking; `weight` in probit units."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the assistant spoke or kept silent: chances in [0, 1], reasons, memories, ideas considered."""

    chances: dict[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    memories: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence that was or would be said. `idea_id` is '' for a free sentence."""

    id: str
    text: str
    idea_id: str = ""
    style: Style = Style()
    requested: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """A verdict on one tick: four binary dimensions, and why, in words where somebody reads them."""

    preference: int
    timing: int
    frequency: int
    communication: int
    reason: str = ""

    def __post_init__(self) -> None:
        for name in DIMENSIONS:
            if getattr(self, name) not in (0, 1):
                raise ValueError(f"rating: {name} is {getattr(self, name)!r}, expected 0 or 1")

    @property
    def total(self) -> int:
        """Sum of the four dimensions, 0 to 4."""
        return self.preference + self.timing + self.frequency + self.communication

    @property
    def welcome(self) -> bool:
        """Preference, timing and frequency all 1."""
        return bool(self.preference and self.timing and self.frequency)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What reaches the assistant after a tick; None stands for 'not told'.

    Attributes:
        reaction: accepted, ignored or dismissed.
        reason: for a dismissal, the dimension named.
        total: the paper's total, 0 to 4.
        rating: all four dimensions.
        turns: what was said back, at most three of `TURNS`.
    """

    reaction: str | None = None
    reason: str | None = None
    total: int | None = None
    rating: Rating | None = None
    turns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.turns) > 3 or any(turn not in TURNS for turn in self.turns):
            raise ValueError(f"feedback: turns are {self.turns!r}, expected at most three of {', '.join(TURNS)}")
        if self.reaction is not None and self.reaction not in REACTIONS:
            raise ValueError(f"feedback: unknown reaction {self.reaction!r}")
        if self.reason is not None and self.reason not in DIMENSIONS:
            raise ValueError(f"feedback: unknown reason {self.reason!r}")
        if self.total is not None and not 0 <= self.total <= 4:
            raise ValueError(f"feedback: total is {self.total}, expected 0 to 4")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form without the fields that were not told."""
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Feedback:
        """Inverse of `to_dict`."""
        rating = data.get("rating")
        turns = tuple(data.get("turns", ()))
        return cls(**{**data, "rating": Rating(**rating) if rating else None, "turns": turns})
