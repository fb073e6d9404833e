"""What rated silences give away, where they are rated (feedback `total`): far more than the silence itself.

A silence is worth 4 to a person who misses nothing. With less they are overdue; with 2 or less the moment is receptive
as well, and most likely still is a tick later. And since a welcome word ends being overdue at once, the silences after
a word tell whether it was welcome, which its own total leaves open: the word's welcome is one more unknown beside the
maximum gap, and both are found out together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.trigger.frequency import MAX_GAPS, PatienceModel

FloatArray = NDArray[np.float64]

SLIP = 0.01
"""Chance that the total of a silence contradicts the maximum gap."""
SURE = 0.03
"""A word is in doubt while the chance that it was welcome is further than this from 0 and from 1."""
EVERY = 15.0
"""Awake minutes between two silences from which timing is learned while they tell the same."""
STILL = 3.0
"""Log odds that a moment is what the silence just before it was told to be, receptive or not."""
FADES = 15.0
"""Awake minutes in which that falls to a third; a change of activity does as much at once."""
RECENT = 30.0
"""Awake minutes after a rated silence in which the next one is expected to be rated too."""


@dataclass
class Doubt:
    """A word of which is not known yet whether it was welcome.

    Attributes:
        said_at: awake minutes of the day.
        before: when the last welcome word before it was said, None when not today.
        asked: the person had asked for something since then.
        first: chance that it was welcome, by its own feedback.
        table: (2, max gaps) chance that it was unwelcome, welcome, with each maximum gap; sums to 1.
    """

    said_at: float
    before: float | None
    asked: bool
    first: float
    table: FloatArray

    @classmethod
    def about(cls, said_at: float, before: float | None, asked: bool, welcome: float, patience: PatienceModel) -> Doubt:
        """A new doubt, given the chance that the word was welcome."""
        return cls(said_at, before, asked, welcome, np.outer([1 - welcome, welcome], patience.belief))

    def hear(self, awake: float, content: bool) -> None:
        """A silence that follows: the person is content, or overdue."""
        for row, start in enumerate((self.before or 0.0, self.said_at)):
            self.table[row] *= _agreement(awake - start, content)
        self.table /= self.table.sum()

    @property
    def welcome(self) -> float:
        """The chance that the word was welcome, by all that is known by now."""
        return float(self.table[1].sum())

    @property
    def over(self) -> bool:
        """Whether there is hardly a doubt left."""
        return not SURE < self.welcome < 1 - SURE

    @property
    def ratio(self) -> float:
        """How many times likelier what followed is if the word was welcome than if not, 1e-4 to 1e4."""
        odds = [min(max(chance, 1e-6), 1 - 1e-6) for chance in (self.welcome, self.first)]
        return float(np.clip(odds[0] * (1 - odds[1]) / ((1 - odds[0]) * odds[1]), 1e-4, 1e4))


@dataclass
class Silences:
    """The rated silences of a day.

    Attributes:
        doubt: about the last word, if there is one.
        rated: whether any silence ever was, so that a good moment will be known by the silence before it.
    """

    doubt: Doubt | None = None
    rated: bool = False
    _heard_at: float | None = None
    _receptive: bool | None = None
    _activity: str = ""
    _taught: tuple[float, bool] | None = None

    def begin_day(self) -> None:
        """The person has woken up."""
        self._heard_at = self._receptive = self._taught = None

    def are_rated(self, awake: float) -> bool:
        """Whether the next silence can be expected to be rated."""
        return self._heard_at is not None and awake - self._heard_at <= RECENT

    def offset(self, awake: float, activity: str) -> float:
        """Log odds by which a moment is likelier to be receptive than it looks, for what was told just before it."""
        if self._receptive is None or self._heard_at is None:
            return 0.0
        strength = STILL * float(np.exp(-(awake - self._heard_at) / FADES)) / (1 if activity == self._activity else 3)
        return strength if self._receptive else -strength

    def hear(self, awake: float, activity: str, total: int, since: float, patience: PatienceModel) -> bool | None:
        """A rated silence: learn from it about patience and about the word in doubt.

        Args:
            awake: awake minutes of the day.
            activity: what the person does.
            total: 4 not overdue, 3 overdue at a bad moment, 2 or less overdue at a receptive one.
            since: awake minutes since the last welcome word, where none is in doubt.
            patience: learns the maximum gap.

        Returns:
            Whether the moment is receptive, where timing should learn from it; otherwise None.
        """
        content = total == 4
        if self.doubt is not None:
            self.doubt.hear(awake, content)
            patience.believe(self.doubt.table.sum(axis=0))
        else:
            patience.learn(_agreement(since, content))
        self.rated = True
        self._heard_at, self._activity = awake, activity
        self._receptive = None if content else total <= 2
        if self._receptive is None:
            return None
        if self._taught is not None and self._taught[1] == self._receptive and awake - self._taught[0] < EVERY:
            return None
        self._taught = awake, self._receptive
        return self._receptive


def _agreement(since: float, content: bool) -> FloatArray:
    """(max gaps,) likelihood that a person is content, or not, so long after the last welcome word."""
    return np.where((since > MAX_GAPS) != content, 1.0, SLIP)
