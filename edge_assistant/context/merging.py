"""One view of the moment out of what several sources tell, and the check that keeps nonsense out of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

from edge_assistant.context.local_time import to_utc
from edge_assistant.context.observation import LONGEST_LINE, LONGEST_TEXT, Observation
from edge_assistant.domain import CalendarEntry

HALF_LIFE = 300.0
"""Seconds after which an answer that was not renewed counts half."""

MOST_ENTRIES = 200
"""Appointments, and lines on what was left out, that are kept of one source's answer."""

FRESH_SECONDS = 150.0
"""An older answer tells nothing of whether somebody is there."""

STIRRED_SECONDS = 60.0
"""Who touched something within this time is there, whatever a source says that looked a moment before."""


def merge(found: Sequence[tuple[str, Observation, float]]) -> Observation:
    """All sources' word on a moment as one.

    The activity is that of the source with the greatest confidence, halved every `HALF_LIFE` seconds of age, and
    brings its kind, program, title and beginning along. Every reason against speaking counts. Any sign of life counts,
    so the idle time is the shortest, and who is here for one source is here. Appointments are put together.

    Args:
        found: name of the source, what it told (checked, see `checked`), seconds since then. Of equals the first wins.
    """
    ranked = sorted(found, key=lambda entry: -entry[1].confidence * 0.5 ** (entry[2] / HALF_LIFE))
    teller, best = next(((name, told) for name, told, _ in ranked if told.activity), ("", Observation(confidence=0.0)))
    idle = [told.idle_seconds for _, told, _ in found if told.idle_seconds is not None]
    coming = [told.next_event for _, told, _ in found if told.next_event is not None]
    present = {told.presence for _, told, age in found if age <= FRESH_SECONDS}
    entries = dict.fromkeys(entry for _, told, _ in found for entry in told.calendar)
    return Observation(
        activity=best.activity,
        kind=best.kind,
        app=best.app,
        title=best.title,
        room=next((told.room for _, told, _ in ranked if told.room), ""),
        since=best.since,
        blocked="; ".join(dict.fromkeys(told.blocked for _, told, _ in found if told.blocked)),
        calendar=tuple(sorted(entries, key=_start)),
        next_event=min(coming, key=_start, default=None),
        idle_seconds=min(idle, default=None),
        presence=_presence(present, idle),
        confidence=best.confidence,
        source=teller,
    )


def _presence(told: Set[str], idle: Sequence[float]) -> str:
    if "here" in told or any(seconds < STIRRED_SECONDS for seconds in idle):
        return "here"
    return "away" if "away" in told else "here" if idle else ""


def checked(told: object, now: datetime) -> Observation | None:
    """What a source told, without what cannot be: texts of one short line, a beginning that is not in the future.

    Raises:
        TypeError: it is no observation, or a field holds something else than it should.
    """
    if told is None:
        return None
    if not isinstance(told, Observation):
        raise TypeError(f"it told {type(told).__name__} instead of an observation")
    since = told.since
    if since is not None and not (_same_form(since, now) and to_utc(since) <= to_utc(now)):
        since = None
    entries = [_entry(entry) for entry in told.calendar[:MOST_ENTRIES] if _sound(entry, now)]
    coming = told.next_event
    return replace(
        told,
        activity=one_line(told.activity),
        app=one_line(told.app),
        title=one_line(told.title),
        room=one_line(told.room),
        blocked=one_line(told.blocked),
        left_out=told_lines(told.left_out),
        since=since,
        calendar=tuple(entries),
        next_event=_entry(coming) if coming is not None and _sound(coming, now) else None,
    )


def without_controls(text: str) -> str:
    """A text without what would ring or steer a terminal; blanks and line breaks stay."""
    return "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter) != "Cc")


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text without line breaks, control characters, halves of characters, and what exceeds `longest`.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"it told {type(text).__name__} where a text belongs")
    start = text[: 4 * longest]
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in start).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def told_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines on what a source left out, each a short one, and not without end."""
    return tuple(one_line(line, LONGEST_LINE) for line in lines[:MOST_ENTRIES])


def _same_form(moment: datetime, now: datetime) -> bool:
    return (moment.tzinfo is None) == (now.tzinfo is None)


def _sound(entry: CalendarEntry, now: datetime) -> bool:
    forms = _same_form(entry.start, now) and _same_form(entry.end, now)
    return forms and to_utc(entry.end) >= to_utc(entry.start)


def _entry(entry: CalendarEntry) -> CalendarEntry:
    return replace(entry, title=one_line(entry.title))


def _start(entry: CalendarEntry) -> datetime:
    return to_utc(entry.start)
