"""The hub that the settings ask for, with sources of other packages.

A package offers a source under the entry point group `edge_assistant.sources`:

    [project.entry-points."edge_assistant.sources"]
    weather = "weather_source:make"

where `make(settings)` takes the section `[sources]` and returns a `Source`. It runs once the person has named it in
`sources.plugins`; nothing of it is imported before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING

from edge_assistant.context.activitywatch import ActivityWatch
from edge_assistant.context.calendar_source import CalendarSource
from edge_assistant.context.clock import Clock
from edge_assistant.context.hub import Hub
from edge_assistant.context.idle import Idle
from edge_assistant.context.observation import Observation, Source, SourceError, SourceState
from edge_assistant.context.quiet import Quiet
from edge_assistant.context.typed import Typed

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

GROUP = "edge_assistant.sources"


class Plugin:
    """A source of another package, made in its own thread when it is first asked."""

    def __init__(self, entry: metadata.EntryPoint, settings: SourceSettings) -> None:
        self.name = entry.name
        self._entry, self._settings = entry, settings
        self._source: Source | None = None

    @property
    def every(self) -> float:
        return self._source.every if self._source is not None else 60.0

    @property
    def patience(self) -> float:
        return self._source.patience if self._source is not None else 2.0

    def observe(self, now: datetime) -> Observation | None:
        if self._source is None:
            made = self._entry.load()(self._settings)
            if not callable(getattr(made, "observe", None)):
                raise SourceError(
                    f"{self._entry.value} makes no source; ask its author, or remove it from sources.plugins"
                )
            self._source = made
        assert self._source is not None
        return self._source.observe(now)


def make_hub(settings: SourceSettings, typed: Typed, kind_of: Callable[[str], str] | None = None) -> Hub:
    """All sources that are switched on, and the states of the others.

    Args:
        settings: the section `[sources]`.
        typed: what the person told; kept by the caller, who also stores it.
        kind_of: see `Hub`.
    """
    switched: list[tuple[str, bool, Callable[[], Source]]] = [
        ("typed", settings.typed, lambda: typed),
        ("calendar", settings.calendar and bool(settings.calendars), lambda: CalendarSource(settings.calendars)),
        (
            "activitywatch",
            settings.activitywatch,
            lambda: ActivityWatch(
                settings.activitywatch_host, settings.activitywatch_port, full_titles=settings.full_titles
            ),
        ),
        ("idle", settings.idle, lambda: Idle(settings.away_minutes)),
        (
            "quiet",
            settings.do_not_disturb or settings.full_screen,
            lambda: Quiet(settings.do_not_disturb, settings.full_screen),
        ),
    ]
    sources: list[Source] = [Clock()]
    others: list[SourceState] = []
    for name, on, make in switched:
        if on:
            sources.append(make())
        else:
            others.append(SourceState(name, False, "off", _how_to_switch_on(name, settings)))
    plugins, states = _plugins(settings)
    return Hub([*sources, *plugins], [*others, *states], kind_of)


def _plugins(settings: SourceSettings) -> tuple[list[Source], list[SourceState]]:
    """Sources of other packages that were named, and what there is to say of the rest."""
    offered = {entry.name: entry for entry in metadata.entry_points(group=GROUP)}
    wanted = dict.fromkeys(settings.plugins)
    found: list[Source] = [Plugin(offered[name], settings) for name in wanted if name in offered]
    states = [
        SourceState(
            name, True, "failed", "no installed package offers it; install one, or remove it from sources.plugins"
        )
        for name in wanted
        if name not in offered
    ]
    states += [
        SourceState(name, False, "off", "offered by an installed package; name it in sources.plugins to use it")
        for name in sorted(offered)
        if name not in wanted
    ]
    return found, states


def _how_to_switch_on(name: str, settings: SourceSettings) -> str:
    if name == "calendar" and settings.calendar:
        return "name your calendar files in sources.calendars"
    if name == "quiet":
        return "set sources.do_not_disturb or sources.full_screen to true to switch it on"
    return f"set sources.{name} to true to switch it on"
