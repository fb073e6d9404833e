"""What the service and its clients say to each other about the first start. Imports nothing heavy, see `protocol`."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.service.rpc.values import Value


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
class FoundSource(Value):
    """Something here that could be looked at: 'calendar', 'notes' or 'activitywatch'; where; what was read from it."""

    kind: str
    where: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class SetupState(Value):
    """What the setup offers.

    Attributes:
        done: it was answered or skipped before.
        found: what could be looked at and is not yet.
        pullable: models that would fit but are not here.
        ideas: to like or dislike.
        groups: of three ideas each, of which some are picked and some struck.
        pairs: of two wordings of one suggestion each.
        likes, dislikes: what was said before.
        per_day: the number of suggestions a day that was named before.
        repeat_days: after so many days the same thing may come again, as was said before; one of the choices.
        hours, occasions: at which a word may be welcome or not, each with its words.
        good_times, bad_times: those of them that were said before to be so.
        things: that many people lack and ideas need, each with its words.
        has: those of them that the person is known to have.
    """

    done: bool = False
    found: tuple[FoundSource, ...] = ()
    models: tuple[ModelChoice, ...] = ()
    pullable: tuple[ModelChoice, ...] = ()
    ideas: tuple[IdeaChoice, ...] = ()
    groups: tuple[tuple[IdeaChoice, ...], ...] = ()
    pairs: tuple[tuple[str, ...], ...] = ()
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    per_day: int | None = None
    repeat_days: int | None = None
    repeat_choices: tuple[int, ...] = ()
    hours: tuple[tuple[str, ...], ...] = ()
    occasions: tuple[tuple[str, ...], ...] = ()
    good_times: tuple[str, ...] = ()
    bad_times: tuple[str, ...] = ()
    things: tuple[tuple[str, ...], ...] = ()
    has: tuple[str, ...] = ()
    level: str = "normal"
    quiet_from: float = 0.0
    quiet_to: float = 0.0
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupChoices(Value):
    """The answers; what is '', None or empty was skipped.

    Attributes:
        sources: (kind, where) of what may be looked at from now on.
        likes, dislikes: idea ids or free words.
        picked, struck: ids of ideas of the groups.
        wordings: (better, worse) sentences of the pairs.
        alike: pairs of which neither is better.
        per_day: suggestions a day that would be right.
        repeat_days: after which the same thing may come again.
        good_hours, bad_hours, good_occasions, bad_occasions: at which a word is welcome and is not; None leaves them as
            they are.
        has: what the person has of the things; None leaves it as it is.
    """

    model: str = ""
    sources: tuple[tuple[str, ...], ...] = ()
    quiet_from: float | None = None
    quiet_to: float | None = None
    level: str = ""
    per_day: int | None = None
    repeat_days: int | None = None
    good_hours: tuple[str, ...] | None = None
    bad_hours: tuple[str, ...] | None = None
    good_occasions: tuple[str, ...] | None = None
    bad_occasions: tuple[str, ...] | None = None
    has: tuple[str, ...] | None = None
    picked: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    wordings: tuple[tuple[str, ...], ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
