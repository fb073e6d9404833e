"""What can be set: one class a concern, with defaults and bounds. `config` gathers the values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from edge_assistant.things import thing_names


def _split(value: object) -> object:
    """One text, as from the environment, holds several separated by commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _known_things(value: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [thing for thing in value if thing not in thing_names()]:
        raise ValueError(f"unknown {', '.join(unknown)}; known are {', '.join(thing_names())}")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Things = Annotated[Words, AfterValidator(_known_things)]


class Section(BaseModel):
    """What all sections share: frozen, and no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CostSettings(Section):
    """What the trigger weighs, in units of one needed suggestion."""

    false_alarm: float = Field(1.0, gt=0, le=100)
    """What an unwelcome suggestion costs, where a needed one is worth 1. Higher makes the assistant quieter."""

    missed_need: float = Field(1.0, gt=0, le=100)
    """What it costs to stay silent when a suggestion was needed. Higher makes the assistant talk more."""

    badly_put: float = Field(0.5, ge=0, le=1)
    """Share of a welcome suggestion's worth that is lost when it is badly put. Higher waits for the right style."""


class LimitSettings(Section):
    """Hard limits on speech, whatever the chances say."""

    least_gap: float = Field(10.0, ge=0, le=1440)
    """Awake minutes between two suggestions that nobody asked for."""

    per_hour: int = Field(3, ge=1, le=60)
    """At most this many unasked suggestions an hour."""

    per_day: int = Field(24, ge=0, le=500)
    """At most this many unasked suggestions a day; 0 keeps the assistant silent until it is asked."""

    before_appointment: float = Field(10.0, ge=0, le=120)
    """Minutes before a busy appointment in which nothing is said."""

    quiet_from: float = Field(0.0, ge=0, le=24)
    """Hour of the day (22.5 is half past ten in the evening) from which nothing is said."""

    quiet_to: float = Field(0.0, ge=0, le=24)
    """Hour of the day at which the quiet ends. Equal to `quiet_from`: no quiet hours."""


class ModelSettings(Section):
    """The language model and its engine."""

    path: str = ""
    """A GGUF file, or the name of one in the models folder; '' takes the packaged model."""

    n_ctx: int = Field(2048, ge=256, le=1_048_576)
    """How long a text may be that the model takes in at once, in tokens: pieces of about four letters."""

    sequences: int = Field(8, ge=1, le=64)
    """Texts that are written at the same time."""

    threads: int = Field(0, ge=0, le=1024)
    """Threads that write; 0 takes one for each core of the processor."""

    prefix_cache_mb: int = Field(64, ge=0, le=65_536)
    """Memory for beginnings of texts, which are kept instead of being read anew each time, in MiB."""

    task_adapter: bool = True
    """Use what comes with the program to make the model better at suggestions, where there is something for it."""


class EmbeddingSettings(Section):
    """Texts to vectors."""

    path: str = ""
    """A folder with the sentence-transformers model that compares texts, never a name online; '' takes the packaged."""

    threads: int = Field(0, ge=0, le=1024)
    """Threads for comparing texts and all else that is computed with torch; 0 leaves the choice to it."""


class SourceSettings(Section):
    """Where the view of the moment comes from. Each source may be switched off; each fails alone."""

    typed: bool = True
    """What you told it that you are doing."""

    typed_minutes: float = Field(45.0, gt=0, le=1440)
    """Minutes after which what you told is only half believed."""

    calendar: bool = True
    """Calendar files. Busy appointments keep it silent."""

    calendars: Words = ()
    """ICS files, and folders of them."""

    addresses: Words = ()
    """Your own email addresses: an invitation that one of them has declined does not keep you busy."""

    workday_ends: float = Field(0.0, ge=0, le=24)
    """Hour of the day (17.5 is half past five) at which you mostly stop working, Monday to Friday; 0: it is learned."""

    activitywatch: bool = True
    """ActivityWatch, where it runs on this machine."""

    activitywatch_host: str = "127.0.0.1"
    """Its address; only one of this machine's own, such as 127.0.0.1, is accepted."""

    activitywatch_port: int = Field(5600, ge=1, le=65_535)
    """Its port."""

    activitywatch_key: str = ""
    """Its API key, where it asks for one: `api_key` in the server's own config.toml."""

    full_titles: bool = False
    """Keep full window titles. Otherwise a title is only used to tell the kind of activity, and forgotten."""

    idle: bool = True
    """How long no key was pressed and nothing moved."""

    away_minutes: float = Field(5.0, gt=0, le=1440)
    """Idle minutes after which you are taken to be away from the computer."""

    do_not_disturb: bool = True
    """Keep silent while the desktop is set to do not disturb, and while the screen is locked."""

    full_screen: bool = True
    """Keep silent while a program other than a terminal fills the screen, or keeps it awake where that is all that the
    desktop tells (macOS, GNOME and KDE under Wayland)."""

    todos: Words = ()
    """todo.txt files, which are read and never written."""

    notes: str = ""
    """A folder of notes whose list items become ideas of your own, and whose boxes todos; '' for none."""

    plugins: Words = ()
    """Sources of other installed packages that are switched on, by name."""

    suggestions: Words = ()
    """Sources of ideas of other installed packages that are switched on, by name."""


class PlaceSettings(Section):
    """Where you are: for daylight, seasons, and what can be done there."""

    works_at: Literal["home", "office"] = "home"
    """Where you work on weekdays: at home, or in an office, where nothing for kitchen or garden is suggested."""

    latitude: float = Field(0.0, ge=-90, le=90)
    """Degrees north of the equator, south negative. With a longitude of 0 as well, the time zone's town counts."""

    longitude: float = Field(0.0, ge=-180, le=180)
    """Degrees east of Greenwich, west negative."""


class PresenceSettings(Section):
    """How much the assistant speaks up."""

    level: Literal["off", "rare", "normal", "chatty"] = "normal"
    """off says nothing unasked; rare speaks only when it is sure to be welcome, chatty also when it is less sure."""


class TopicSettings(Section):
    """What is spoken of."""

    variety: float = Field(0.0, ge=0, le=4)
    """How much categories that were heard in the last 7 days give way to others: 0 not at all, 1 clearly."""

    never: Words = ()
    """Sensitive topics (alcohol, money, work, ...) and plain words; ideas that touch one are never suggested."""


class PersonSettings(Section):
    """What you have. An idea that needs something else is left out."""

    has: Things = ()
    """What is part of your life, of what many people lack: dog, cat, garden, balcony, car, piano, child, ... The
    assistant also notices things: who walks a dog has one."""

    lacks: Things = ()
    """What it believes you to have, and you do not."""


class NotificationSettings(Section):
    """Messages on the desktop."""

    on: bool = True
    """Show suggestions as desktop notifications while no screen is attached."""

    always: bool = False
    """Show them also while a screen is attached."""


class ScreenSettings(Section):
    """How the terminal looks."""

    theme: str = "auto"
    """Colours: dark, light, auto (as the terminal says), or a theme of the command palette, such as nord."""


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

    judge: str = "rubric"
    """Who makes the ratings from which feedback comes; `edge-assistant simulate --help` names the judges. Measures
    always use the rubric."""

    feedback: str = Field("reasons", pattern=r"^[a-z][a-z-]*(:(0?\.\d+|0|1|1\.0+))?$")
    """What reaches the assistant; `edge-assistant simulate --help` names the modes."""

    workers: int = Field(0, ge=0, le=1024)
    """Processes that live lives at the same time; 0 takes one a core."""


class Settings(Section):
    """Everything that can be set."""

    costs: CostSettings = CostSettings()
    """What an unwelcome suggestion costs, and a missed one."""

    limits: LimitSettings = LimitSettings()
    """Caps and quiet hours."""

    model: ModelSettings = ModelSettings()
    """The language model."""

    embedding: EmbeddingSettings = EmbeddingSettings()
    """The embedding model."""

    sources: SourceSettings = SourceSettings()
    """Sources of the view of the moment."""

    place: PlaceSettings = PlaceSettings()
    """Where you are."""

    presence: PresenceSettings = PresenceSettings()
    """Off, rare, normal or chatty."""

    topics: TopicSettings = TopicSettings()
    """What is spoken of, and what is not."""

    person: PersonSettings = PersonSettings()
    """What you have."""

    notifications: NotificationSettings = NotificationSettings()
    """Messages on the desktop."""

    screen: ScreenSettings = ScreenSettings()
    """Colours of the terminal."""

    training: TrainingSettings = TrainingSettings()
    """When adapters are trained."""

    simulation: SimulationSettings = SimulationSettings()
    """Simulated lives."""
