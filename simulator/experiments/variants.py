"""The contestants of an experiment: which policy, under which feedback, in whose life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge_assistant.errors import UsageError
from simulator.experiments import changes
from simulator.policies import learners
from simulator.policies.paper import forms
from simulator.world.feedback import FeedbackChannel

OURS = "ours"

POLICIES: dict[str, str] = {
    OURS: "learner",
    "pooled": "pooled",
    "questionnaire": learners.QUESTIONNAIRE,
    "questionnaire-words": learners.IN_WORDS,
    "rules": "rules",
    "schedule": "schedule",
    "silent": "silent",
    "reactive": "reactive",
    "personal-reactive": "personal-reactive",
    "random": "random",
    "hourly": "hourly",
    "always": "always",
    "knower": "knower",
    "oracle": "oracle",
    **{f"without-{part}": name for name, part in learners.WITHOUT.items()},
    **{f"diverse-{dial:g}": name for name, dial in learners.DIVERSE.items()},
    **{name: name for name in forms.NAMES},
}
"""The name in an experiment, and the assistant of a run."""

MEANINGS: dict[str, str] = {
    OURS: "all learners, from the pooled prior",
    "pooled": "the pooled prior alone, nothing learned of this person",
    "questionnaire": "ours after three likes, two dislikes and a manner asked for at the start",
    "questionnaire-words": "the same, the likes in the person's own words",
    "rules": "rules with counts, learned online",
    "schedule": "at fixed hours, the same ideas for everybody",
    "silent": "never unasked; answers with the common idea",
    "reactive": "only when asked, not personal",
    "personal-reactive": "only when asked, personal",
    "random": "five times a day at random",
    "hourly": "once an hour at random",
    "always": "at every tick at random",
    "knower": "has the person's rubric, neither their hidden state nor the future",
    "oracle": "the best that was possible",
    **{f"without-{part}": f"ours without learning {part}" for part in learners.PARTS},
    **{
        f"diverse-{dial:g}": f"ours with the dial against a filter bubble at {dial:g}"
        for dial in learners.DIVERSE.values()
    },
    **forms.MEANINGS,
}

NEEDING_MODEL = forms.NAMES
"""Policies that ask a language model."""

FEEDBACKS = ("reasons", "total", "total-spoken", "implicit", "sparse:0.5", "sparse:0.1", "noisy:0.1", "noisy:0.3")

COMPARED = (
    *(OURS, "pooled", "questionnaire", "questionnaire-words", "rules", "schedule"),
    *("silent", "reactive", "personal-reactive", "random", "hourly", "always", "knower", "oracle"),
    *(f"without-{part}" for part in learners.PARTS),
)
ABLATED = (OURS, *(f"without-{part}" for part in learners.PARTS), "pooled")


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
    """

    name: str
    assistant: str
    feedback: str = "reasons"
    change: str = ""
    adapters: str = ""
    language: str = ""

    @property
    def folder(self) -> str:
        """The name as part of a path."""
        return self.name.replace(":", "").replace(" ", "-")


def policies(names: Sequence[str], feedback: str, language: str = "templates") -> list[Variant]:
    """Contestants by policy, ours first and always among them.

    Raises:
        UsageError: a name is unknown, or needs a model where there is none.
    """
    unknown = [name for name in names if name not in POLICIES]
    asking = [name for name in names if name in NEEDING_MODEL]
    if asking and language != "model":
        raise UsageError(f"policies {', '.join(asking)} need a model; add --language model, or leave them out")
    if unknown:
        raise UsageError(f"policies {', '.join(unknown)} are unknown; choose among {', '.join(POLICIES)}")
    FeedbackChannel.of(feedback)
    return [Variant(name, POLICIES[name], feedback) for name in dict.fromkeys((OURS, *names))]


def feedbacks(modes: Sequence[str], names: Sequence[str]) -> list[Variant]:
    """Each policy under each mode; ours under `reasons`, the first mode or not, is what the others are held against."""
    for mode in modes:
        FeedbackChannel.of(mode)
    policies(names, "reasons")
    found = [Variant(OURS, POLICIES[OURS])]
    for name in dict.fromkeys(names):
        for mode in dict.fromkeys(modes):
            if (name, mode) != (OURS, "reasons"):
                found.append(Variant(f"{name} {mode}", POLICIES[name], mode))
    return found


def drifts(kinds: Sequence[str], day: int, feedback: str, names: Sequence[str]) -> list[Variant]:
    """For each change: ours through it, ours that never knew another life, and other policies through it."""
    found = policies((), feedback)
    for kind in dict.fromkeys(kinds):
        changes.Change.of(f"{kind}:{day}")
        found.append(Variant(f"ours {kind}", POLICIES[OURS], feedback, f"{kind}:{day}"))
        found.append(Variant(f"ours {kind} from the start", POLICIES[OURS], feedback, f"{kind}:1"))
        for variant in policies(names, feedback)[1:]:
            found.append(Variant(f"{variant.name} {kind}", variant.assistant, feedback, f"{kind}:{day}"))
    return found
