"""Whether somebody is there, out of what the sources say one look after another; an absence is never an activity."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from edge_assistant.context.local_time import JUMP_SECONDS, in_form_of, minutes_between, seconds_between, to_utc
from edge_assistant.context.observation import Observation

BACK_MINUTES = 5.0
"""For so long after a return somebody is 'back', which is a moment to speak in; then simply 'here'."""

HANDS_OFF = frozenset({"media", "meeting", "call", "reading", "music"})
"""Kinds that go on while no key is pressed."""

STILL_SECONDS = 60.0
"""Who has touched nothing for so long, and does nothing that goes on by itself, may have left."""


def leaving(told: Observation) -> str:
    """Why a word might be said to nobody, though nothing is known of an absence yet; '' where it would be heard."""
    # who reads a book beside the computer, and says so, is there
    quiet = told.idle_seconds is not None and told.idle_seconds >= STILL_SECONDS and told.source != "typed"
    return "no key was touched for a minute" if quiet and told.kind not in HANDS_OFF else ""


class PresenceWatch:
    """Follows absences from their first look to the return."""

    def __init__(self, away_minutes: float) -> None:
        """
        Args:
            away_minutes: who was gone for less is not 'back', but was here all the time.
        """
        self._away_minutes = away_minutes
        self._last: datetime | None = None
        self._left: datetime | None = None
        self._returned: datetime | None = None
        self._absence = 0.0

    def follow(self, now: datetime, told: Observation) -> Observation:
        """The merged observation of a look, with its presence; without an activity while nobody is there."""
        passed = 0.0 if self._last is None else seconds_between(self._last, now)
        if passed < 0.0:
            self._left = self._returned = None  # the clock was set back: nothing is known of before
        elif passed > JUMP_SECONDS and self._left is None:
            self._left = self._last  # the computer slept, so nobody was at it
        self._last = now
        if told.presence == "away":
            if self._left is None:
                self._left = in_form_of(now, to_utc(now) - timedelta(seconds=told.idle_seconds or 0.0))
            return Observation(
                room=told.room,
                blocked=told.blocked,
                calendar=told.calendar,
                next_event=told.next_event,
                idle_seconds=told.idle_seconds,
                presence="away",
                away_minutes=minutes_between(self._left, now),
                confidence=0.0,
                left_out=told.left_out,
            )
        if self._left is not None:
            absence = minutes_between(self._left, now)
            if absence >= self._away_minutes:
                self._returned, self._absence = now, absence
            self._left = None
        return self._present(now, told)

    def _present(self, now: datetime, told: Observation) -> Observation:
        if self._returned is None:
            return told
        since = told.since
        if since is not None and told.source != "typed" and to_utc(since) < to_utc(self._returned):
            since = self._returned  # the window stood open meanwhile; the person did not look at it
        if minutes_between(self._returned, now) < BACK_MINUTES:
            return replace(told, since=since, presence="back", away_minutes=self._absence)
        return replace(told, since=since)
