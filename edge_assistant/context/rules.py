"""The person's own hard rules: `rules.toml` of the home, in which each table says when nothing may be said.

    [[never]]
    running = "zoom"                # while this program is open; app = "zoom" only while it is in front

    [[never]]
    days = "Sunday"                 # a day, a list of days, "weekdays" or "weekend"
    until = "10:00"                 # before ten; from = "22:00" after ten in the evening, both together between them
    because = "Sunday mornings are mine"

    [[never]]
    calendar = "interview"          # while an appointment goes on whose title holds this word
    minutes_before = 15             # and a quarter of an hour before it

`activity` and `title` (of the window, where titles are kept) hold words as well. A rule holds while all that it names
is so; capitals do not matter. A rule with a mistake is left out and told with its line; a file that is not valid TOML
silences everything, since nobody knows what it forbids.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from edge_assistant.context.local_time import seconds_between
from edge_assistant.context.observation import Observation

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETS = {"weekdays": DAYS[:5], "weekend": DAYS[5:], "weekends": DAYS[5:], "every day": DAYS}

WORDS = ("app", "running", "title", "activity", "calendar")
"""Conditions that hold a word, or a list of words of which one is enough."""

KEYS = (*WORDS, "days", "from", "until", "minutes_before", "because")

Running = Callable[[], frozenset[str]]
"""Tells the names of the programs that are open, in lower case."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One table: what must hold so that nothing is said.

    Attributes:
        words: by condition, in lower case.
        days: places of `DAYS`; empty for all.
        begin, end: times of day; `end` before `begin` goes over midnight. None for no hours.
        minutes_before: an appointment counts this long before it begins.
        because: the person's own reason, or what the rule says.
    """

    words: Mapping[str, tuple[str, ...]]
    days: tuple[int, ...]
    begin: time | None
    end: time | None
    minutes_before: float
    because: str

    def holds(self, now: datetime, seen: Observation, running: Running) -> bool:
        """Whether all that it names is so."""
        texts = {"app": seen.app, "title": seen.title, "activity": f"{seen.activity} {seen.kind.replace('_', ' ')}"}
        for name, words in self.words.items():
            if name == "calendar":
                found = any(self._goes_on(now, seen, word) for word in words)
            elif name == "running":
                found = any(word in program for program in running() for word in words)
            else:
                found = any(word in texts[name].lower() for word in words)
            if not found:
                return False
        return self._is_now(now)

    def _goes_on(self, now: datetime, seen: Observation, word: str) -> bool:
        early = timedelta(minutes=self.minutes_before).total_seconds()
        return any(
            word in entry.title.lower()
            and seconds_between(now, entry.start) <= early
            and seconds_between(now, entry.end) > 0
            for entry in seen.calendar
        )

    def _is_now(self, now: datetime) -> bool:
        begin, end, clock, day = self.begin or time(0), self.end or time.max, now.time(), now.weekday()
        if begin <= end:
            return begin <= clock < end and (not self.days or day in self.days)
        evening = clock >= begin
        # what goes over midnight belongs to the day on which it begins
        return (evening or clock < end) and (not self.days or (day if evening else (day - 1) % 7) in self.days)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a file holds: rules that are understood, and one line for each that is not."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()
    broken: str = ""
    """Why the file cannot be read at all, or ''."""

    def forbid(self, now: datetime, seen: Observation | None, running: Running) -> str:
        """Why nothing may be said now, or ''.

        Args:
            now: local time, in the form that the times of the observation have.
            seen: the moment, None where nothing is known of it.
            running: asked only where a rule needs it.
        """
        if self.broken:
            return f"your rules cannot be read ({self.broken})"
        seen = seen or Observation()
        return next((f"your rule: {rule.because}" for rule in self.rules if rule.holds(now, seen, running)), "")


def read_rules(path: Path) -> Rules:
    """The rules of a file; none where there is no such file."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        return Rules()
    except (OSError, ValueError, RecursionError) as error:
        where = re.search(r"\(at line (\d+)", str(error))
        line = f"{path}:{where[1]}" if where else str(path)
        why = error.strerror if isinstance(error, OSError) else str(error).partition(" (at")[0]
        return Rules(broken=f"{line}: {why}")
    problems = [f"{path}:1: only [[never]] tables are read, not {key!r}" for key in data if key != "never"]
    tables = data.get("never", [])
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*never\s*\]\]", line)]
    if not isinstance(tables, list) or len(lines) != len(tables):
        return Rules(broken=f"{path}: write each rule as a table below [[never]]")
    rules = []
    for number, table in zip(lines, tables, strict=True):
        try:
            rules.append(_rule(table))
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    return Rules(tuple(rules), tuple(problems))


class OwnRules:
    """The rules of a file, read again whenever it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._rules = Rules()

    def now(self) -> Rules:
        """As the file is now."""
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._stamp, self._rules = stamp, read_rules(self._path)
        return self._rules


def running_programs() -> frozenset[str]:
    """The names of all programs that are open, in lower case."""
    import psutil

    return frozenset((process.info["name"] or "").lower() for process in psutil.process_iter(["name"]))


def _rule(table: Mapping[str, Any]) -> Rule:
    """A table as a rule.

    Raises:
        ValueError: it is none; the message says what would be.
    """
    for key in table:
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, n=1)
            raise ValueError(f"unknown condition {key!r}; " + (f"did you mean {close[0]!r}?" if close else _choices()))
    words = {name: _texts(name, table[name]) for name in WORDS if name in table}
    days = _days(table["days"]) if "days" in table else ()
    begin, end = (_time(name, table[name]) if name in table else None for name in ("from", "until"))
    early = table.get("minutes_before", 0)
    if isinstance(early, bool) or not isinstance(early, (int, float)) or not 0 <= early <= 24 * 60:
        raise ValueError(f"minutes_before is {early!r}, expected 0 to 1440")
    if not words and not days and begin is None and end is None:
        raise ValueError(f"names no condition; {_choices()}")
    because = table.get("because") or _because(table)
    if not isinstance(because, str):
        raise ValueError(f"because is {because!r}, expected a text in quotes")
    return Rule(words, days, begin, end, float(early), because)


def _choices() -> str:
    return "choose among " + ", ".join(KEYS)


def _texts(name: str, value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    texts = tuple(text.strip().lower() for text in given if isinstance(text, str) and text.strip())
    if not texts or len(texts) < len(given):
        raise ValueError(f"{name} is {value!r}, expected a word in quotes or a list of them")
    return texts


def _days(value: object) -> tuple[int, ...]:
    found: list[int] = []
    for name in _texts("days", value):
        names = SETS.get(name) or [day for day in DAYS if len(name) >= 2 and day.startswith(name.removesuffix("s"))]
        if not names:
            raise ValueError(f"days has {name!r}; write Monday to Sunday, weekdays or weekend")
        found += [DAYS.index(day) for day in names]
    return tuple(found)


def _time(name: str, value: object) -> time:
    """A time of day: '10:00', '22.30', 10 or TOML's own."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", str(value).strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (-1, 0)
    if (hour, minute) == (24, 0):
        return time.max
    if isinstance(value, bool) or not 0 <= hour <= 23 or minute > 59:
        raise ValueError(f"{name} is {value!r}, expected a time such as '10:00'")
    return time(hour, minute)


def _because(table: Mapping[str, Any]) -> str:
    """What a rule says, in short: 'sunday, until 10:00'."""
    parts = []
    for key, value in table.items():
        told = " or ".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(told if key in ("days", "app", "activity", "title") else f"{key.replace('_', ' ')} {told}")
    return ", ".join(parts)
