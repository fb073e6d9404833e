"""Awake minutes are those of ticks really lived, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.service.day.awake_time import LONGEST_TICK, DayCounter

TICK = timedelta(minutes=2.5)
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def lived(counter: DayCounter, start: datetime, ticks: int) -> datetime:
    now = start
    for _ in range(ticks):
        counter.tick(now)
        now += TICK
    return now


def test_ticks_add_up_from_waking():
    counter = DayCounter()
    lived(counter, START, 5)
    assert counter.awake == 10.0
    assert counter.number == 1


def test_a_suspended_computer_lives_nothing():
    counter = DayCounter()
    now = lived(counter, START, 5)
    assert not counter.tick(now + timedelta(hours=2))
    assert counter.awake == pytest.approx(10.0 + LONGEST_TICK)


def test_a_night_begins_a_new_day():
    counter = DayCounter()
    now = lived(counter, START.replace(hour=22), 5)
    assert counter.tick(now + timedelta(hours=7))
    assert (counter.awake, counter.number) == (0.0, 2)


def test_a_short_night_needs_a_new_date():
    counter = DayCounter()
    noon = lived(counter, START.replace(hour=12), 3)
    assert not counter.tick(noon + timedelta(hours=2))
    late = lived(DayCounter(), START.replace(hour=3), 1)
    counter.tick(late.replace(day=3, hour=3, minute=0))
    assert counter.tick(late.replace(day=3, hour=5, minute=30))


def test_staying_up_past_midnight_is_no_new_day():
    counter = DayCounter()
    now = lived(counter, START.replace(hour=23), 1)
    for _ in range(80):
        assert not counter.tick(now)
        now += TICK
    assert counter.date == "2026-03-02"


def test_a_clock_set_back_adds_nothing():
    counter = DayCounter()
    now = lived(counter, START, 5)
    assert not counter.tick(now - timedelta(days=300))
    assert counter.awake == 10.0


def test_summer_time_moves_nothing():
    berlin = ZoneInfo("Europe/Berlin")
    counter = DayCounter()
    # at 2:00 the clocks show 3:00; the offset of each moment is that of the system at that moment
    moments = [(datetime(2026, 3, 29, 0, 50, tzinfo=UTC) + n * TICK).astimezone(berlin) for n in range(9)]
    assert moments[0].hour == 1 and moments[-1].hour == 3
    for moment in moments:
        fixed = moment.replace(tzinfo=timezone(moment.utcoffset()))
        counter.tick(fixed)
    assert counter.awake == 20.0


def test_a_journey_through_time_zones_moves_nothing():
    counter = DayCounter()
    counter.tick(START)
    counter.tick((START + TICK).astimezone(timezone(timedelta(hours=-8))))
    assert counter.awake == 2.5


def test_state_survives_json():
    counter = DayCounter()
    lived(counter, START, 4)
    other = DayCounter()
    other.set_state(counter.get_state())
    assert other == counter
