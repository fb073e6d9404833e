"""Sentences that bring up one of the person's own things: what it is and for when, and nothing that is not known."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from edge_assistant.context.local_time import spoken
from edge_assistant.own.repeats import repeat_words
from edge_assistant.own.thing import OwnThing, day_words
from edge_assistant.own.when import PARTS

ON_TIME = timedelta(minutes=5)
"""A reminder that is said later than this tells for when it was."""

_SECOND_PERSON = {"my": "your", "mine": "yours", "me": "you", "myself": "yourself", "our": "your", "us": "you"}
_FIRST_PERSON = re.compile(rf"\b(?:{'|'.join(_SECOND_PERSON)})\b")


def to_listener(text: str) -> str:
    """A person's own words as somebody else says them to the person: 'call my mum' is 'call your mum'."""
    plain = text.replace("\u2019", "'").strip(" .!?")
    return _FIRST_PERSON.sub(lambda found: _SECOND_PERSON[found.group()], plain)


def sentences(thing: OwnThing, today: date, verb: bool, goal: str = "") -> tuple[str, ...]:
    """Ways to bring it up, each of which stands alone.

    Args:
        thing: open.
        today: the person's day.
        verb: its text says what to do, as 'buy milk' does and 'dentist' does not.
        goal: text of the goal whose step it is.
    """
    what = to_listener(thing.text)
    first = what[:1].upper() + what[1:]
    when, reason = _when(thing, today), _reason(thing, today)
    told = f" {when}" if when else ""
    then = f" {when.removeprefix('for ')}" if when else ""
    step = f", a step towards '{to_listener(goal)}'" if goal else ""
    overdue = thing.due is not None and thing.due < today
    found = [f"'{first}' is still on your list; {reason}." if overdue else f"'{first}' is on your list{told}{step}."]
    if thing.kind == "goal":
        found = [f"Your goal{told}: {what}.", f"'{first}' is your goal{told}; is there a small step for it today?"]
        return (*found, f"Perhaps there is time for a small step towards your goal '{what}'?") if verb else tuple(found)
    if verb and thing.kind == "habit":
        found = [
            f"You wanted to {what} {how_often(thing)}.",
            f"Would now be a good time to {what}?",
            f"Perhaps now is a good moment to {what}.",
        ]
        return tuple(found) if thing.repeat else tuple(found[1:])
    if verb:
        because = reason or "it is on your list"
        found += [
            f"You wanted to {what}{then}{step}.",
            f"Would now be a good time to {what}, as {because}?",
            f"Perhaps now is a good moment to {what}, since {because}.",
        ]
        if thing.minutes:
            found.append(f"You wanted to {what}{then}; it takes about {_length(thing.minutes)}.")
    else:
        found.append(f"Is there time for '{what}' now{f', as {reason}' if reason else ''}?")
    return tuple(found)


def how_often(thing: OwnThing) -> str:
    """'every Monday', 'every morning'; '' for what is done once."""
    part = next((part for part, hours in PARTS.items() if hours == thing.hours), "")
    words = repeat_words(thing.repeat)
    return (
        f"every {part}" if part and thing.repeat == "daily" else words + (f", in the {part}" if part and words else "")
    )


def reminder(thing: OwnThing, now: datetime, verb: bool) -> str:
    """What is said of a reminder whose time has come, or had come while nothing could be said."""
    assert thing.at is not None
    what = to_listener(thing.text)
    if now - thing.at <= ON_TIME:
        return f"It is time to {what}." if verb else f"A reminder for now: {what}."
    at = spoken(now, thing.at)
    day, _, hour = at.rpartition(" ")
    asked = f"{day} at {hour}" if day else f"at {hour}"
    return f"You asked to be reminded {asked} to {what}." if verb else f"You asked to be reminded {asked}: {what}."


def _when(thing: OwnThing, today: date) -> str:
    """'for today', 'by Friday'; '' where no day is known, or it has passed."""
    if thing.due is None or thing.due < today:
        return ""
    day = day_words(thing.due, today)
    at = f" at {thing.at:%H:%M}" if thing.at is not None else ""
    return f"{'for ' if (thing.due - today).days < 2 else 'by '}{day}{at}"


def _reason(thing: OwnThing, today: date) -> str:
    if thing.due is None:
        return ""
    if thing.due >= today:
        return f"it is {thing.due_words(today)}"
    day = day_words(thing.due, today)
    return f"it was due {day}" if day == "yesterday" else f"it was due on {day}"


def _length(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    return f"{hours} hour{'s' if hours > 1 else ''}" + (f" and {rest} minutes" if rest else "")
