"""What the person told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.context.sources.typed import LEAST_CONFIDENCE, TypedSource, understand

NOW = datetime(2026, 11, 24, 14, 0)


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


@pytest.mark.parametrize(
    ("text", "activity", "until"),
    [
        ("writing the annual report", "writing the annual report", None),
        ("I'm reading for 20 minutes", "reading", later(minutes=20)),
        ("i am now cooking for half an hour.", "cooking", later(minutes=30)),
        ("gaming for the next 1.5h", "gaming", later(minutes=90)),
        ("in a meeting until 16:30", "in a meeting", later(minutes=150)),
        ("painting until 5", "painting", later(hours=3)),
        ("sleeping until 7am", "sleeping", later(hours=17)),
        ("sleeping until 12am", "sleeping", later(hours=10)),
        ("on call till 13:00", "on call", later(hours=23)),
        ("waiting until 45", "waiting until 45", None),
        ("looking for a house", "looking for a house", None),
        ("training for 90 days", "training for 90 days", None),
        ("currently doing: taxes!", "taxes", None),
        ("  \n", "", None),
        ("knitting for 9999 hours", "knitting for 9999 hours", None),
    ],
)
def test_what_was_typed_is_understood(text: str, activity: str, until: datetime | None) -> None:
    assert understand(text, NOW) == (activity, until)


def test_belief_fades_and_is_dropped() -> None:
    typed = TypedSource(half_life_minutes=30)
    typed.tell("reading", NOW)
    found = [typed.observe(later(minutes=minute)) for minute in (0, 30, 60, 99)]
    assert [told.confidence for told in found if told] == pytest.approx([1.0, 0.5, 0.25, 0.5**3.3])
    assert all(told.since == NOW for told in found if told)
    assert typed.observe(later(minutes=30 * 3.4)) is None and LEAST_CONFIDENCE > 0.5**3.4


def test_what_holds_until_a_time_is_believed_until_then_and_no_longer() -> None:
    typed = TypedSource(half_life_minutes=5)
    typed.tell("baking until 16:00", NOW)
    assert typed.observe(later(minutes=119)).confidence == 1.0
    assert typed.observe(later(minutes=120)) is None


def test_a_new_word_replaces_the_old_and_an_empty_one_takes_it_back() -> None:
    typed = TypedSource()
    typed.tell("baking", NOW)
    typed.tell("washing up", later(minutes=1))
    assert typed.observe(later(minutes=2)).activity == "washing up"
    assert typed.tell(" ", later(minutes=3)) is None
    assert typed.observe(later(minutes=3)) is None


def test_a_clock_set_back_leaves_the_word_as_good_as_new() -> None:
    typed = TypedSource()
    typed.tell("baking", NOW)
    assert typed.observe(later(hours=-3)).confidence == 1.0


def test_hours_are_real_hours_when_the_clock_changes() -> None:
    zone = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 30, tzinfo=zone)  # at 2:00 it becomes 3:00
    activity, until = understand("night shift for 2 hours", before)
    assert activity == "night shift"
    assert until == datetime(2026, 3, 29, 4, 30, tzinfo=zone)
    assert until.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=2)


@pytest.mark.parametrize("zone", [None, ZoneInfo("Asia/Kolkata"), UTC])
def test_it_is_known_again_after_a_restart(zone: ZoneInfo | None) -> None:
    now = NOW.replace(tzinfo=zone)
    for text in ("baking", "baking until 18:00"):
        typed = TypedSource()
        typed.tell(text, now)
        again = TypedSource()
        again.set_state(json.loads(json.dumps(typed.get_state())))
        assert again.observe(now + timedelta(minutes=20)) == typed.observe(now + timedelta(minutes=20))
    again.set_state({})
    assert again.observe(now) is None and again.get_state() == {}


def test_any_byte_that_is_typed_becomes_text() -> None:
    for byte in range(256):
        for text in (bytes([byte]).decode("latin-1"), bytes([byte]).decode("utf-8", "surrogateescape")):
            typed = TypedSource()
            told = typed.tell(f"knitting a so{text}ck for 20 minutes", NOW)
            assert told.activity.isprintable() and told.activity.startswith("knitting a so")
            json.dumps(typed.get_state(), ensure_ascii=False).encode()
            assert typed.observe(NOW).activity == told.activity
