"""What all parts of the service share: the store and what is open on it, clock, settings, the present moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from edge_assistant.context.observation import Observation, SourceState
from edge_assistant.context.rules import OwnRules
from edge_assistant.feedback.undo import UndoStack
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learned_state import LearnedState
from edge_assistant.memory import MemoryStore
from edge_assistant.memory.log import StoreLog
from edge_assistant.paths import Paths
from edge_assistant.service.clock import Clock
from edge_assistant.service.day.awake_time import DayCounter
from edge_assistant.service.day.log import DayLog
from edge_assistant.service.feed import Feed
from edge_assistant.service.idea_supply import IdeaSupply
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.rpc.values import Value
from edge_assistant.service.settings.speech import costs_of, forbidden_ideas, limits_of
from edge_assistant.settings import Settings
from edge_assistant.storage.store import Store

BEGINS_ANEW = "what an earlier version learned does not fit this one, so learning begins anew; memories are kept"

PRESENCE_KEY = "personal.presence"

Emit = Callable[[str, dict[str, Any]], None]
"""Told every event of `protocol.EVENTS` and its data; must not wait."""


def ignore_event(event: str, data: dict[str, Any]) -> None:
    """Nobody listens."""


@dataclass
class Presence(Value):
    """Whether it may speak now, beside the learner's own limits. Kept in the store.

    Attributes:
        paused: nothing is said until `paused_until`, or until somebody resumes where that is None.
        private: nothing is observed and nothing is kept.
        setup_done: the questions of the first start were answered or skipped.
        training_paused: the person wants no training until they say so.
    """

    paused: bool = False
    paused_until: datetime | None = None
    private: bool = False
    setup_done: bool = False
    training_paused: bool = False


@dataclass
class ServiceState:
    """Everything that the parts of one service work on.

    Attributes:
        lock: held by whoever reads or changes anything here; never while a model is asked.
        emit: tells the clients.
        supply: the ideas of all suggestion sources.
        memory: of the assistant, also while a private mode keeps it from writing.
        reading: the last look at the moment, or None before the first.
        decision: the last one, or None.
        forbidden: why nothing may be said now, or ''.
        notice: one line for the person, which stays.
        trouble: why the latest tick failed, or ''; it goes with its cause.
        news: what is wrong with sources, as far as it still is.
        review_waits: today's review was offered, and is not done.
    """

    store: Store
    assistant: Assistant
    memory: MemoryStore
    clock: Clock
    settings: Settings
    paths: Paths
    supply: IdeaSupply
    model: SupervisedModel | None = None
    emit: Emit = ignore_event
    lock: threading.RLock = field(default_factory=threading.RLock)
    days: DayCounter = field(default_factory=DayCounter)
    presence: Presence = field(default_factory=Presence)
    reading: Observation | None = None
    source_states: tuple[SourceState, ...] = ()
    decision: Decision | None = None
    forbidden: str = ""
    notice: str = ""
    trouble: str = ""
    news: tuple[str, ...] = ()
    review_waits: bool = False

    def __post_init__(self) -> None:
        self.started = self.settings
        self.rules = OwnRules(self.paths.rules)
        self.feed = Feed(self.store)
        self.own = self.supply.own
        self.assistant.learner.standing = self.supply.standing
        self.learned = LearnedState(self.store, self.assistant.learner)
        self.undo = UndoStack(self.store, self.learned)
        self.log = DayLog(self.store, self.assistant.learner.features)
        self.memory_log = StoreLog(self.memory)

    def load(self) -> None:
        """Take up what the store holds."""
        with self.lock:
            if not self.learned.load() and self.store.get_state("learner") is not None:
                self.notice = BEGINS_ANEW
            kept = self.store.get_state(PRESENCE_KEY) or {}
            self.presence = Presence.from_dict(kept)
            if "days" in kept:
                self.days.set_state(kept["days"])
            self.apply(self.settings)
            self._follow_private()

    def save_presence(self) -> None:
        """Write presence and days; a few hundred bytes."""
        self.store.set_state(PRESENCE_KEY, {**self.presence.to_dict(), "days": self.days.get_state()})

    def apply(self, settings: Settings) -> None:
        """Let new settings have their effect on the learner, at once."""
        with self.lock:
            self.settings = settings
            learner = self.assistant.learner
            learner.costs = costs_of(settings)
            learner.limits = limits_of(settings)
            never = forbidden_ideas(self.assistant.base, settings.topics.never) | self.supply.gone
            person = settings.person
            wanted = (never, settings.topics.variety, frozenset(person.has), frozenset(person.lacks))
            if wanted != (learner.never, learner.variety, learner.told, learner.lacks):
                learner.never, learner.variety, learner.told, learner.lacks = wanted
                learner.settle()  # makes it rank anew

    def find_ideas(self) -> None:
        """Take up what the suggestion sources have now. Must not be called under the lock: embedding may take long."""
        with self.supply.lock:
            found = self.supply.look(self.settings, self.assistant.base)
            if found is not None:
                with self.lock:
                    self.supply.take(self.assistant.learner, found)
                    self.apply(self.settings)

    def set_private(self, on: bool) -> None:
        """Begin or end keeping nothing."""
        with self.lock:
            self.presence.private = on
            self._follow_private()
            self.save_presence()

    def _follow_private(self) -> None:
        self.assistant.log = None if self.presence.private else self.memory_log

    def forget_vectors(self, *texts: str) -> None:
        """Take texts out of the embedding's cache, where it has one."""
        forget = getattr(self.memory.embedder, "forget", None)
        if forget is not None:
            forget([text for text in texts if text])

    @property
    def idea_ids(self) -> list[str]:
        """Ids of the ideas in their order."""
        return [idea.id for idea in self.assistant.base.ideas]

    @property
    def home(self) -> Path:
        """The folder of everything that must not be lost."""
        return self.paths.home
