"""The store: state, events, transactions, and files that are damaged, foreign, newer, older or on a full disk."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from edge_assistant.errors import LockedError, StoreError
from edge_assistant.storage import database_file as store_file
from edge_assistant.storage.migrations import MIGRATIONS
from edge_assistant.storage.store import Store

NOON = datetime(2026, 5, 4, 12, 0)

OLDEST = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE arrays (key TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, moment REAL NOT NULL, time TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX events_by_moment ON events (moment);
CREATE INDEX events_by_kind ON events (kind, moment);
CREATE TRIGGER events_are_never_rewritten BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
PRAGMA application_id = 1161904467;
PRAGMA user_version = 1;
INSERT INTO state VALUES ('name', '"Ada"');
INSERT INTO events (kind, moment, time, data) VALUES ('decision', 1777896000.0, '2026-05-04T12:00:00', '{"a":1}');
"""
"""Schema 1 with a little data, frozen here apart from the code."""


def test_state_comes_back_exactly(tmp_path):
    values = {"list": [1, 2.5, "é", None, {"deep": True}], "float": 0.1 + 0.2, "small": 5e-324}
    with Store.open(tmp_path / "s.sqlite") as store:
        for key, value in values.items():
            store.set_state(key, value)
        store.set_state("gone", 1)
        store.set_state("gone", None)
    with Store.open(tmp_path / "s.sqlite") as store:
        assert {key: store.get_state(key) for key in values} == values
        assert store.get_state("gone") is None
        assert store.state_keys("s") == ["small"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, NOON])
def test_state_that_is_not_json_is_refused_by_name(tmp_path, value):
    with Store.open(tmp_path / "s.sqlite") as store:
        with pytest.raises(StoreError, match="learner"):
            store.set_state("learner", value)
        assert store.get_state("learner") is None


@pytest.mark.parametrize(
    "array",
    [np.arange(6, dtype=np.int16).reshape(2, 3), np.zeros((0, 4)), np.float32([[np.nan, np.inf]]), np.array(3.5)],
)
def test_arrays_come_back_exactly(array):
    with Store.open(":memory:") as store:
        store.set_array("a", array)
        back = store.get_array("a")
        assert back is not None
        assert back.dtype == array.dtype
        assert back.shape == array.shape
        assert back.tobytes() == array.tobytes()
        back[...] = 0  # writable
        store.set_array("a", None)
        assert store.get_array("a") is None


def test_arrays_of_objects_are_refused():
    with Store.open(":memory:") as store, pytest.raises(StoreError, match="plain numbers"):
        store.set_array("a", np.array([{}]))


def test_events_keep_order_times_and_filters():
    east = NOON.replace(tzinfo=timezone(timedelta(hours=2)))
    with Store.open(":memory:") as store:
        store.add_event("decision", NOON, {"n": 1})
        store.add_event("feedback", NOON + timedelta(minutes=1), {"n": 2})
        store.add_event("decision", NOON - timedelta(hours=1), {"n": 3})  # clocks do go back
        assert [event.data["n"] for event in store.events()] == [1, 2, 3]
        assert [event.data["n"] for event in store.events("decision")] == [1, 3]
        assert [event.data["n"] for event in store.events(since=NOON)] == [1, 2]
        assert [event.data["n"] for event in store.events(until=NOON)] == [3]
        store.add_event("zoned", east, {})
        assert next(store.events("zoned")).time == east
        assert next(store.events("decision")).time == NOON
        # 12:00 at +02:00 is 10:00 UTC
        assert list(store.events("zoned", since=datetime(2026, 5, 4, 10, 1, tzinfo=UTC))) == []


def test_many_events_are_paged_and_may_be_added_to_meanwhile():
    with Store.open(":memory:") as store:
        with store.transaction():
            for number in range(2500):
                store.add_event("tick", NOON, {"n": number})
        seen = []
        for event in store.events("tick"):
            seen.append(event.data["n"])
            if event.data["n"] == 10:
                store.add_event("other", NOON, {})
        assert seen == list(range(2500))


def test_events_cannot_be_rewritten_but_erased():
    with Store.open(":memory:") as store:
        number = store.add_event("decision", NOON, {"said": "secret"})
        with pytest.raises(StoreError, match="append-only"), store.transaction() as connection:
            connection.execute("UPDATE events SET data = '{}'")
        assert store.erase_events([number, 999]) == 1
        assert list(store.events()) == []


def test_transaction_is_all_or_nothing_and_inner_ones_belong_to_the_outer():
    with Store.open(":memory:") as store:
        undone = []
        with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
            store.set_state("a", 1)
            with store.transaction():
                store.set_state("b", 1)
                store.on_rollback(lambda: undone.append("b"))
            raise ZeroDivisionError
        assert (store.get_state("a"), store.get_state("b"), undone) == (None, None, ["b"])

        with store.transaction():
            store.set_state("a", 1)
            with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
                store.set_state("b", 1)
                raise ZeroDivisionError
            assert store.get_state("b") is None
            store.set_state("c", 1)
        assert [store.get_state(key) for key in "abc"] == [1, None, 1]
        assert not store.in_transaction


def test_threads_wait_for_each_other_and_lose_nothing(tmp_path):
    with Store.open(tmp_path / "s.sqlite", durable=False) as store:
        store.set_state("n", 0)

        def count():
            for _ in range(50):
                with store.transaction():
                    store.set_state("n", store.get_state("n") + 1)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.get_state("n") == 200


def test_files_are_private(tmp_path):
    path = tmp_path / "home" / "s.sqlite"
    with Store.open(path) as store:
        store.set_state("a", 1)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        files = sorted(file.name for file in path.parent.iterdir())
        assert files == ["s.sqlite", "s.sqlite-shm", "s.sqlite-wal"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
        assert store.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_oldest_schema_is_brought_up_to_date_with_its_data(tmp_path):
    path = tmp_path / "s.sqlite"
    old = sqlite3.connect(path)
    old.executescript(OLDEST)
    old.close()
    with Store.open(tmp_path / "new.sqlite") as fresh, Store.open(path) as store:
        assert store.get_state("name") == "Ada"
        assert [event.data for event in store.events(since=NOON)] == [{"a": 1}]
        query = "SELECT name, sql FROM sqlite_master ORDER BY name"
        words = [
            [(name, " ".join((sql or "").split())) for name, sql in s.connection.execute(query)] for s in (fresh, store)
        ]
        assert [name for name, _ in words[0]] == [name for name, _ in words[1]]
        assert store.connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_failing_migration_leaves_the_version_before(tmp_path):
    connection = sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        store_file.migrate(connection, [("CREATE TABLE one (x)",), ("CREATE TABLE two (x)", "NONSENSE")])
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("one",)]


def _refused(path, match, **options):
    before = path.read_bytes()
    with pytest.raises(StoreError, match=match) as caught:
        Store.open(path, **options)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    return str(caught.value)


def test_newer_schema_is_refused(tmp_path):
    path = tmp_path / "s.sqlite"
    with Store.open(path) as store:
        store.connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    _refused(path, "newer")


def test_foreign_database_is_refused(tmp_path):
    path = tmp_path / "places.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.commit()
    other.close()
    _refused(path, "another program")


def test_text_file_is_refused(tmp_path):
    path = tmp_path / "s.sqlite"
    path.write_text("Dear diary, " * 1000)
    _refused(path, "damaged")


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("damage", ["middle", "truncated"])
def test_damaged_file_is_refused_and_left_alone(tmp_path, damage, read_only):
    path = tmp_path / "s.sqlite"
    with Store.open(path) as store, store.transaction():
        for number in range(2000):
            store.add_event("tick", NOON, {"n": number, "text": "x" * 50})
    data = bytearray(path.read_bytes())
    if damage == "middle":
        data[len(data) // 2 : len(data) // 2 + 8192] = os.urandom(8192)
    else:
        del data[len(data) // 2 :]
    path.write_bytes(data)
    assert "restore a backup" in _refused(path, "damaged", read_only=read_only)


def test_emptied_file_beside_a_log_is_refused(tmp_path):
    path, log = tmp_path / "s.sqlite", tmp_path / "s.sqlite-wal"
    store = Store.open(path)
    store.set_state("a", 1)
    kept = log.read_bytes()
    store.close()
    path.write_bytes(b"")
    log.write_bytes(kept)
    _refused(path, "damaged")
    assert log.read_bytes() == kept


def test_full_disk_rolls_back_and_the_store_stays_usable(tmp_path):
    with Store.open(tmp_path / "s.sqlite") as store:
        store.set_state("kept", "yes")
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StoreError, match="disk is full") as caught, store.transaction():  # noqa: PT012
            store.set_state("small", 1)
            store.set_state("large", "x" * 200_000)
        assert caught.value.exit_code == 5
        assert store.get_state("small") is None
        assert store.get_state("kept") == "yes"
        store.connection.execute("PRAGMA max_page_count = 100000")
        store.set_state("large", "x" * 200_000)
    with Store.open(tmp_path / "s.sqlite") as store:
        assert len(store.get_state("large")) == 200_000


def test_full_disk_inside_a_nested_transaction_ends_the_outer_one_too(tmp_path):
    with Store.open(tmp_path / "s.sqlite") as store:
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError), store.transaction():  # noqa: PT012
            store.set_state("a", 1)
            try:
                store.set_state("large", "x" * 200_000)
            except StoreError:
                # Whatever SQLite did to the outer transaction, its end must not pretend that all is well.
                if store.in_transaction:
                    raise
        assert store.get_state("a") is None


def test_another_writer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(store_file, "BUSY_SECONDS", 0.05)
    path = tmp_path / "s.sqlite"
    with Store.open(path) as one, Store.open(path) as two, one.transaction():
        one.set_state("a", 1)
        assert two.get_state("a") is None  # readers never wait
        with pytest.raises(LockedError, match="another process"):
            two.set_state("a", 2)


def test_read_only_store_reads_and_never_writes(tmp_path):
    path = tmp_path / "s.sqlite"
    with pytest.raises(StoreError, match="no such file"):
        Store.open(path, read_only=True)
    assert not path.exists()
    with Store.open(path) as store:
        store.set_state("a", 1)
        with Store.open(path, read_only=True) as reader:
            store.set_state("a", 2)
            assert reader.get_state("a") == 2
            with pytest.raises(StoreError, match="reading only"):
                reader.set_state("a", 3)
    with Store.open(path, read_only=True) as reader:
        assert reader.get_state("a") == 2


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="folder"):
        Store.open(tmp_path / "file" / "s.sqlite")


def test_backup_is_complete_private_and_replaces_the_former_only_at_the_end(tmp_path):
    copy = tmp_path / "copies" / "s.sqlite"
    with Store.open(tmp_path / "s.sqlite") as store:
        store.set_state("a", 1)
        store.backup(copy)
        store.set_state("a", 2)
        store.backup(copy)
        with pytest.raises(StoreError, match="itself"):
            store.backup(tmp_path / "s.sqlite")
    assert [file.name for file in copy.parent.iterdir()] == ["s.sqlite"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Store.open(copy) as store:
        assert store.get_state("a") == 2


def test_killed_writer_loses_nothing_that_was_committed(tmp_path):
    code = (
        "import sys\nfrom edge_assistant.storage.store import Store\nfrom datetime import datetime\n"
        "store = Store.open(sys.argv[1])\nn = 0\n"
        "while True:\n"
        "    with store.transaction():\n"
        "        store.add_event('tick', datetime(2026, 1, 1), {'n': n})\n"
        "        store.set_state('n', n)\n"
        "    print(n, flush=True)\n    n += 1\n"
    )
    path = tmp_path / "s.sqlite"
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) == 20:
            break
    child.send_signal(signal.SIGKILL)
    promised = [20, *(int(line) for line in child.stdout.read().split("\n")[:-1] if line.strip())][-1]
    child.wait()
    with Store.open(path) as store:
        numbers = [event.data["n"] for event in store.events("tick")]
        assert numbers == list(range(len(numbers)))
        assert numbers[-1] >= promised
        assert store.get_state("n") == numbers[-1]


def test_processes_may_meet_at_a_new_file(tmp_path):
    path = tmp_path / "s.sqlite"
    code = (
        "import sys\nfrom edge_assistant.storage.store import Store\n"
        "with Store.open(sys.argv[1]) as store:\n    store.set_state(sys.argv[2], 1)\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(path), f"k{n}"], stderr=subprocess.PIPE) for n in range(4)
    ]
    assert [child.communicate()[1] for child in children] == [b""] * 4
    with Store.open(path) as store:
        assert store.state_keys("k") == ["k0", "k1", "k2", "k3"]


def test_erased_events_are_in_no_file_any_more(tmp_path):
    with Store.open(tmp_path / "s.sqlite") as store:
        number = store.add_event("decision", NOON, {"said": "a very private sentence"})
        store.erase_events([number])
        store.scrub()
        assert all(b"very private" not in file.read_bytes() for file in tmp_path.iterdir())


def test_json_is_stored_as_readable_text():
    with Store.open(":memory:") as store:
        store.set_state("a", {"é": 1})
        (text,) = store.connection.execute("SELECT value FROM state").fetchone()
        assert json.loads(text) == {"é": 1}
        assert "é" in text
