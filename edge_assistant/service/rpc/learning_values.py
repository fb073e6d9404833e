"""What the service and its clients say to each other about what was learned. Imports nothing heavy, see `protocol`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from edge_assistant.service.rpc.protocol import Training
from edge_assistant.service.rpc.values import Value


@dataclass(frozen=True, slots=True)
class Belief(Value):
    """Something that it believes about the person, as a sentence that can be corrected.

    Attributes:
        id: for `learning.correct`.
        sentence: 'You want at most 6 suggestions a day.'
        group: hours, gaps, manner, topics or taste.
        kind: number, choice or yesno: what a correction may be.
        value: the present value; number: within `low` to `high`, `unit` names it; choice: one of `choices`.
        sure: 0 to 1.
        corrected: the person has corrected it, or has said it outright.
        answers: of this person that moved it; 0 for what is only typical, which the sentence then says.
    """

    id: str
    sentence: str
    group: str = ""
    kind: str = "number"
    value: Any = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    sure: float = 0.0
    corrected: bool = False
    answers: int = 0


@dataclass(frozen=True, slots=True)
class DaySeries(Value):
    """One day: what was said, how it was answered, shares in [0, 1]; None where nothing was told."""

    day: str
    suggestions: int = 0
    answered: int = 0
    awake_hours: float = 0.0
    per_hour: float = 0.0
    acceptance: float | None = None
    preference: float | None = None
    timing: float | None = None
    frequency: float | None = None
    communication: float | None = None


@dataclass(frozen=True, slots=True)
class AdapterView(Value):
    """A trained adapter: version, when, state current, former, rejected or stale; its measures by name."""

    version: str
    time: datetime | None = None
    state: str = "former"
    measures: dict[str, float] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Learning(Value):
    """What the learning screen shows."""

    days: tuple[DaySeries, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    adapters: tuple[AdapterView, ...] = ()
    training: Training = field(default_factory=Training)
    feedback_total: int = 0
