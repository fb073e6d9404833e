"""The contestants of an experiment: which policy, under which feedback, in whose life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from simulator.policies.learners import PARTS
from simulator.policies.registry import POLICIES, needs_model
from simulator.world.changes import Change
from simulator.world.feedback import FeedbackChannel

OURS = "ours"
LEARNER = "learner"
"""Ours, among the policies; its variants are called by the rest of their names: `without-timing`."""

FEEDBACKS = ("reasons", "total", "total-spoken", "implicit", "sparse:0.5", "sparse:0.1", "noisy:0.1", "noisy:0.3")

PARTS_LEFT_OUT = tuple(f"without-{part}" for part in PARTS)
COMPARED = (
    *(OURS, "pooled", "rules", "schedule"),
    *("silent", "reactive", "personal-reactive", "random", "hourly", "always", "knower", "oracle"),
    *PARTS_LEFT_OUT,
)
ABLATED = (OURS, *PARTS_LEFT_OUT, "pooled")
ASKED: dict[str, dict[str, Any]] = {
    "without setup": {"setup": "none"},
    "setup in words alone": {"setup": "words"},
    "without review": {"review": 0},
    "without idea cards": {"without": ("idea",)},
    "without moment cards": {"without": ("moment",)},
    "without wording cards": {"without": ("wording",)},
    "without shelf": {"shelf": False},
    "nothing asked": {"setup": "none", "review": 0, "shelf": False},
}
"""Ours with less that is asked of the person."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One contestant.

    Attributes:
        name: in tables and files.
        assistant: of a run.
        feedback: likewise.
        change: likewise; '' where nothing changes.
        adapters: likewise; '' where none are trained.
        language: likewise; '' for that of the experiment.
        world, setup, review, shelf, without: likewise.
    """

    name: str
    assistant: str
    feedback: str = "reasons"
    change: str = ""
    adapters: str = ""
    language: str = ""
    world: str = "default"
    setup: str = "full"
    review: int = 8
    shelf: bool = True
    without: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The name as part of a path."""
        return self.name.replace(":", "").replace(" ", "-")

    @property
    def meaning(self) -> str:
        """What its policy is, in a few words; '' for one that is not registered."""
        return POLICIES.describe().get(self.assistant, "")


def assistant_of(name: str) -> str:
    """The assistant of a run by its name in an experiment.

    Raises:
        UsageError: there is none.
    """
    for known in (LEARNER if name == OURS else f"{LEARNER}-{name}", name):
        if known in POLICIES.names():
            return known
    POLICIES.get(name)  # 'module:Class', or the error that names the choices
    return name


def asking(names: Sequence[str]) -> list[str]:
    """Those that ask a language model."""
    return [name for name in names if needs_model(POLICIES.get(assistant_of(name)))]


def policies(names: Sequence[str], feedback: str, language: str = "templates") -> list[Variant]:
    """Contestants by policy, ours first and always among them.

    Raises:
        UsageError: a name is unknown, or needs a model where there is none.
    """
    if language != "model" and (found := asking(names)):
        raise UsageError(f"policies {', '.join(found)} need a model; add --language model, or leave them out")
    FeedbackChannel.of(feedback)
    return [Variant(name, assistant_of(name), feedback) for name in dict.fromkeys((OURS, *names))]


def asked_less(feedback: str = "reasons") -> list[Variant]:
    """Ours, and ours with less that is asked of the person."""
    return [Variant(OURS, LEARNER, feedback), *(Variant(n, LEARNER, feedback, **given) for n, given in ASKED.items())]


def in_worlds(worlds: Sequence[str], names: Sequence[str], feedback: str = "reasons") -> list[Variant]:
    """Each policy in each world; ours in the first world is what the others are held against."""
    found = []
    for world in worlds:
        for variant in policies(names, feedback):
            name = OURS if variant.name == OURS and world == worlds[0] else f"{variant.name} in {Path(world).stem}"
            found.append(replace(variant, name=name, world=world))
    return found


def feedbacks(modes: Sequence[str], names: Sequence[str]) -> list[Variant]:
    """Each policy under each mode; ours under `reasons`, the first mode or not, is what the others are held against."""
    found = [Variant(OURS, LEARNER)]
    for variant in policies(names, "reasons"):
        for mode in dict.fromkeys(modes):
            FeedbackChannel.of(mode)
            if variant.name in names and (variant.name, mode) != (OURS, "reasons"):
                found.append(Variant(f"{variant.name} {mode}", variant.assistant, mode))
    return found


def drifts(kinds: Sequence[str], day: int, feedback: str, names: Sequence[str]) -> list[Variant]:
    """For each change: ours through it, ours that never knew another life, and other policies through it."""
    found = policies((), feedback)
    for kind in dict.fromkeys(kinds):
        Change.of(f"{kind}:{day}")
        found.append(Variant(f"ours {kind}", LEARNER, feedback, f"{kind}:{day}"))
        found.append(Variant(f"ours {kind} from the start", LEARNER, feedback, f"{kind}:1"))
        for variant in policies(names, feedback)[1:]:
            found.append(Variant(f"{variant.name} {kind}", variant.assistant, feedback, f"{kind}:{day}"))
    return found
