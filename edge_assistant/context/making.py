"""The hub with all registered sources that the settings want, and with the states of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from edge_assistant.context.hub import Hub
from edge_assistant.context.observation import Observation, SourceState
from edge_assistant.context.source import CONTEXT_SOURCES, ContextSource, SourceError, SwitchedOffError
from edge_assistant.context.stretches import Workday

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings


class OfferedSource:
    """A source of another package, imported and made in its own thread when it is first asked."""

    def __init__(self, name: str, settings: SourceSettings) -> None:
        self.name = name
        self._settings = settings
        self._source: ContextSource | None = None

    @property
    def every(self) -> float:
        return self._source.every if self._source is not None else 60.0

    @property
    def patience(self) -> float:
        return self._source.patience if self._source is not None else 2.0

    def observe(self, now: datetime) -> Observation | None:
        if self._source is None:
            made = CONTEXT_SOURCES.get(self.name)(self._settings)
            if not callable(getattr(made, "observe", None)):
                raise SourceError(f"{self.name} makes no source; ask its author, or remove it from sources.plugins")
            self._source = made
        return self._source.observe(now)


def make_hub(
    settings: SourceSettings,
    ready: Sequence[ContextSource] = (),
    kind_of: Callable[[str], str] | None = None,
    workday: Workday | None = None,
) -> Hub:
    """All sources that are switched on, and the states of the others.

    Args:
        settings: the section `[sources]`.
        ready: sources that the caller has made and keeps; they take the place of the registered ones of their names.
        kind_of: see `Hub`.
        workday: see `Hub`.
    """
    made = {source.name: source for source in ready}
    sources: list[ContextSource] = []
    others: list[SourceState] = []
    offered = CONTEXT_SOURCES.offered()
    for name in CONTEXT_SOURCES.names():
        if name in offered:
            continue
        try:
            if not getattr(settings, name, True):
                raise SwitchedOffError(f"set sources.{name} to true to switch it on")
            sources.append(made.get(name) or CONTEXT_SOURCES.get(name)(settings))
        except SwitchedOffError as error:
            others.append(SourceState(name, False, "off", str(error)))
    for name in dict.fromkeys(settings.plugins):
        sources.append(OfferedSource(name, settings))
    unused = [name for name in offered if name not in settings.plugins]
    others += [
        SourceState(name, False, "off", "offered by an installed package; name it in sources.plugins to use it")
        for name in unused
    ]
    return Hub(sources, others, kind_of, settings.away_minutes, workday or Workday(settings.workday_ends))
