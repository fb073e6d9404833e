"""A simulation as it is stored: `events.sqlite` of a run, opened for reading only, while it is written or long after.

recording = Recording(Path("runs/demo"))
contents = recording.contents()                     # which days there are
day = recording.day("p01", contents.days["p01"][0]) # one of them

The tables are described in docs/data.md. A day is there as a whole or not at all. Every read opens the file anew and
takes milliseconds, so a reader never holds up the run that writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.errors import StoreError, UsageError

STATES = ("energy", "mood", "focus", "annoyance")
"""The hidden state, each stored in hundredths."""

WAIT = 0.5
"""Seconds that a read waits for a run that is just writing; the screen looks again soon."""


@dataclass(frozen=True, slots=True)
class LivedDay:
    """One day, waking to sleep, in ticks of 150 seconds.

    Attributes:
        activities: rows of the table, `start` and `end` as moments.
        series: by name, a number a tick: the hidden state in hundredths, `receptive`, `blocked`, `total`.
        said: what was said, as the table's JSON has it.
    """

    persona: str
    number: int
    wake: datetime
    activities: Sequence[Mapping[str, Any]]
    series: Mapping[str, Sequence[int]]
    said: Sequence[Mapping[str, Any]]

    @property
    def ticks(self) -> int:
        return len(self.series["total"])

    def time(self, tick: int) -> datetime:
        """Local time of a tick."""
        return self.wake + timedelta(minutes=TICK_MINUTES * tick)

    def activity(self, tick: int) -> Mapping[str, Any]:
        begun = [activity for activity in self.activities if activity["start"] <= self.time(tick)]
        return begun[-1] if begun else self.activities[0]


@dataclass(frozen=True, slots=True)
class RunContents:
    """What a run holds by now.

    Attributes:
        days: numbers of the stored days by persona, in order.
        people: how many the run is to live.
        planned: days that each is to live.
        finished: nothing more will come.
    """

    days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    people: int = 0
    planned: int = 0
    finished: bool = False


class Recording:
    """A run's folder.

    Raises:
        UsageError: there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser()
        self.file = self.folder / "events.sqlite"
        if not self.folder.is_dir():
            raise UsageError(f"{folder}: there is no such folder; give the --out folder of a simulation")

    def contents(self) -> RunContents:
        """What there is by now; empty while the run has not written its first day."""
        try:
            config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
            people, planned = len(config["personas"]), int(config["days"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self.folder}: no simulation has been recorded here; give the --out folder of one"
            ) from error
        days: dict[str, tuple[int, ...]] = {}
        if self.file.exists():
            with self._reading() as connection:
                for persona, number in connection.execute("SELECT persona, day FROM days ORDER BY persona, day"):
                    days[persona] = (*days.get(persona, ()), number)
        # the summary is written at the very end of a run
        return RunContents(days, people, planned, (self.folder / "summary.json").exists())

    def day(self, persona: str, number: int) -> LivedDay:
        key, where = (persona, number), "WHERE persona = ? AND day = ?"
        with self._reading() as connection:
            (wake,) = connection.execute(f"SELECT wake FROM days {where}", key).fetchone()
            rows = connection.execute(
                f"SELECT start, end, text, kind, room FROM activities {where} ORDER BY number", key
            ).fetchall()
            series = {
                name: tuple(memoryview(data).cast("b"))
                for name, data in connection.execute(f"SELECT series, bytes FROM ticks {where}", key)
            }
            said = connection.execute(f"SELECT data FROM suggestions {where} ORDER BY tick", key).fetchall()
        moment = datetime.fromisoformat
        activities = [
            {"start": moment(start), "end": moment(end), "text": text, "kind": kind, "room": room}
            for start, end, text, kind, room in rows
        ]
        return LivedDay(
            persona, number, datetime.fromisoformat(wake), activities, series, [json.loads(data) for (data,) in said]
        )

    def said(self, persona: str) -> list[tuple[int, int]]:
        """(day, tick) of everything that was said to a persona so far, in order."""
        query = "SELECT day, tick FROM suggestions WHERE persona = ? ORDER BY day, tick"
        with self._reading() as connection:
            return connection.execute(query, (persona,)).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads.

        Raises:
            StoreError: the file, or what was asked of it, cannot be read.
        """
        try:
            with closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT)) as opened:
                yield opened
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(
                f"{self.file}: the run's events cannot be read: {error}; 'simulate --resume' makes them anew"
            ) from error


def false_alarm(said: Mapping[str, Any]) -> bool:
    """Unasked, and the idea, the moment or the frequency was wrong; how it was worded does not count here."""
    return not (said["requested"] or all(said["rating"][:3]))
