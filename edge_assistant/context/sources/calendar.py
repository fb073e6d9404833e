"""Appointments from calendar files: what is on today, what comes next, and whether the person is busy now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from edge_assistant.context.calendars.appointments import Occurrence
from edge_assistant.context.calendars.events import short
from edge_assistant.context.calendars.files import CalendarFile, CalendarFiles
from edge_assistant.context.local_time import in_form_of, local, spoken, spoken_day, to_utc, tomorrow
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES, SourceError, SwitchedOffError
from edge_assistant.domain import CalendarEntry

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

DAYS_AHEAD = 7
"""How far the next appointment is looked for."""

CONFIDENCE = 0.6
"""In an appointment being what the person does."""

Days = tuple[datetime, datetime]
"""The person's midnights between which appointments are wanted, aware."""


class CalendarSource:
    """The person's calendars."""

    name = "calendar"
    every = 60.0
    patience = 2.0

    def __init__(self, paths: Sequence[Path | str], addresses: Iterable[str] = ()) -> None:
        """
        Args:
            paths: ICS files, and folders of them.
            addresses: the person's own, by which a declined invitation is known.
        """
        self._files = CalendarFiles(paths)
        self._own = frozenset(address.strip().lower().removeprefix("mailto:") for address in addresses)
        self._found: dict[Path, tuple[tuple[int, ...], Days, list[Occurrence], list[str]]] = {}

    def observe(self, now: datetime) -> Observation | None:
        files, left_out = self._files.read()
        days = (to_utc(local(now, now.date())), to_utc(local(now, now.date() + timedelta(days=DAYS_AHEAD))))
        kept: dict[Occurrence, None] = {}  # what stands in two files alike is one appointment
        for file in files:
            found, bad = self._occurrences(file, now, days)
            kept |= dict.fromkeys(found)
            left_out += bad
        entries = list(kept)
        present = {file.path for file in files}
        self._found = {path: known for path, known in self._found.items() if path in present}
        if left_out and not files:
            raise SourceError(left_out[0], left_out)
        return self._observation(entries, now, tuple(left_out)) if entries or left_out else None

    def between(self, now: datetime, first: datetime, last: datetime) -> list[CalendarEntry]:
        """Appointments that overlap a span, by start, in the form of `now`; declined ones are left out.

        Args:
            now: see `observe`.
            first: the beginning, aware.
            last: the end, aware.
        """
        kept: dict[Occurrence, None] = {}
        for file in self._files.read()[0]:
            for one in file.series:
                with suppress(Exception):  # a damaged event is told of by `observe`
                    kept |= dict.fromkeys(one.between(now, first, last, self._own))
        return [_entry(one, now) for one in sorted(kept, key=lambda one: to_utc(one.start)) if not one.declined]

    def _occurrences(self, file: CalendarFile, now: datetime, days: Days) -> tuple[list[Occurrence], list[str]]:
        """One file's appointments in these days, by start, and a line on each damaged series; made once a day."""
        known = self._found.get(file.path)
        if known is not None and known[:2] == (file.version, days):
            return known[2], known[3]
        found: list[Occurrence] = []
        bad: list[str] = []
        for one in file.series:
            try:
                found.extend(one.between(now, *days, self._own))
            except Exception as error:  # a damaged event raises whatever the parser's parts happen to raise
                bad.append(f"{file.path}, line {one.line}: an event is left out ({short(error)}); correct or delete it")
        found.sort(key=lambda entry: to_utc(entry.start))
        self._found[file.path] = (file.version, days, found, bad)
        return found, bad

    def _observation(self, entries: list[Occurrence], now: datetime, left_out: tuple[str, ...]) -> Observation:
        moment = to_utc(now)
        current = [entry for entry in entries if entry.busy and to_utc(entry.start) <= moment < to_utc(entry.end)]
        timed = [entry for entry in current if not entry.all_day]
        coming = [entry for entry in entries if not (entry.all_day or entry.declined) and to_utc(entry.start) > moment]
        # what began last is what the person is in now
        present = max(timed, key=lambda entry: to_utc(entry.start), default=None)
        following = min(coming, key=lambda entry: to_utc(entry.start), default=None)
        return Observation(
            activity="" if present is None else _activity(present),
            kind="meeting" if present is not None and present.meeting else "unknown",
            since=None if present is None else in_form_of(now, present.start),
            blocked=_reason(present or (current[0] if current else None), now),
            calendar=tuple(_entry(entry, now) for entry in entries if to_utc(entry.start) < to_utc(tomorrow(now))),
            next_event=None if following is None else _entry(following, now),
            confidence=CONFIDENCE,
            left_out=left_out,
        )


def _activity(entry: Occurrence) -> str:
    return "in a meeting" if entry.meeting else entry.title or "at an appointment"


def _reason(entry: Occurrence | None, now: datetime) -> str:
    """Why the calendar forbids speech now, or ''."""
    if entry is None:
        return ""
    title = f" ({entry.title})" if entry.title else ""
    if not entry.all_day:
        return f"the calendar says busy until {spoken(now, entry.end)}{title}"
    last = spoken_day(now, entry.end - timedelta(seconds=1))
    return f"the calendar says busy {'all day' if last == 'today' else f'all day, until {last}'}{title}"


def _entry(entry: Occurrence, now: datetime) -> CalendarEntry:
    start, end = in_form_of(now, entry.start), in_form_of(now, entry.end)
    return CalendarEntry(entry.title, start, end, entry.busy, entry.all_day)


@CONTEXT_SOURCES.register("calendar", "appointments in calendar files")
def _calendar(settings: SourceSettings) -> CalendarSource:
    if not settings.calendars:
        raise SwitchedOffError("name your calendar files in sources.calendars")
    return CalendarSource(settings.calendars, settings.addresses)
