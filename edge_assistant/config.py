"""All settings: one class a concern, gathered from four sources.

What the command line gives wins over environment variables, these over the TOML file, that over the defaults here. A
setting `field` of section `section` is

    [section]                        in config.toml
    field = value

    EDGE_ASSISTANT_SECTION__FIELD    in the environment

A key that nobody knows is an error, because a misspelt one that is silently ignored is worse.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from edge_assistant.errors import ConfigError
from edge_assistant.paths import Paths

PREFIX = "EDGE_ASSISTANT_"
DELIMITER = "__"


class Section(BaseModel):
    """What all sections share: frozen, and no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CostSettings(Section):
    """What the trigger weighs, in units of one needed suggestion."""

    false_alarm: float = Field(1.0, gt=0, le=100)
    """Cost of speaking when it is not welcome. Higher makes the assistant quieter."""

    missed_need: float = Field(1.0, gt=0, le=100)
    """Cost of keeping silent when a word was needed. Higher makes the assistant talk more."""

    badly_put: float = Field(0.5, ge=0, le=1)
    """Share of a welcome word's worth that is lost when it is badly put. Higher waits for the right manner."""

    optimism: float = Field(0.0, ge=0, le=5)
    """Standard deviations by which unsure chances are raised on the first day."""

    curiosity: float = Field(0.0, ge=0, lt=1)
    """Share of a false alarm's cost that what it teaches makes up for on the first day."""

    fades: float = Field(40.0, gt=0)
    """Number of suggestions after which half of the optimism and of the curiosity is gone."""


class LimitSettings(Section):
    """Hard limits on speech, whatever the chances say."""

    least_gap: float = Field(10.0, ge=0, le=1440)
    """Awake minutes between two suggestions that nobody asked for."""

    per_hour: int = Field(3, ge=1, le=60)
    """At most this many unasked suggestions an hour."""

    per_day: int = Field(24, ge=0, le=500)
    """At most this many unasked suggestions a day; 0 keeps the assistant silent until it is asked."""

    quiet_from: float = Field(0.0, ge=0, le=24)
    """Hour of the day (22.5 is half past ten in the evening) from which nothing is said."""

    quiet_to: float = Field(0.0, ge=0, le=24)
    """Hour of the day at which the quiet ends. Equal to `quiet_from`: no quiet hours."""


class ModelSettings(Section):
    """The language model and its engine."""

    path: str = ""
    """A GGUF file, or the name of one in the models folder; '' takes the packaged model."""

    n_ctx: int = Field(2048, ge=256, le=1_048_576)
    """Tokens of context that one sequence may use."""

    sequences: int = Field(8, ge=1, le=64)
    """Requests that are decoded at once."""

    threads: int = Field(0, ge=0, le=1024)
    """Threads for decoding; 0 takes one a core."""

    prefix_cache_mb: int = Field(64, ge=0, le=65_536)
    """Memory for shared prefixes that are kept, in MiB."""

    task_adapter: bool = True
    """Whether the model gets the task adapter that comes with the program, where there is one for it."""


class EmbeddingSettings(Section):
    """Texts to vectors."""

    path: str = ""
    """A folder with a sentence-transformers model; '' takes the packaged one. Never a name to be looked up online."""

    threads: int = Field(0, ge=0, le=1024)
    """torch threads for the whole process; 0 leaves torch's own choice."""


class MemorySettings(Section):
    """What is remembered, and how it is found again: score = recency, relevance and importance, weighted."""

    recency: float = Field(0.5, ge=0)
    """Weight of how lately a memory was used (ProPerSim's value)."""

    relevance: float = Field(3.0, ge=0)
    """Weight of how near a memory is to the query (ProPerSim's value)."""

    importance: float = Field(2.0, ge=0)
    """Weight of how much a memory matters (ProPerSim's value)."""

    level: Literal["A", "AS", "ASC", "ASCR"] = "ASCR"
    """What is kept: actions, suggestions, scores, reasons."""

    brute_force_below: int = Field(500, ge=0)
    """Number of distinct texts from which on the approximate index serves."""


class SourceSettings(Section):
    """Where the view of the moment comes from. Each source may be switched off; each fails alone."""

    typed: bool = True
    """What you told it that you are doing."""

    typed_minutes: float = Field(45.0, gt=0, le=1440)
    """Minutes after which what you told is only half believed."""

    calendar: bool = True
    """Calendar files. Busy appointments keep it silent."""

    calendars: tuple[str, ...] = ()
    """ICS files, and folders of them."""

    activitywatch: bool = True
    """ActivityWatch, where it runs on this machine."""

    activitywatch_host: str = "127.0.0.1"
    """Its address; only loopback is accepted."""

    activitywatch_port: int = Field(5600, ge=1, le=65_535)
    """Its port."""

    full_titles: bool = False
    """Keep full window titles. Otherwise a title is only used to tell the kind of activity, and forgotten."""

    idle: bool = True
    """How long no key was pressed and nothing moved."""

    away_minutes: float = Field(5.0, gt=0, le=1440)
    """Idle minutes after which you are taken to be away from the computer."""

    do_not_disturb: bool = True
    """Keep silent while the desktop is set to do not disturb, and while the screen is locked."""

    full_screen: bool = True
    """Keep silent while a program other than a terminal fills the screen."""

    notes: str = ""
    """A folder of notes whose list items become ideas of your own; '' for none."""

    plugins: tuple[str, ...] = ()
    """Sources of other installed packages that are switched on, by name."""

    @field_validator("calendars", "plugins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """One text, as from the environment, holds several separated by commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class PresenceSettings(Section):
    """How much the assistant speaks up."""

    level: Literal["off", "rare", "normal", "chatty"] = "normal"
    """off says nothing unasked; rare and chatty make a false alarm dearer or cheaper than `costs` says."""


class TopicSettings(Section):
    """What is spoken of."""

    variety: float = Field(0.0, ge=0, le=4)
    """How much categories that were heard in the last 7 days give way to others: 0 not at all, 1 clearly."""

    never: tuple[str, ...] = ()
    """Sensitive topics (alcohol, money, work, ...) and plain words; ideas that touch one are never suggested."""

    @field_validator("never", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """One text, as from the environment, holds several separated by commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class NotificationSettings(Section):
    """Messages on the desktop."""

    on: bool = True
    """Show suggestions as desktop notifications while no screen is attached."""

    always: bool = False
    """Show them also while a screen is attached."""


class TrainingSettings(Section):
    """When adapters are trained."""

    on: bool = True
    """Train in idle hours. Off: only when asked to."""

    hours_from: float = Field(0.0, ge=0, le=24)
    """Hour of the day from which training may run."""

    hours_to: float = Field(0.0, ge=0, le=24)
    """Hour of the day at which it stops. Equal to `hours_from`: at any hour."""

    away_minutes: float = Field(5.0, ge=0.5, le=600)
    """Minutes without a key or movement after which it may begin."""

    least_charge: float = Field(1.0, ge=0, le=1)
    """On battery, train only above this charge. 1: never on battery."""

    free_memory_mb: int = Field(2500, ge=500, le=1_000_000)
    """Memory that must be free when it begins, in MB."""

    hottest: float = Field(85.0, ge=30, le=120)
    """Degrees Celsius of the processor above which it pauses."""

    threads: int = Field(0, ge=0, le=512)
    """Threads of the training. 0: one a core."""


class SimulationSettings(Section):
    """Defaults of `edge-assistant simulate`."""

    days: int = Field(14, ge=1, le=366)
    """Simulated days a persona lives."""

    seed: int = Field(7, ge=0)
    """Seed of lives, users and policies."""

    language: Literal["model", "templates"] = "model"
    """Who words plans and sentences."""

    judge: Literal["rubric", "llm", "hybrid"] = "rubric"
    """Who makes the ratings from which feedback comes. Measures always use the rubric."""

    feedback: str = Field(
        "reasons", pattern=r"^(reasons|total|total-spoken|implicit|reasons-all|sparse:(0?\.\d+|0|1|1\.0+))$"
    )
    """What reaches the assistant: reasons, total, total-spoken, implicit, reasons-all, or sparse:P with P in [0, 1]."""

    workers: int = Field(0, ge=0, le=1024)
    """Processes that live lives at the same time; 0 takes one a core."""


class Settings(Section):
    """Everything that can be set."""

    costs: CostSettings = CostSettings()
    """What a false alarm and a missed need cost."""

    limits: LimitSettings = LimitSettings()
    """Caps and quiet hours."""

    model: ModelSettings = ModelSettings()
    """The language model."""

    embedding: EmbeddingSettings = EmbeddingSettings()
    """The embedding model."""

    memory: MemorySettings = MemorySettings()
    """Memories and retrieval."""

    sources: SourceSettings = SourceSettings()
    """Sources of the view of the moment."""

    presence: PresenceSettings = PresenceSettings()
    """Off, rare, normal or chatty."""

    topics: TopicSettings = TopicSettings()
    """What is never to be touched."""

    notifications: NotificationSettings = NotificationSettings()
    """Messages on the desktop."""

    training: TrainingSettings = TrainingSettings()
    """When adapters are trained."""

    simulation: SimulationSettings = SimulationSettings()
    """Simulated lives."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The settings of one source, by section and field, and how that source names a setting."""

    values: dict[str, Any]
    name: Callable[[str], str]

    def holds(self, location: Sequence[str]) -> bool:
        """Whether this source gives something at `location`, or inside it."""
        node: Any = self.values
        for part in location:
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True


def load_settings(overrides: Mapping[str, Mapping[str, Any]] | None = None, file: Path | None = None) -> Settings:
    """Gather the settings.

    Args:
        overrides: what the command line gave, by section and field. None as a value stands for 'not given'.
        file: a TOML file that must exist; None takes `config.toml` in the home folder where there is one.

    Raises:
        ConfigError: an unreadable file, an unknown key or a bad value; one line that names them all and where they are.
    """
    path = file if file is not None else Paths.from_environment().config
    layers = [
        _from_command_line(overrides or {}),
        _from_environment(os.environ),
        Layer(_read(path, must_exist=file is not None), lambda key: f"{path}: {key}"),
    ]
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = _merge(merged, layer.values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        problems = [_describe(dict(problem), layers) for problem in error.errors()]
        raise ConfigError("; ".join(dict.fromkeys(problems))) from error


def _from_command_line(overrides: Mapping[str, Mapping[str, Any]]) -> Layer:
    """The options that were given, without those that were not."""
    values = {
        section: {field: value for field, value in fields.items() if value is not None}
        for section, fields in overrides.items()
    }
    return Layer(values, lambda key: f"command line: {key}")


def _from_environment(environment: Mapping[str, str]) -> Layer:
    """The variables EDGE_ASSISTANT_SECTION__FIELD. Those without a double underscore are not settings."""
    values: dict[str, Any] = {}
    for variable, value in sorted(environment.items()):
        section, found, field = variable.removeprefix(PREFIX).partition(DELIMITER)
        if variable.startswith(PREFIX) and found:
            values.setdefault(section.lower(), {})[field.lower()] = value
    return Layer(values, lambda key: "environment: " + PREFIX + key.replace(".", DELIMITER).upper())


def _read(path: Path, *, must_exist: bool) -> dict[str, Any]:
    """The TOML file's content; a file that is not there and need not be is empty."""
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError as error:
        if not must_exist:
            return {}
        raise ConfigError(f"{path}: there is no such settings file; check the path") from error
    except NotADirectoryError as error:
        raise ConfigError(f"{path}: a part of this path is a file where a folder is needed; choose another") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check what it is and who may read it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}); mend it or move it away") from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Section by section, `above` wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _describe(problem: dict[str, Any], layers: Sequence[Layer]) -> str:
    """What is wrong, at which source and key, and what would be right, from one of pydantic's error records."""
    parts = [str(part) for part in problem["loc"]]
    key = ".".join(parts)
    source = next((layer.name(key) for layer in layers if layer.holds(parts)), key)
    if problem["type"] != "extra_forbidden":
        message = problem["msg"]
        return f"{source} is {problem['input']!r}: {message[:1].lower()}{message[1:]}"
    section = getattr(Settings(), parts[0], None) if len(parts) > 1 else Settings()
    known = list(type(section).model_fields) if isinstance(section, Section) else []
    near = difflib.get_close_matches(parts[-1], known, n=1)
    advice = f"did you mean {near[0]}?" if near else "known are " + ", ".join(known)
    return f"{source}: there is no such setting; {advice}"
