"""Tastes and moments, told by embeddings of plain clauses."""

from __future__ import annotations

import pytest

from simulator.people.importer import preference, timing
from simulator.people.importer.meaning import STANCES, examples
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Notes
from simulator.people.persona import Preference, Timing
from simulator.people.routine import FixedPoint
from tests.simulator.people.importer.measure import meaning

pytestmark = pytest.mark.model

POINTS = [
    FixedPoint(text="swimming", kind="exercise", room="outside", start="12:00", minutes=45),
    FixedPoint(text="having dinner", kind="meal", room="kitchen", start="19:00", minutes=40),
]


def taste(text: str, notes: Notes | None = None) -> Preference:
    notes = notes or Notes()
    return preference.settle(preference.read(notes.split("preference", text), meaning()), (), 0.002, notes)


def when(text: str, notes: Notes | None = None) -> Timing:
    notes = notes or Notes()
    return timing.settle(timing.read(notes.split("timing", text), Day(), POINTS, (), meaning()), notes)


@pytest.mark.parametrize(
    ("text", "liked"),
    [
        ("I love anything about birds and the sky.", "outdoors"),
        ("Recipes for soup are always welcome.", "cooking"),
        ("Give me a riddle or a chess puzzle.", "games"),
        ("I enjoy old films in the evening.", "film"),
    ],
)
def test_likes(text: str, liked: str) -> None:
    assert taste(text).categories.get(liked, 0) > 0


@pytest.mark.parametrize(
    ("text", "disliked"),
    [
        ("Spare me advice on budgets and bills.", "finances"),
        ("I am not interested in workouts.", "exercise"),
        ("Meditation is not for me.", "mindfulness"),
    ],
)
def test_dislikes(text: str, disliked: str) -> None:
    assert taste(text).categories.get(disliked, 0) < 0


def test_a_liking_during_something_holds_only_then() -> None:
    (rule, *_) = taste("While I bake I like a song.").interactions
    assert (rule.of, rule.kinds, rule.weight > 0) == ("music", ("cooking",), True)


def test_attributes() -> None:
    assert taste("Surprise me with something new that I have never tried.").attributes["novelty"] > 0
    assert taste("I do not want anything expensive that costs money.").attributes["cost"] < 0


def test_good_and_bad_moments() -> None:
    found = when("While I cook is a good time. Please never disturb me when I play the piano. Nothing after 9:30pm.")
    assert "cooking" in found.kinds and "music" in found.blocked_kinds
    assert [(span.start, span.end) for span in found.blocked] == [("21:30", "23:00")]


@pytest.mark.parametrize(
    "text",
    ["Not in meetings because I get distracted.", "Kindly do not disturb me in meetings.", "No pings during meetings."],
)
def test_a_plain_no_is_a_refusal(text: str) -> None:
    assert "meeting" in when(text).blocked_kinds


def test_words_refer_to_the_persons_own_plan() -> None:
    (window,) = when("After the swim is good.").windows
    assert (window.start, window.end) == ("12:45", "13:45")
    (window,) = when("Just before dinner I am glad of a word.").windows
    assert (window.start, window.end) == ("18:00", "19:00")


@pytest.mark.parametrize("text", ["", "Florp when wib.", "!!! ???", "and, or, but", "until " * 60, "when"])
def test_odd_words_leave_ordinary_pauses(text: str) -> None:
    notes = Notes()
    found = when(text, notes)
    assert found.kinds["pause"] >= 1 and not found.windows
    assert len(notes.unread) == len(notes.clauses)


@pytest.mark.parametrize("text", ["", "No.", ":", "I like " + "x, " * 500, "\u27e60\u27e7"])
def test_odd_tastes_are_survived(text: str) -> None:
    assert set(taste(text).categories.values()) <= {0.9, -1.0, 1.2, -1.2}


@pytest.mark.parametrize("question", ["timing", "preference"])
def test_the_examples_are_many_and_each_is_known_once(question: str) -> None:
    labels, texts = examples(question)
    assert len({text.lower() for text in texts}) == len(texts) >= 500
    assert set(labels) == set(STANCES) and min(labels.count(stance) for stance in STANCES) >= 100
