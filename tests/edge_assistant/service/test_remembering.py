"""Memories: found, corrected, pinned, and forgotten everywhere."""

from __future__ import annotations

import json

import pytest

from edge_assistant.errors import StoreError, UsageError
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.pairs.harvest import harvest_store

SECRET = "planning a surprise for Zacharias"


@pytest.fixture
def lived(person):
    person.live(10, "writing a letter")
    person.live(10, SECRET)
    entry = person.ask_for_one()
    person.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "timing"})
    person.live(10, "reading a novel")
    return person


def on_disk(person):
    person.core.service.store.scrub()
    files = [*person.core.service.home.rglob("*"), *person.core.service.paths.cache.rglob("*")]
    return b"".join(path.read_bytes() for path in files if path.is_file())


def search(person, **params):
    return person.core.call("memory.search", params)


def test_found_by_word_and_by_meaning(lived):
    by_word = search(lived, query="Zacharias", by="word")
    assert by_word["total"] >= 1 and SECRET in by_word["rows"][0]["text"]
    by_meaning = search(lived, query="a surprise for Zacharias")
    assert by_meaning["rows"][0]["text"] == SECRET and by_meaning["rows"][0]["score"] > 0.3


def test_what_is_far_in_meaning_is_not_counted(person):
    for number in range(12):
        person.live(10, f"sorting box {'abcdefghijkl'[number] * 3} in the cellar")
    person.live(10, "reading a novel")
    found = search(person, query="reading a novel", kind="action")
    assert found["rows"][0]["text"] == "reading a novel"
    assert found["total"] < search(person, kind="action")["total"] == 13
    assert len(found["rows"]) == found["total"] >= 5  # a few, however far they are


def test_browsed_by_kind_and_day(lived):
    actions = search(lived, kind="action")
    assert [row["text"] for row in actions["rows"]] == ["reading a novel", SECRET, "writing a letter"]
    assert search(lived, kind="action", limit=1, offset=1)["rows"][0]["text"] == SECRET
    assert search(lived, day="2026-03-02")["total"] == search(lived)["total"]
    assert search(lived, day="2026-03-03")["total"] == 0
    for wrong in ({"by": "smell"}, {"kind": "smell"}, {"day": "yesterday"}):
        with pytest.raises(UsageError):
            search(lived, query="x", **wrong)


def test_corrected_and_pinned(lived):
    number = search(lived, kind="action")["rows"][0]["id"]
    assert (
        lived.core.call("memory.correct", {"id": number, "text": "reading a cookbook"})["text"] == "reading a cookbook"
    )
    assert search(lived, query="cookbook", by="word")["total"] == 1
    assert lived.core.call("memory.pin", {"id": number})["pinned"]
    assert not lived.core.call("memory.pin", {"id": number, "on": False})["pinned"]
    with pytest.raises(StoreError, match="none with this id"):
        lived.core.call("memory.pin", {"id": 10**6})


def test_a_preview_changes_nothing(lived):
    before = lived.core.call("memory.export")
    preview = lived.core.call("memory.forget", {"topic": "Zacharias"})
    assert preview["preview"] and preview["memories"] >= 3 and preview["feed"] >= 1
    assert lived.core.call("memory.export") == before


def test_what_is_forgotten_explains_nothing_any_more(lived):
    entry = lived.ask_for_one()
    known = lived.core.call("why", {"id": entry.id})["memories"]
    text = known[0]
    ids = [row["id"] for row in search(lived, limit=1000)["rows"] if row["text"] == text]
    lived.core.call("memory.forget", {"ids": ids, "preview": False})
    assert lived.core.call("why", {"id": entry.id})["memories"] == known[1:]
    assert text not in [one for line in lived.core.call("memory.export")["feed"] for one in line["why"]["memories"]]


def test_a_topic_leaves_no_trace(lived):
    assert b"Zacharias" in on_disk(lived)
    harvest_store(lived.core.service.store, lived.core.service.assistant.base)
    assert PairBuffer(lived.core.service.store).count() == 1
    preview = lived.core.call("memory.forget", {"topic": "Zacharias"})
    assert preview["pairs"] == 1
    done = lived.core.call("memory.forget", {"topic": "Zacharias", "preview": False})
    assert {**done, "preview": True} == preview
    assert PairBuffer(lived.core.service.store).count() == 0
    assert search(lived, query="Zacharias", by="word")["total"] == 0
    assert b"Zacharias" not in on_disk(lived)
    assert "Zacharias" not in json.dumps(lived.core.call("memory.export"))
    assert search(lived, kind="action")["total"] == 2
    lived.live(10, "going on")


def test_a_span_goes(lived):
    lived.core.call("memory.forget", {"since": "2026-03-02", "until": "2026-03-03", "preview": False})
    assert search(lived)["total"] == 0
    assert lived.core.call("feed")["entries"] == []


def test_one_memory_of_a_suggestion_takes_the_suggestion_along(lived):
    row = search(lived, kind="suggestion")["rows"][0]
    done = lived.core.call("memory.forget", {"ids": [row["id"]], "preview": False})
    assert (done["memories"], done["feed"]) == (1, 1)


def test_nothing_named_is_refused(lived):
    with pytest.raises(UsageError, match="name memories"):
        lived.core.call("memory.forget", {"preview": False})


def test_the_export_holds_everything(lived):
    export = lived.core.call("memory.export")
    json.dumps(export)
    assert {memory["kind"] for memory in export["memories"]} >= {"action", "suggestion", "score", "reason"}
    assert export["feed"][0]["state"] == "dismissed" and export["feed"][0]["why"]["reasons"]
    assert [line["kind"] for line in export["feedback"]].count("feedback") == 1
