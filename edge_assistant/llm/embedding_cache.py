"""A cache of vectors by content: a dict before a SQLite file before an embedder.

The file may be shared by any number of processes, and may be deleted at any time: it is rebuilt as texts are met. It
holds hashes and vectors, no text.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.llm.protocols import Embedder
from edge_assistant.storage.private_folders import make_private

log = logging.getLogger(__name__)

MEMORY_ROWS = 50_000
"""Vectors kept in memory; at 384 dimensions about 80 MB."""

CHUNK = 500
"""Rows asked for in one statement."""

BUSY_SECONDS = 30.0


class CachedEmbedder:
    """Wraps an embedder; the same text is never computed twice.

    A failing cache (full disk, protected folder) never fails the caller: it computes and says so once in the log.
    """

    def __init__(self, inner: Embedder, path: Path | str | None = None, *, memory_rows: int = MEMORY_ROWS) -> None:
        """
        Args:
            inner: asked for what is not known; not touched otherwise, except for its name.
            path: the cache's file, made when first needed; None caches in memory only.
            memory_rows: how many vectors the dict holds at most; the oldest leave first.
        """
        self._inner = inner
        self._path = None if path is None else Path(path)
        self._memory_rows = memory_rows
        self._rows: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._broken = False
        self.computed = 0
        """Texts that the inner embedder had to compute."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    @property
    def name(self) -> str:
        """The inner embedder's name."""
        return self._inner.name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`; the result is read-only."""
        if len(texts) == 1:
            row = self._rows.get(texts[0])
            if row is not None:
                return row
        # Held here and not only in the dict, from which a long list could push its own first rows.
        found = {text: self._rows.get(text) for text in texts}
        missing = [text for text, row in found.items() if row is None]
        if missing:
            with self._lock:
                found.update(self._fill(missing))
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        rows = [row for text in texts if (row := found[text]) is not None]
        if len(rows) == 1:
            return rows[0]
        result = np.concatenate(rows)
        result.flags.writeable = False
        return result

    def forget(self, texts: Sequence[str]) -> None:
        """Remove texts from memory and file, for a person who wants something forgotten."""

        def erase(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("DELETE FROM vectors WHERE key = ?", [(self._key(text),) for text in texts])
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        with self._lock:
            for text in texts:
                self._rows.pop(text, None)
            self._with_file(erase)

    def close(self) -> None:
        """Close the file; the next unknown text opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _fill(self, texts: list[str]) -> dict[str, NDArray[np.float32]]:
        found = self._read(texts)
        missing = [text for text in texts if text not in found]
        if missing:
            vectors = np.ascontiguousarray(self._inner.embed(missing), dtype=np.float32)
            self.computed += len(missing)
            for position, text in enumerate(missing):
                found[text] = vectors[position : position + 1].copy()
            self._write(missing, vectors)
        for text, row in found.items():
            row.flags.writeable = False
            self._rows[text] = row
        while len(self._rows) > self._memory_rows:
            del self._rows[next(iter(self._rows))]
        return found

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _read(self, texts: list[str]) -> dict[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}

        def read(connection: sqlite3.Connection) -> None:
            for start in range(0, len(texts), CHUNK):
                keys = {self._key(text): text for text in texts[start : start + CHUNK]}
                marks = ",".join("?" * len(keys))
                rows = connection.execute(f"SELECT key, data FROM vectors WHERE key IN ({marks})", tuple(keys))
                for key, data in rows:
                    if len(data) == self.dimension * 4:
                        found[keys[key]] = np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(1, -1)

        self._with_file(read)
        return found

    def _write(self, texts: list[str], vectors: NDArray[np.float32]) -> None:
        rows = [(self._key(text), row.astype("<f4").tobytes()) for text, row in zip(texts, vectors, strict=True)]

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO vectors (key, data) VALUES (?, ?)", rows)

        self._with_file(write)

    def _with_file(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with the file, or go on without it."""
        if self._path is None:
            return
        if self._process != os.getpid():
            # A connection must not be used, nor closed, in a process forked from its owner's.
            self._connection, self._process, self._broken = None, os.getpid(), False
        if self._broken:
            return
        try:
            if self._connection is None:
                self._connection = self._opened(self._path)
            work(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _opened(self, path: Path) -> sqlite3.Connection:
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            log.warning("embedding cache %s: damaged; starting a new one", path)
            discard(path)
            return _connect(path)

    def _give_up(self, error: Exception) -> None:
        """Go on without the file. A damaged one is removed, so that the next start makes a new one."""
        log.warning("embedding cache %s: %s; going on without it", self._path, error)
        if self._connection is not None:
            self._connection.close()
        self._connection, self._broken = None, True
        if self._path is not None and _is_damage(error):
            discard(self._path)


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def discard(path: Path) -> None:
    """Remove a cache file and what SQLite keeps beside it; other processes keep what they have open."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    make_private(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        # Wait here rather than below: switching to the log refuses at once when two processes meet at a new file.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, data BLOB NOT NULL)")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            log.debug("embedding cache %s: busy, the log is switched on the next time", path)
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
