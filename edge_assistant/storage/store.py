"""The store: one SQLite file that holds everything the assistant knows.

State, arrays and events live here; memories have their own part on the same file. All other files (indices, caches,
reports) can be rebuilt from it, so this one is treated with care: write-ahead log, real transactions, a check on
opening, and never a write to a file that is damaged, foreign or from a newer version.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import StoreError
from edge_assistant.storage import database_file as store_file

__all__ = ["Event", "Store", "moment_of"]


def moment_of(time: datetime) -> float:
    """Seconds since 1970 for ordering and comparing; a time without a zone counts as if it were UTC."""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log: what happened, when, with what."""

    id: int
    kind: str
    time: datetime
    data: dict[str, Any]


class Store:
    """An open store. Threads may share one; processes open their own.

    Every failure of SQLite or of the disk inside a method or a `transaction` arrives as a `StoreError` or a
    `LockedError` of one line. Use `open`, not the constructor.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, read_only: bool) -> None:
        self.connection = connection
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self._rollback_callbacks: list[list[Callable[[], None]]] = []

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, durable: bool = True) -> Store:
        """Open the store at `path`, making or migrating it where necessary.

        Args:
            path: the file, or ':memory:' for a store that ends with the process.
            read_only: never write; the file must exist.
            durable: let each commit reach the disk before it returns. Without it a commit survives the end of the
                process but perhaps not a power cut; for simulations.

        Raises:
            StoreError: damaged, foreign, newer than this version, missing (read only), or refused by the system.
            LockedError: another process held it for longer than the busy timeout.
        """
        where = None if str(path) == ":memory:" else Path(path)
        return cls(store_file.open_connection(where, read_only=read_only, durable=durable), where, read_only)

    def close(self) -> None:
        """Close the file; an open transaction is rolled back. Closing twice is harmless."""
        with self._lock:
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def guard(self) -> Iterator[sqlite3.Connection]:
        """Hold the store for some reads; SQLite's errors become ours. Opens no transaction."""
        with self._lock:
            try:
                yield self.connection
            except sqlite3.Error as error:
                raise store_file.explain(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside is committed together or not at all.

        A nested transaction is a part of the outer one: it can fail alone, but lasts only when the outer one commits.
        Other threads wait until the outermost has ended.
        """
        with self.guard() as connection:
            depth = len(self._rollback_callbacks)
            if depth and not connection.in_transaction:
                raise StoreError(f"store {self._name}: the transaction was already rolled back; repeat it as a whole")
            connection.execute(f"SAVEPOINT level_{depth}" if depth else "BEGIN IMMEDIATE")
            self._rollback_callbacks.append([])
            try:
                yield connection
                if not connection.in_transaction:  # SQLite gives up by itself on some errors, a full disk for one
                    raise StoreError(f"store {self._name}: the transaction was rolled back; repeat it as a whole")
                connection.execute(f"RELEASE level_{depth}" if depth else "COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute(f"ROLLBACK TO level_{depth}" if depth else "ROLLBACK")
                    if depth:
                        connection.execute(f"RELEASE level_{depth}")
                for callback in reversed(self._rollback_callbacks.pop()):
                    callback()
                raise
            done = self._rollback_callbacks.pop()
            if depth:
                self._rollback_callbacks[-1].extend(done)

    def on_rollback(self, callback: Callable[[], None]) -> None:
        """Call `callback` if the current transaction is rolled back: for what is kept in memory beside the file."""
        if self._rollback_callbacks:
            self._rollback_callbacks[-1].append(callback)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.in_transaction

    @property
    def _name(self) -> str:
        return str(self.path or ":memory:")

    # State: one JSON value a key

    def get_state(self, key: str) -> Any | None:
        """The value last set for `key`, or None."""
        with self.guard() as connection:
            row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_state(self, key: str, value: Any) -> None:
        """Keep a JSON value; None removes it. Floats come back bit for bit.

        Raises:
            StoreError: the value is not JSON (NaN and infinities are not).
        """
        text = None if value is None else self._json(value, f"state {key!r}")
        with self.transaction() as connection:
            if text is None:
                connection.execute("DELETE FROM state WHERE key = ?", (key,))
            else:
                connection.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, text))

    def state_keys(self, prefix: str = "") -> list[str]:
        """The keys of all states that begin with `prefix`, in order."""
        with self.guard() as connection:
            rows = connection.execute(
                "SELECT key FROM state WHERE substr(key, 1, ?) = ? ORDER BY key", (len(prefix), prefix)
            )
            return [key for (key,) in rows]

    def get_array(self, key: str) -> NDArray[Any] | None:
        """The array last set for `key`, a copy that may be written to, or None."""
        with self.guard() as connection:
            row = connection.execute("SELECT dtype, shape, data FROM arrays WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        return np.frombuffer(row[2], dtype=np.dtype(row[0])).reshape(json.loads(row[1])).copy()

    def set_array(self, key: str, array: NDArray[Any] | None) -> None:
        """Keep a numeric array of any shape; None removes it.

        Raises:
            StoreError: the array holds Python objects.
        """
        with self.transaction() as connection:
            if array is None:
                connection.execute("DELETE FROM arrays WHERE key = ?", (key,))
                return
            if array.dtype.hasobject or array.dtype.names:
                raise StoreError(f"store {self._name}: array {key!r} has dtype {array.dtype}; keep plain numbers only")
            connection.execute(
                "INSERT OR REPLACE INTO arrays (key, dtype, shape, data) VALUES (?, ?, ?, ?)",
                (key, array.dtype.str, json.dumps(array.shape), array.tobytes()),
            )

    # Events: the append-only log

    def add_event(self, kind: str, time: datetime, data: dict[str, Any]) -> int:
        """Append an event; returns its id. Ids rise in the order in which events were added."""
        text = self._json(data, f"event {kind!r}")
        with self.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO events (kind, moment, time, data) VALUES (?, ?, ?, ?)",
                (kind, moment_of(time), time.isoformat(), text),
            )
        return int(cursor.lastrowid or 0)

    def events(
        self, kind: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Event]:
        """Events in the order in which they were added.

        Args:
            kind: only this kind.
            since: from this time on.
            until: before this time.
        """
        query, values = "SELECT id, kind, time, data FROM events WHERE id > ?", [0]
        for clause, value in (
            (" AND kind = ?", kind),
            (" AND moment >= ?", None if since is None else moment_of(since)),
            (" AND moment < ?", None if until is None else moment_of(until)),
        ):
            if value is not None:
                query += clause
                values.append(value)  # type: ignore[arg-type]
        # Read in pages, so that whoever iterates may write in between without holding an old view of the file open.
        query += " ORDER BY id LIMIT 1000"
        while True:
            with self.guard() as connection:
                rows = connection.execute(query, values).fetchall()
            for number, name, time, data in rows:
                yield Event(number, name, datetime.fromisoformat(time), json.loads(data))
            if len(rows) < 1000:
                return
            values[0] = rows[-1][0]

    def last_event_id(self) -> int:
        """The id of the event that was added last, 0 where there is none."""
        with self.guard() as connection:
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])

    def erase_events(self, ids: list[int]) -> int:
        """Remove events for good, for a person who wants something forgotten; returns how many there were."""
        with self.transaction() as connection:
            return connection.executemany("DELETE FROM events WHERE id = ?", [(number,) for number in ids]).rowcount

    # Care of the file

    def scrub(self) -> None:
        """Empty the write-ahead log, so that what was erased is in no file any more.

        Does its best, and only outside of transactions; a reader elsewhere delays it until the next time.
        """
        with self.guard() as connection:
            if not connection.in_transaction and not self.read_only:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def backup(self, path: Path | str) -> None:
        """Write a complete copy to `path`, consistent even while others write; a former copy is replaced at the end.

        Raises:
            StoreError: the disk refused; the former copy is untouched.
        """
        with self.guard() as connection:
            store_file.backup(connection, Path(path), self.path)

    def _json(self, value: Any, what: str) -> str:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError) as error:
            raise StoreError(f"store {self._name}: {what} is not JSON ({error}); pass plain values") from error
