"""How often, and how to be spoken to, in plain prose."""

from __future__ import annotations

import pytest

from simulator.people.importer import frequency, manner
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Notes
from simulator.people.persona import Frequency

DAY = Day(420, 1380)


def often(text: str, notes: Notes | None = None) -> Frequency:
    notes = notes or Notes()
    return frequency.settle(frequency.read(notes.split("frequency", text), DAY), DAY, notes)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Never more than four in a day.", 4),
        ("At most five times a day and at least ninety minutes apart.", 5),
        ("Keep it under four a day.", 3),
        ("Four, and that is my limit: four is the limit.", 4),
        ("Every two hours is about right, but not more than five times a day.", 5),
        ("Limit it to ten a day.", 10),
        ("Max 3x/day", 3),
    ],
)
def test_the_daily_maximum(text: str, most: int) -> None:
    assert often(text).daily_max == most


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("At most five times a day and at least ninety minutes apart.", 90),
        ("Leave an hour between two suggestions.", 60),
        ("No more than one every three hours.", 180),
        ("Every other hour, at least 90 minutes apart.", 90),
        ("Wait at least four hours in between.", 240),
    ],
)
def test_the_shortest_gap(text: str, gap: float) -> None:
    assert often(text).min_gap == gap


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Two or three a day.", 2.5),
        ("Once in the morning and twice in the evening.", 3),
        ("About once every three hours.", 16 / 3),
        ("Hourly while I am at my desk.", 9.6),
        ("Once a week.", 1),
        ("Rarely.", 2),
    ],
)
def test_the_wish_a_day(text: str, wish: float) -> None:
    assert 1.5 * 960 / often(text).max_gap == pytest.approx(wish, abs=0.1)


def test_of_contradicting_numbers_the_stricter_one_holds() -> None:
    both = often(
        "Up to nine a day. Ten times a day. Never more than two a day. At least 50 minutes apart, 5 hours apart."
    )
    assert both.daily_max == 2
    assert both.max_gap > both.min_gap


@pytest.mark.parametrize("text", ["", "Mmm.", "!" * 400, "a day " * 200, "99 a day", "0 a day", "every 0 minutes"])
def test_no_numbers_and_odd_ones_give_an_ordinary_wish(text: str) -> None:
    notes = Notes()
    found = often(text, notes)
    assert 1 <= found.daily_max <= 40 and found.min_gap < found.max_gap
    assert notes.assumed
    if text == "Mmm.":
        assert [clause.text for clause in notes.unread] == ["Mmm"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short and warm, a little poetic is fine. No exclamation marks.", "length=short warmth=warm exclamation=no"),
        ("Use a formal tone and avoid slang.", "formality=formal"),
        ("Keep it casual, like a friend.", "formality=casual"),
        ("Don't be bossy. Ask me rather than tell me.", "directness=gentle"),
        ("No emojis. Direct and to the point, please.", "emoji=no directness=direct length=short"),
        ("I like detailed explanations and encouragement.", "length=long warmth=warm"),
        ("Polite, not too long.", "directness=gentle length=short"),
        ("Emojis make me smile!", "emoji=yes warmth=warm"),
        ("Zib.", ""),
    ],
)
def test_the_style(text: str, expected: str) -> None:
    notes = Notes()
    found = manner.settle(manner.read(notes.split("communication", text)), notes)
    named = {name: value for name, value in found.model_dump().items() if value not in ("any", ())}
    assert named == dict(pair.split("=") for pair in expected.split())


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("No talk about my income.", {"money"}),
        ("Never discuss religion or politics.", {"religion", "politics"}),
        ("Please leave out my late husband.", {"death"}),
        ("I like to talk about my family.", set()),
    ],
)
def test_forbidden_topics(text: str, topics: set[str]) -> None:
    notes = Notes()
    found = manner.settle(manner.read(notes.split("communication", text)), notes)
    assert set(found.forbidden_topics) == topics
