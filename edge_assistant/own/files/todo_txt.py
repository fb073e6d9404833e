"""todo.txt files: a line a todo, see github.com/todotxt/todo.txt.

(A) 2026-11-30 call the plumber +house @phone due:2026-12-04
x 2026-12-01 buy milk
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from edge_assistant.errors import UsageError
from edge_assistant.own.files.item import Contents, Item, key_of
from edge_assistant.own.thing import OwnThing

_DATE = r"\d{4}-\d{2}-\d{2}"
_HEAD = re.compile(rf"(?P<done>x )?(?:\((?P<priority>[A-Z])\) )?(?:{_DATE} )?(?:{_DATE} )?(?:\((?P<later>[A-Z])\) )?")
_PAIR = re.compile(r"(?<!\S)(?P<key>[a-z]+):(?P<value>[^\s:/][^\s]*)(?!\S)")
_TAG = re.compile(r"(?<!\S)[+@](?P<name>\S+)")
_KNOWN = ("due", "t", "rec", "pri", "id", "h", "sup", "p")
"""Keys that are about the todo, not part of its words."""


def read_todo_txt(path: Path, text: str, now: datetime) -> Contents:
    """The todos of a file's content."""
    found = Contents()
    seen: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        where = f"{path}, line {number}"
        try:
            item = _item(path, raw.strip(), now, found, where)
        except UsageError as error:
            found.left_out.append(f"{where}: {error}")
            continue
        if item is None or item.thing.key in seen:
            continue
        seen.add(item.thing.key)
        found.items.append(item)
    return found


def _item(path: Path, line: str, now: datetime, found: Contents, where: str) -> Item | None:
    head = _HEAD.match(line)
    assert head is not None
    rest, priority = line[head.end() :], head["priority"] or head["later"]
    pairs = {pair["key"]: pair["value"] for pair in _PAIR.finditer(rest) if pair["key"] in _KNOWN}
    tags = [tag["name"].lower() for tag in _TAG.finditer(rest)]
    if priority or pairs.get("pri"):
        tags.append(f"priority-{(priority or pairs['pri']).lower()}")
    words = _PAIR.sub(lambda pair: "" if pair["key"] in _KNOWN else pair[0], _TAG.sub("", rest))
    words = " ".join(words.split())
    if not words:
        raise UsageError("says nothing to do, and is left out")
    due = _day(pairs.get("due", ""))
    if pairs.get("due") and due is None:
        found.left_out.append(f"{where}: due:{pairs['due']} is no day; the todo is read without it")
    begins = _day(pairs.get("t", ""))
    if begins is not None and begins > now.date() and not head["done"]:
        found.waiting.append(f"{where}: waits until {begins}, as t: says")
        return None
    thing = OwnThing("todo", words, due, tags=tuple(dict.fromkeys(tags)), source=str(path), key=key_of(words), made=now)
    return Item(thing, bool(head["done"]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
