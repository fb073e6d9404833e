"""The schema of the store as numbered migrations: append a new one, never edit or reorder an old one.

A migration is a tuple of statements. `store.Store.open` runs those that a file has not seen, each in one transaction,
and keeps the number of the last one in SQLite's `user_version`.
"""

from __future__ import annotations

STATE = (
    # Settings, learner states, checkpoints: whatever has one current value.
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE arrays (key TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL)",
    # What happened. `time` comes back exactly as it was given; `moment` (seconds) is what is compared.
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        moment REAL NOT NULL,
        time TEXT NOT NULL,
        data TEXT NOT NULL)""",
    "CREATE INDEX events_by_moment ON events (moment)",
    "CREATE INDEX events_by_kind ON events (kind, moment)",
    # An event may be erased, because people may be forgotten, but never rewritten.
    """CREATE TRIGGER events_are_never_rewritten BEFORE UPDATE ON events
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
)

MEMORY = (
    # One vector a text, however often the text occurs. The id is derived from the embedder's name and the text.
    "CREATE TABLE vectors (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    """CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        moment REAL NOT NULL,
        time TEXT NOT NULL,
        text TEXT NOT NULL,
        importance REAL NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        data TEXT NOT NULL,
        vector_id INTEGER NOT NULL REFERENCES vectors (id))""",
    "CREATE INDEX memories_by_moment ON memories (moment)",
    "CREATE INDEX memories_by_kind ON memories (kind, moment)",
    "CREATE INDEX memories_by_vector ON memories (vector_id)",
    # Word search; the text itself stays in `memories`. Triggers follow changes, but insertions are followed by hand, a
    # batch at a time: a trigger for each row costs twice as much as all the rest of an insertion.
    """CREATE VIRTUAL TABLE memory_words USING fts5(
        text, content = 'memories', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER memory_words_delete AFTER DELETE ON memories
       BEGIN INSERT INTO memory_words (memory_words, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER memory_words_update AFTER UPDATE OF text ON memories
       BEGIN
         INSERT INTO memory_words (memory_words, rowid, text) VALUES ('delete', old.id, old.text);
         INSERT INTO memory_words (rowid, text) VALUES (new.id, new.text);
       END""",
    # Counts every change to the two tables, so that a mirror in memory sees in one read whether it is current.
    "CREATE TABLE memory_generation (generation INTEGER NOT NULL)",
    "INSERT INTO memory_generation VALUES (0)",
)

PAIRS = (
    # Lessons for adapters. `hash` is that of the content; `day` the local date; a prompt is held out for good or never.
    """CREATE TABLE pairs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        day TEXT NOT NULL,
        held_out INTEGER NOT NULL,
        data TEXT NOT NULL)""",
    "CREATE INDEX pairs_by_day ON pairs (day)",
    # What a pair was made of, such as 'event:12': whoever erases that, erases the pair.
    """CREATE TABLE pair_sources (
        pair_id INTEGER NOT NULL REFERENCES pairs (id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        PRIMARY KEY (pair_id, source)) WITHOUT ROWID""",
    "CREATE INDEX pair_sources_by_source ON pair_sources (source)",
)

FEED = (
    # What was said to a person and what became of it. `entry` is what a screen shows, `why` the explanation of that
    # moment, `choice` the decision in the learner's terms, so that an answer teaches also after a restart.
    """CREATE TABLE feed (
        number INTEGER PRIMARY KEY,
        moment REAL NOT NULL,
        state TEXT NOT NULL,
        entry TEXT NOT NULL,
        why TEXT NOT NULL,
        choice TEXT NOT NULL,
        event_id INTEGER NOT NULL)""",
    "CREATE INDEX feed_by_moment ON feed (moment)",
    "CREATE INDEX feed_by_state ON feed (state)",
)

FORGOTTEN = (
    # Hashes of pairs that were erased on purpose: what they were made of may still be there, and is not used again.
    "CREATE TABLE forgotten_pairs (hash TEXT PRIMARY KEY) WITHOUT ROWID",
)

OWN_THINGS = (
    # Todos, goals, habits and reminders. `data` is the whole thing; `open` tells whether it is still to be done.
    "CREATE TABLE own_things (id INTEGER PRIMARY KEY AUTOINCREMENT, open INTEGER NOT NULL, data TEXT NOT NULL)",
    "CREATE INDEX own_things_by_open ON own_things (open)",
    # What was done when; `due` and `at` are what it was due for, so that a slip of the finger can be taken back.
    """CREATE TABLE own_done (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        thing INTEGER NOT NULL,
        moment REAL NOT NULL,
        time TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        due TEXT,
        at TEXT)""",
    "CREATE INDEX own_done_by_moment ON own_done (moment)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (STATE, MEMORY, PAIRS, FEED, FORGOTTEN, OWN_THINGS)
"""Migration n (from 1) is entry n - 1. Anything here has been on somebody's disk: add, never change."""
