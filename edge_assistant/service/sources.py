"""The sources of the present moment as the settings want them, with the person's own word among them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from edge_assistant.context.hub import Reading
from edge_assistant.context.making import make_hub
from edge_assistant.context.observation import Observation
from edge_assistant.context.sources.typed import TypedSource
from edge_assistant.context.stretches import Workday
from edge_assistant.settings import Settings
from edge_assistant.storage.store import Store

TYPED_KEY = "personal.typed"
WORKDAY_KEY = "personal.workday"


class ContextSources(Protocol):
    """Tells what the moment looks like, and takes the person's own word for it."""

    def look(self, now: datetime) -> Reading:
        """Ask whoever is due; may take seconds where a source is slow."""

    def tell(self, text: str, now: datetime, keep: bool) -> str:
        """The person says what they do; returns what was understood. `keep`: also over a restart."""

    def apply(self, settings: Settings) -> None:
        """Other sources, from the next look on."""


class LiveContextSources:
    """The real ones."""

    def __init__(self, settings: Settings, store: Store, kind_of: Callable[[str], str] | None = None) -> None:
        """
        Args:
            settings: which sources are on.
            store: keeps what the person told.
            kind_of: the kind of an activity from its words.
        """
        self._store = store
        self._kind_of = kind_of
        self._build(settings, store.get_state(TYPED_KEY) or {}, store.get_state(WORKDAY_KEY) or {})

    def look(self, now: datetime) -> Reading:
        days = self._workday.days
        reading = self._hub.context(now)
        if self._workday.days != days:
            self._store.set_state(WORKDAY_KEY, self._workday.get_state())
        return reading

    def tell(self, text: str, now: datetime, keep: bool) -> str:
        told = self.typed.tell(text, now)
        self._store.set_state(TYPED_KEY, self.typed.get_state() if keep else None)
        return told.activity if told is not None else ""

    def apply(self, settings: Settings) -> None:
        self._build(settings, self.typed.get_state(), self._workday.get_state())

    def _build(self, settings: Settings, typed: dict[str, Any], workday: dict[str, Any]) -> None:
        self.typed = TypedSource(settings.sources.typed_minutes)
        self.typed.set_state(typed)
        self._workday = Workday(settings.sources.workday_ends)
        self._workday.set_state(workday)
        self._hub = make_hub(settings.sources, [self.typed], self._kind_of, self._workday)


class ToldSenses:
    """Knows what it was told last and nothing else: for simulated lives and tests."""

    def __init__(self) -> None:
        self.observation = Observation()

    def look(self, now: datetime) -> Reading:
        return Reading(self.observation, ())

    def tell(self, text: str, now: datetime, keep: bool) -> str:
        self.observation = Observation(activity=text, since=now, source="typed")
        return text

    def apply(self, settings: Settings) -> None:
        """Nothing to switch."""
