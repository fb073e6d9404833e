"""A decision of the learner's, and the hard limits that none of them may pass."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.history import History
from edge_assistant.domain import Context, Style
from edge_assistant.learning.calibration import shifted
from edge_assistant.ranker.preference import Ranked
from edge_assistant.trigger.receptivity import Assessment

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits on speech, whatever the chances.

    Attributes:
        least_gap: awake minutes between two suggestions.
        per_hour, per_day: caps on unasked suggestions.
        quiet_from, quiet_to: hours of the day in which nothing is said; equal means none.
    """

    least_gap: float = 10.0
    per_hour: int = 3
    per_day: int = 24
    quiet_from: float = 0.0
    quiet_to: float = 0.0

    def forbid(self, context: Context, history: History) -> str:
        """Why speech is forbidden now, or '' when it is not."""
        hour = context.time.hour + context.time.minute / 60
        start, end = self.quiet_from, self.quiet_to
        quiet = start <= hour < end if start <= end else hour >= start or hour < end
        if context.blocked:
            return "do not disturb"
        if quiet:
            return "quiet hours"
        if history.since_spoken() < max(self.least_gap, 60.0 / self.per_hour):
            return "spoken a moment ago"
        return "daily cap reached" if history.spoken_today >= self.per_day else ""


@dataclass(slots=True)
class Decision:
    """A decision in the learner's terms: what would be said and why; `speak` tells whether it is.

    Attributes:
        forbidden: the hard limit that keeps it silent, or ''.
        ranked: the chosen idea; None where ranking was not worth the effort.
        offset: of the chance, see `learning.calibration`.
        discovery: what is gained by finding out whether the idea pleases, by which the threshold is lower; 0 where that
            is known.
    """

    context: Context
    moment: FloatArray
    assessment: Assessment
    since_spoken: float
    spoken_today: int
    forbidden: str = ""
    ranked: Ranked | None = None
    speak: bool = False
    style: Style = field(default_factory=Style)
    text: str = ""
    requested: bool = False
    offset: float = 0.0
    discovery: float = 0.0

    @property
    def chance(self) -> float:
        """Calibrated chance that speaking now is welcome."""
        return shifted(self.believed, 0.0 if self.requested else self.offset)

    @property
    def believed(self) -> float:
        """The same by the beliefs about moment, frequency and idea alone."""
        base = self.assessment.timing * (1.0 if self.requested else self.assessment.frequency)
        return base * self.ranked.chance if self.ranked is not None else base

    def chances(self, communication: float) -> dict[str, float]:
        """Chance of each dimension, as believed before the feedback."""
        return {
            "preference": self.ranked.chance if self.ranked is not None else 0.0,
            "timing": self.assessment.timing,
            "frequency": 1.0 if self.requested else self.assessment.frequency,
            "communication": communication,
        }
