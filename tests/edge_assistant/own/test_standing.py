"""When own things may be brought up, what their due days are worth, and the sentences that do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.own.saying import reminder, sentences
from edge_assistant.own.standing import EAGER, MOST_A_DAY, OVERDUE, benefit, standing
from edge_assistant.own.thing import OwnThing

NOW = datetime(2026, 12, 1, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
MILK = OwnThing("todo", "buy milk", id=1)


def due_in(days: int) -> OwnThing:
    return replace(MILK, due=TODAY + timedelta(days=days))


def test_the_benefit_grows_as_the_day_comes_and_is_bounded():
    worth = [benefit(due_in(days), TODAY) for days in (30, 6, 1, 0, -1, -13)]
    assert worth == sorted(worth)
    assert worth[0] == benefit(MILK, TODAY) == 0.0
    assert max(worth) == OVERDUE
    assert benefit(due_in(-60), TODAY) < OVERDUE


def gains(*things: OwnThing, said: dict[int, timedelta] | None = None, awake: float = 300.0) -> dict[int, float]:
    return standing(things, NOW, said or {}, awake)


def test_a_word_about_own_things_is_worth_more_the_longer_none_was_said():
    assert [gains(MILK, awake=minutes)[1] for minutes in (0, 90, 180, 600)] == [0.0, EAGER / 2, EAGER, EAGER]
    assert gains(MILK, replace(MILK, id=2), said={2: timedelta(minutes=90)})[1] == EAGER / 2


@pytest.mark.parametrize(
    ("thing", "ago", "brought_up"),
    [
        (MILK, timedelta(days=6), False),
        (MILK, timedelta(days=8), True),
        (due_in(0), timedelta(hours=2), False),
        (due_in(0), timedelta(days=1), True),  # its day has come since
        (due_in(-2), timedelta(days=1), False),
        (due_in(20), None, False),
        (OwnThing("goal", "run 10 km", due=TODAY + timedelta(days=90), id=1), None, True),
        (OwnThing("reminder", "call mum", TODAY, NOW, id=1), None, False),
        (OwnThing("habit", "stretch", TODAY, repeat="daily", id=1), timedelta(days=1), True),
        (OwnThing("habit", "stretch", TODAY + timedelta(days=1), repeat="daily", id=1), None, False),
        (OwnThing("habit", "stretch", TODAY, repeat="daily", hours=(6.0, 11.0), id=1), None, False),
        (OwnThing("habit", "stretch", TODAY, repeat="daily", hours=(13.0, 18.0), id=1), None, True),
        (OwnThing("habit", "swim", TODAY - timedelta(days=1), repeat="weekly", id=1), None, False),  # its day is over
        (OwnThing("habit", "swim", TODAY - timedelta(days=7), repeat="weekly", id=1), timedelta(days=6), True),
        (OwnThing("habit", "stretch", TODAY - timedelta(days=1), repeat="daily", id=1), timedelta(days=1), True),
        (replace(MILK, made=NOW - timedelta(minutes=20)), None, False),  # they have just said so themselves
        (replace(MILK, made=NOW - timedelta(minutes=20), source="todo.txt"), None, True),
        (OwnThing("todo", "meet Ann", TODAY, NOW + timedelta(hours=1), id=1), None, True),
        (OwnThing("todo", "meet Ann", TODAY, NOW + timedelta(hours=6), id=1), None, False),
        (OwnThing("todo", "meet Ann", TODAY, NOW - timedelta(hours=1), id=1), None, False),
    ],
)
def test_each_thing_has_its_time(thing: OwnThing, ago: timedelta | None, brought_up: bool):
    assert (1 in gains(thing, said={} if ago is None else {1: ago})) == brought_up


def test_only_what_is_due_is_brought_up_when_enough_was_said_today():
    said = {number: timedelta(hours=number) for number in range(2, 2 + MOST_A_DAY)}
    others = [replace(MILK, id=number) for number in (1, *said)]
    assert gains(*others, said=said) == {}
    assert set(gains(*others, replace(due_in(0), id=9), said=said)) == {9}


def test_a_goal_with_steps_leaves_the_word_to_them():
    goal, step = OwnThing("goal", "run 10 km", id=1), OwnThing("todo", "buy shoes", goal=1, id=2)
    assert set(gains(goal, step)) == {2}


def test_sentences_say_what_and_when_and_nothing_else():
    assert "'Buy milk' is on your list for today." in sentences(due_in(0), TODAY, verb=True)
    assert "You wanted to buy milk by Friday." in sentences(due_in(3), TODAY, verb=True)
    assert "'Buy milk' is still on your list; it was due yesterday." in sentences(due_in(-1), TODAY, verb=True)
    assert "Would now be a good time to buy milk, as it is due today?" in sentences(due_in(0), TODAY, verb=True)
    called = replace(MILK, text="call my mum", minutes=15)
    assert "You wanted to call your mum; it takes about 15 minutes." in sentences(called, TODAY, verb=True)
    goal = OwnThing("goal", "run 10 km", due=date(2027, 3, 1))
    assert "Your goal by 1 March 2027: run 10 km." in sentences(goal, TODAY, verb=True)
    for thing in (MILK, due_in(0), due_in(-3), goal, OwnThing("habit", "stretch", TODAY, repeat="daily")):
        for verb in (True, False):
            for text in sentences(thing, TODAY, verb):
                assert text[0] in "'" or text[0].isupper()
                assert text[-1] in ".?"


def test_a_late_reminder_tells_for_when_it_was():
    call = OwnThing("reminder", "call my mum", TODAY, NOW)
    assert reminder(call, NOW + timedelta(minutes=2), verb=True) == "It is time to call your mum."
    assert reminder(call, NOW + timedelta(hours=2), True) == "You asked to be reminded at 14:00 to call your mum."
    later = reminder(replace(call, text="dentist"), NOW + timedelta(days=1), verb=False)
    assert later == "You asked to be reminded yesterday at 14:00: dentist."
