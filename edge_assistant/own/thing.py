"""One of the person's own things, and how it stands on a day."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from edge_assistant.context.local_time import in_form_of, local, to_utc
from edge_assistant.errors import UsageError
from edge_assistant.own.repeats import checked, next_day, repeat_words

OWN = "own-"
"""Begins the ids of ideas that are own things."""

KINDS = ("todo", "goal", "habit", "reminder")
LONGEST_TEXT = 200
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnThing:
    """A todo, goal, habit or reminder. Frozen: the store gives a new one after each change.

    Attributes:
        id: number in the store, from 1; 0 before it is kept.
        kind: of `KINDS`.
        text: what to do, in the person's words.
        due: the day on which, or by which; of what repeats the coming one. None for none.
        at: the moment, aware, where an hour was named; its local day is `due`.
        repeat: see `repeats`; '' for what is done once.
        first: the day from which a repetition is counted.
        hours: of the day between which it fits; () for any.
        minutes: how long it takes; 0 where nobody said.
        tags: words that the person files it under.
        goal: id of the goal whose step it is; 0 for none.
        source: the file that it was read from; '' for what was told.
        key: by which its line in that file is known again.
        made: when it was told or first read.
        closed: when it was done for good; None while it is open.
        said: the moment of `at` for which a reminder was said.
    """

    kind: str
    text: str
    due: date | None = None
    at: datetime | None = None
    repeat: str = ""
    first: date | None = None
    hours: tuple[float, ...] = ()
    minutes: int = 0
    tags: tuple[str, ...] = ()
    goal: int = 0
    source: str = ""
    key: str = ""
    made: datetime | None = None
    closed: datetime | None = None
    said: datetime | None = None
    id: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError(f"{self.kind!r} is unknown; choose one of {', '.join(KINDS)}")
        if not 0 < len(self.text) <= LONGEST_TEXT or self.text != " ".join(self.text.split()):
            raise UsageError(f"a {self.kind} has {len(self.text)} characters; write one line of 1 to {LONGEST_TEXT}")
        if not 0 <= self.minutes <= 24 * 60:
            raise UsageError(f"minutes {self.minutes} cannot be; give 1 to {24 * 60}, or 0 for 'not known'")
        if self.repeat != checked(self.repeat):
            raise UsageError(f"repetition {self.repeat!r} is not in its plain form; write {checked(self.repeat)!r}")
        if self.kind == "reminder" and self.at is None:
            raise UsageError("a reminder needs a time; write for example 'remind me at 18:30 to call mum'")

    @property
    def idea_id(self) -> str:
        """Of the idea that it is for the ranker; another one in other words."""
        told = f"{self.text}|{self.minutes}"
        return f"{OWN}{self.id}-{hashlib.sha256(told.encode('utf-8')).hexdigest()[:6]}"

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.closed is None

    def due_words(self, today: date) -> str:
        """'overdue since Monday', 'due today', 'due tomorrow', 'due on Friday', 'due on 12 March'; '' for no day."""
        if self.due is None or self.repeat:
            return ""
        days = (self.due - today).days
        name = day_words(self.due, today)
        if days < 0:
            return f"overdue since {name}"
        return f"due {name}" if days < 2 else f"due on {name}"

    def coming(self, today: date) -> OwnThing:
        """As it stands on a day: what repeats and was passed over has its next day, and is not overdue."""
        if not self.repeat or self.due is None or self.due >= today or self.kind == "reminder":
            return self
        day = next_day(self.repeat, today - timedelta(days=1), self.first or self.due)
        return replace(self, due=day, at=moment_on(self.at, day, self.at) if self.at is not None else None)

    def after_done(self, now: datetime) -> tuple[date, datetime | None] | None:
        """Day and moment of the next time, once it was done; None for what does not repeat."""
        if not self.repeat:
            return None
        today = now.date()
        day = next_day(self.repeat, max(today, self.due or today), self.first or self.due or today)
        return day, moment_on(self.at, day, now)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form with all fields, `repeats` in words beside them."""
        values = {name: _plain(value) for name, value in asdict(self).items()}
        return {**values, "repeats": repeat_words(self.repeat)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> OwnThing:
        """Inverse of `to_dict`; keys that this version does not know are passed over."""
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        for name in ("due", "first"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        for name in ("at", "made", "closed", "said"):
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        for name in ("hours", "tags"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)


def thing_number(idea_id: str) -> int:
    """The number of the thing that an idea is; 0 where it is none."""
    number = idea_id.removeprefix(OWN).partition("-")[0] if idea_id.startswith(OWN) else ""
    return int(number) if number.isdigit() else 0


def moment_on(at: datetime | None, day: date, now: datetime) -> datetime | None:
    """The same time of the person's day on another day; a change of the clock between them moves nothing."""
    if at is None:
        return None
    clock = in_form_of(now, to_utc(at))
    return in_form_of(now, local(now, day, time(clock.hour, clock.minute)))


def day_words(day: date, today: date) -> str:
    """'today', 'yesterday', 'tomorrow', 'Friday', '12 March', '12 March 2028'."""
    days = (day - today).days
    if days in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[days + 1]
    if -7 < days < 7:
        return f"{day:%A}"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def in_order(thing: OwnThing) -> tuple[date, float, int]:
    """Sorts by due day, what has none last, then by hour, then by age."""
    return thing.due or date.max, thing.at.timestamp() if thing.at else float("inf"), thing.id


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
