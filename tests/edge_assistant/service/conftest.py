"""A person's core in a home of its own, with a clock that is set by hand and the stand-in embedding."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from edge_assistant.config import load_settings
from edge_assistant.context.observation import Observation
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.paths import Paths
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.service.building import build_service_state
from edge_assistant.service.clock import ManualClock
from edge_assistant.service.core import Core
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.sources import ToldSenses
from edge_assistant.settings import Settings
from edge_assistant.storage.store import Store

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TICK = 2.5

TALKATIVE = "[costs]\nfalse_alarm = 0.03\n"
"""So that it speaks whenever it may, and a test of what it may means something."""


@dataclass
class Person:
    """A core and what a test needs to live with it."""

    core: Core
    clock: ManualClock
    sources: ToldSenses
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def live(self, minutes: float, activity: str = "writing a letter") -> list[Entry]:
        """Ticks for so long; what was said unasked."""
        said = []
        for _ in range(round(minutes / TICK)):
            self.clock.forward(minutes=TICK)
            if self.sources.observation.activity != activity:
                self.sources.observation = Observation(activity=activity, since=self.clock.now())
            entry = self.core.tick()
            if entry is not None:
                said.append(entry)
        return said

    def ask_for_one(self) -> Entry:
        """A suggestion on request."""
        return Entry.from_dict(self.core.call("suggest")["entry"])

    def entry(self, name: str) -> Entry:
        """How a suggestion stands now."""
        return self.core.service.feed.get(name).entry

    def beliefs(self) -> dict[str, bytes]:
        """All that is learned, to be compared."""
        return {name: array.tobytes() for name, array in self.core.service.assistant.learner.get_arrays().items()}


Open = Callable[..., Person]


@pytest.fixture
def open_core(features: FeatureMaker, embedder: HashEmbedder) -> Iterator[Open]:
    """Opens the core of this test's home, as a start of the program would; several times in a row."""
    stores: list[Store] = []

    def begin(start: datetime = MONDAY, settings: Settings | None = None) -> Person:
        paths = Paths.from_environment()
        if not paths.config.exists():
            paths.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            paths.config.write_text(TALKATIVE)
        store = Store.open(paths.store, durable=False)
        stores.append(store)
        clock, sources = ManualClock(start), ToldSenses()
        service = build_service_state(
            store, settings or load_settings(), paths, clock=clock, features=features, embedder=embedder
        )
        person = Person(Core(service, sources), clock, sources)
        service.emit = lambda event, data: person.events.append((event, data))
        return person

    yield begin
    for store in stores:
        store.close()


@pytest.fixture
def person(open_core: Open) -> Person:
    return open_core()


@pytest.fixture(autouse=True)
def a_sound_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)
