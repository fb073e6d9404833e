"""The loop: the only tick and the only answer, for a person's service and a simulated life alike.

    decision = assistant.tick(context)               # once a tick, in order
    decision = assistant.answer(decision)            # where the person asked
    decision = assistant.said(decision, text, "s1")  # it was put into these words and spoken
    learn(assistant, decision, feedback)             # feedback.learning: what came back

Each step is given what it works on; none depends on what was called before, but for the order of the ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_assistant.domain import Context, Explanation
from edge_assistant.loop import deciding
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.memory.log import MemoryLog
from edge_assistant.memory.records import Draft
from edge_assistant.ranker.ideas import KnowledgeBase

MEMORIES_SHOWN = 3
QUALITY_RATE = 0.05
"""How fast the expected chance that a chosen idea pleases follows the ideas that are chosen."""


@dataclass
class Assistant:
    """One person's assistant.

    Attributes:
        learner: what is believed.
        log: of memories; None keeps none.
    """

    learner: Learner
    log: MemoryLog | None = None
    _activity: str = ""

    @property
    def base(self) -> KnowledgeBase:
        """The ideas."""
        return self.learner.features.base

    def tick(self, context: Context) -> Decision:
        """See, decide, and learn what the moment itself tells."""
        self._note_activity(context)
        self.learner.see(context)
        decision = deciding.decide(self.learner, context)
        self._watch(decision)
        return decision

    def answer(self, decision: Decision, idea: int | None = None) -> Decision:
        """The decision of this tick as the answer to a request, with the learner's own idea or a given one."""
        return deciding.answer(self.learner, decision, idea)

    def said(self, decision: Decision, text: str, suggestion: str) -> Decision:
        """The decision was spoken.

        Args:
            decision: with an idea.
            text: its words.
            suggestion: id of what was said, for its memory.
        """
        assert decision.ranked is not None
        idea = self.base.ideas[decision.ranked.index]
        if self.log is not None:
            data = {"id": suggestion, "idea": idea.id}
            self.log.note(Draft("suggestion", decision.context.time, text, data=data), idea.text)
        return self.spoken_again(decision, text)

    def spoken_again(self, decision: Decision, text: str) -> Decision:
        """The same for something that was put off and comes back: it is remembered already."""
        assert decision.ranked is not None
        idea = self.base.ideas[decision.ranked.index]
        self.learner.history.say(decision.context.time, idea.id, decision.requested)
        return replace(decision, text=text)

    def explain(self, decision: Decision) -> Explanation:
        """What spoke for and against, which ideas were near, which memories are."""
        memories = self.log.near(decision.context.activity, MEMORIES_SHOWN) if self.log is not None else ()
        alternatives = decision.ranked.alternatives if decision.ranked is not None else ()
        return Explanation(
            chances=decision.chances(1.0),
            reasons=deciding.reasons(self.learner, decision),
            memories=memories,
            alternatives=tuple(self.base.ideas[index].text for index in alternatives),
        )

    def _note_activity(self, context: Context) -> None:
        if context.activity == self._activity:
            return
        self._activity = context.activity
        if self.log is not None:
            self.log.note(Draft("action", context.time, context.activity), context.activity)

    def _watch(self, decision: Decision) -> None:
        """Learn from whether the person asks, and how good the ideas are that are chosen."""
        learner = self.learner
        if decision.ranked is not None and not learner.ranker.owned[decision.ranked.index]:
            learner.quality += QUALITY_RATE * (decision.ranked.chance - learner.quality)
        if not learner.frozen:
            learner.trigger.watch(decision.moment, learner.history, decision.context)
        if decision.context.request:
            learner.history.asked_in_spell = True
