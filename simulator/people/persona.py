"""Who the simulated user is: a TOML file with a life, a personal rubric as prose and the same rubric as data.

The assistant never reads any of this. Times of day are 'HH:MM'; a span whose end lies before its start runs past
midnight. Weights are in units of the spread of the utility (preference) or of the threshold (timing).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from edge_assistant.domain import ATTRIBUTES
from edge_assistant.errors import DataError
from edge_assistant.ranker.ideas import CATEGORIES
from simulator.people.routine import (
    ROOMS,
    TRAITS,
    Attribute,
    Category,
    Clock,
    Days,
    FixedPoint,
    Frames,
    Kind,
    Level,
    Pastime,
    Room,
    Span,
    StrictForm,
    Topic,
    Weight,
    known,
)

PACKAGED = Path(__file__).parents[1] / "data" / "personas"


class Interaction(StrictForm):
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


class Preference(StrictForm):
    """What pleases: `pleasing` is the share of ideas that reach the threshold at an ordinary receptive moment."""

    pleasing: float = Field(0.07, ge=0.02, le=0.15)
    categories: dict[Category, Weight] = Field(default_factory=dict)
    attributes: dict[Attribute, Weight] = Field(default_factory=dict)
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


class Timing(StrictForm):
    """When a suggestion may come: the sum of what holds now must reach `threshold`, and nothing may block."""

    threshold: float = Field(1.0, gt=0, le=5)
    windows: tuple[Span, ...] = Field((), alias="window")
    kinds: dict[Kind, Weight] = Field(default_factory=dict)
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


class Frequency(StrictForm):
    """Gaps in minutes of awake time, and a count."""

    min_gap: float = Field(ge=5, le=720)
    max_gap: float = Field(ge=20, le=1440)
    daily_max: int = Field(ge=1, le=40)

    @model_validator(mode="after")
    def _ordered(self) -> Frequency:
        if self.max_gap <= self.min_gap:
            raise ValueError(f"max_gap {self.max_gap:g} must be larger than min_gap {self.min_gap:g}")
        return self


class Communication(StrictForm):
    """The style that a sentence must keep to; 'any' where the person does not care."""

    length: Literal["short", "long", "any"] = "any"
    formality: Literal["casual", "formal", "any"] = "any"
    directness: Literal["direct", "gentle", "question", "any"] = "any"
    warmth: Literal["plain", "warm", "any"] = "any"
    emoji: Literal["no", "yes", "any"] = "any"
    exclamation: Literal["no", "yes", "any"] = "any"
    forbidden_topics: tuple[Topic, ...] = ()


class Prose(StrictForm):
    """The rubric in the person's own words, first person, as the paper's 'criteria'."""

    preference: str
    timing: str
    frequency: str
    communication: str


class Persona(StrictForm):
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
    traits: dict[Annotated[str, known("trait", TRAITS)], Level]
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
