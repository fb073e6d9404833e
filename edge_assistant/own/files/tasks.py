"""Tasks in calendar files (VTODO): summary, due day or moment, repetition, categories, and whether they are done."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from edge_assistant.context.calendars.text import CalendarPart, take_apart
from edge_assistant.context.local_time import in_form_of, local, to_utc
from edge_assistant.errors import UsageError
from edge_assistant.own.files.item import Contents, Item, key_of
from edge_assistant.own.repeats import WEEKDAYS
from edge_assistant.own.thing import OwnThing


def read_tasks(path: Path, content: bytes, now: datetime) -> Contents:
    """The tasks of a calendar file's content; its events are the calendar source's."""
    found = Contents()
    try:
        parts = take_apart(content).parts
    except ValueError as error:
        found.left_out.append(f"{path}: is no calendar ({error}); export it again")
        return found
    items: dict[str, Item] = {}
    for part in parts:
        if part.name != "VTODO":
            continue
        where = f"{path}, line {part.line}"
        try:
            item = _item(path, part, now, found, where)
        except UsageError as error:
            found.left_out.append(f"{where}: {error}")
        except Exception as error:  # a damaged task raises whatever the parser's parts happen to raise
            found.left_out.append(
                f"{where}: a task is left out ({type(error).__name__}: {error}); correct or delete it"
            )
        else:
            if item is not None:
                items.setdefault(item.thing.key, item)
    found.items = list(items.values())
    return found


def _item(path: Path, part: CalendarPart, now: datetime, found: Contents, where: str) -> Item | None:
    from icalendar import Todo

    task: Any = Todo.from_ical(part.text)
    if "RECURRENCE-ID" in task or str(task.get("STATUS", "")).upper() == "CANCELLED":
        return None  # one time of a repeated task, or a task that is given up
    text = " ".join(str(task.get("SUMMARY", "")).split())
    if not text:
        raise UsageError("a task without a summary is left out")
    done = "COMPLETED" in task or str(task.get("STATUS", "")).upper() == "COMPLETED"
    day, at = _moment(task["DUE"].dt, now) if "DUE" in task else (None, None)
    begins = _moment(task["DTSTART"].dt, now)[0] if "DTSTART" in task else None
    if begins is not None and begins > now.date() and not done:
        found.waiting.append(f"{where}: '{text}' waits until {begins}, when it starts")
        return None
    repeat = _repeat(task.get("RRULE"))
    if repeat is None:
        found.left_out.append(f"{where}: '{text}' repeats in a way that is not known here; it is read as done once")
    thing = OwnThing(
        "todo",
        text,
        day,
        at,
        repeat or "",
        (day or now.date()) if repeat else None,
        tags=_categories(task),
        source=str(path),
        key=str(task.get("UID") or key_of(text)),
        made=now,
    )
    return Item(thing, done)


def _moment(value: date | datetime, now: datetime) -> tuple[date, datetime | None]:
    """Day and moment on the person's clock; a time without a zone is the person's own."""
    if not isinstance(value, datetime):
        return value, None
    moment = to_utc(value) if value.tzinfo else to_utc(local(now, value.date(), value.time()))
    at = in_form_of(now, moment)
    return at.date(), at


def _repeat(rule: Any) -> str | None:
    """The repetition of a rule; '' for none, None for one that has no words here."""
    if rule is None:
        return ""
    kept = {name: values for name, values in rule.items() if name not in ("WKST", "UNTIL", "COUNT")}
    frequency = str((kept.pop("FREQ", None) or [""])[0]).upper()
    interval = int((kept.pop("INTERVAL", None) or [1])[0])
    days = [str(day).lower()[:2] for day in kept.pop("BYDAY", ())] if frequency == "WEEKLY" else []
    names = [name for name in WEEKDAYS if name[:2] in days]
    if kept or len(names) != len(days):
        return None
    if frequency == "DAILY":
        return "daily" if interval == 1 else f"every {interval} days"
    if frequency == "WEEKLY" and interval == 1:
        return f"weekly {' '.join(names)}" if names else "weekly"
    if frequency == "WEEKLY" and not names:
        return f"every {interval} weeks"
    return "monthly" if frequency == "MONTHLY" and interval == 1 else None


def _categories(task: Any) -> tuple[str, ...]:
    found = task.get("CATEGORIES")
    groups = found if isinstance(found, list) else [found] if found is not None else []
    names = (str(name).strip().lower() for group in groups for name in getattr(group, "cats", [group]))
    return tuple(dict.fromkeys(name for name in names if name))
