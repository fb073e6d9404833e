"""From what the sources tell to what a decision may know of the moment."""

from __future__ import annotations

from datetime import datetime

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import minutes_between
from edge_assistant.context.observation import Observation
from edge_assistant.domain import Context


def context_of(
    told: Observation, now: datetime, since: datetime, awake_minutes: float, request: str = "", blocked: bool = False
) -> Context:
    """The context of a decision.

    Args:
        told: what the hub knows.
        now: the time, in the form of the observation's times.
        since: when the activity began.
        awake_minutes: since waking.
        request: what the person asked for, or ''.
        blocked: something forbids speech.
    """
    coming = told.next_event
    return Context(
        time=now,
        activity=told.activity or SOMETHING,
        room=told.room,
        activity_minutes=minutes_between(since, now),
        awake_minutes=awake_minutes,
        calendar=told.calendar,
        request=request,
        blocked=blocked,
        presence=told.presence or "here",
        away_minutes=told.away_minutes,
        stretch_minutes=told.stretch_minutes,
        next_title=coming.title if coming is not None else "",
        next_minutes=minutes_between(now, coming.start) if coming is not None else None,
        workday_minutes=told.workday_minutes,
    )
