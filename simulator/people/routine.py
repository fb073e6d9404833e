"""The fields of a persona's file that tell of days: hours, rooms, fixed points, pastimes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, SENSITIVE_TOPICS
from edge_assistant.ranker.ideas import CATEGORIES

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_GROUPS = {"weekday": DAYS[:5], "weekend": DAYS[5:], "all": DAYS}
ROOMS = (
    "bedroom",
    "bathroom",
    "kitchen",
    "living room",
    "study",
    "workshop",
    "hallway",
    "balcony",
    "garden",
    "outside",
)
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


def known(name: str, vocabulary: tuple[str, ...]) -> AfterValidator:
    """A word of a closed vocabulary; another one is refused by name."""

    def check(value: str) -> str:
        if value not in vocabulary:
            raise ValueError(f"unknown {name} {value!r}")
        return value

    return AfterValidator(check)


def _room(value: str) -> str:
    from simulator.people.domains import is_room  # which reads files, and only where a room is not one of the home

    if value not in ROOMS and not is_room(value):
        raise ValueError(f"unknown room {value!r}")
    return value


def minutes_of_day(clock: str) -> int:
    """Minutes after midnight of 'HH:MM', 0 to 1440 ('24:00').

    Raises:
        ValueError: when it is not a time of day.
    """
    hours, _, minutes = clock.partition(":")
    value = int(hours) * 60 + int(minutes)
    if len(minutes) != 2 or not 0 <= value <= 1440 or int(minutes) > 59:
        raise ValueError(f"{clock!r} is not a time of day (HH:MM)")
    return value


def within(start: str, end: str, minute: float) -> bool:
    """Whether a minute of the day lies in [start, end); a span that ends before it starts runs past midnight."""
    first, last, now = minutes_of_day(start), minutes_of_day(end), minute % 1440
    return first <= now < last if first < last else now >= first or now < last


def _clock(value: str) -> str:
    minutes_of_day(value)
    return value


def _days(value: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, str):
        value = DAY_GROUPS.get(value, (value,))
    for day in value:
        if day not in DAYS:
            raise ValueError(f"unknown day {day!r}, expected weekday, weekend, all or {', '.join(DAYS)}")
    return value


Clock = Annotated[str, AfterValidator(_clock)]
Days = Annotated[str | tuple[str, ...], AfterValidator(_days)]
Kind = Annotated[str, known("activity kind", ACTIVITY_CLASSES)]
Category = Annotated[str, known("category", tuple(CATEGORIES))]
Attribute = Annotated[str, known("attribute", ATTRIBUTES)]
Topic = Annotated[str, known("topic", SENSITIVE_TOPICS)]
Room = Annotated[str, AfterValidator(_room)]
Level = Literal["low", "high"]
Weight = Annotated[float, Field(ge=-5, le=5)]


class StrictForm(BaseModel):
    """A part of a persona's file: unknown keys are refused, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, validate_default=True)


USUAL_TIMES = {
    "pause": 3,
    "rest": 2,
    "browsing": 2,
    "mail": 2,
    "routine_work": 3,
    "deep_work": 2,
    "study": 2,
    "craft": 2,
    "reading": 2,
    "care": 3,
    "garden": 2,
}
"""How often a day something of a kind is done; once where nothing stands here."""


class Span(StrictForm):
    """A stretch of the day on some weekdays; `weight` adds to receptiveness inside it (windows only)."""

    days: Days = "all"
    start: Clock = Field("00:00", alias="from")
    end: Clock = Field("24:00", alias="to")
    weight: Weight = 1.0


class DayFrame(StrictForm):
    """When the person usually wakes and goes to sleep; `jitter` is the standard deviation in minutes."""

    wake: Clock
    sleep: Clock
    jitter: float = Field(15, ge=0, le=90)


class Frames(StrictForm):
    """Weekdays and weekends."""

    weekday: DayFrame
    weekend: DayFrame


class FixedPoint(StrictForm):
    """Something that has its place in the day."""

    text: str = Field(min_length=3)
    kind: Kind
    room: Room
    start: Clock
    minutes: float = Field(ge=5, le=600)
    days: Days = "all"
    jitter: float = Field(10, ge=0, le=90)
    chance: float = Field(1.0, gt=0, le=1)


class Pastime(StrictForm):
    """Something that may fill a free stretch."""

    text: str = Field(min_length=3)
    kind: Kind
    room: Room
    minutes: tuple[float, float] = (15, 45)
    days: Days = "all"
    start: Clock = Field("00:00", alias="from")
    end: Clock = Field("24:00", alias="to")
    weight: float = Field(1.0, gt=0, le=10)
    daily: int | None = Field(None, ge=1, le=20)
    """Most times a day; None is what is usual for its kind."""

    @property
    def most(self) -> int:
        """Times a day after which it is something else's turn."""
        return self.daily if self.daily is not None else USUAL_TIMES.get(self.kind, 1)

    @model_validator(mode="after")
    def _ordered(self) -> Pastime:
        if not 5 <= self.minutes[0] <= self.minutes[1] <= 60:
            raise ValueError(f"minutes {self.minutes} must be two numbers from 5 to 60 in order")
        return self
