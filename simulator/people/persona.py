"""Who the simulated user is: a TOML file with a life, a personal rubric as prose and the same rubric as data.

The assistant never reads any of this. Times of day are 'HH:MM'; a span whose end lies before its start runs past
midnight. Weights are in units of the spread of the utility (preference) or of the threshold (timing).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, SENSITIVE_TOPICS
from edge_assistant.errors import DataError
from edge_assistant.ranker.ideas import CATEGORIES

PACKAGED = Path(__file__).parents[1] / "data" / "personas"

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


def _known(name: str, vocabulary: tuple[str, ...]) -> AfterValidator:
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
Kind = Annotated[str, _known("activity kind", ACTIVITY_CLASSES)]
Category = Annotated[str, _known("category", tuple(CATEGORIES))]
Attribute = Annotated[str, _known("attribute", ATTRIBUTES)]
Topic = Annotated[str, _known("topic", SENSITIVE_TOPICS)]
Room = Annotated[str, AfterValidator(_room)]
Level = Literal["low", "high"]
Weight = Annotated[float, Field(ge=-5, le=5)]


class _Strict(BaseModel):
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


class Span(_Strict):
    """A stretch of the day on some weekdays; `weight` adds to receptiveness inside it (windows only)."""

    days: Days = "all"
    start: Clock = Field("00:00", alias="from")
    end: Clock = Field("24:00", alias="to")
    weight: Weight = 1.0


class DayFrame(_Strict):
    """When the person usually wakes and goes to sleep; `jitter` is the standard deviation in minutes."""

    wake: Clock
    sleep: Clock
    jitter: float = Field(15, ge=0, le=90)


class Frames(_Strict):
    """Weekdays and weekends."""

    weekday: DayFrame
    weekend: DayFrame


class FixedPoint(_Strict):
    """Something that has its place in the day."""

    text: str = Field(min_length=3)
    kind: Kind
    room: Room
    start: Clock
    minutes: float = Field(ge=5, le=600)
    days: Days = "all"
    jitter: float = Field(10, ge=0, le=90)
    chance: float = Field(1.0, gt=0, le=1)


class Pastime(_Strict):
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


class Interaction(_Strict):
    """A liking that holds only at some moments: `weight` is added when all that is given under 'at' holds.

    `of` names one category or one attribute (then the weight is per standard deviation of it).
    """

    of: str
    weight: Weight
    kinds: tuple[Kind, ...] = ()
    days: Days = "all"
    start: Clock = Field("00:00", alias="from")
    end: Clock = Field("24:00", alias="to")
    energy: Level | None = None
    mood: Level | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Interaction:
        if self.of not in CATEGORIES and self.of not in ATTRIBUTES:
            raise ValueError(f"'of' is {self.of!r}, expected a category or an attribute")
        return self


class Preference(_Strict):
    """What pleases: `pleasing` is the share of ideas that reach the threshold at an ordinary receptive moment."""

    pleasing: float = Field(0.07, ge=0.02, le=0.15)
    categories: dict[Category, Weight] = {}
    attributes: dict[Attribute, Weight] = {}
    interest_weight: float = Field(1.0, ge=0, le=4)
    fitting_weight: float = Field(0.4, ge=0, le=3)
    """Added when the idea suits the kind of the current activity."""
    habituation: float = Field(0.25, ge=0, le=5)
    """Taken away for each time the idea was heard in the last 7 days, and a part of it for others of its category."""
    repeat_after: float = Field(10.0, gt=0, le=150)
    """Days within which neither an idea nor one that means nearly the same is welcome again."""
    habits: tuple[str, ...] = Field((), max_length=3)
    """What may be said daily, as ids or texts of ideas."""
    avoid_categories: tuple[Category, ...] = ()
    avoid_topics: tuple[Topic, ...] = ()
    interactions: tuple[Interaction, ...] = Field((), alias="interaction")


class Timing(_Strict):
    """When a suggestion may come: the sum of what holds now must reach `threshold`, and nothing may block."""

    threshold: float = Field(1.0, gt=0, le=5)
    windows: tuple[Span, ...] = Field((), alias="window")
    kinds: dict[Kind, Weight] = {}
    pause_minutes: float = Field(0, ge=0, le=30)
    """The first minutes of a new activity that count as a pause."""
    pause_weight: Weight = 0.0
    blocked: tuple[Span, ...] = ()
    blocked_kinds: tuple[Kind, ...] = ()
    energy: float = Field(0.0, ge=-25, le=25)
    mood: float = Field(0.0, ge=-25, le=25)
    focus: float = Field(0.0, ge=-25, le=25)
    """Weights of the hidden state's deviation from its middle (-1 to 1)."""
    annoyance: float = Field(0.8, ge=0, le=3)
    """How much full annoyance raises the threshold."""
    bursts: float = Field(0.0, ge=0, le=1)
    """Share of the receptive moments that are moved to random places of the day; a world's doing."""


class Frequency(_Strict):
    """Gaps in minutes of awake time, and a count."""

    min_gap: float = Field(ge=5, le=720)
    max_gap: float = Field(ge=20, le=1440)
    daily_max: int = Field(ge=1, le=40)

    @model_validator(mode="after")
    def _ordered(self) -> Frequency:
        if self.max_gap <= self.min_gap:
            raise ValueError(f"max_gap {self.max_gap:g} must be larger than min_gap {self.min_gap:g}")
        return self


class Communication(_Strict):
    """The style that a sentence must keep to; 'any' where the person does not care."""

    length: Literal["short", "long", "any"] = "any"
    formality: Literal["casual", "formal", "any"] = "any"
    directness: Literal["direct", "gentle", "question", "any"] = "any"
    warmth: Literal["plain", "warm", "any"] = "any"
    emoji: Literal["no", "yes", "any"] = "any"
    exclamation: Literal["no", "yes", "any"] = "any"
    forbidden_topics: tuple[Topic, ...] = ()


class Prose(_Strict):
    """The rubric in the person's own words, first person, as the paper's 'criteria'."""

    preference: str
    timing: str
    frequency: str
    communication: str


class Persona(_Strict):
    """A whole simulated person. `id` is the stem of the file it came from."""

    id: str
    name: str
    age: int = Field(ge=16, le=110)
    occupation: str
    household: str
    culture: str
    chronotype: Literal["lark", "neither", "owl"]
    background: str
    goals: str
    interests: tuple[str, ...] = Field(min_length=1)
    traits: dict[Annotated[str, _known("trait", TRAITS)], Level]
    rooms: tuple[Room, ...] = ROOMS[:6]
    prose: Prose
    day: Frames
    routine: tuple[FixedPoint, ...] = ()
    pastimes: tuple[Pastime, ...] = Field((), alias="pastime")
    preference: Preference
    timing: Timing
    frequency: Frequency
    manner: Communication

    @model_validator(mode="after")
    def _complete(self) -> Persona:
        missing = [trait for trait in TRAITS if trait not in self.traits]
        if missing:
            raise ValueError(f"traits lack {', '.join(missing)}")
        if not self.pastimes:
            raise ValueError("at least one [[pastime]] is needed to fill the free stretches")
        return self


def parse(text: str, identifier: str, where: str) -> Persona:
    """The persona in a TOML text.

    Raises:
        DataError: one line with every problem found, each with its place in the file.
    """
    try:
        return Persona.model_validate({**tomllib.loads(text), "id": identifier})
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{where}: not valid TOML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise DataError(f"{where}: {problems}; see 'edge-assistant personas show p01' for the form") from error


def load(path: Path) -> Persona:
    """The persona in a file; its id is the file's stem."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    return parse(text, path.stem, str(path))


def _in_folder(folder: Path) -> tuple[Path, ...]:
    """The persona files of a folder, in the order of their ids."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise DataError(f"{folder}: holds no persona files (*.toml); make some with 'edge-assistant personas import'")
    return tuple(files)


@cache
def packaged() -> tuple[Persona, ...]:
    """The project's own cast, p01 to p32."""
    return tuple(load(path) for path in _in_folder(PACKAGED))


def select(choice: str) -> tuple[Persona, ...]:
    """Personas by 'all', the name of a domain such as 'office', a folder, a file, or ids joined by commas.

    Raises:
        DataError: when an id is unknown.
    """
    return packaged() if choice == "all" else tuple(load(path) for path in files_of(choice))


def files_of(choice: str) -> tuple[Path, ...]:
    """The files of the personas that `select` gives, in the same order."""
    from simulator.people.domains import domains

    if choice == "all":
        return _in_folder(PACKAGED)
    others = {path.stem: path for domain in domains() for path in domain.personas.glob("*.toml")}
    for domain in domains():
        if choice == domain.name:
            return _in_folder(domain.personas)
    path = Path(choice)
    if choice and path.is_dir():
        return _in_folder(path)
    if path.suffix == ".toml" and path.exists():
        return (path,)
    names = [name.strip() for name in choice.split(",") if name.strip()]
    files = {name: others.get(name, PACKAGED / f"{name}.toml") for name in names}
    unknown = [name for name in names if not files[name].exists()]
    if unknown or not names:
        raise DataError(
            f"no persona {', '.join(unknown) or repr(choice)}; 'edge-assistant personas list' shows those there are, "
            "or give a folder of persona files"
        )
    return tuple(files[name] for name in dict.fromkeys(names))
