"""A world: the constants of how simulated people behave. The learner knows none of them.

    load_world("default"), load_world("my-world.toml")

Every key of a world's file is optional and has the default world's value in its place. Some constants change the person
who lives in the world (`lived_in`), the others are read where they act.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge_assistant.errors import DataError, UsageError
from simulator.people.persona import Persona
from simulator.people.routine import Span, minutes_of_day

PACKAGED = Path(__file__).parents[1] / "data" / "worlds"


class World(BaseModel):
    """The constants of one world; `name` is the stem of its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "default"
    request_chance: float = Field(0.05, ge=0, le=1)
    """That somebody asks at a receptive overdue tick, at most once a spell; 0: nobody ever asks."""
    annoyance_step: float = Field(0.3, ge=0, le=1)
    """By which a false alarm raises annoyance."""
    annoyance_hours: float = Field(3.0, gt=0, le=48)
    """In which it fades to a third."""
    repeat_scale: float = Field(1.0, gt=0, le=5)
    """Times the persona's days between repeats."""
    habituation: float = Field(1.0, ge=0, le=5)
    """Times the persona's; within a category it counts too."""
    accepts_badly_put: float = Field(0.6, ge=0, le=1)
    """Chance that a welcome suggestion is accepted although it is badly put."""
    ignores_when_blocked: float = Field(0.7, ge=0, le=1)
    """Chance that a suggestion at a blocked moment is ignored rather than dismissed."""
    reason_slip: float = Field(0.0, ge=0, le=1)
    """Chance that a reaction or its reason is another one."""
    review_done: float = Field(0.7, ge=0, le=1)
    """Chance that the day's review is answered at all."""
    review_slip: float = Field(0.1, ge=0, le=1)
    """Chance of a wrong answer to each card."""
    glance_chance: float = Field(0.02, ge=0, le=1)
    """Chance that a receptive tick becomes a glance at the shelf."""
    hidden_state: float = Field(1.0, ge=0, le=5)
    """Times the weight of energy, mood and focus."""
    window_shift: float = Field(0.0, ge=-6, le=6)
    """Hours by which the true windows differ from those told in the prose."""
    receptive_bursts: float = Field(0.0, ge=0, le=1)
    """Share of receptive moments that are moved to random places of the day."""
    taste_noise: float = Field(0.0, ge=0, lt=1)
    """Share of the utility's variance replaced by noise fixed per idea."""
    taste_embedding: str = "packaged"
    """What interests mean to the judge: 'packaged', 'words' (a bag of letter groups), or a folder of an embedding."""

    def lived_in(self, persona: Persona) -> Persona:
        """The person as they are in this world: what the prose tells stays, what is true moves."""
        timing, preference = persona.timing, persona.preference
        changed = timing.model_copy(
            update={
                "windows": tuple(_shifted(span, self.window_shift) for span in timing.windows),
                "energy": timing.energy * self.hidden_state,
                "mood": timing.mood * self.hidden_state,
                "focus": timing.focus * self.hidden_state,
                "bursts": self.receptive_bursts,
            }
        )
        liking = preference.model_copy(
            update={
                "repeat_after": preference.repeat_after * self.repeat_scale,
                "habituation": preference.habituation * self.habituation,
            }
        )
        return persona.model_copy(update={"timing": changed, "preference": liking})


def _shifted(span: Span, hours: float) -> Span:
    """A span of the day moved by some hours; one that is the whole day stays."""
    first, last = minutes_of_day(span.start), minutes_of_day(span.end)
    if not hours or (first, last) == (0, 1440):
        return span
    start, end = (round(minute + 60 * hours) % 1440 for minute in (first, last))
    return span.model_copy(update={"start": _clock(start), "end": _clock(end)})


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def packaged_worlds() -> tuple[str, ...]:
    """Names of the packaged worlds, the default first."""
    names = sorted(path.stem for path in PACKAGED.glob("*.toml"))
    return ("default", *(name for name in names if name != "default"))


@cache
def load_world(name: str = "default") -> World:
    """A packaged world by name, or one from a file.

    Raises:
        UsageError: there is no such world or file.
        DataError: the file is not understood; the message names every key that is wrong.
    """
    path = Path(name) if name.endswith(".toml") else PACKAGED / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        known = ", ".join(packaged_worlds())
        raise UsageError(f"world {name!r} is unknown; choose one of {known}, or name a .toml file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"world {path}: cannot be read as TOML ({error}); mend the file") from error
    try:
        return World(**{"name": path.stem, **data})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg'].lower()}" for e in error.errors())
        raise DataError(f"world {path}: {problems}; known keys are {', '.join(World.model_fields)}") from error
