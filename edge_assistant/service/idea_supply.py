"""The ideas of all suggestion sources for the learner of a running service, also those that come while it runs.

supply = IdeaSupply(own, paths, embedder, clock)
base = supply.gather(settings)                     # at the start
found = supply.look(settings, base)                # may take long: no lock is held
supply.take(learner, found)                        # under the lock
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Context, Idea
from edge_assistant.llm.embedding import Embedder
from edge_assistant.loop.learner import Learner
from edge_assistant.own.files.reading import OwnFiles
from edge_assistant.own.standing import standing
from edge_assistant.own.store import OwnThings
from edge_assistant.own.thing import OwnThing, thing_number
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.source import Wanted, gathered
from edge_assistant.service.clock import Clock
from edge_assistant.settings import Settings

MOST_NOTICES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources have now.

    Attributes:
        new: ideas that the learner does not know, with the embedding (more, D) of their texts.
        gone: ids that no source offers any more.
    """

    new: tuple[Idea, ...]
    vectors: NDArray[np.float64]
    gone: frozenset[str]


class IdeaSupply:
    """Asks the sources. Ideas are only ever added to a learner; one that is gone rests until the next start."""

    def __init__(self, own: OwnThings, paths: Paths, embedder: Embedder, clock: Clock) -> None:
        self.own = own
        self.files = OwnFiles(own)
        self.paths = paths
        self.embedder = embedder
        self.clock = clock
        self.lock = threading.Lock()
        """Held by whoever looks and takes: one at a time."""
        self.gone: frozenset[str] = frozenset()
        self._problems: tuple[str, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._things: tuple[int, tuple[OwnThing, ...]] = (-1, ())

    def gather(self, settings: Settings) -> KnowledgeBase:
        """All ideas."""
        self.files.read(settings.sources, self.clock.now())
        seen = self._state(settings)
        base, self._problems = gathered(Wanted(settings, self.paths, self.embedder, self.own, self.clock.now()))
        self._seen = seen
        return base

    @property
    def notices(self) -> tuple[str, ...]:
        """What of the files and sources is left out, as long as it is; few lines."""
        lines = (*self.files.left_out, *self._problems)
        more = f"'edge-assistant doctor' tells {len(lines) - MOST_NOTICES} more"
        return (*lines[:MOST_NOTICES], more) if len(lines) > MOST_NOTICES else lines

    def look(self, settings: Settings, base: KnowledgeBase) -> Found | None:
        """What has changed since the last look; None for nothing."""
        self.files.read(settings.sources, self.clock.now())
        if self._state(settings) == self._seen:
            return None
        now = self.gather(settings)
        new = tuple(idea for idea in now.ideas if idea.id not in base.by_id)
        vectors = np.asarray(self.embedder.embed([idea.text for idea in new]), dtype=float) if new else np.zeros((0, 0))
        return Found(new, vectors, frozenset(base.by_id) - frozenset(now.by_id))

    def take(self, learner: Learner, found: Found) -> None:
        """Let a learner know; the caller holds the lock."""
        base = learner.features.base
        if found.new:
            learner.extend(KnowledgeBase([*base.ideas, *found.new], base.means, base.deviations), found.vectors)
        self.gone = found.gone

    def things(self) -> tuple[OwnThing, ...]:
        """The open own things, read again when they have changed."""
        changes = self.own.changes
        if self._things[0] != changes:
            self._things = changes, tuple(self.own.all())
        return self._things[1]

    def standing(self, context: Context, heard: Mapping[str, timedelta]) -> dict[str, float]:
        """What it gains to bring up each own thing that may be brought up now, by the idea's id."""
        things = self.things()
        if not things:
            return {}
        last_said: dict[int, timedelta] = {}
        for name, ago in heard.items():
            if number := thing_number(name):
                last_said[number] = min(ago, last_said.get(number, ago))
        gains = standing(things, context.time, last_said, context.awake_minutes)
        return {thing.idea_id: gains[thing.id] for thing in things if thing.id in gains}

    def _state(self, settings: Settings) -> tuple[object, ...]:
        return self.own.changes, settings.sources.notes, settings.sources.suggestions
