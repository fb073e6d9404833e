"""What a person says of their own things, done: new ones, changes, what is done, what is not to be spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from edge_assistant.context.local_time import spoken
from edge_assistant.errors import UsageError
from edge_assistant.own.repeats import checked
from edge_assistant.own.saying import how_often
from edge_assistant.own.sentences import made_of, read_wish, thing_of, time_of
from edge_assistant.own.store import OwnThings
from edge_assistant.own.thing import KINDS, OwnThing, day_words
from edge_assistant.own.when import When, read_time

NOTHING = "none"
"""As a due time or a repetition: it has none any more."""

Said = dict[str, Any]
"""`said`: a sentence for the person; `thing`: as it is now, where there is one."""


class Mine:
    """The methods `mine.*` of the core, and of the command where no core runs."""

    def __init__(
        self,
        things: OwnThings,
        now: Callable[[], datetime],
        never: Callable[[str], None],
        lock: AbstractContextManager[Any],
        read_files: Callable[[], Sequence[str]],
        told_done: Callable[[str], Said] | None = None,
    ) -> None:
        """
        Args:
            things: kept where.
            now: local time, aware.
            never: told a subject that is not to be spoken of.
            read_files: takes in what the person's files say; returns what was not taken of them.
            told_done: what is called when a sentence says that something is done; None only keeps it.
            lock: held while anything is read or changed.
        """
        self.things = things
        self._now = now
        self._never = never
        self._lock = lock
        self._read_files = read_files
        self._told_done = told_done or self.done

    def list(self, closed: bool = False) -> dict[str, Any]:
        """All things, by due day."""
        with self._lock:
            left_out = self._read_files()
            return {"things": [thing.to_dict() for thing in self.things.all(closed)], "left_out": list(left_out)}

    def say(self, text: str) -> Said | None:
        """Do what a plain sentence wants; None where it is about anything else.

        Raises:
            UsageError: it names a time that cannot be, or what it is about is not known.
        """
        with self._lock:
            wish = read_wish(text, self._now())
            if wish is None:
                return None
            if wish.what == "never":
                self._never(wish.text)
                return {"said": f"Noted: nothing about {wish.text} any more. The settings take it back (topics.never)."}
            if wish.what == "done":
                return self._told_done(wish.text)
            return self._keep(made_of(wish, self._now()))

    def add(
        self,
        text: str,
        kind: str = "",
        due: str = "",
        repeat: str = "",
        minutes: int = 0,
        tags: Sequence[str] = (),
        goal: int = 0,
    ) -> Said:
        """Keep a new thing. `text` may name a time, and be a whole sentence where no kind is given."""
        with self._lock:
            now = self._now()
            wish = None if kind else read_wish(text, now)
            if wish is not None and wish.what != "add":
                return self.say(text) or {}
            thing = (
                made_of(wish, now)
                if wish is not None
                else thing_of(_kind(kind or "todo"), text, now, due.replace(NOTHING, ""))
            )
            thing = _timed(thing, "", repeat, now)
            every = tuple(dict.fromkeys((*thing.tags, *(tag.strip("#+@ ").lower() for tag in tags))))
            return self._keep(replace(thing, minutes=int(minutes) or thing.minutes, tags=every, goal=int(goal)))

    def done(self, which: str) -> Said:
        """It was done."""
        with self._lock:
            thing = self.things.done(self.things.find(str(which)).id, self._now())
            following = (
                f"; the next time is {day_words(thing.due, self._now().date())}" if thing.open and thing.due else ""
            )
            there = f" It still stands in {thing.source}, where I do not write." if thing.source else ""
            return self._said(f"Done: {thing.text}{following}.{there}", thing)

    def not_done(self, which: str) -> Said:
        """It was not done after all."""
        with self._lock:
            thing = self.things.not_done(self._number(which))
            return self._said(f"Open again: {thing.text}.", thing)

    def edit(
        self,
        which: str,
        text: str = "",
        due: str = "",
        repeat: str = "",
        minutes: int = -1,
        tags: Sequence[str] | None = None,
        goal: int = -1,
        kind: str = "",
    ) -> Said:
        """Change what is given; 'none' as a due time or a repetition takes it away."""
        with self._lock:
            thing = self.things.get(self._number(which))
            changed = replace(thing, text=" ".join(text.split()) or thing.text)
            changed = _timed(changed, due, repeat, self._now())
            changed = replace(changed, kind=_kind(kind) if kind else thing.kind)
            changed = replace(
                changed,
                minutes=thing.minutes if minutes < 0 else int(minutes),
                tags=thing.tags if tags is None else tuple(dict.fromkeys(tag.strip("#+@ ").lower() for tag in tags)),
                goal=thing.goal if goal < 0 else int(goal),
            )
            fields = ("kind", "text", "due", "at", "repeat", "first", "hours", "minutes", "tags", "goal")
            kept = self.things.change(thing.id, **{name: getattr(changed, name) for name in fields})
            return self._said(f"Changed: {self._words(kept)}.", kept)

    def remove(self, which: str) -> Said:
        """Forget it for good."""
        with self._lock:
            thing = self.things.remove(self._number(which))
            return {"said": f"Removed: {thing.text}."}

    # Inside

    def _number(self, which: str) -> int:
        return int(which) if str(which).isdigit() else self.things.find(str(which)).id

    def _keep(self, thing: OwnThing) -> Said:
        kept = self.things.add(thing)
        opening = {
            "todo": "On your list",
            "goal": "Noted as a goal",
            "habit": "Noted as a habit",
            "reminder": "Reminder set",
        }
        return self._said(f"{opening[kept.kind]}: {self._words(kept)}.", kept)

    def _words(self, thing: OwnThing) -> str:
        return ", ".join(filter(None, (thing.text, time_words(thing, self._now()))))

    def _said(self, sentence: str, thing: OwnThing) -> Said:
        return {"said": sentence, "thing": thing.to_dict()}


def with_subject(never: Sequence[str], subject: str) -> tuple[str, ...]:
    """The words that are never spoken of, with those of one more subject: 'birds' forbids whatever begins with bird."""
    words = [part.strip(" '\"") for part in re.split(r",|\band\b|\bor\b", subject)]
    stems = (word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word for word in words)
    return tuple(dict.fromkeys((*never, *(stem for stem in stems if stem))))


def time_words(thing: OwnThing, now: datetime) -> str:
    """When it is due, and how it repeats: 'due tomorrow', 'every Monday at 09:00', 'by 1 March'; '' for neither."""
    hour = f"{thing.at:%H:%M}" if thing.at else ""
    if thing.repeat:
        return how_often(thing) + (f" at {hour}" if hour else "")
    if thing.at is not None:
        return spoken(now, thing.at) if thing.due != now.date() else f"today {hour}"
    return thing.due_words(now.date())


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is unknown; choose one of {', '.join(KINDS)}")
    return kind


def _timed(thing: OwnThing, due: str, repeat: str, now: datetime) -> OwnThing:
    """A thing with another due time or repetition, where they are given."""
    when = When() if due == NOTHING else time_of(due, now) if due else None
    if when is not None:
        first = when.day if when.repeat or thing.repeat else None
        thing = replace(thing, due=when.day, at=when.at, repeat=when.repeat or thing.repeat, first=first)
        thing = replace(thing, hours=when.hours or thing.hours)
    if repeat:
        plain = "" if repeat == NOTHING else _repetition(repeat, now)
        thing = replace(
            thing, repeat=plain, first=thing.due or now.date(), due=thing.due or (now.date() if plain else None)
        )
    return thing


def _repetition(repeat: str, now: datetime) -> str:
    when = read_time(repeat, now)
    return when.repeat if when is not None and when.repeat else checked(repeat)
