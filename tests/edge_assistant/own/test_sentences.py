"""Plain sentences about own things, and those that are about something else."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.errors import UsageError
from edge_assistant.own.sentences import is_wish, made_of, read_wish, thing_of

NOW = datetime(2026, 12, 1, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("line", "kind", "text", "due"),
    [
        ("add todo: buy milk", "todo", "buy milk", "None"),
        ("Add a todo to buy milk tomorrow.", "todo", "buy milk", "2026-12-02"),
        ("todo buy milk", "todo", "buy milk", "None"),
        ("new task call the plumber on Friday", "todo", "call the plumber", "2026-12-04"),
        ("add buy milk to my list", "todo", "buy milk", "None"),
        ("add jog to my habits", "habit", "jog", "None"),
        ("my goal is to run 10 km by March", "goal", "run 10 km", "2027-03-01"),
        ("goal: learn Thai", "goal", "learn Thai", "None"),
        ("I want to finish the book by June", "goal", "finish the book", "2027-06-01"),
        ("I want to run every morning", "habit", "run", "2026-12-01"),
        ("I’d like to meditate every day", "habit", "meditate", "2026-12-01"),
        ("every Sunday call grandma", "habit", "call grandma", "2026-12-06"),
        ("remind me at 6 pm to call mum", "reminder", "call mum", "2026-12-01"),
        ("can you remind me to stretch at 4?", "reminder", "stretch", "2026-12-01"),
        ("remind me tomorrow morning to water the plants", "reminder", "water the plants", "2026-12-02"),
        ("remind me about dinner on Friday", "todo", "dinner", "2026-12-04"),
        ("remind me that the rent is due on the 1st", "todo", "the rent is due", "2026-12-01"),
        ("don't forget to feed the cat", "todo", "feed the cat", "None"),
        ("remember to send the letter by Thursday", "todo", "send the letter", "2026-12-03"),
        ("I need to call the bank by Friday", "todo", "call the bank", "2026-12-04"),
    ],
)
def test_a_new_thing(line: str, kind: str, text: str, due: str):
    wish = read_wish(line, NOW)
    assert is_wish(line)
    assert wish is not None
    thing = made_of(wish, NOW)
    assert (thing.kind, thing.text, str(thing.due)) == (kind, text, due)


@pytest.mark.parametrize(
    ("line", "what", "text"),
    [
        ("stop talking about birds", "never", "birds"),
        ("Please stop suggesting gardening.", "never", "gardening"),
        ("don't mention work again", "never", "work"),
        ("never talk to me about politics any more", "never", "politics"),
        ("no more ideas about cooking please", "never", "cooking"),
        ("tick off buy milk", "done", "buy milk"),
        ("mark the essay as done", "done", "the essay"),
    ],
)
def test_what_is_done_and_what_is_not_to_be_spoken_of(line: str, what: str, text: str):
    wish = read_wish(line, NOW)
    assert wish is not None
    assert (wish.what, wish.text) == (what, text)


@pytest.mark.parametrize(
    "line",
    [
        "reading a book",
        "baking bread until 16:30",
        "goal keeping practice",
        "done with the dishes",
        "set up the tent",
        "make a todo list",
        "I want to sleep",
        "I have to clean the kitchen",
        "please never suggest this to me",
        "what is due today?",
        "not for me",
    ],
)
def test_everything_else_is_left_alone(line: str):
    assert read_wish(line, NOW) is None


def test_a_reminder_needs_a_time():
    with pytest.raises(UsageError, match="remind you when"):
        read_wish("remind me to call mum", NOW)
    with pytest.raises(UsageError, match="remind you when"):
        thing_of("reminder", "call mum", NOW)


def test_tags_and_minutes_are_taken_out_of_the_words():
    thing = thing_of("todo", "buy milk #shop @town (15 min)", NOW)
    assert (thing.text, thing.tags, thing.minutes) == ("buy milk", ("shop", "town"), 15)
    assert thing_of("todo", "practise the cello for 2 hours", NOW).minutes == 120
