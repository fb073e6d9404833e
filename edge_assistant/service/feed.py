"""The feed: what was said, and what became of it, kept in the store's table `feed`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.storage.store import Store, moment_of


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the feed with what a screen does not show.

    Attributes:
        why: what was thought at that moment, JSON.
        choice: the decision in the learner's terms, JSON; {} for what the learner did not choose.
        event_id: of the event 'suggestion'.
    """

    entry: Entry
    why: dict[str, Any]
    choice: dict[str, Any]
    event_id: int

    @property
    def number(self) -> int:
        """Of the entry: 3 for 's3'."""
        return int(self.entry.id[1:])


class Feed:
    """Reads and writes the table."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, row: Row) -> None:
        """Append a line."""
        with self.store.transaction() as connection:
            connection.execute(
                "INSERT INTO feed (number, moment, state, entry, why, choice, event_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    row.number,
                    moment_of(row.entry.time),
                    row.entry.state,
                    _json(row.entry.to_dict()),
                    _json(row.why),
                    _json(row.choice),
                    row.event_id,
                ),
            )

    def put(self, entry: Entry, choice: dict[str, Any] | None = None, why: dict[str, Any] | None = None) -> None:
        """Replace what a screen shows of a line, and what is behind it where that is given."""
        number = int(entry.id[1:])
        with self.store.transaction() as connection:
            if choice is not None:
                connection.execute("UPDATE feed SET choice = ? WHERE number = ?", (_json(choice), number))
            if why is not None:
                connection.execute("UPDATE feed SET why = ? WHERE number = ?", (_json(why), number))
            connection.execute(
                "UPDATE feed SET state = ?, entry = ?, moment = ? WHERE number = ?",
                (entry.state, _json(entry.to_dict()), moment_of(entry.time), number),
            )

    def get(self, entry_id: str) -> Row:
        """One line.

        Raises:
            UsageError: there is none with this id.
        """
        found = self._select("WHERE number = ?", [int(entry_id[1:])]) if _is_id(entry_id) else []
        if not found:
            raise UsageError(f"suggestion {entry_id!r}: there is none with this id; 'feed' and the screen show the ids")
        return found[0]

    def latest(self, limit: int = 50, before: str = "") -> list[Row]:
        """The newest lines first, those before an id where one is given."""
        if before and _is_id(before):
            return self._select("WHERE number < ? ORDER BY number DESC LIMIT ?", [int(before[1:]), limit])
        return self._select("ORDER BY number DESC LIMIT ?", [limit])

    def last_text(self, idea: str) -> str:
        """The words in which an idea was said last; '' where it never was."""
        query = "WHERE json_extract(entry, '$.idea') = ? ORDER BY number DESC LIMIT 1"
        return next((row.entry.text for row in self._select(query, [idea])), "")

    def in_state(self, state: str) -> list[Row]:
        """All lines in a state, the oldest first."""
        return self._select("WHERE state = ? ORDER BY number", [state])

    def with_reminder(self) -> list[Row]:
        """All lines that are to be shown again at some time."""
        return self._select('WHERE entry LIKE \'%"remind_at":"%\' ORDER BY number', [])

    def between(self, since: datetime | None, until: datetime | None) -> list[Row]:
        """Lines from a time on and before another, the oldest first."""
        low = float("-inf") if since is None else moment_of(since)
        high = float("inf") if until is None else moment_of(until)
        return self._select("WHERE moment >= ? AND moment < ? ORDER BY number", [low, high])

    def erase(self, numbers: Sequence[int]) -> None:
        """Remove lines for good."""
        with self.store.transaction() as connection:
            connection.executemany("DELETE FROM feed WHERE number = ?", [(number,) for number in numbers])

    def _select(self, rest: str, values: list[Any]) -> list[Row]:
        with self.store.guard() as connection:
            rows = connection.execute(f"SELECT entry, why, choice, event_id FROM feed {rest}", values).fetchall()
        return [
            Row(Entry.from_dict(json.loads(entry)), json.loads(why), json.loads(choice), event_id)
            for entry, why, choice, event_id in rows
        ]


def _is_id(text: str) -> bool:
    return text[:1] == "s" and text[1:].isdigit()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
