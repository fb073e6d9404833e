"""The contestants of each experiment: which policy, under which feedback, in whose life and world."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from simulator.policies.learners import PARTS
from simulator.policies.paper.forms import NAMES as PAPER_FORMS
from simulator.policies.registry import POLICIES, needs_model
from simulator.world.changes import KINDS as CHANGES
from simulator.world.changes import Change
from simulator.world.constants import load_world, packaged_worlds
from simulator.world.feedback import FeedbackChannel

OURS, LEARNER = "ours", "learner"
"""Ours, and its name among the policies; its variants are called by the rest of their names: `without-timing`."""

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
    "without good times": {"without": ("good_times", "bad_times")},
    "without review": {"review": 0},
    "without idea cards": {"without": ("idea",)},
    "without moment cards": {"without": ("moment",)},
    "without wording cards": {"without": ("wording",)},
    "without the open question": {"without": ("like",)},
    "without shelf": {"shelf": False},
    "nothing asked": {"setup": "none", "review": 0, "shelf": False},
}
"""Ours with less that is asked of the person."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One contestant: its name in tables and files, and fields of a run's configuration.

    `adapters` is '' where none are trained, `language` '' for that of the experiment.
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


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a call may say beside lives and days; lists are joined by commas, 'all' is all there are."""

    policies: str = ""
    feedback: str = "reasons"
    worlds: str = "all"
    changes: str = "all"
    day: int = 0
    adapters: str = "3,7,13:64"
    days: int = 14
    language: str = "templates"


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


def policies(names: Sequence[str], feedback: str = "reasons", language: str = "templates") -> list[Variant]:
    """Contestants by policy, ours first and always among them; without a model those that need one are left out.

    Raises:
        UsageError: a name is unknown.
    """
    FeedbackChannel.of(feedback)
    found = [Variant(name, assistant_of(name), feedback) for name in dict.fromkeys((OURS, *names))]
    left = [one for one in found if language != "model" and needs_model(POLICIES.get(one.assistant))]
    if left:
        print(f"left out: {', '.join(one.name for one in left)} (they need --language model)", file=sys.stderr)
    return [one for one in found if one not in left]


def _compared(options: Options) -> list[Variant]:
    # with a model the paper's further forms take nights of their own: 'paper-forms'
    everybody = (*COMPARED, *(("paper",) if options.language == "model" else PAPER_FORMS))
    names = listed(options.policies, everybody)
    named = [part for name in names for part in (PAPER_FORMS if name == "paper-forms" else (name,))]
    return policies(named, options.feedback, options.language)


def _ablated(options: Options) -> list[Variant]:
    return policies(listed(options.policies, ABLATED), options.feedback)


def _asked_less(options: Options) -> list[Variant]:
    ours = policies((), options.feedback)[0]
    return [ours, *(replace(ours, name=name, **given) for name, given in ASKED.items())]


def _in_worlds(options: Options) -> list[Variant]:
    """Each policy in each world; ours in the first world is what the others are held against."""
    worlds = listed(options.worlds, packaged_worlds())
    found = []
    for world in worlds:
        load_world(world)  # refused before anything is lived
        for one in policies(listed(options.policies), options.feedback):
            name = OURS if one.name == OURS and world == worlds[0] else f"{one.name} in {Path(world).stem}"
            found.append(replace(one, name=name, world=world))
    return found


def _fed_back(options: Options) -> list[Variant]:
    """Each policy under each mode; ours under `reasons`, the first mode or not, is what the others are held against."""
    names, found = listed(options.policies), [Variant(OURS, LEARNER)]
    for one in policies(names):
        for mode in dict.fromkeys(listed(options.feedback, FEEDBACKS)):
            FeedbackChannel.of(mode)
            if one.name in names and (one.name, mode) != (OURS, "reasons"):
                found.append(Variant(f"{one.name} {mode}", one.assistant, mode))
    return found


def _drifting(options: Options) -> list[Variant]:
    """For each change: ours through it, ours that never knew another life, and other policies through it."""
    day = options.day or options.days // 2 + 1
    if not 2 <= day <= options.days:
        raise UsageError(f"--day is {day}, expected 2 to {options.days}: a change needs days before and after it")
    ours, *others = policies(listed(options.policies), options.feedback)
    found = [ours]
    for kind in dict.fromkeys(listed(options.changes, CHANGES)):
        Change.of(f"{kind}:{day}")
        found.append(replace(ours, name=f"ours {kind}", change=f"{kind}:{day}"))
        found.append(replace(ours, name=f"ours {kind} from the start", change=f"{kind}:1"))
        found += [replace(one, name=f"{one.name} {kind}", change=f"{kind}:{day}") for one in others]
    return found


def _costly(options: Options) -> list[Variant]:
    """The policies; with a model ours trains adapters in the given nights, and ours with templates is beside it."""
    ours, *others = policies(listed(options.policies, COMPARED), options.feedback, options.language)
    if options.language != "model":
        return [ours, *others]
    templates = replace(ours, name=f"{OURS} templates", language="templates")
    return [replace(ours, adapters=options.adapters), templates, *others]


def listed(text: str, everything: Sequence[str] = ()) -> tuple[str, ...]:
    """The names in a text, or everything for 'all'."""
    return tuple(everything) if text == "all" else tuple(name.strip() for name in text.split(",") if name.strip())


CONTESTANTS: dict[str, Callable[[Options], list[Variant]]] = {
    "policies": _compared,
    "ablation": _ablated,
    "asking": _asked_less,
    "worlds": _in_worlds,
    "feedback": _fed_back,
    "drift": _drifting,
    "grid": _costly,
}
"""Whom each experiment compares, ours first."""
