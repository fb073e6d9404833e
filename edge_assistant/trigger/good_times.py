"""When a person says that a word is welcome, and when it is not: hours of the day, and what they are doing then.

What was said counts as features of a moment, so that days teach how far it holds for this person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES

FloatArray = NDArray[np.float64]

OCCASIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pause": ("a break, a cup of tea", ("pause",)),
    "rest": ("resting", ("rest",)),
    "meal": ("eating", ("meal",)),
    "cooking": ("cooking", ("cooking",)),
    "tidying": ("housework, small repairs", ("tidying",)),
    "errand": ("errands, on the way", ("errand",)),
    "walk": ("a walk", ("walk",)),
    "exercise": ("sport", ("exercise",)),
    "deep_work": ("work that needs concentration", ("deep_work",)),
    "routine_work": ("light work, mail", ("routine_work", "mail")),
    "talk": ("calls and meetings", ("call", "meeting")),
    "study": ("studying", ("study",)),
    "browsing": ("browsing, scrolling", ("browsing",)),
    "media": ("films, radio, podcasts", ("media",)),
    "gaming": ("games", ("gaming",)),
    "reading": ("reading", ("reading",)),
    "craft": ("making things by hand", ("craft",)),
    "music": ("music", ("music",)),
    "garden": ("plants and pets", ("garden",)),
    "care": ("looking after somebody", ("care",)),
    "company": ("company", ("company",)),
    "ritual": ("prayer, meditation, a journal", ("ritual",)),
}
"""What somebody may be doing, in words, and the activity classes that it is."""

HOURS: dict[str, tuple[int, int]] = {
    **{f"{hour}-{hour + 1}": (hour, hour + 1) for hour in range(6, 24)},
    "0-6": (0, 6),
}
"""Stretches of the day, from one full hour to another."""

SAID_NAMES = (
    "an occasion you named",
    "an occasion you ruled out",
    "an hour you named",
    "an hour you ruled out",
)
"""Names of the features, in order."""


@dataclass(frozen=True, slots=True)
class GoodTimes:
    """What was said: names from `OCCASIONS` and `HOURS` at which a word is welcome, and at which it is not."""

    good: frozenset[str] = frozenset()
    bad: frozenset[str] = frozenset()

    def features(self, classes: FloatArray, time: datetime) -> FloatArray:
        """(len(SAID_NAMES),) of a moment whose activity is of these classes (classes,) with these chances."""
        if not self.good and not self.bad:
            return np.zeros(len(SAID_NAMES))
        found = []
        for names in (self.good, self.bad):
            of_class = {one for name in names if name in OCCASIONS for one in OCCASIONS[name][1]}
            found.append(sum(float(classes[ACTIVITY_CLASSES.index(one)]) for one in of_class))
        for names in (self.good, self.bad):
            spans = [HOURS[name] for name in names if name in HOURS]
            found.append(float(any(start <= time.hour < end for start, end in spans)))
        return np.array(found)


NOTHING_SAID = GoodTimes()
