"""What a source of the moment is, and the register of all of them.

    @CONTEXT_SOURCES.register("weather", "rain or shine, as the barometer says")
    class WeatherSource:
        name, every, patience = "weather", 600.0, 2.0

        def __init__(self, settings: SourceSettings) -> None: ...

        def observe(self, now: datetime) -> Observation | None:
            return Observation(room="balcony", confidence=0.2)

A source of ours is one file in `context/sources`; where `[sources]` has a switch of its name, it obeys that. One of
another package stands under the entry point group `edge_assistant.context_sources`, and is imported once the person
has named it in `sources.plugins`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from edge_assistant.context.observation import Observation
from edge_assistant.registry import Registry

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings


class SourceError(Exception):
    """A source cannot tell anything; the message says what is wrong, where, and what to do, in one line.

    Attributes:
        state: that the source is in now, of `observation.STATES`.
        left_out: what of its input it could not use, one line each.
    """

    state = "failed"

    def __init__(self, message: str, left_out: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.left_out = tuple(left_out)


class AbsentError(SourceError):
    """What a source reads from is not on this computer; that is no failure, and not worth a word unless asked."""

    state = "nothing"


class StaleError(SourceError):
    """What a source reads from is there, but has not been renewed for too long."""

    state = "stale"


class SwitchedOffError(SourceError):
    """The settings do not want this source; the message says how to switch it on."""


class ContextSource(Protocol):
    """Anything that knows something of the moment.

    Attributes:
        name: short, lower case; the same in every run.
        every: seconds between two looks.
        patience: seconds that the hub waits for an answer.
    """

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> float: ...

    @property
    def patience(self) -> float: ...

    def observe(self, now: datetime) -> Observation | None:
        """What is known at `now`, or None for nothing. Runs in a thread of its own, never twice at a time.

        Raises:
            SourceError: with a line for the person. Any other error is caught as well.
        """
        ...


SourceMaker = Callable[["SourceSettings"], ContextSource]
"""Makes a source as the section `[sources]` wants it, without reading anything yet. May raise `SwitchedOffError`."""

CONTEXT_SOURCES = Registry[SourceMaker](
    "context source", "edge_assistant.context.sources", "edge_assistant.context_sources"
)
