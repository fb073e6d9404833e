"""A run's `events.sqlite`: everything that happened, for reports, for the terminal interface and for other programs.

Derived from the stores of the personas, and rebuilt from them on `--resume`. A day is written whole or not at all, and
may be written again. Tables: days (measures as JSON), activities, ticks (a blob a series, one byte a tick), suggestions
(JSON with the text, the verdict, the reaction, what was told), decisions (JSON of what was considered at a tick, where
the run was asked to keep it).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import StoreError
from edge_assistant.storage.database_file import use_write_ahead_log

SERIES = ("energy", "mood", "focus", "annoyance", "receptive", "blocked", "total")
"""Columns of `ticks`: the first four in hundredths (-100 to 100), then 0 or 1, and the total 0 to 4; int8 each."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS days (
    persona TEXT, day INTEGER, wake TEXT NOT NULL, ticks INTEGER NOT NULL, measures TEXT NOT NULL,
    PRIMARY KEY (persona, day));
CREATE TABLE IF NOT EXISTS activities (
    persona TEXT, day INTEGER, number INTEGER, start TEXT NOT NULL, end TEXT NOT NULL, text TEXT NOT NULL,
    kind TEXT NOT NULL, room TEXT NOT NULL, PRIMARY KEY (persona, day, number));
CREATE TABLE IF NOT EXISTS ticks (
    persona TEXT, day INTEGER, series TEXT, bytes BLOB NOT NULL, PRIMARY KEY (persona, day, series));
CREATE TABLE IF NOT EXISTS suggestions (
    persona TEXT, day INTEGER, tick INTEGER, data TEXT NOT NULL, PRIMARY KEY (persona, day, tick));
CREATE TABLE IF NOT EXISTS decisions (
    persona TEXT, day INTEGER, tick INTEGER, data TEXT NOT NULL, PRIMARY KEY (persona, day, tick));
"""

PATIENCE = 60
"""Seconds for which another process's writing is waited for."""


class EventLog:
    """The open file. Several processes may write to it, each its own personas."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        """Open or make the file.

        Raises:
            StoreError: missing (read only), damaged, or refused by the system.
        """
        self.path = path
        try:
            if read_only:
                self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE)
            else:
                self._connection = sqlite3.connect(path, timeout=PATIENCE)
                use_write_ahead_log(self._connection)
                self._connection.execute("PRAGMA synchronous=NORMAL")
                self._connection.executescript(_SCHEMA)
            self._connection.execute("SELECT count(*) FROM days").fetchone()
        except sqlite3.Error as error:
            raise StoreError(
                f"{path}: the run's events cannot be opened: {error}; see that there is room on the disk, "
                "then 'simulate --resume' makes them anew"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._connection as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path}: writing failed: {error}; free some space and go on with --resume"
            ) from error

    def put_day(self, persona: str, day: dict[str, Any]) -> None:
        """Write one day: the dict that `day_document` of the runner makes."""
        number = day["day"]
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?)",
                (persona, number, day["wake"], day["ticks"], json.dumps(day["measures"])),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO activities VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(persona, number, index, *activity) for index, activity in enumerate(day["activities"])],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO ticks VALUES (?, ?, ?, ?)",
                [(persona, number, name, bytes.fromhex(day["series"][name])) for name in SERIES],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO suggestions VALUES (?, ?, ?, ?)",
                [(persona, number, event["tick"], json.dumps(event)) for event in day["events"]],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?)",
                [(persona, number, tick, json.dumps(row)) for tick, row in enumerate(day.get("decisions", ()))],
            )

    def days(self, persona: str) -> list[dict[str, Any]]:
        """The measures of a persona's days, in order."""
        rows = self._connection.execute("SELECT measures FROM days WHERE persona = ? ORDER BY day", (persona,))
        return [json.loads(row[0]) for row in rows]

    def wakes(self, persona: str) -> dict[int, datetime]:
        """When a persona woke on each of their days, in order: the time of tick 0."""
        rows = self._connection.execute("SELECT day, wake FROM days WHERE persona = ? ORDER BY day", (persona,))
        return {day: datetime.fromisoformat(wake) for day, wake in rows}

    def decisions(self, persona: str, day: int) -> dict[int, dict[str, Any]]:
        """What was considered on a day, by tick; empty where it was not kept."""
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'decisions'").fetchone():
            return {}  # written before there were any
        query = "SELECT tick, data FROM decisions WHERE persona = ? AND day = ? ORDER BY tick"
        return {tick: json.loads(data) for tick, data in self._connection.execute(query, (persona, day))}

    def personas(self) -> list[str]:
        """Ids of all personas with at least one day."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT persona FROM days ORDER BY persona")]

    def activities(self, persona: str, day: int) -> list[dict[str, str]]:
        """A day's activities in order: start, end, text, kind, room."""
        names = ("start", "end", "text", "kind", "room")
        rows = self._connection.execute(
            "SELECT start, end, text, kind, room FROM activities WHERE persona = ? AND day = ? ORDER BY number",
            (persona, day),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def series(self, persona: str, day: int) -> dict[str, NDArray[np.int8]]:
        """A day's series by name, each (ticks,) int8."""
        rows = self._connection.execute("SELECT series, bytes FROM ticks WHERE persona = ? AND day = ?", (persona, day))
        return {name: np.frombuffer(data, dtype=np.int8) for name, data in rows}

    def suggestions(self, persona: str, day: int | None = None) -> list[dict[str, Any]]:
        """What was said, in order; every entry also holds its day."""
        query = "SELECT day, data FROM suggestions WHERE persona = ? AND (? IS NULL OR day = ?) ORDER BY day, tick"
        return [
            {"day": number, **json.loads(data)} for number, data in self._connection.execute(query, (persona, day, day))
        ]


def pack(values: NDArray[np.float64], scale: float) -> str:
    """A series as hexadecimal int8, for a JSON document."""
    return np.clip(np.rint(values * scale), -127, 127).astype(np.int8).tobytes().hex()


def read(path: Path) -> closing[EventLog]:
    """The file for reading, closed at the end of a `with`."""
    return closing(EventLog(path, read_only=True))
