"""Which of the person's own things may be brought up now, and what it gains that they are due.

Small rules, each by itself, over what is known for sure: due day, repetition, hours, and when it was said last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from edge_assistant.own.thing import OwnThing

OVERDUE, TODAY, TOMORROW, WEEK = 0.6, 0.6, 0.35, 0.2
"""Benefit beside that of any welcome word, in units of one needed suggestion."""
HABIT = 0.3
"""Of a habit on its day."""
EAGER, PATIENT = 3.0, 180.0
"""What it gains to bring up an own thing once nothing was said of any for so many minutes: who writes things down wants
to hear of them on the first day, too. It grows from 0 in the course of that time."""

OLD = timedelta(days=14)
"""What is overdue for longer is not pressing any more."""

AHEAD = timedelta(days=14)
"""A todo that is due later than this is not spoken of yet."""
BEFORE = timedelta(hours=3)
"""So long before its hour something that is due at one may be brought up."""
REST = timedelta(days=7)
"""After which something is said again, unless it is a habit, or its day has come meanwhile."""
JUST_TOLD = timedelta(hours=2)
"""Who has just noted something down need not be told of it."""
NIGHT = timedelta(hours=20)
"""Nothing is said again sooner."""
MOST_A_DAY = 3
"""Own things that are not due are brought up no more often."""


def benefit(thing: OwnThing, today: date) -> float:
    """What it is worth to be told of it today, beside being a welcome word; 0 to `OVERDUE`."""
    if thing.repeat:
        return HABIT
    if thing.due is None:
        return 0.0
    days = (thing.due - today).days
    if days < 0:
        return OVERDUE if days >= -OLD.days else WEEK
    if days == 0:
        return TODAY
    return TOMORROW if days == 1 else WEEK if days < 7 else 0.0


def is_due(thing: OwnThing, today: date) -> bool:
    """Whether its day has come."""
    return thing.due is not None and thing.due <= today


def standing(
    things: Iterable[OwnThing], now: datetime, last_said: Mapping[int, timedelta], awake_minutes: float
) -> dict[int, float]:
    """What it gains to bring up each thing that may be brought up now, by its number; 0 to `EAGER` + `OVERDUE`.

    Args:
        things: all that are open.
        now: local time, aware.
        last_said: how long ago each was said last, by number.
        awake_minutes: since waking.
    """
    today = now.date()
    known = [thing.coming(today) for thing in things]
    stepped = {thing.goal for thing in known if thing.goal}
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    said_today = sum(ago <= since_midnight for ago in last_said.values())
    waited = min([awake_minutes, *(ago.total_seconds() / 60 for ago in last_said.values())])
    eager = EAGER * min(waited / PATIENT, 1.0)
    return {
        thing.id: eager + benefit(thing, today)
        for thing in known
        if thing.id not in stepped
        and (said_today < MOST_A_DAY or is_due(thing, today))
        and _fits(thing, now)
        and _rested(thing, now, last_said.get(thing.id))
    }


def _fits(thing: OwnThing, now: datetime) -> bool:
    """Whether this is the day and the hour for it; a reminder has its own."""
    if thing.kind == "reminder" or (not thing.source and thing.made is not None and now - thing.made < JUST_TOLD):
        return False
    if thing.due is not None:
        ahead = timedelta(0) if thing.repeat else AHEAD
        if thing.kind != "goal" and thing.due - now.date() > ahead:
            return False
    if thing.at is not None and not timedelta(0) <= thing.at - now <= BEFORE and thing.due == now.date():
        return False
    if thing.hours:
        hour = now.hour + now.minute / 60
        begin, end = thing.hours
        return begin <= hour < end if begin < end else hour >= begin or hour < end
    return True


def _rested(thing: OwnThing, now: datetime, ago: timedelta | None) -> bool:
    if ago is None:
        return True
    if thing.repeat:
        return ago >= NIGHT
    day_has_come = thing.due is not None and thing.due <= now.date() and (now - ago).date() < thing.due
    return ago >= REST or (day_has_come and ago >= NIGHT)
