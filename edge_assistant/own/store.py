"""Keeps the person's own things in the store, with a log of what was done when.

own = OwnThings(store)
milk = own.add(OwnThing("todo", "buy milk", due=today, made=now))
own.done(milk.id, now)
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.own.files.item import Item
from edge_assistant.own.thing import OwnThing, in_order, thing_number
from edge_assistant.storage.store import Store, moment_of

CHANGEABLE = ("kind", "text", "due", "at", "repeat", "first", "hours", "minutes", "tags", "goal")


@dataclass(frozen=True, slots=True)
class Done:
    """That something was done: which thing, in which words then, and when."""

    thing: int
    kind: str
    text: str
    time: datetime


class OwnThings:
    """Reads and writes the tables `own_things` and `own_done`. Every change is committed when its method returns."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.changes = 0
        """Grows with each change, so that whoever derives something from the things sees that it is out of date."""

    def add(self, thing: OwnThing) -> OwnThing:
        """Keep a new thing; returns it with its id.

        Raises:
            UsageError: it is a step of what is no goal, or stands there already, open, in the same words.
        """
        self._check_goal(thing)
        with self.store.transaction() as connection:
            for other in self.all():
                same = (other.kind, other.text.lower(), other.at) == (thing.kind, thing.text.lower(), thing.at)
                if same and not thing.source and not other.source:
                    raise UsageError(f"'{other.text}' is there already as number {other.id}; 'mine edit' changes it")
            row = connection.execute("INSERT INTO own_things (open, data) VALUES (1, '{}')")
            kept = replace(thing, id=int(row.lastrowid or 0))
            self._write(kept)
        return kept

    def all(self, closed: bool = False) -> list[OwnThing]:
        """What is open, by due day; with `closed` also what was done."""
        with self.store.guard() as connection:
            rows = connection.execute(f"SELECT data FROM own_things {'' if closed else 'WHERE open = 1'}").fetchall()
        return sorted((OwnThing.from_dict(json.loads(data)) for (data,) in rows), key=in_order)

    def get(self, number: int) -> OwnThing:
        """One thing.

        Raises:
            UsageError: there is none of this number.
        """
        with self.store.guard() as connection:
            row = connection.execute("SELECT data FROM own_things WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise UsageError(f"there is no own thing {number}; 'edge-assistant mine list' shows their numbers")
        return OwnThing.from_dict(json.loads(row[0]))

    def find(self, words: str) -> OwnThing:
        """The open thing of this number, or the only one whose text holds these words.

        Raises:
            UsageError: there is none, or there are several.
        """
        wanted = words.strip().lower().removeprefix("the ")
        number = int(wanted) if wanted.isdigit() else thing_number(wanted)
        if number:
            return self.get(number)
        found = [thing for thing in self.all() if wanted and wanted in thing.text.lower()]
        exact = [thing for thing in found if thing.text.lower() == wanted] or found
        if len(exact) == 1:
            return exact[0]
        if not found:
            raise UsageError(f"nothing of yours is called '{words}'; 'edge-assistant mine list' shows what there is")
        names = "; ".join(f"{thing.id} {thing.text}" for thing in found[:4])
        raise UsageError(f"'{words}' could be several: {names}; give the number")

    def check_own(self, thing: OwnThing) -> None:
        """
        Raises:
            UsageError: the thing stands in a file, where it is to be changed.
        """
        if thing.source:
            raise UsageError(f"'{thing.text}' stands in {thing.source}; change it there")

    def change(self, number: int, **changes: Any) -> OwnThing:
        """Other words, another day; each name is a field of `CHANGEABLE`.

        Raises:
            UsageError: there is no such thing, or the change cannot be.
        """
        with self.store.transaction():
            self.check_own(self.get(number))
            thing = replace(self.get(number), **{name: changes[name] for name in CHANGEABLE if name in changes})
            self._check_goal(thing)
            self._write(thing)
        return thing

    def done(self, number: int, now: datetime) -> OwnThing:
        """It was done: what repeats goes on to its next day, anything else is closed with its open steps."""
        with self.store.transaction() as connection:
            thing = self.get(number)
            if not thing.open:
                return thing
            connection.execute(
                "INSERT INTO own_done (thing, moment, time, kind, text, due, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, moment_of(now), now.isoformat(), thing.kind, thing.text, _iso(thing.due), _iso(thing.at)),
            )
            following = thing.after_done(now)
            if following is not None:
                changed = replace(thing, due=following[0], at=following[1], said=None)
            else:
                changed = replace(thing, closed=now)
            self._write(changed)
        return changed

    def not_done(self, number: int) -> OwnThing:
        """Takes the last `done` of a thing back."""
        with self.store.transaction() as connection:
            thing = self.get(number)
            row = connection.execute(
                "SELECT id, due, at FROM own_done WHERE thing = ? ORDER BY id DESC LIMIT 1", (number,)
            ).fetchone()
            if row is None:
                return thing
            connection.execute("DELETE FROM own_done WHERE id = ?", (row[0],))
            due = date.fromisoformat(row[1]) if row[1] else None
            at = datetime.fromisoformat(row[2]) if row[2] else None
            changed = replace(thing, closed=None, due=due, at=at)
            self._write(changed)
        return changed

    def said(self, number: int, now: datetime) -> OwnThing:
        """A reminder was said: what repeats waits for its next time, anything else stays open until it is done."""
        with self.store.transaction():
            thing = self.get(number)
            following = thing.after_done(now)
            changed = replace(thing, said=thing.at)
            if following is not None:
                changed = replace(changed, due=following[0], at=following[1])
            self._write(changed)
        return changed

    def remove(self, number: int) -> OwnThing:
        """Forget a thing for good, with what was logged of it; the steps of a goal stay as todos."""
        with self.store.transaction() as connection:
            thing = self.get(number)
            self.check_own(thing)
            for step in self.all(closed=True):
                if step.goal == number:
                    self._write(replace(step, goal=0))
            connection.execute("DELETE FROM own_done WHERE thing = ?", (number,))
            self._delete(number)
        return thing

    def sync(self, source: str, items: Sequence[Item], now: datetime) -> None:
        """What a file says now: new things come, ticked ones are done, what is gone there goes; the file is right.

        What was done here stays done, though the file does not know.
        """
        with self.store.transaction():
            kept = {thing.key: thing for thing in self.all(closed=True) if thing.source == source}
            for item in items:
                thing, told = kept.pop(item.thing.key, None), item.thing
                if thing is None:
                    if not item.done:
                        self.add(told)
                elif item.done and thing.open:
                    self.done(thing.id, now)
                elif thing.open and not item.done:
                    # the day of what repeats moves on here, with each time that it is done
                    ahead = (
                        bool(thing.repeat)
                        and thing.repeat == told.repeat
                        and (thing.due or now.date()) > (told.due or now.date())
                    )
                    due, at = (thing.due, thing.at) if ahead else (told.due, told.at)
                    changed = replace(
                        thing,
                        text=told.text,
                        due=due,
                        at=at,
                        repeat=told.repeat,
                        first=told.first,
                        tags=told.tags,
                        minutes=told.minutes,
                        hours=told.hours,
                    )
                    if changed != thing:
                        self._write(changed)
            for gone in kept.values():
                if gone.open:
                    self._delete(gone.id)

    def drop_sources(self, kept: Collection[str]) -> None:
        """Forget the open things of files that are not read any more."""
        with self.store.transaction():
            for thing in self.all():
                if thing.source and thing.source not in kept:
                    self._delete(thing.id)

    def log(self, since: datetime | None = None, until: datetime | None = None) -> list[Done]:
        """What was done from a time on and before another, in order."""
        low = float("-inf") if since is None else moment_of(since)
        high = float("inf") if until is None else moment_of(until)
        with self.store.guard() as connection:
            rows = connection.execute(
                "SELECT thing, kind, text, time FROM own_done WHERE moment >= ? AND moment < ? ORDER BY moment, id",
                (low, high),
            ).fetchall()
        return [Done(thing, kind, text, datetime.fromisoformat(time)) for thing, kind, text, time in rows]

    def steps(self, goal: int) -> list[OwnThing]:
        """The open steps of a goal."""
        return [thing for thing in self.all() if thing.goal == goal]

    # Inside

    def _check_goal(self, thing: OwnThing) -> None:
        if thing.goal and (thing.goal == thing.id or self.get(thing.goal).kind != "goal"):
            raise UsageError(f"number {thing.goal} is no goal; a step needs one")

    def _delete(self, number: int) -> None:
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM own_things WHERE id = ?", (number,))
            self._changed()

    def _write(self, thing: OwnThing) -> None:
        with self.store.transaction() as connection:
            connection.execute(
                "UPDATE own_things SET open = ?, data = ? WHERE id = ?",
                (int(thing.open), json.dumps(thing.to_dict(), ensure_ascii=False), thing.id),
            )
            self._changed()

    def _changed(self) -> None:
        self.changes += 1


def due_by(things: Iterable[OwnThing], day: date) -> list[OwnThing]:
    """Those that are due on a day or before, the longest overdue first."""
    return sorted((thing for thing in things if thing.due is not None and thing.due <= day), key=in_order)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
