"""Summaries: what is due when, what they are made of, and that they follow changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.memory import MemoryStore
from edge_assistant.storage.store import Store

DAY = datetime(2026, 5, 4)


def _store(**options):
    return MemoryStore(Store.open(":memory:"), HashEmbedder(), **options)


def _at(hour, minute=0):
    return DAY + timedelta(hours=hour, minutes=minute)


def test_each_span_is_told_once_it_is_over():
    memory = _store()
    memory.add("action", _at(9, 10), "wash the dishes")
    memory.add("action", _at(9, 50), "wash the dishes")
    memory.add("suggestion", _at(10, 5), "call your sister")
    assert memory.summarise(_at(9, 59)) == []
    assert len(memory.summarise(_at(10))) == 1
    first = memory.last(1, ["summary_hour"])[0]
    assert first.text == "Monday 09:00 to 10:00: did: wash the dishes (2 times)."
    assert (first.time, first.data["start"], first.data["count"]) == (_at(10), _at(9).isoformat(), 2)
    assert memory.summarise(_at(10, 30)) == []
    memory.summarise(_at(12))
    assert [item.data["start"] for item in memory.browse(["summary_4h"])] == [_at(8).isoformat()]
    memory.summarise(_at(24))
    day = memory.browse(["summary_day"])
    assert [item.text for item in day] == [
        "Monday 04 May: did: wash the dishes (2 times). suggested: call your sister."
    ]
    assert [len(memory.browse([kind])) for kind in ("summary_hour", "summary_4h", "summary_day")] == [2, 1, 1]


def test_late_memories_renew_their_summaries():
    memory = _store()
    memory.add("action", _at(9), "wash the dishes")
    memory.summarise(_at(13))
    memory.add("action", _at(9, 30), "feed the cat")
    memory.summarise(_at(14))
    assert [item.text for item in memory.browse(["summary_hour"])] == [
        "Monday 09:00 to 10:00: did: wash the dishes; feed the cat."
    ]
    assert len(memory.browse(["summary_4h"])) == 1
    assert "cat" in memory.last(1, ["summary_4h"])[0].text


def test_a_span_gets_what_happened_in_it_and_no_notes():
    calls = []

    def write(span, memories):
        calls.append((span.kind, span.start, [item.text for item in memories]))
        return f"{span.kind} of {len(memories)}"

    memory = _store(summariser=write)
    memory.add("action", _at(0), "midnight")
    memory.add("action", _at(3, 59), "nearly four")
    memory.add("action", _at(4), "four")
    memory.add("note", _at(4), "no matter of summaries")
    memory.summarise(_at(24))
    assert [call[:2] for call in calls] == [
        ("summary_hour", _at(0)),
        ("summary_hour", _at(3)),
        ("summary_hour", _at(4)),
        ("summary_4h", _at(0)),
        ("summary_4h", _at(4)),
        ("summary_day", _at(0)),
    ]
    assert calls[3][2] == ["midnight", "nearly four"]
    assert calls[5][2] == ["midnight", "nearly four", "four"]


def test_long_hours_are_cut():
    memory = _store()
    for number in range(8):
        memory.add("action", _at(9, number), f"thing {number}")
    memory.summarise(_at(10))
    assert memory.last(1, ["summary_hour"])[0].text.endswith("thing 3; thing 4; and 3 more.")


def test_spans_follow_the_wall_clock_of_a_zone_with_half_hours_and_a_change_of_clocks():
    memory = _store()
    india = ZoneInfo("Asia/Kolkata")
    memory.add("action", datetime(2026, 5, 4, 9, 45, tzinfo=india), "tea")
    memory.summarise(datetime(2026, 5, 4, 10, 0, tzinfo=india))
    assert memory.last(1, ["summary_hour"])[0].text.startswith("Monday 09:00 to 10:00")
    memory = _store()
    berlin = ZoneInfo("Europe/Berlin")
    memory.add("action", datetime(2026, 3, 29, 0, 30, tzinfo=berlin), "asleep")  # 02:00 becomes 03:00
    memory.add("action", datetime(2026, 3, 29, 12, 30, tzinfo=berlin), "lunch")
    memory.summarise(datetime(2026, 3, 30, 0, 0, tzinfo=berlin))
    assert [item.text for item in memory.browse(["summary_day"])] == ["Sunday 29 March: did: asleep; lunch."]
    assert memory.summarise(datetime(2026, 3, 30, 1, 0, tzinfo=berlin)) == []
    assert len(memory.browse(["summary_hour"])) == 2
