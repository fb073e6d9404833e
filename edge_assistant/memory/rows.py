"""The tables behind the memory store: every statement that reads or writes `memories` and `vectors`."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from edge_assistant.errors import StoreError
from edge_assistant.llm.embedding import Embedder
from edge_assistant.memory.columns import Row
from edge_assistant.memory.index import Vectors, products
from edge_assistant.memory.records import DEFAULT_IMPORTANCE, Draft, Memory
from edge_assistant.storage.store import Store, moment_of

log = logging.getLogger(__name__)

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
    found: list[Memory] = []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found += select(store, f"WHERE id IN ({_marks(part)})", part)
    return found


def insert(connection: sqlite3.Connection, draft: Draft, vector_id: int) -> Row:
    """Add a memory whose vector is there."""
    importance = DEFAULT_IMPORTANCE[draft.kind] if draft.importance is None else draft.importance
    moment = moment_of(draft.time)
    number = connection.execute(
        "INSERT INTO memories (kind, moment, time, text, importance, data, vector_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (draft.kind, moment, draft.time.isoformat(), draft.text, importance, _json(draft.data), vector_id),
    ).lastrowid
    assert number is not None
    return number, draft.kind, moment, importance, vector_id


def index_words(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Make the texts of new memories, all ids from first to last, findable by word."""
    connection.execute(
        "INSERT INTO memory_words (rowid, text) SELECT id, text FROM memories WHERE id BETWEEN ? AND ?", (first, last)
    )


def rewrite(connection: sqlite3.Connection, memory_id: int, draft: Draft, vector_id: int) -> None:
    """Give a memory another text, importance and data."""
    connection.execute(
        "UPDATE memories SET text = ?, importance = ?, data = ?, vector_id = ? WHERE id = ?",
        (draft.text, draft.importance, _json(draft.data), vector_id, memory_id),
    )


def remove(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Delete memories, and their words from the word lists, which otherwise go only when SQLite next merges them."""
    connection.executemany("DELETE FROM memories WHERE id = ?", [(number,) for number in ids])
    connection.execute("INSERT INTO memory_words (memory_words) VALUES ('optimize')")


def put_vectors(connection: sqlite3.Connection, labels: Sequence[int], vectors: Vectors) -> dict[int, Vectors]:
    """Write the vectors that are not there yet; returns these."""
    new = dict(zip(labels, vectors, strict=True))
    for start in range(0, len(labels), CHUNK):
        part = labels[start : start + CHUNK]
        for (known,) in connection.execute(f"SELECT id FROM vectors WHERE id IN ({_marks(part)})", part):
            new.pop(known, None)
    connection.executemany(
        "INSERT INTO vectors (id, data) VALUES (?, ?)",
        [(number, np.asarray(vector, dtype="<f4").tobytes()) for number, vector in new.items()],
    )
    return new


def vectors_of_latest(connection: sqlite3.Connection, count: int) -> list[tuple[int, Vectors]]:
    """The distinct vectors of the latest memories with their labels, the earliest of them first."""
    latest = connection.execute(
        "SELECT vector_id, max(id) AS last FROM memories GROUP BY vector_id ORDER BY last DESC LIMIT ?", (count,)
    ).fetchall()
    found: dict[int, bytes] = {}
    labels = [number for number, _ in reversed(latest)]
    for start in range(0, len(labels), CHUNK):
        part = labels[start : start + CHUNK]
        found.update(connection.execute(f"SELECT id, data FROM vectors WHERE id IN ({_marks(part)})", part).fetchall())
    return [(number, np.frombuffer(found[number], dtype="<f4").astype(np.float32)) for number in labels]


def with_vectors(
    connection: sqlite3.Connection, labels: Sequence[int], kinds: Sequence[str]
) -> list[tuple[int, int, float]]:
    """Id, label and moment of the memories that have one of these vectors and kinds."""
    return connection.execute(
        f"SELECT id, vector_id, moment FROM memories "
        f"WHERE vector_id IN ({_marks(labels)}) AND +kind IN ({_marks(kinds)})",  # the plus: by vector, not by kind
        (*labels, *kinds),
    ).fetchall()


def cosines(connection: sqlite3.Connection, labels: Sequence[int], query: Vectors) -> Vectors:
    """The cosines of stored vectors to a unit vector, in the order of the labels; NaN for one that is gone."""
    found: dict[int, bytes] = {}
    for start in range(0, len(labels), CHUNK):
        part = labels[start : start + CHUNK]
        found.update(connection.execute(f"SELECT id, data FROM vectors WHERE id IN ({_marks(part)})", part).fetchall())
    none = np.full(len(query), np.nan, dtype="<f4").tobytes()
    vectors = np.frombuffer(b"".join(found.get(number, none) for number in labels), dtype="<f4")
    return products(vectors.reshape(len(labels), -1).astype(np.float32), query)


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
        for start in range(0, len(texts), CHUNK):
            part = texts[start : start + CHUNK]
            labels = [label(embedder, text) for text in part]
            put_vectors(connection, labels, embedder.embed(part))
            pairs = list(zip(labels, part, strict=True))
            connection.execute("CREATE INDEX IF NOT EXISTS memories_by_text ON memories (text)")
            connection.executemany("UPDATE memories SET vector_id = ? WHERE text = ?", pairs)
        connection.execute("DROP INDEX memories_by_text")
        next_generation(connection)
    return True


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
