"""A decision in the learner's terms: what would be said now, why, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Context, Style
from edge_assistant.learning.calibration import shifted
from edge_assistant.ranker.preference import Ranked
from edge_assistant.trigger.receptivity import Assessment

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a tick came to; `speak` tells whether something is said.

    Attributes:
        context: what was seen.
        moment: (D,) features of the moment.
        since_spoken: awake minutes since something was said.
        spoken_today: unasked suggestions of this day before this one.
        forbidden: the hard limit that keeps it silent, or ''.
        ranked: the chosen idea; None where ranking was not worth the effort.
        offset: of the chance, see `learning.calibration`.
        gain: of telling of an own thing, beside a welcome word; the threshold is lower by it.
        text: the words in which it was said, or ''.
        requested: it answers a request.
        occasion: why a word is due whatever the chances, or ''.
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
    occasion: str = ""
    offset: float = 0.0
    gain: float = 0.0

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
