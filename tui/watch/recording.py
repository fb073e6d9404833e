"""A simulation as it is stored: `events.sqlite` of a run, opened for reading only, while it is written or long after.

recording = Recording(Path("runs/demo"))
contents = recording.contents()                     # which days there are
day = recording.day("p01", contents.days["p01"][0]) # one of them

The file's form: table `days` (persona, day, wake, ticks, measures as JSON), `activities` (start, end, text, kind,
room), `ticks` (a blob of int8 for each series), `suggestions` (JSON with text, verdict, reaction). A day is there as a
whole or not at all. Every read opens the file anew, so a reader never holds up the run that writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS, TICK_MINUTES
from edge_assistant.errors import StoreError, UsageError

FILE = "events.sqlite"
SUMMARY = "summary.json"
"""Written at the very end of a run."""
CONFIG = "config.json"

STATES = ("energy", "mood", "focus", "annoyance")
"""The hidden state, each stored in hundredths."""

WAIT = 5.0
"""Seconds that a read waits for a run that is just writing."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the person did from `start` to `end`, and where."""

    start: datetime
    end: datetime
    text: str
    kind: str
    room: str


@dataclass(frozen=True, slots=True)
class Said:
    """A suggestion, how it was rated and what came of it.

    Attributes:
        tick: of the day, from 0.
        rating: {dimension: 0 or 1}, the exact verdict.
        reaction, reason: accepted, ignored or dismissed, and the dimension named, or ''.
        words: the person's reason in words, or ''.
        chance, threshold: as the assistant saw them, 0 to 1.
        why: the assistant's reasons with their weights.
    """

    tick: int
    time: datetime
    text: str
    requested: bool
    rating: Mapping[str, int]
    reaction: str
    reason: str = ""
    words: str = ""
    turns: tuple[str, ...] = ()
    chance: float = 0.0
    threshold: float = 0.0
    why: tuple[tuple[str, float], ...] = ()

    @property
    def welcome(self) -> bool:
        """Right idea, right moment, not too often; how it was put does not count here."""
        return all(self.rating[name] for name in ("preference", "timing", "frequency"))

    @property
    def false_alarm(self) -> bool:
        """Unasked and not welcome."""
        return not self.requested and not self.welcome


@dataclass(frozen=True, slots=True)
class Day:
    """One day, waking to sleep, in `ticks` ticks of 150 seconds.

    Attributes:
        states: energy, mood, focus (-1 to 1) and annoyance (0 to 1), each of length `ticks`.
        receptive, blocked: whether a word would be welcome, and whether none can be; of length `ticks`.
        totals: satisfaction 0 to 4, of length `ticks`.
        measures: of the whole day.
    """

    persona: str
    number: int
    wake: datetime
    ticks: int
    activities: tuple[Activity, ...]
    states: Mapping[str, tuple[float, ...]]
    receptive: tuple[bool, ...]
    blocked: tuple[bool, ...]
    totals: tuple[int, ...]
    said: tuple[Said, ...]
    measures: Mapping[str, Any] = field(default_factory=dict)

    def time(self, tick: int) -> datetime:
        """Local time of a tick."""
        return self.wake + timedelta(minutes=TICK_MINUTES * tick)

    def activity(self, tick: int) -> Activity | None:
        """What the person does at a tick; None where nothing is stored."""
        now = self.time(tick)
        found = None
        for activity in self.activities:
            if activity.start > now and found is not None:
                break
            found = activity
        return found


@dataclass(frozen=True, slots=True)
class Contents:
    """What a run holds by now.

    Attributes:
        days: numbers of the stored days by persona, in order.
        personas: all that the run is to live, also those that have no day yet.
        planned: days that each is to live, 0 where unknown.
        assistant: who speaks, or ''.
        finished: nothing more will come.
    """

    days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    personas: tuple[str, ...] = ()
    planned: int = 0
    assistant: str = ""
    finished: bool = False


class Recording:
    """A run's folder, or its `events.sqlite`.

    Raises:
        UsageError: there is no such folder or file.
    """

    def __init__(self, path: Path) -> None:
        path = path.expanduser()
        if not path.exists():
            raise UsageError(f"{path}: there is no such folder; give the --out folder of a simulation")
        self.folder = path if path.is_dir() else path.parent
        self.file = path / FILE if path.is_dir() else path

    def contents(self) -> Contents:
        """What there is by now; empty while the run has not written its first day."""
        config = _json(self.folder / CONFIG)
        planned = tuple(config.get("personas", ()))
        days: dict[str, list[int]] = {}
        if self.file.exists():
            with closing(self._connect()) as connection:
                rows = self._ask(connection, "SELECT persona, day FROM days ORDER BY persona, day")
            for persona, number in rows:
                days.setdefault(persona, []).append(number)
        elif not config:
            raise StoreError(f"{self.folder}: no simulation has been recorded here; give the --out folder of one")
        return Contents(
            {persona: tuple(numbers) for persona, numbers in days.items()},
            tuple(sorted({*planned, *days})),
            int(config.get("days", 0)),
            str(config.get("assistant", "")),
            (self.folder / SUMMARY).exists(),
        )

    def day(self, persona: str, number: int) -> Day | None:
        """A stored day, or None."""
        key = (persona, number)
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")  # all parts from the same moment
            found = self._ask(connection, "SELECT wake, ticks, measures FROM days WHERE persona = ? AND day = ?", key)
            if not found:
                return None
            activities = self._ask(
                connection,
                "SELECT start, end, text, kind, room FROM activities WHERE persona = ? AND day = ? ORDER BY number",
                key,
            )
            series = self._ask(connection, "SELECT series, bytes FROM ticks WHERE persona = ? AND day = ?", key)
            said = self._ask(
                connection, "SELECT data FROM suggestions WHERE persona = ? AND day = ? ORDER BY tick", key
            )
        wake, ticks, measures = found[0]
        try:
            return _day(persona, number, wake, ticks, measures, activities, dict(series), said)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self.file}: day {number} of {persona} is damaged ({error!r}); 'simulate --resume' makes it anew"
            ) from error

    def false_alarms(self, persona: str) -> list[tuple[int, int]]:
        """(day, tick) of every false alarm of a persona so far, in order."""
        with closing(self._connect()) as connection:
            rows = self._ask(
                connection, "SELECT day, data FROM suggestions WHERE persona = ? ORDER BY day, tick", (persona,)
            )
        found = [(number, _said(json.loads(data))) for number, data in rows]
        return [(number, said.tick) for number, said in found if said.false_alarm]

    def _connect(self) -> sqlite3.Connection:
        name = self.file.absolute().as_uri()
        try:
            connection = sqlite3.connect(f"{name}?mode=ro", uri=True, timeout=WAIT, isolation_level=None)
            try:
                connection.execute("SELECT 1 FROM days LIMIT 1").fetchall()
            except sqlite3.OperationalError:
                connection.close()
                if self._log().exists():
                    raise
                # in a folder that nobody may write to, the file cannot be shared; without a log it is at rest anyway
                connection = sqlite3.connect(f"{name}?mode=ro&immutable=1", uri=True, isolation_level=None)
                connection.execute("SELECT 1 FROM days LIMIT 1").fetchall()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return connection

    def _log(self) -> Path:
        return self.file.with_name(self.file.name + "-wal")

    def _ask(self, connection: sqlite3.Connection, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"{self.file}: the run's events cannot be read: {error}; 'simulate --resume' makes them anew")


def _day(
    persona: str,
    number: int,
    wake: str,
    ticks: int,
    measures: str,
    activities: list[tuple[str, str, str, str, str]],
    series: dict[str, bytes],
    said: list[tuple[str]],
) -> Day:
    def values(name: str) -> tuple[int, ...]:
        numbers = tuple(memoryview(series.get(name, bytes(ticks))).cast("b"))
        if len(numbers) != ticks:
            raise ValueError(f"series {name} has {len(numbers)} of {ticks} ticks")
        return numbers

    return Day(
        persona,
        number,
        datetime.fromisoformat(wake),
        ticks,
        tuple(
            Activity(datetime.fromisoformat(start), datetime.fromisoformat(end), text, kind, room)
            for start, end, text, kind, room in activities
        ),
        {name: tuple(value / 100 for value in values(name)) for name in STATES},
        tuple(bool(value) for value in values("receptive")),
        tuple(bool(value) for value in values("blocked")),
        values("total"),
        tuple(_said(json.loads(data)) for (data,) in said),
        json.loads(measures),
    )


def _said(data: dict[str, Any]) -> Said:
    return Said(
        int(data["tick"]),
        datetime.fromisoformat(data["time"]),
        str(data["text"]),
        bool(data.get("requested")),
        dict(zip(DIMENSIONS, data["rating"], strict=True)),
        str(data.get("reaction") or ""),
        str(data.get("reason") or ""),
        str(data.get("words") or ""),
        tuple(data.get("turns") or ()),
        float(data.get("chance") or 0.0),
        float(data.get("threshold") or 0.0),
        tuple((str(text), float(weight)) for text, weight in data.get("why") or ()),
    )


def _json(path: Path) -> dict[str, Any]:
    """A JSON object, {} where there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
