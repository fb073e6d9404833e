"""Lives: reproducible, different from day to day, within bounds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulator.people import persona
from simulator.people.persona import Persona
from simulator.people.routine import TRAITS, within
from simulator.world.life import live_day

PEOPLE = persona.packaged()


@pytest.mark.parametrize("person", PEOPLE, ids=[p.id for p in PEOPLE])
def test_a_day_is_whole(person: Persona) -> None:
    day = live_day(person, 6, 3)
    activities = day.activities
    for before, after in pairwise(activities):
        assert abs((after.start - before.end).total_seconds()) < 1
    minutes = [(a.end - a.start).total_seconds() / 60 for a in activities]
    assert max(minutes) <= 66
    assert min(minutes[:-1], default=5) >= 2.5
    for values in (day.energy, day.mood, day.focus):
        assert np.abs(values).max() <= 1
    assert 200 < len(day) < 560


def test_same_seed_same_life_and_other_days_differ() -> None:
    person = PEOPLE[0]
    first, again = live_day(person, 2, 9), live_day(person, 2, 9)
    assert first.activities == again.activities
    assert np.array_equal(first.receptiveness, again.receptiveness)
    texts = {tuple(a.text for a in live_day(person, number, 9).activities) for number in range(1, 8)}
    assert len(texts) == 7
    assert live_day(person, 2, 10).activities != first.activities


def test_weekends_differ_from_weekdays() -> None:
    for person in PEOPLE[:6]:
        weekday = {a.text for number in range(1, 6) for a in live_day(person, number, 1).activities}
        weekend = {a.text for number in (6, 7) for a in live_day(person, number, 1).activities}
        assert weekend - weekday


def test_spans_past_midnight() -> None:
    assert within("22:00", "02:00", 23 * 60)
    assert within("22:00", "02:00", 60)
    assert not within("22:00", "02:00", 12 * 60)
    assert within("00:00", "24:00", 0)


def test_traits_cover_every_combination() -> None:
    assert len(PEOPLE) == 32
    assert len({tuple(p.traits[name] for name in TRAITS) for p in PEOPLE}) == 32
    assert min(p.age for p in PEOPLE) <= 19
    assert max(p.age for p in PEOPLE) >= 80
