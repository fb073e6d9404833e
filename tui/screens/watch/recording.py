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
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS, TICK_MINUTES
from edge_assistant.errors import StoreError, UsageError
from edge_assistant.service.rpc.values import Value

FILE = "events.sqlite"
SUMMARY = "summary.json"
"""Written at the very end of a run."""
CONFIG = "config.json"

STATES = ("energy", "mood", "focus", "annoyance")
"""The hidden state, each stored in hundredths."""

WAIT = 5.0
"""Seconds that a read waits for a run that is just writing."""


@dataclass(frozen=True, slots=True)
class LivedActivity(Value):
    """What the person did from `start` to `end`, and where; `kind` is the activity class."""

    start: datetime
    end: datetime
    text: str
    kind: str
    room: str


@dataclass(frozen=True, slots=True)
class WatchedSuggestion(Value):
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
    rating: dict[str, int]
    requested: bool = False
    reaction: str = ""
    reason: str = ""
    words: str = ""
    turns: tuple[str, ...] = ()
    chance: float = 0.0
    threshold: float = 0.0
    why: tuple[tuple[str, float], ...] = ()

    @property
    def false_alarm(self) -> bool:
        """Unasked, and the idea, the moment or the frequency was wrong; how it was worded does not count here."""
        return not (self.requested or all(self.rating[name] for name in ("preference", "timing", "frequency")))


@dataclass(frozen=True, slots=True)
class LivedDay:
    """One day, waking to sleep, in `ticks` ticks of 150 seconds.

    Attributes:
        states: energy, mood, focus (-1 to 1) and annoyance (0 to 1), each of length `ticks`.
        receptive, blocked: whether a suggestion would be welcome, and whether none can be; of length `ticks`.
        totals: satisfaction 0 to 4, of length `ticks`.
        measures: of the whole day.
    """

    persona: str
    number: int
    wake: datetime
    ticks: int
    activities: tuple[LivedActivity, ...]
    states: Mapping[str, tuple[float, ...]]
    receptive: tuple[int, ...]
    blocked: tuple[int, ...]
    totals: tuple[int, ...]
    said: tuple[WatchedSuggestion, ...]
    measures: Mapping[str, Any] = field(default_factory=dict)

    def time(self, tick: int) -> datetime:
        """Local time of a tick."""
        return self.wake + timedelta(minutes=TICK_MINUTES * tick)

    def activity(self, tick: int) -> LivedActivity | None:
        """What the person does at a tick; None where nothing is stored."""
        begun = [activity for activity in self.activities if activity.start <= self.time(tick)]
        return begun[-1] if begun else next(iter(self.activities), None)


@dataclass(frozen=True, slots=True)
class RunContents:
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

    def contents(self) -> RunContents:
        """What there is by now; empty while the run has not written its first day."""
        config = _json(self.folder / CONFIG)
        days: dict[str, tuple[int, ...]] = {}
        if self.file.exists():
            with self._reading() as connection:
                for persona, number in connection.execute("SELECT persona, day FROM days ORDER BY persona, day"):
                    days[persona] = (*days.get(persona, ()), number)
        elif not config:
            raise StoreError(f"{self.folder}: no simulation has been recorded here; give the --out folder of one")
        personas = tuple(sorted({*config.get("personas", ()), *days}))
        finished = (self.folder / SUMMARY).exists()
        return RunContents(days, personas, int(config.get("days", 0)), str(config.get("assistant", "")), finished)

    def day(self, persona: str, number: int) -> LivedDay | None:
        """A stored day, or None."""
        key, where = (persona, number), "WHERE persona = ? AND day = ?"
        with self._reading() as connection:
            connection.execute("BEGIN")  # all parts from the same moment
            found = connection.execute(f"SELECT wake, ticks, measures FROM days {where}", key).fetchone()
            if found is None:
                return None
            columns = "start, end, text, kind, room"
            activities = connection.execute(f"SELECT {columns} FROM activities {where} ORDER BY number", key).fetchall()
            blobs = dict(connection.execute(f"SELECT series, bytes FROM ticks {where}", key).fetchall())
            said = connection.execute(f"SELECT data FROM suggestions {where} ORDER BY tick", key).fetchall()
        wake, ticks, measures = found
        try:
            series = {name: _series(blobs, name, ticks) for name in (*STATES, "receptive", "blocked", "total")}
            return LivedDay(
                persona,
                number,
                datetime.fromisoformat(wake),
                ticks,
                tuple(LivedActivity.from_dict(dict(zip(columns.split(", "), row, strict=True))) for row in activities),
                {name: tuple(value / 100 for value in series[name]) for name in STATES},
                series["receptive"],
                series["blocked"],
                series["total"],
                tuple(_said(data) for (data,) in said),
                json.loads(measures),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self.file}: day {number} of {persona} is damaged ({error!r}); 'simulate --resume' makes it anew"
            ) from error

    def false_alarms(self, persona: str) -> list[tuple[int, int]]:
        """(day, tick) of every false alarm of a persona so far, in order."""
        query = "SELECT day, data FROM suggestions WHERE persona = ? ORDER BY day, tick"
        with self._reading() as connection:
            found = [(number, _said(data)) for number, data in connection.execute(query, (persona,))]
        return [(number, said.tick) for number, said in found if said.false_alarm]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads.

        Raises:
            StoreError: the file cannot be read.
        """
        name = self.file.absolute().as_uri()
        # in a folder that nobody may write to, the file cannot be shared; without a log it is at rest anyway
        logged = self.file.with_name(f"{self.file.name}-wal").exists()
        ways = ("mode=ro",) if logged else ("mode=ro", "mode=ro&immutable=1")
        try:
            for way in ways:
                with closing(sqlite3.connect(f"{name}?{way}", uri=True, timeout=WAIT, isolation_level=None)) as opened:
                    try:
                        opened.execute("SELECT 1 FROM days LIMIT 1").fetchall()
                    except sqlite3.OperationalError:
                        if way == ways[-1]:
                            raise
                        continue
                    yield opened
                    return
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.file}: the run's events cannot be read: {error}; 'simulate --resume' makes them anew"
            ) from error


def _series(blobs: Mapping[str, bytes], name: str, ticks: int) -> tuple[int, ...]:
    numbers = tuple(memoryview(blobs.get(name, bytes(ticks))).cast("b"))
    if len(numbers) != ticks:
        raise ValueError(f"series {name} has {len(numbers)} of {ticks} ticks")
    return numbers


def _said(text: str) -> WatchedSuggestion:
    data = {name: value for name, value in json.loads(text).items() if value is not None}
    return WatchedSuggestion.from_dict({**data, "rating": dict(zip(DIMENSIONS, data["rating"], strict=True))})


def _json(path: Path) -> dict[str, Any]:
    """A JSON object, {} where there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
