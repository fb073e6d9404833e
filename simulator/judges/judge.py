"""What a judge is, and the judges there are by name (`simulate --judge NAME`).

    @JUDGES.register("kind", "finds everything well timed")
    class Kind:
        def __init__(self, model): ...
        def rate_spoken(self, agent, tick, idea, suggestion, exact):
            return replace(exact, timing=1)

Only the feedback comes from here: what happened is measured by the rubric, whoever judges, and silence is judged by the
rubric too. Other packages add judges by the entry point group `edge_assistant.judges`, or name them: `--judge
module:Class`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from edge_assistant.domain import Rating, Suggestion
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.registry import Registry
from simulator.world.user_agent import UserAgent


class Judge(Protocol):
    """Rates what was spoken, for the feedback only."""

    def rate_spoken(
        self, agent: UserAgent, tick: int, idea: int | None, suggestion: Suggestion, exact: Rating
    ) -> Rating:
        """The verdict on a suggestion that the person is about to hear.

        Args:
            agent: the person, not yet moved by it.
            tick: of the agent's day.
            idea: its index among the ideas; None where a free sentence means none.
            suggestion: the words.
            exact: the rubric's own verdict.
        """


JUDGES: Registry[Callable[[LanguageModel | None], Judge]] = Registry(
    "judge", "simulator.judges", "edge_assistant.judges"
)
"""A choice is called with the model of the run, None in a run without one. It asks for a model by an attribute
`needs_model = True`."""
