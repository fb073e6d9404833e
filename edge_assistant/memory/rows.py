"""The tables behind the memory store: every statement that reads or writes `memories` and `vectors`."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np

from edge_assistant.errors import StoreError
from edge_assistant.llm.protocols import Embedder
from edge_assistant.memory.index import Vectors
from edge_assistant.memory.records import DEFAULT_IMPORTANCE, Draft, Memory
from edge_assistant.storage.store import Store, moment_of

log = logging.getLogger(__name__)

T = TypeVar("T")

FIELDS = "id, kind, time, text, importance, data, pinned"

EMBEDDER = "memory.embedder"
"""The store's word on which embedder made its vectors."""

CHUNK = 500
"""Rows named in one statement."""


def label(embedder: Embedder, text: str) -> int:
    """The id of a text's vector, from the embedder's name and the text alone.

    63 bits of a hash: among a million texts two meet with a chance of 5e-8.
    """
    digest = hashlib.sha256(f"{embedder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def select(store: Store, clauses: str, values: Sequence[Any]) -> list[Memory]:
    """Memories by whatever follows FROM memories."""
    with store.guard() as connection:
        found = connection.execute(f"SELECT {FIELDS} FROM memories {clauses}", values).fetchall()
    return [
        Memory(number, kind, datetime.fromisoformat(time), text, importance, json.loads(data), bool(pinned))
        for number, kind, time, text, importance, data, pinned in found
    ]


def by_ids(store: Store, ids: Sequence[int]) -> list[Memory]:
    """Those of these memories that exist."""
    return [one for part in _chunks(ids) for one in select(store, f"WHERE id IN ({marks(part)})", part)]


def browse(
    store: Store,
    kinds: Sequence[str],
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    limit: int | None = None,
    newest_first: bool = False,
) -> list[Memory]:
    """Memories by time: from `since` on, before `until`, the first ones where `limit` is given."""
    where, values = [f"kind IN ({marks(kinds)})"], list[Any](kinds)
    for clause, time in (("moment >= ?", since), ("moment < ?", until)):
        if time is not None:
            where.append(clause)
            values.append(moment_of(time))
    direction = "DESC" if newest_first else "ASC"
    return select(
        store,
        f"WHERE {' AND '.join(where)} ORDER BY moment {direction}, id {direction} LIMIT ?",
        [*values, -1 if limit is None else limit],
    )


def numbers(connection: sqlite3.Connection, after: int) -> list[tuple[int, str, float, float, int]]:
    """Id, kind, moment, importance (1 where pinned) and vector id of all memories with a greater id, in their order."""
    return connection.execute(
        "SELECT id, kind, moment, CASE WHEN pinned THEN 1.0 ELSE importance END, vector_id FROM memories "
        "WHERE id > ? ORDER BY id",
        (after,),
    ).fetchall()


def insert(connection: sqlite3.Connection, draft: Draft, vector_id: int) -> int:
    """Add a memory whose vector is there; returns its id."""
    importance = DEFAULT_IMPORTANCE[draft.kind] if draft.importance is None else draft.importance
    time, data = draft.time.isoformat(), to_json(draft.data)
    number = connection.execute(
        "INSERT INTO memories (kind, moment, time, text, importance, data, vector_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (draft.kind, moment_of(draft.time), time, draft.text, importance, data, vector_id),
    ).lastrowid
    assert number is not None
    return number


def index_words(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Make the texts of new memories, all ids from first to last, findable by word."""
    connection.execute(
        "INSERT INTO memory_words (rowid, text) SELECT id, text FROM memories WHERE id BETWEEN ? AND ?", (first, last)
    )


def remove(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Delete memories, and their words from the word lists, which otherwise go only when SQLite next merges them."""
    connection.executemany("DELETE FROM memories WHERE id = ?", [(number,) for number in ids])
    connection.execute("INSERT INTO memory_words (memory_words) VALUES ('optimize')")


def put_vectors(connection: sqlite3.Connection, labels: Sequence[int], vectors: Vectors) -> dict[int, Vectors]:
    """Write the vectors that are not there yet; returns these."""
    new = dict(zip(labels, vectors, strict=True))
    for part in _chunks(labels):
        for (known,) in connection.execute(f"SELECT id FROM vectors WHERE id IN ({marks(part)})", part):
            new.pop(known, None)
    connection.executemany(
        "INSERT INTO vectors (id, data) VALUES (?, ?)",
        [(number, np.asarray(vector, dtype="<f4").tobytes()) for number, vector in new.items()],
    )
    return new


def vectors_of(connection: sqlite3.Connection, labels: Sequence[int]) -> Iterator[tuple[list[int], Vectors]]:
    """Those of these labels that are there and their vectors, some hundred at a time."""
    for part in _chunks(labels):
        found = connection.execute(f"SELECT id, data FROM vectors WHERE id IN ({marks(part)})", part).fetchall()
        if found:
            vectors = np.frombuffer(b"".join(data for _, data in found), dtype="<f4").astype(np.float32)
            yield [number for number, _ in found], vectors.reshape(len(found), -1)


def remove_orphans(connection: sqlite3.Connection, labels: Sequence[int]) -> list[int]:
    """Delete those of these vectors that no memory uses; returns them."""
    orphans = [
        number
        for number in labels
        if connection.execute("SELECT 1 FROM memories WHERE vector_id = ? LIMIT 1", (number,)).fetchone() is None
    ]
    connection.executemany("DELETE FROM vectors WHERE id = ?", [(number,) for number in orphans])
    return orphans


def generation(connection: sqlite3.Connection) -> int:
    """How often the tables have changed."""
    return int(connection.execute("SELECT generation FROM memory_generation").fetchone()[0])


def next_generation(connection: sqlite3.Connection) -> tuple[int, int]:
    """Count a change; returns the number before and after."""
    before = generation(connection)
    connection.execute("UPDATE memory_generation SET generation = ?", (before + 1,))
    return before, before + 1


def embed_anew(store: Store, embedder: Embedder) -> bool:
    """Replace all vectors if another embedder made them; returns whether it did."""
    maker = store.get_state(EMBEDDER)
    if maker == embedder.name or (maker is None and store.read_only):
        return False
    if store.read_only:
        raise StoreError(
            f"store {store.path}: its vectors were made by {maker}, not by {embedder.name}; "
            "choose that embedding model, or open the store for writing"
        )
    with store.transaction() as connection:
        store.set_state(EMBEDDER, embedder.name)
        texts = [text for (text,) in connection.execute("SELECT DISTINCT text FROM memories ORDER BY text")]
        if not texts:
            return False
        log.warning("memory: %d texts were embedded with %s; embedding them with %s", len(texts), maker, embedder.name)
        connection.execute("PRAGMA defer_foreign_keys = ON")  # the old vectors go first, the rows follow
        connection.execute("DELETE FROM vectors")
        connection.execute("CREATE INDEX memories_by_text ON memories (text)")
        for part in _chunks(texts):
            labels = [label(embedder, text) for text in part]
            put_vectors(connection, labels, embedder.embed(part))
            pairs = list(zip(labels, part, strict=True))
            connection.executemany("UPDATE memories SET vector_id = ? WHERE text = ?", pairs)
        connection.execute("DROP INDEX memories_by_text")
        next_generation(connection)
    return True


def marks(values: Sequence[object]) -> str:
    """A question mark for each."""
    return ",".join("?" * len(values))


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many as go into one statement at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def to_json(data: dict[str, Any]) -> str:
    """The form in which data are kept."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
