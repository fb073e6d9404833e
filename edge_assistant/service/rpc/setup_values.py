"""What the service and its clients say to each other about the first start. Imports nothing heavy, see `protocol`."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_assistant.service.rpc.values import Value


@dataclass(frozen=True, slots=True)
class StyleExample(Value):
    """One of the four versions of a sentence that the setup shows; `style` holds `domain.Style`'s fields."""

    name: str
    text: str
    style: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelChoice(Value):
    """A model that this machine has: name or path, size in MB, whether it fits, one line about it."""

    path: str
    name: str
    megabytes: float = 0.0
    fits: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IdeaChoice(Value):
    """An idea that can be liked or disliked in the setup."""

    id: str
    text: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class SetupState(Value):
    """What the setup offers, and whether it was done; `pullable` are models that would fit but are not here."""

    done: bool = False
    models: tuple[ModelChoice, ...] = ()
    pullable: tuple[ModelChoice, ...] = ()
    styles: tuple[StyleExample, ...] = ()
    ideas: tuple[IdeaChoice, ...] = ()
    level: str = "normal"
    quiet_from: float = 0.0
    quiet_to: float = 0.0
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupChoices(Value):
    """The answers; what is '' or empty was skipped. `likes` and `dislikes` are idea ids or free words."""

    model: str = ""
    quiet_from: float | None = None
    quiet_to: float | None = None
    level: str = ""
    style: dict[str, str] | None = None
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
