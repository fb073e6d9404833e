"""Appointments from calendar files: what is on today, what comes next, and whether the person is busy now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from edge_assistant.context.calendar_events import Occurrence, Series, series_of
from edge_assistant.context.calendar_files import CalendarFile, CalendarFiles
from edge_assistant.context.local_time import in_form_of, local, to_utc
from edge_assistant.context.observation import Observation, SourceError
from edge_assistant.domain import CalendarEntry

DAYS_AHEAD = 7
"""How far the next appointment is looked for."""

Days = tuple[datetime, datetime]
"""The person's midnights between which appointments are wanted, aware."""


class CalendarSource:
    """The person's calendars."""

    name = "calendar"
    every = 60.0
    patience = 2.0

    def __init__(self, paths: Sequence[Path | str]) -> None:
        """
        Args:
            paths: ICS files, and folders of them.
        """
        self._files = CalendarFiles(paths)
        self._series: dict[Path, tuple[tuple[int, ...], list[Series]]] = {}
        self._found: dict[Path, tuple[tuple[int, ...], Days, list[Occurrence], int]] = {}

    def observe(self, now: datetime) -> Observation | None:
        files, problems = self._files.read()
        midnight = local(now, now.date())
        days = (to_utc(midnight), to_utc(local(now, now.date() + timedelta(days=DAYS_AHEAD))))
        entries: list[Occurrence] = []
        for file in files:
            found, bad = self._occurrences(file, now, days)
            entries.extend(found)
            if bad:
                problems.append(f"{file.path}: {bad} of its events cannot be understood; correct or delete them")
        self._forget({file.path for file in files})
        if problems and not files:
            raise SourceError(problems[0])
        return self._observation(entries, now, problems[0] if problems else "")

    def _occurrences(self, file: CalendarFile, now: datetime, days: Days) -> tuple[list[Occurrence], int]:
        """One file's appointments in these days, by start, and the number of damaged events; made once a day."""
        known = self._found.get(file.path)
        if known is not None and known[:2] == (file.version, days):
            return known[2], known[3]
        series = self._series.get(file.path)
        if series is None or series[0] != file.version:
            series = self._series[file.path] = (file.version, series_of(file.calendars))
        found: list[Occurrence] = []
        bad = 0
        for one in series[1]:
            try:
                found.extend(one.between(now, *days))
            except Exception:  # a damaged event raises whatever the parser's parts happen to raise
                bad += 1
        found.sort(key=lambda entry: to_utc(entry.start))
        self._found[file.path] = (file.version, days, found, bad)
        return found, bad

    def _forget(self, present: set[Path]) -> None:
        """Drop what was kept of files that are gone."""
        for table in (self._series, self._found):
            for path in [path for path in table if path not in present]:
                del table[path]

    def _observation(self, entries: list[Occurrence], now: datetime, problem: str) -> Observation | None:
        moment = to_utc(now)
        evening = to_utc(local(now, now.date() + timedelta(days=1), time.min))
        current = [entry for entry in entries if entry.busy and to_utc(entry.start) <= moment < to_utc(entry.end)]
        timed = [entry for entry in current if not entry.all_day]
        coming = [entry for entry in entries if not entry.all_day and to_utc(entry.start) > moment]
        # what began last is what the person is in now
        present = max(timed, key=lambda entry: to_utc(entry.start), default=None)
        if not entries and not problem:
            return None
        return Observation(
            activity="" if present is None else _activity(present),
            kind="meeting" if present is not None and present.meeting else "unknown",
            since=None if present is None else in_form_of(now, present.start),
            blocked=_reason(present or (current[0] if current else None), now),
            calendar=tuple(_entry(entry, now) for entry in entries if to_utc(entry.start) < evening),
            next_event=_entry(min(coming, key=lambda entry: to_utc(entry.start)), now) if coming else None,
            confidence=0.6,
            problem=problem,
        )


def _activity(entry: Occurrence) -> str:
    return "in a meeting" if entry.meeting else entry.title or "at an appointment"


def _reason(entry: Occurrence | None, now: datetime) -> str:
    """Why the calendar forbids speech now, or ''."""
    if entry is None:
        return ""
    title = f" ({entry.title})" if entry.title else ""
    if entry.all_day:
        return f"the calendar says busy all day{title}"
    return f"the calendar says busy until {in_form_of(now, entry.end):%H:%M}{title}"


def _entry(entry: Occurrence, now: datetime) -> CalendarEntry:
    return CalendarEntry(entry.title, in_form_of(now, entry.start), in_form_of(now, entry.end), entry.busy)
