"""A livable day: texts, times, work, meals and pastimes."""

from __future__ import annotations

import pytest

from simulator.people.importer import entries, life
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Notes
from simulator.people.routine import FixedPoint, Pastime
from tests.simulator.people.importer.measure import meaning

DAY = Day(420, 1380)


def points(plan: str, occupation: str = "not stated", about: str = "", day: Day = DAY) -> list[FixedPoint]:
    notes = Notes()
    return life.points(entries.read(notes.split("plan", plan), day, meaning()), occupation, about, day, notes)


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("Feed the sourdough in the afternoon for 10 minutes", "feeding the sourdough"),
        ("Walk Pim at 5:00pm for 40 minutes", "walking Pim"),
        ("Runs or swims before work", "running or swimming"),
        ("Lunch away from the desk at 12:00pm", "having lunch away from the desk"),
        ("Yoga", "doing yoga"),
        ("Works from 9 to 5", "working"),
        ("Spends the evening reading", "reading"),
        ("Film on Fridays", "watching film"),
        ("Draws from late morning to mid afternoon", "drawing"),
        ("at 5pm", ""),
        ("!!!", ""),
    ],
)
def test_an_activity_reads_like_something_that_a_person_does(text: str, activity: str) -> None:
    assert entries.phrase(text) == activity


@pytest.mark.parametrize(
    ("text", "wake", "sleep"),
    [
        ("1) Wakes at 6. 2) In bed by 10.", "06:00", "22:00"),
        ("Gets up at 9:30am and goes to bed at half past one in the morning.", "09:30", "01:30"),
        ("Works a night shift, sleeps from 8am to 3pm.", "15:00", "08:00"),
        ("Rolls out of bed at 10:00am. Falls asleep around 2:00am.", "10:00", "02:00"),
        ("Wakes at 7am. Goes to bed at 8am.", "07:00", "23:00"),
        ("", "07:00", "23:00"),
    ],
)
def test_waking_and_sleeping(text: str, wake: str, sleep: str) -> None:
    notes = Notes()
    frames = life.frames(notes.split("lifestyle", text), notes)
    assert (frames.weekday.wake, frames.weekday.sleep) == (wake, sleep)


@pytest.mark.model
def test_what_is_told_with_a_time_is_a_fixed_point_and_lunch_parts_the_work() -> None:
    found = [
        (p.text, p.start, p.minutes, p.kind) for p in points("1) Work at the office from 9am to 5pm. 2) Lunch at 1pm.")
    ]
    assert ("working at the office", "09:00", 240.0, "routine_work") in found
    assert ("having lunch", "13:00", 35.0, "meal") in found
    assert ("working at the office", "13:35", 205.0, "routine_work") in found


@pytest.mark.model
@pytest.mark.parametrize("plan", ["", "Dinner at 6pm.", "Eats supper with her sister."])
def test_every_meal_is_there_once(plan: str) -> None:
    found = [point for point in points(plan) if point.kind == "meal"]
    assert len(found) == 3
    assert "05:00" < found[0].start < "11:00" < found[1].start < "15:00" < found[2].start < "21:00"


@pytest.mark.model
@pytest.mark.parametrize(
    ("occupation", "about", "kinds", "hours"),
    [
        ("tram driver", "Tram driver in Leeds.", {"routine_work"}, 6),
        ("ceramics student", "Ceramics student.", {"study"}, 6),
        ("tailor", "Retired tailor.", set(), 0),
        ("weaver", "Weaver, unemployed since spring.", set(), 0),
        ("not stated", "", set(), 0),
    ],
)
def test_a_job_never_vanishes(occupation: str, about: str, kinds: set[str], hours: float) -> None:
    found = [point for point in points("", occupation, about) if point.kind in life.WORK]
    assert {point.kind for point in found} == kinds
    assert sum(point.minutes for point in found) >= 60 * hours
    assert all(point.days == ("mon", "tue", "wed", "thu", "fri") for point in found)


@pytest.mark.model
def test_told_hours_of_work_are_kept_and_no_others_added() -> None:
    found = [p for p in points("Shift at the bakery from 4am to 11am.", "baker", day=Day(210, 1200)) if p.days]
    assert next(p.start for p in found if p.kind == "routine_work") == "04:00"
    assert not any(p.text.startswith("working as") for p in found)


def leisure(interests: str, lifestyle: str = "", wanted: tuple[str, ...] = ()) -> list[Pastime]:
    notes = Notes()
    told = [
        *entries.read(notes.split("interests", interests), DAY, meaning(), interests=True),
        *entries.read(notes.split("lifestyle", lifestyle), DAY, meaning()),
    ]
    return life.pastimes(told, points(""), wanted, DAY, notes)


@pytest.mark.model
def test_pastimes_have_hours_and_a_daily_limit() -> None:
    found = {pastime.text: pastime for pastime in leisure("1) Watching old films. 2) Lifting weights.", "Bakes bread.")}
    film, weights, bread = found["watching old films"], found["lifting weights"], found["baking bread"]
    assert (film.start, film.kind) == ("18:00", "media") and film.daily == 2
    assert weights.daily == 1 and weights.end <= "21:00"
    assert bread.daily == 1 and (bread.start, bread.end) != ("00:00", "24:00")
    assert any(pastime.daily is None and pastime.start == "00:00" for pastime in found.values()), (
        "nothing at a late hour"
    )


@pytest.mark.model
def test_what_the_timing_calls_good_occurs() -> None:
    assert "garden" not in {pastime.kind for pastime in leisure("1) Chess.")}
    assert "garden" in {pastime.kind for pastime in leisure("1) Chess.", wanted=("garden",))}
