"""What a simulated person is asked beside suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.feedback.setup import SetupAnswers, without
from edge_assistant.ranker.features import FeatureMaker
from simulator.world.answers import setup_answers
from simulator.world.taste import Utility

SETUPS = ("none", "words", "full")
NOT_IN_WORDS = ("picked", "struck", "wordings", "alike", "per_day", "repeat_days", "good_times", "bad_times", "has")
"""Answers of the setup that are not likes and dislikes in own words."""


@dataclass(frozen=True)
class Asking:
    """What a person is asked beside suggestions.

    Attributes:
        setup: 'full', 'words' for likes and dislikes in own words alone, or 'none'.
        review: cards of a day's review; 0 for no review.
        shelf: whether ideas lie ready for a glance.
        without: parts that are left out, to find out what each is worth: fields of `SetupAnswers`, or kinds of cards.
    """

    setup: str = "none"
    review: int = 0
    shelf: bool = False
    without: tuple[str, ...] = ()

    def answers(self, taste: Utility, features: FeatureMaker, seed: int) -> SetupAnswers:
        """What the person answers at the first start."""
        if self.setup == "none":
            return SetupAnswers()
        skipped = self.without if self.setup == "full" else (*self.without, *NOT_IN_WORDS)
        return without(setup_answers(taste, features, seed), skipped)


NOTHING = Asking()
"""Only suggestions."""
