"""The assistant of one person: the learning core, its words, its memory, and everything in one store.

    assistant = Assistant(store, learner, memory)
    decision = assistant.decide(context, composer)        # once a tick
    assistant.feedback(decision.suggestion.id, Feedback(reaction="accepted"))

A simulation takes the same steps one by one (`consider`, `said`, `learn`, `sleep`), since its sentences are made
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

import numpy as np

from edge_assistant.domain import Context, Explanation, Feedback, Style, Suggestion
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.memory import Draft, MemoryStore
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store

Compose = Callable[[int, Context, Style, int], tuple[str, bool]]
"""Puts an idea (its index) into words: idea, context, style, seed -> sentence, whether a prepared one replaced it."""

MEMORIES_SHOWN = 3


@dataclass
class Assistant:
    """One person's assistant.

    Attributes:
        store: the truth; all learned state is in it.
        learner: decides and learns.
        memory: what happened, searchable; None keeps none.
        immediate: write each memory at once (a person's assistant), or all at night (a simulation).
    """

    store: Store
    learner: Learner
    memory: MemoryStore | None = None
    immediate: bool = True
    _drafts: list[tuple[Draft, np.ndarray]] = field(default_factory=list)
    _activity: str = ""
    _spoken: dict[str, Decision] = field(default_factory=dict)

    @property
    def base(self) -> KnowledgeBase:
        """The ideas."""
        return self.learner.features.base

    # -- a tick ---------------------------------------------------------------------------------------------------

    def consider(self, context: Context) -> Decision:
        """The learner's decision of this tick; call it once a tick, in order."""
        if context.activity != self._activity:
            first, plain = not self._activity, context.activity.removeprefix("still ")
            self._activity = context.activity
            if not (first and self._is_latest(plain, context.time)):
                self._remember(Draft("action", context.time, plain), plain)
            if self.memory is not None and self.immediate:
                self.memory.summarise(context.time)  # returns at once where the hour is already summed up
        return self.learner.decide(context)

    def _is_latest(self, activity: str, time: datetime) -> bool:
        """Whether this is what the person did before a restart on the same day: it goes on, and is no news."""
        latest = self.memory.last(1, ("action",)) if self.memory is not None and self.immediate else []
        return any(kept.text == activity and kept.time.date() == time.date() for kept in latest)

    def said(self, decision: Decision, text: str) -> Suggestion:
        """The choice is spoken in these words."""
        assert decision.ranked is not None
        idea = self.base.ideas[decision.ranked.index]
        self.learner.said(decision, text)
        number = (
            int(self.store.get_state("assistant.suggestions") or 0) + 1 if self.immediate else len(self._spoken) + 1
        )
        suggestion = Suggestion(f"s{number}", text, idea.id, decision.style, decision.requested)
        self._spoken[suggestion.id] = decision
        told = {"id": suggestion.id, "idea": idea.id}
        self._remember(Draft("suggestion", decision.context.time, text, data=told), idea.text)
        if self.immediate:
            with self.store.transaction():
                self.store.set_state("assistant.suggestions", number)
                seen = {"activity": decision.context.activity, "manner": asdict(decision.style)}
                self.store.add_event("suggestion", decision.context.time, {**told, "text": text, **seen})
        return suggestion

    def forget_spoken(self) -> None:
        """Let go of decisions whose answers will be brought back with them, see `learn`."""
        self._spoken.clear()

    def learn(self, decision: Decision, feedback: Feedback) -> None:
        """Learn from what reached us after a tick, and remember it where something had been said."""
        self.learner.learn(decision, feedback)
        if decision.speak and decision.ranked is not None:
            idea = self.base.ideas[decision.ranked.index]
            told = feedback.reaction or ("rated" if feedback.total is None else f"rated {feedback.total} of 4")
            self._remember(Draft("score", decision.context.time, f"{told}: {idea.text}"), idea.text)
            if feedback.reason:
                self._remember(Draft("reason", decision.context.time, f"{feedback.reason}: {idea.text}"), idea.text)

    def explain(self, decision: Decision) -> Explanation:
        """What spoke for and against, which ideas were near, which memories are."""
        memories: tuple[str, ...] = ()
        if self.memory is not None:
            query = self.learner.features.embedder.embed([decision.context.activity])[0]
            memories = tuple(found.memory.text for found in self.memory.nearest(query, MEMORIES_SHOWN))
        alternatives = decision.ranked.alternatives if decision.ranked is not None else ()
        return Explanation(
            chances=decision.chances(1.0),
            reasons=self.learner.reasons(decision),
            memories=memories,
            alternatives=tuple(self.base.ideas[index].text for index in alternatives),
        )

    # -- nights and restarts --------------------------------------------------------------------------------------

    def sleep(self) -> None:
        """Write the day's memories and all learned state, in the caller's transaction where there is one."""
        with self.store.transaction():
            if self.memory is not None and self._drafts:
                drafts, vectors = zip(*self._drafts, strict=True)
                self.memory.add_many(list(drafts), np.asarray(vectors, dtype=np.float32))
            self._drafts.clear()
            self.save()

    def save(self) -> None:
        """Write all learned state."""
        self.learner.settle()
        with self.store.transaction():
            for name, array in self.learner.get_arrays().items():
                self.store.set_array(f"learner.{name}", array)
            self.store.set_state("learner", self.learner.get_state())

    def load(self) -> bool:
        """Take up the state that the store holds; False when it holds none."""
        state = self.store.get_state("learner")
        if state is None:
            return False
        arrays = {name: self.store.get_array(f"learner.{name}") for name in self.learner.get_arrays()}
        self.learner.set_arrays({name: array for name, array in arrays.items() if array is not None})
        self.learner.set_state(state)
        return True

    def _remember(self, draft: Draft, meaning: str) -> None:
        """Keep a memory under the vector of its meaning, which an idea and an activity already have."""
        if self.memory is None:
            return
        vector = self.learner.features.embedder.embed([meaning])[0]
        if self.immediate:
            self.memory.add_many([draft], vector[None, :])
        else:
            self._drafts.append((draft, vector))
