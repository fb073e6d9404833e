"""Clock times, ranges, parts of the day, weekdays, lengths and clauses in prose."""

from __future__ import annotations

import pytest

from simulator.people.importer import quantities
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import split
from simulator.people.routine import DAY_GROUPS, DAYS


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("from 2:00pm to 4:15pm", 840, 975),
        ("from 9 to 5", 540, 1020),
        ("between 2pm and 3pm", 840, 900),
        ("from 9:00pm to 1:00am", 1260, 1500),
        ("from eight to noon", 480, 720),
        ("after eight in the evening", 1200, 1380),
        ("nothing after half past nine at night", 1290, 1380),
        ("before 10am", 420, 600),
        ("at noon", 720, 780),
        ("around 3", 900, 960),
        ("first thing", 420, 510),
        ("in the late afternoon", 930, 1080),
        ("in the evenings", 1110, 1380),
    ],
)
def test_times_of_the_day(text: str, start: float, end: float) -> None:
    (found,) = quantities.stretches(text, Day(420, 1380))
    assert (found.start, found.end, found.days) == (start, end, DAYS)


@pytest.mark.parametrize("text", ["two or three a day", "every 2 to 3 hours", "wait two hours", "room 12", "99:99", ""])
def test_other_numbers_are_no_times(text: str) -> None:
    assert quantities.stretches(text, Day()) == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("for half an hour", 30),
        ("an hour and a half", 90),
        ("forty-five minutes", 45),
        ("2 to 3 hours", 150),
        ("90-minute", 90),
        ("at 5pm", None),
    ],
)
def test_lengths_in_minutes(text: str, length: float | None) -> None:
    assert quantities.minutes(text) == length


def test_weekdays() -> None:
    assert quantities.days("on Tuesdays and Fridays") == ("tue", "fri")
    assert quantities.days("every day except Mondays") == DAYS[1:]
    assert quantities.days("weekend mornings") == DAY_GROUPS["weekend"]
    assert quantities.days("in the sunny morning") == DAYS


def test_clauses_say_one_thing_each() -> None:
    assert split("Kim typically 1) Gets up at 6 a.m. 2) Naps.") == ["Gets up at 6 am", "Naps"]
    assert split("Mornings are fine, but not Sundays. Never at work; any time else \u2014 yes!") == [
        "Mornings are fine",
        "but not Sundays",
        "Never at work",
        "any time else",
        "yes!",
    ]
    assert split(" ... !!! ") == []
