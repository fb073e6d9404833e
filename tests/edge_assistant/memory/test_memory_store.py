"""The memory store: scores against the formula written out, words, forgetting, an index that may be lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.errors import StoreError, UsageError
from edge_assistant.llm.embedding import CachedEmbedder, HashEmbedder
from edge_assistant.memory import Draft, Memory, MemoryStore
from edge_assistant.memory.index import VectorIndex
from edge_assistant.storage.store import Store

NOON = datetime(2026, 5, 4, 12, 0)
WORDS = [
    *("wash", "read", "walk", "call", "cook", "plan", "rest", "paint", "water", "mend"),
    *("write", "tidy", "tea", "cat", "garden", "sister", "tax", "novel", "bread", "song"),
]


def _drafts(count, seed=0, start=NOON):
    rng = np.random.default_rng(seed)
    kinds = ("action", "suggestion", "score", "reason", "note")
    return [
        Draft(
            kinds[int(rng.integers(5))],
            start + timedelta(minutes=7 * place),
            " ".join(rng.choice(WORDS, 4)) + (f" {place}" if place % 3 else ""),
            float(rng.integers(0, 11)) / 10,
        )
        for place in range(count)
    ]


def _expected(memory, query, now, k, kinds=None):
    """The formula, written out once more over all memories."""
    vector = memory.embedder.embed([query])[0]
    scored = []
    for item in memory.export():
        if kinds and item["kind"] not in kinds:
            continue
        hours = max((now - datetime.fromisoformat(item["time"])).total_seconds() / 3600, 0)
        cosine = max(float(memory.embedder.embed([item["text"]])[0] @ vector), 0)
        importance = 1 if item["pinned"] else item["importance"]
        scored.append(0.5 * 0.995**hours + 3 * cosine + 2 * importance)
    return sorted(scored, reverse=True)[:k]


@pytest.mark.parametrize("brute_force_below", [10_000, 100])
def test_search_is_the_formula_over_all_memories(brute_force_below):
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder(), brute_force_below=brute_force_below)
    ids = memory.add_many(_drafts(700))
    memory.pin(ids[5])
    now = NOON + timedelta(days=3)
    for query in ("wash the cat", "tea", "a novel and bread", "nothing of this"):
        for kinds in (None, ("note",), ("action", "reason")):
            found = memory.search(query, now, 10, kinds)
            expected = _expected(memory, query, now, 10, kinds)
            np.testing.assert_allclose([item.score for item in found], expected, rtol=1e-5)
            for item in found:
                hours = max((now - item.memory.time).total_seconds() / 3600, 0)
                importance = 1 if item.memory.pinned else item.memory.importance
                total = 0.5 * 0.995**hours + 3 * item.relevance + 2 * importance
                assert 0 <= item.relevance <= 1 + 1e-6 and item.score == pytest.approx(total, rel=1e-5)
                assert kinds is None or item.memory.kind in kinds


def test_nearest_is_exact_against_brute_force_and_breaks_ties_by_time():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder())
    drafts = _drafts(400)
    memory.add_many(drafts)
    rows = HashEmbedder().embed([draft.text for draft in drafts])
    for query in ("walk and write", "tea"):
        found = memory.nearest(query, 10)
        cosines = np.sort(rows @ HashEmbedder().embed([query])[0])[::-1][:10]
        np.testing.assert_allclose([item.score for item in found], cosines, atol=1e-6)
    twice = [memory.add("action", NOON + timedelta(days=place), "feed the parrot") for place in (50, 52, 51)]
    assert [item.memory.id for item in memory.nearest("feed the parrot", 3)] == [twice[1], twice[2], twice[0]]


def test_thousands_of_equal_texts_hide_nothing():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder(), brute_force_below=50)
    memory.add_many([Draft("action", NOON + timedelta(minutes=n), "wash the dishes") for n in range(2000)])
    memory.add_many(_drafts(200, seed=4))
    wanted = memory.add("reason", NOON, "wash the cat never")
    assert memory.nearest("wash the cat never", 1)[0].memory.id == wanted
    assert len({item.memory.id for item in memory.nearest("wash the dishes", 300)}) == 300
    assert memory.store.connection.execute("SELECT count(*) FROM vectors").fetchone()[0] < 210


def test_rare_kinds_are_found_among_many():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder(), brute_force_below=50)
    memory.add_many([Draft("action", NOON, f"{WORDS[n % 20]} {n}") for n in range(1500)])
    notes = memory.add_many([Draft("note", NOON, f"{word} apart") for word in WORDS])
    assert sorted(item.memory.id for item in memory.nearest("wash 3", 30, ["note"])) == notes
    assert sorted(item.memory.id for item in memory.search("wash 3", NOON, 30, ["note"])) == notes


def test_unknown_names_are_refused():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder())
    with pytest.raises(UsageError, match="dream"):
        memory.last(3, ["dream"])
    for draft in ({"kind": "dream"}, {"text": " "}, {"importance": 1.5}):
        with pytest.raises(ValueError, match="memory"):
            Draft(**{"kind": "note", "time": NOON, "text": "x", **draft})


def test_words_last_browse_recall_and_export():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder())
    ids = memory.add_many(
        [
            Draft("action", NOON, "Crème brûlée for two"),
            Draft("note", NOON + timedelta(hours=1), 'a note with "quotes" AND * signs', data={"é": [1]}),
            Draft("action", NOON + timedelta(hours=2), "a long walk"),
        ]
    )
    assert [item.id for item in memory.words("creme")] == [ids[0]]
    assert [item.id for item in memory.words("two BRUL")] == [ids[0]]
    assert memory.words("walk two") == []
    assert [item.id for item in memory.words('quotes" AND *')] == [ids[1]]
    assert memory.words("a", kinds=["note"])[0].id == ids[1]
    assert memory.words(' "*() ') == []
    assert [item.id for item in memory.last(2)] == ids[1:]
    assert [item.id for item in memory.browse(since=NOON, until=NOON + timedelta(hours=2))] == ids[:2]
    assert [item.id for item in memory.browse(limit=1, newest_first=True)] == [ids[2]]
    exported = json.loads(json.dumps(memory.export()))
    back = [Memory(**{**item, "time": datetime.fromisoformat(item["time"])}) for item in exported]
    assert back == memory.browse()


@pytest.mark.parametrize("graph", [False, True])
def test_forgetting_leaves_nothing_in_any_file(tmp_path, graph):
    cache = CachedEmbedder(HashEmbedder(), tmp_path / "cache.sqlite")
    store = Store.open(tmp_path / "s.sqlite")
    memory = MemoryStore(store, cache, index_path=tmp_path / "i.hnsw", brute_force_below=50 if graph else 1000)
    memory.add_many(_drafts(200))
    secret = memory.add("reason", NOON, "my unmentionable zucchini affair", data={"more": "xylophone"})
    shared = [memory.add("action", NOON, "a shared text") for _ in range(2)]
    memory.summarise(NOON + timedelta(days=2))
    assert memory.save_index() == graph
    query = cache.embed(["my unmentionable zucchini affair"])[0]
    marks = (b"zucchini", b"xylophone", query.astype("<f4").tobytes())

    def traces():
        return [
            (file.name, n) for file in tmp_path.iterdir() for n, mark in enumerate(marks) if mark in file.read_bytes()
        ]

    assert traces()
    assert any("zucchini" in item.text for item in memory.browse(["summary_day"]))
    assert memory.delete([secret, shared[0], 99999]) == 2
    assert traces() == []
    assert memory.get(secret) is None
    assert memory.words("zucchini") == []
    assert all(item.memory.id != secret for item in memory.nearest(query, 50))
    assert memory.nearest("a shared text", 1)[0].memory.id == shared[1]
    memory.summarise(NOON + timedelta(days=2))
    assert memory.browse(["summary_day"])
    assert not any("zucchini" in item.text for item in memory.browse())
    memory.save_index()
    assert traces() == []
    store.close()


def test_correcting_replaces_text_vector_words_and_summaries():
    memory = MemoryStore(Store.open(":memory:"), HashEmbedder())
    number = memory.add("action", NOON, "wash the cat", 0.2, {"a": 1})
    memory.summarise(NOON + timedelta(hours=2))
    assert "cat" in memory.last(1, ["summary_hour"])[0].text
    new = memory.correct(number, "brush the dog")
    assert new == memory.get(number) == Memory(number, "action", NOON, "brush the dog", 0.2, {"a": 1})
    assert memory.words("cat") == []
    assert memory.nearest("brush the dog", 1)[0].score == pytest.approx(1, abs=1e-5)
    memory.summarise(NOON + timedelta(hours=2))
    assert "dog" in memory.last(1, ["summary_hour"])[0].text
    memory.annotate(number, {})
    assert memory.get(number) == Memory(number, "action", NOON, "brush the dog", 0.2, {})
    for change in (lambda: memory.correct(99, "x"), lambda: memory.pin(99)):
        with pytest.raises(StoreError, match="99"):
            change()


def test_rollback_is_followed_in_memory_too():
    store = Store.open(":memory:")
    memory = MemoryStore(store, HashEmbedder(), brute_force_below=20)
    kept = memory.add_many(_drafts(60))
    assert len(memory.nearest("wash", 100)) == 60
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
        gone = memory.add("note", NOON, "never happened")
        memory.delete(kept[:30])
        assert memory.nearest("never happened", 1)[0].memory.id == gone
        assert len(memory.nearest("wash", 100)) == 31
        raise ZeroDivisionError
    assert {item.memory.id for item in memory.nearest("wash", 100)} == set(kept)
    again = memory.add("note", NOON, "did happen")
    assert memory.nearest("did happen", 1)[0].memory.id == again
    assert len(memory.nearest("wash", 100)) == 61


def test_full_disk_keeps_what_was_there(tmp_path):
    store = Store.open(tmp_path / "s.sqlite")
    memory = MemoryStore(store, HashEmbedder())
    ids = memory.add_many(_drafts(20))
    memory.nearest("wash", 1)
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreError, match="disk is full"):
        memory.add_many(_drafts(2000, seed=1))
    store.connection.execute("PRAGMA max_page_count = 1000000")
    assert {item.memory.id for item in memory.nearest("wash", 100)} == set(ids)
    assert len(memory.browse()) == 20


def test_other_writers_are_seen(tmp_path):
    one = MemoryStore(Store.open(tmp_path / "s.sqlite"), HashEmbedder(), brute_force_below=30)
    two = MemoryStore(Store.open(tmp_path / "s.sqlite"), HashEmbedder(), brute_force_below=30)
    ids = one.add_many(_drafts(50))
    assert len(two.nearest("wash", 100)) == 50
    two.add("note", NOON, "from the other side")
    two.delete(ids[:10])
    assert one.nearest("from the other side", 1)[0].score == pytest.approx(1, abs=1e-5)
    assert len(one.search("wash", NOON, 100)) == 41
    reader = MemoryStore(Store.open(tmp_path / "s.sqlite", read_only=True), HashEmbedder())
    assert len(reader.nearest("wash", 100)) == 41


@pytest.fixture
def saved(tmp_path):
    """A closed store with a saved graph; returns a function that opens it."""

    def open_again():
        store = Store.open(tmp_path / "s.sqlite")
        return MemoryStore(store, HashEmbedder(), index_path=tmp_path / "i.hnsw", brute_force_below=100)

    memory = open_again()
    memory.add_many(_drafts(600))
    assert memory.save_index()
    memory.store.close()
    return open_again


def _answers(memory):
    return np.array([[item.score for item in memory.nearest(query, 10)] for query in WORDS])


def _assert_exact(memory):
    """The scores are those of brute force; equal scores may come in any order."""
    exact = MemoryStore(memory.store, HashEmbedder(), brute_force_below=10**9)
    np.testing.assert_allclose(_answers(memory), _answers(exact), atol=1e-5)


def test_saved_graph_is_used(saved, monkeypatch, caplog):
    monkeypatch.setattr(VectorIndex, "add", None)  # building would fail
    _answers(saved())
    assert caplog.text == ""


@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty", "missing", "another"])
def test_lost_or_damaged_graph_is_rebuilt(saved, tmp_path, damage, caplog):
    path = tmp_path / "i.hnsw"
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    elif damage == "truncated":
        del data[len(data) // 2 :]
    elif damage == "empty":
        data.clear()
    path.write_bytes(data)
    if damage == "missing":
        path.unlink()
    if damage == "another":
        other = VectorIndex(64, brute_force_below=2)
        other.add(range(5), HashEmbedder().embed(WORDS[:5]))
        assert not other.exact
        other.save(path)
    memory = saved()
    _assert_exact(memory)
    assert "rebuilding" in caplog.text
    assert memory.save_index()
    memory.store.close()
    caplog.clear()
    _assert_exact(saved())
    assert "rebuilding" not in caplog.text


def test_graph_older_than_the_store_catches_up(saved):
    memory = saved()  # killed after these changes, before saving
    added = memory.add("note", NOON, "a late addition")
    memory.correct(memory.last(30)[0].id, "a late correction")
    memory.store.close()
    memory = saved()
    _assert_exact(memory)
    assert memory.nearest("a late addition", 1)[0].memory.id == added
    assert memory.nearest("a late correction", 1)[0].score == pytest.approx(1, abs=1e-5)


def test_graph_newer_than_the_store_is_not_believed(saved, tmp_path, caplog):
    memory = saved()
    shutil.copy(tmp_path / "i.hnsw", tmp_path / "kept")
    memory.store.backup(tmp_path / "backup.sqlite")
    memory.add_many(_drafts(300, seed=9))
    memory.save_index()
    memory.store.close()
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"s.sqlite{suffix}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.sqlite", tmp_path / "s.sqlite")
    memory = saved()
    _assert_exact(memory)
    assert "rebuilding" in caplog.text
    assert len(memory.nearest("wash", 1000)) == 600


def test_killed_while_saving_leaves_a_usable_store(saved, tmp_path):
    code = (
        "import os, sys\nfrom edge_assistant.llm.embedding import HashEmbedder\n"
        "from edge_assistant.memory import MemoryStore\nfrom quant import atomic\n"
        "from edge_assistant.storage.store import Store\n"
        "from datetime import datetime\n"
        "memory = MemoryStore(Store.open(sys.argv[1]), HashEmbedder(), index_path=sys.argv[2], brute_force_below=100)\n"
        "memory.add('note', datetime(2026, 1, 1), 'before the end')\n"
        "place = int(sys.argv[3])\ncalls = 0\n"
        "def stop(path):\n"
        "    global calls\n    calls += 1\n"
        "    if calls == place:\n        os._exit(9)\n"
        "atomic.sync = stop\n"
        "memory.save_index()\n"
    )
    for place in ("1", "2"):  # before and after the renaming
        child = [sys.executable, "-c", code, str(tmp_path / "s.sqlite"), str(tmp_path / "i.hnsw"), place]
        assert subprocess.run(child).returncode == 9
        memory = saved()
        _assert_exact(memory)
        assert memory.nearest("before the end", 1)[0].score == pytest.approx(1, abs=1e-5)
        memory.store.close()


def test_another_embedder_embeds_everything_anew(saved, tmp_path):
    memory = MemoryStore(
        Store.open(tmp_path / "s.sqlite"), HashEmbedder(96), index_path=tmp_path / "i.hnsw", brute_force_below=100
    )
    assert memory.nearest(memory.last(1)[0].text, 1)[0].score == pytest.approx(1, abs=1e-5)
    sizes = memory.store.connection.execute("SELECT DISTINCT length(data) FROM vectors").fetchall()
    assert sizes == [(96 * 4,)]
    assert memory.store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert memory.save_index()
    memory.store.close()
    with pytest.raises(StoreError, match="hash-96"):
        MemoryStore(Store.open(tmp_path / "s.sqlite", read_only=True), HashEmbedder(64))


def test_index_that_cannot_be_saved_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    memory = MemoryStore(
        Store.open(":memory:"), HashEmbedder(), index_path=tmp_path / "file" / "i.hnsw", brute_force_below=10
    )
    memory.add_many(_drafts(30))
    with pytest.raises(StoreError, match="rebuilt when needed"):
        memory.save_index()
    assert len(memory.nearest("wash", 100)) == 30
