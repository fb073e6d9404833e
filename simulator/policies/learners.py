"""Our learner without one of its parts.

A part that is left out stays what the prior made of it; everything else is untouched, so that a difference is its own.
Rests after a dismissal are no learner's and stay in all variants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edge_assistant.learning.prior import Prior
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.trigger.receptivity import Costs

_MODELS: dict[str, Callable[[Learner], Any]] = {
    "timing": lambda learner: learner.trigger.timing,
    "frequency": lambda learner: learner.trigger.frequency,
    "patience": lambda learner: learner.trigger.patience,
    "preference": lambda learner: learner.ranker.model,
    "manner": lambda learner: learner.styles,
    "calibration": lambda learner: learner.calibration,
}
PARTS = (*_MODELS, "familiarity")
"""What can be left out; patience is the belief about how long a silence may last, familiarity all that is read from
what the person does."""


def _nothing(*_told: Any, **_named: Any) -> None:
    """In place of whatever would teach a part."""


class LearnerWithout(Learner):
    """A learner one of whose parts never moves from the prior."""

    def __init__(self, part: str, prior: Prior, features: FeatureMaker, costs: Costs) -> None:
        """`part`: one of `PARTS`."""
        self.part = part
        super().__init__(prior, features, costs)
        self._hold_still()

    def set_state(self, state: dict[str, Any]) -> None:
        super().set_state(state)
        self._hold_still()

    def _hold_still(self) -> None:
        if self.part != "familiarity":
            model = _MODELS[self.part](self)
            for name in dir(model):
                if name.startswith(("learn", "believe")):
                    setattr(model, name, _nothing)
            return
        # it notes what was seen and draws nothing from it; the learner makes itself a new one with its state
        blank = Familiarity(self.features, len(self.features.base))
        blank.texts.update(self.familiarity.texts)
        blank.see = blank.texts.setdefault  # type: ignore[method-assign, assignment]
        self.familiarity = blank
        self.ranker.notice = _nothing  # type: ignore[method-assign]
