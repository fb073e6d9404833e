"""Rates, ceilings, gaps and counts in prose."""

import pytest

from simulator.people.importer.often import frequency
from simulator.people.importer.values import Notes
from simulator.people.persona import Frequency

AWAKE = 930.0


def read(text: str, others: str = "") -> Frequency:
    return frequency.read(text, others, AWAKE, Notes())


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("My preference is to get recommendations about twice every 2 to 3 hours.", 75),
        ("every 45 minutes", 45),
        ("Hourly is fine.", 60),
        ("every other hour", 120),
        ("A suggestion every couple of hours.", 120),
        ("Every half hour", 30),
        ("every hour or two", 90),
        ("I'd like 1\u20132 recommendations per hour.", 40),
        ("Once every 90 minutes to two hours.", 105),
        ("A recommendation every 1.5 hours feels right", 90),
        ("About once every three hours is plenty", 180),
        ("two or three times a day", AWAKE / 2.5),
        ("twice daily", AWAKE / 2),
        ("Once in the morning and once in the evening.", AWAKE / 2),
        ("Once in the morning, once after lunch and once before bed", AWAKE / 3),
        ("A handful of nudges throughout the day", AWAKE / 5),
        ("half a dozen a day", AWAKE / 6),
    ],
)
def test_an_absent_maximum_gap_is_one_and_a_half_times_the_wished_interval(text: str, interval: float) -> None:
    assert read(text).max_gap == pytest.approx(1.5 * interval, abs=0.2)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("no more than four in a day", 4),
        ("About once every three hours, and never more than four in a day.", 4),
        ("I don't want more than 3 suggestions per day.", 3),
        ("Please keep it to a maximum of 5 per day.", 5),
        ("Limit suggestions to three a day.", 3),
        ("Up to ten times a day.", 10),
        ("Fewer than five per day.", 4),
        ("Two or three times a day; no more than four.", 4),
        ("I would not want to get more than six a day", 6),
        ("two a day", 3),  # not said: one and a half times the wish, rounded up
        ("three a day", 5),
    ],
)
def test_the_daily_maximum(text: str, most: int) -> None:
    assert read(text).daily_max == most


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("once an hour at most", 60),
        ("At most once per hour, and not more than 8 a day.", 60),
        ("Every couple of hours, at least 90 minutes apart.", 90),
        ("One every two hours, never two within an hour", 60),
        ("never twice in the same hour", 60),
        ("Wait at least two hours between suggestions.", 120),
        ("Up to five a day, with a gap of an hour and a half.", 90),
        ("I get annoyed by more than one suggestion per hour.", 60),
        ("no more often than every 40 minutes", 40),
        ("Five a day, spaced out by at least an hour.", 60),
    ],
)
def test_the_minimum_gap(text: str, gap: float) -> None:
    assert read(text).min_gap == pytest.approx(gap)


@pytest.mark.parametrize(
    "text", ["at least once every 3 hours", "Don't let more than three hours pass without a word."]
)
def test_the_longest_silence_can_be_said(text: str) -> None:
    assert read(text).max_gap == 180


def test_a_daily_maximum_below_the_rate_stretches_the_maximum_gap() -> None:
    assert read("Hourly, but not more than four a day").max_gap == pytest.approx(1.5 * AWAKE / 4, abs=0.1)


def test_a_minimum_gap_above_the_maximum_gap_pushes_the_latter() -> None:
    both = read("Every 30 minutes, at least two hours apart")
    assert (both.min_gap, both.max_gap) == (120, 180)


def test_words_without_a_number_are_assumptions_and_gibberish_is_missed() -> None:
    notes = Notes()
    assert frequency.read("Rarely.", "", AWAKE, notes).daily_max == 3
    assert any(f.field == "frequency wish" and "Rarely".lower() in f.words.lower() for f in notes.assumed)
    notes = Notes()
    assert frequency.read("Mmm.", "", AWAKE, notes).daily_max == 6
    assert notes.not_understood == ["frequency: Mmm"]


def test_how_often_is_found_in_another_part_when_its_own_is_empty() -> None:
    assert read("", "I like tea. At most three suggestions a day, please.").daily_max == 3
