"""What a memory is: kinds, weights and the records that pass in and out of the memory store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from edge_assistant.errors import UsageError

BASE_KINDS = ("action", "suggestion", "score", "reason")
"""What happened."""

SUMMARY_KINDS = ("summary_hour", "summary_4h", "summary_day")

KINDS = (*BASE_KINDS, *SUMMARY_KINDS, "note")

DEFAULT_IMPORTANCE = {
    "action": 0.3,
    "suggestion": 0.4,
    "score": 0.5,
    "reason": 0.7,  # the user's own words are the rarest and tell the most
    "summary_hour": 0.4,
    "summary_4h": 0.5,
    "summary_day": 0.6,
    "note": 0.8,
}

RECENCY, RELEVANCE, IMPORTANCE = 0.5, 3.0, 2.0
"""How much each part counts in a score (ProPerSim, arXiv 2509.21730)."""

RECENCY_PER_HOUR = 0.995
"""Decay of recency an hour (Generative Agents, arXiv 2304.03442, section 4.1)."""


def chosen_kinds(wanted: Iterable[str] | None) -> tuple[str, ...]:
    """The kinds that are wanted, in their order; None wants all.

    Raises:
        UsageError: a wanted kind does not exist.
    """
    if wanted is None:
        return KINDS
    names = set(wanted)
    unknown = sorted(names - set(KINDS))
    if unknown:
        raise UsageError(f"memory kind {unknown[0]!r}: unknown; use one of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in names)


@dataclass(frozen=True, slots=True)
class Draft:
    """A memory about to be added.

    Attributes:
        kind: one of `KINDS`.
        time: when it happened.
        text: in words; this is what is embedded and searched.
        importance: 0 to 1, or None for the kind's usual one.
        data: anything more, as JSON.
    """

    kind: str
    time: datetime
    text: str
    importance: float | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"memory: unknown kind {self.kind!r}, expected one of {', '.join(KINDS)}")
        if not self.text.strip():
            raise ValueError(f"memory of kind {self.kind!r}: the text is empty")
        if self.importance is not None and not 0 <= self.importance <= 1:
            raise ValueError(f"memory of kind {self.kind!r}: importance is {self.importance}, expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory as it is kept; `importance` from 0 to 1, a pinned one counts as 1."""

    id: int
    kind: str
    time: datetime
    text: str
    importance: float
    data: dict[str, Any] = field(default_factory=dict)
    pinned: bool = False

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {**asdict(self), "time": self.time.isoformat()}


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A memory that was found.

    Attributes:
        memory: the memory.
        score: the weighted sum of recency, relevance and importance, or the cosine for a search by meaning alone.
        relevance: the cosine to the query, 0 where that is negative.
    """

    memory: Memory
    score: float
    relevance: float
