"""From what the sources tell to what a decision may know of the moment."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.daylight import spot_of
from edge_assistant.context.local_time import minutes_between
from edge_assistant.context.observation import Observation
from edge_assistant.context.stretches import WORK
from edge_assistant.domain import Context

if TYPE_CHECKING:
    from edge_assistant.settings import PlaceSettings

ENDING = 15.0
"""Minutes before the likely end of a working day from which on the evening may be spoken of."""

WORKS_FROM, WORKS_TO = 7.0, 18.5
"""Hours in which work is taken for work, Monday to Friday, where the end of the working day is not known."""

_OFFICE = re.compile(r"\b(office|at work|canteen|workshop)\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(train|tram|bus|caf[eé]|park|woods?|forest|beach|outside|outdoors|airport|library|street|kiosk|market"
    r"|stroll(?:ing)?|walk(?:ing)?|hik(?:e|ing)|errands?|shopping)\b(?! online)",
    re.IGNORECASE,
)


def context_of(
    told: Observation,
    now: datetime,
    since: datetime,
    awake_minutes: float,
    request: str = "",
    blocked: bool = False,
    place: PlaceSettings | None = None,
) -> Context:
    """The context of a decision.

    Args:
        told: what the hub knows.
        now: the time, in the form of the observation's times.
        since: when the activity began.
        awake_minutes: since waking.
        request: what the person asked for, or ''.
        blocked: something forbids speech.
        place: what the person has said of where they live and work.
    """
    coming = told.next_event
    spot = spot_of(now, place.latitude, place.longitude) if place is not None else None
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
        place=whereabouts(told, now, place.works_at if place is not None else ""),
        light=spot.is_light(now) if spot is not None else None,
        southern=spot is not None and spot.southern,
    )


def whereabouts(told: Observation, now: datetime, works_at: str = "") -> str:
    """Where the person is, one of `WHEREABOUTS`: in their own words, or as the program in front tells.

    Args:
        told: what the hub knows.
        now: local time.
        works_at: 'home' or 'office' on weekdays.
    """
    words = f"{told.room} {told.activity}" if told.source == "typed" else ""
    if _OUTSIDE.search(words):
        return "outside"
    if _OFFICE.search(words):
        return "office"
    if not told.app or told.kind not in WORK or now.weekday() >= 5:
        return ""
    left = told.workday_minutes
    working = WORKS_FROM <= now.hour + now.minute / 60 < WORKS_TO if left is None else left > ENDING
    return ("office" if works_at == "office" else "working") if working else ""
