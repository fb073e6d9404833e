"""`MemoryStore`: what happened, kept in the store's tables, found by meaning, by word, by time.

    score = 0.5 x recency + 3 x relevance + 2 x importance

Recency is 0.995 to the power of the hours since it happened, relevance the cosine to the query (0 where negative),
importance what was given (1 where pinned). Each lies in [0, 1] as it is. Generative Agents, where the score comes
from, rescales each part by its extremes over all memories; here a memory's score does not depend on the others, so
it means the same from query to query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from edge_assistant.errors import StoreError
from edge_assistant.llm.protocols import Embedder
from edge_assistant.memory import rows
from edge_assistant.memory.finder import Finder
from edge_assistant.memory.index import BRUTE_FORCE_BELOW, Vectors
from edge_assistant.memory.records import (
    SUMMARY_KINDS,
    Draft,
    Memory,
    Retrieved,
    chosen_kinds,
)
from edge_assistant.memory.summaries import Summariser, due_summaries, summaries_of, told
from edge_assistant.storage.store import Store


class MemoryStore:
    """The memories of one open store.

    Writing inside a `store.transaction()` joins it. What another process writes is seen at the next query.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        index_path: Path | str | None = None,
        brute_force_below: int = BRUTE_FORCE_BELOW,
        summariser: Summariser = told,
    ) -> None:
        """
        Args:
            store: the truth; everything else here can be rebuilt from it.
            embedder: for texts and queries. With another one than before, all texts are embedded anew at once.
            index_path: where the graph is saved; None builds it when needed.
            brute_force_below: number of distinct texts from which on hnswlib serves.
            summariser: writes summaries.
        """
        self.store = store
        self.embedder = embedder
        self._summariser = summariser
        path = None if index_path is None else Path(index_path)
        self._finder = Finder(store, embedder.dimension, path, brute_force_below)
        self._summarised_hour: datetime | None = None
        if rows.embed_anew(store, embedder):
            self._finder.clear()

    # Writing

    def add(
        self,
        kind: str,
        time: datetime,
        text: str,
        importance: float | None = None,
        data: dict[str, Any] | None = None,
    ) -> int:
        """Keep one memory; returns its id. See `Draft`."""
        return self.add_many([Draft(kind, time, text, importance, data or {})])[0]

    def add_many(self, drafts: Sequence[Draft], vectors: Vectors | None = None) -> list[int]:
        """Keep several in one transaction; returns their ids.

        Args:
            drafts: what to keep.
            vectors: the texts' vectors where the caller has them, shape (len(drafts), dimension).
        """
        if not drafts:
            return []
        texts = [draft.text for draft in drafts]
        unit_rows = self.embedder.embed(texts) if vectors is None else vectors
        with self.store.transaction() as connection:
            labels = [rows.label(self.embedder, text) for text in texts]
            new = rows.put_vectors(connection, labels, unit_rows)
            ids = [rows.insert(connection, draft, label) for draft, label in zip(drafts, labels, strict=True)]
            rows.index_words(connection, ids[0], ids[-1])
            self._finder.changed(new, only_added=True)
        return ids

    def correct(self, memory_id: int, text: str) -> Memory:
        """Give a memory another text. Summaries that told of it are dropped, to be made anew.

        Raises:
            StoreError: there is no such memory.
        """
        with self.store.transaction() as connection:
            old = self._existing(memory_id)
            label = rows.label(self.embedder, text)
            added = rows.put_vectors(connection, [label], self.embedder.embed([text]))
            connection.execute("UPDATE memories SET text = ?, vector_id = ? WHERE id = ?", (text, label, memory_id))
            self._finder.changed(added, self._forget([old], replaced=True) if text != old.text else [])
        self.store.scrub()
        return replace(old, text=text)

    def annotate(self, memory_id: int, data: dict[str, Any]) -> None:
        """Replace what is kept beside a memory's text; nothing that a search weighs is changed, so it costs little."""
        with self.store.transaction() as connection:
            connection.execute("UPDATE memories SET data = ? WHERE id = ?", (rows.to_json(data), memory_id))

    def pin(self, memory_id: int, pinned: bool = True) -> None:
        """Pin a memory, so that its importance counts as 1, or take the pin away.

        Raises:
            StoreError: there is no such memory.
        """
        with self.store.transaction() as connection:
            self._existing(memory_id)
            connection.execute("UPDATE memories SET pinned = ? WHERE id = ?", (pinned, memory_id))
            self._finder.changed()

    def delete(self, ids: Iterable[int]) -> int:
        """Forget memories, with their words, vectors, places in index and cache, and the summaries that told of them.

        Returns how many of the ids there were; summaries are not counted unless they are named.
        """
        with self.store.transaction():
            gone = rows.by_ids(self.store, sorted({int(number) for number in ids}))
            if gone:
                self._finder.changed(removed=self._forget(gone))
        if gone:
            self.store.scrub()
        return len(gone)

    def summarise(self, now: datetime) -> list[int]:
        """Write the hourly, four-hourly and daily summaries that are due at `now`; returns the ids of new ones.

        Cheap when nothing is due. A span whose memories have changed since gets a new summary in place of the old.
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        written: list[int] = []
        if hour == self._summarised_hour:
            return written
        for kind in SUMMARY_KINDS:
            due, stale = due_summaries(self.store, kind, now, self._summariser)
            with self.store.transaction():
                self.delete(stale)
                written += self.add_many(due)
        self._summarised_hour = hour
        return written

    def save_index(self) -> bool:
        """Save the graph beside the store; see `Finder.save`. Call it in quiet moments and before closing."""
        return self._finder.save()

    # Reading

    def get(self, memory_id: int) -> Memory | None:
        """One memory, or None."""
        found = rows.by_ids(self.store, [memory_id])
        return found[0] if found else None

    def last_id(self) -> int:
        """The greatest id, 0 where there is no memory: what is added later has a greater one."""
        with self.store.guard() as connection:
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM memories").fetchone()[0])

    def last(self, n: int, kinds: Iterable[str] | None = None) -> list[Memory]:
        """The last n, the oldest of them first."""
        return self.browse(kinds, limit=n, newest_first=True)[::-1]

    def browse(
        self,
        kinds: Iterable[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Memory]:
        """Memories by time, see `rows.browse`; None takes all kinds."""
        wanted = chosen_kinds(kinds)
        return rows.browse(self.store, wanted, since, until, limit=limit, newest_first=newest_first)

    def search(
        self, query: str | Vectors, now: datetime, k: int = 10, kinds: Iterable[str] | None = None
    ) -> list[Retrieved]:
        """The k memories with the highest scores, the best first.

        Args:
            query: a text, or its unit vector of shape (dimension,).
            now: what recency is measured from.
            k: how many at most.
            kinds: only these kinds.
        """
        return self._found(query, k, kinds, now)

    def nearest(self, query: str | Vectors, k: int = 10, kinds: Iterable[str] | None = None) -> list[Retrieved]:
        """The k memories nearest in meaning, by cosine alone; of equal ones the newest first."""
        return self._found(query, k, kinds)

    def words(self, query: str, k: int = 50, kinds: Iterable[str] | None = None) -> list[Memory]:
        """Memories that hold all of these words, the best match first; the last word may be unfinished."""
        terms = re.findall(r"\w+", query)
        if not terms:
            return []
        match = " ".join(f'"{term}"' for term in terms) + "*"
        wanted = chosen_kinds(kinds)
        return rows.select(
            self.store,
            "JOIN (SELECT rowid AS found, rank AS place FROM memory_words WHERE memory_words MATCH ?) ON found = id "
            f"WHERE kind IN ({rows.marks(wanted)}) ORDER BY place, moment DESC, id DESC LIMIT ?",
            [match, *wanted, k],
        )

    def export(self) -> list[dict[str, Any]]:
        """Every memory as a JSON-ready dict, in the order of ids."""
        return [memory.to_dict() for memory in rows.select(self.store, "ORDER BY id", [])]

    # Inside

    def _existing(self, memory_id: int) -> Memory:
        found = self.get(memory_id)
        if found is None:
            raise StoreError(f"memory {memory_id}: there is none with this id; list them to see the ids")
        return found

    def _found(
        self, query: str | Vectors, k: int, kinds: Iterable[str] | None, now: datetime | None = None
    ) -> list[Retrieved]:
        """See `Finder.find`; without what another process has just deleted."""
        vector = self.embedder.embed([query])[0] if isinstance(query, str) else query
        found = self._finder.find(vector, k, chosen_kinds(kinds), now)
        memories = {memory.id: memory for memory in rows.by_ids(self.store, [number for number, _, _ in found])}
        return [
            Retrieved(memories[number], score, max(cosine, 0.0))
            for number, score, cosine in found
            if number in memories
        ]

    def _forget(self, gone: Sequence[Memory], replaced: bool = False) -> list[int]:
        """Delete memories (unless replaced already), summaries of their hours, and the vectors that nobody needs now.

        Returns the labels of these vectors.
        """
        connection = self.store.connection
        telling = [memory for memory in gone if memory.kind not in SUMMARY_KINDS]
        summaries = summaries_of(self.store, [memory.time for memory in telling])
        rows.remove(connection, [memory.id for memory in (summaries if replaced else [*gone, *summaries])])
        texts = {rows.label(self.embedder, memory.text): memory.text for memory in [*gone, *summaries]}
        orphans = rows.remove_orphans(connection, list(texts))
        forget = getattr(self.embedder, "forget", None)
        if forget is not None:
            forget([texts[label] for label in orphans])
        if telling:
            self._summarised_hour = None
        return orphans
