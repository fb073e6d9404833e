"""How often and in what manner the sixteen people wish to be spoken to, as a careful reader takes their words.

The sentences of frequency_sentences.tsv and manner_sentences.tsv say such things in other words. They were written
before the rules were tried on them, but the rules have been mended on them since: they no longer measure generality.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.people.importer import propersim
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.life import day_times
from simulator.people.importer.often import frequency
from simulator.people.importer.speech import manner
from simulator.people.importer.speech.manner import ASPECTS
from simulator.people.importer.values import Notes
from simulator.people.persona import Communication, Frequency

HERE = Path(__file__).parent
Range = tuple[float, float]
ORDINARY = DayTimes(420, 1380, {"work": (540, 1020), "lunch": (750, 785), "dinner": (1110, 1150), "school": (540, 900)})

# name: suggestions wished for a day (1.5 awake days / maximum gap), daily maximum, minimum gap
HOW_OFTEN: dict[str, tuple[Range, Range, Range]] = {
    "callum": ((2.4, 2.6), (3, 4), (30, 240)),
    "devraj": ((4, 5), (5, 5), (90, 90)),
    "dolores": ((2.9, 3.1), (3, 3), (60, 240)),
    "hana": ((3, 8.2), (8, 12), (40, 120)),
    "ingrid": ((0, 1.51), (2, 2), (60, 240)),
    "kofi": ((4.4, 6.6), (6, 9), (30, 120)),
    "lucia": ((9, 13), (12, 18), (15, 60)),
    "meiling": ((4.8, 6.6), (6, 10), (40, 120)),
    "mira": ((2.4, 2.6), (3, 4), (30, 120)),
    "pauline": ((9.4, 10.6), (10, 10), (20, 60)),
    "rafael": ((4, 12), (8, 15), (45, 45)),
    "samuel": ((4.4, 4.6), (5, 7), (80, 160)),
    "tomasz": ((3.9, 6.1), (4, 4), (20, 60)),
    "walter": ((1.9, 2.1), (2, 3), (90, 240)),
    "yusuf": ((2.9, 3.1), (3, 5), (35, 110)),
    "zoe": ((7.9, 10.5), (8, 8), (20, 60)),
}
# name: aspects with the values that a reader would accept ('any' where not listed), topics that must, may be forbidden
HOW_SPOKEN: dict[str, tuple[str, str, str]] = {
    "callum": ("length=short; directness=gentle; formality=any|casual; warmth=any|warm", "money", "politics"),
    "devraj": (
        "length=short; directness=direct|any; warmth=plain; emoji=no; exclamation=any|no",
        "weight children",
        "",
    ),
    "dolores": ("warmth=warm; length=short|any; exclamation=no; directness=any|gentle", "illness death", "age"),
    "hana": ("formality=casual; warmth=any|plain; exclamation=no; length=any; directness=any|gentle", "", "work"),
    "ingrid": ("formality=formal; length=short; exclamation=no; emoji=no", "loneliness family age", ""),
    "kofi": ("warmth=warm; length=short|any; formality=any", "religion", ""),
    "lucia": ("warmth=warm; formality=casual; emoji=yes; exclamation=yes; length=short", "illness", ""),
    "meiling": (
        "formality=formal|any; directness=gentle|any; warmth=warm|any; length=long; emoji=no",
        "family",
        "death",
    ),
    "mira": ("warmth=warm; length=short; directness=gentle; emoji=no", "illness", "work"),
    "pauline": (
        "directness=direct; formality=formal; length=short; emoji=no; warmth=plain|any",
        "children|family",
        "children family",
    ),
    "rafael": ("formality=casual; length=short|any; directness=any|direct|gentle; warmth=any", "illness", ""),
    "samuel": ("directness=direct; emoji=no; formality=any|casual; warmth=any; length=any", "illness", ""),
    "tomasz": ("directness=direct; length=short; warmth=any|plain; formality=any|casual", "dating", "family"),
    "walter": ("formality=formal; directness=gentle|any; emoji=no; length=any|long", "", ""),
    "yusuf": ("warmth=warm; directness=gentle|any; formality=any|casual", "politics alcohol", ""),
    "zoe": ("formality=casual; length=short; emoji=yes; warmth=warm; exclamation=yes|any", "diet dating", ""),
}


def criteria(name: str) -> tuple[dict[str, str], DayTimes]:
    (source,) = propersim.read(HERE / "people" / f"{name}.json")
    frames = day_times.read_frames(source, Notes())
    return source.criteria, day_times.read_times(source, frames, Notes())


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def as_range(text: str) -> Range | None:
    if text == "-":
        return None
    low, _, high = text.partition("..")
    return float(low), float(high or low)


def check_frequency(found: Frequency, awake: float, expected: list[Range | None]) -> None:
    wish = frequency.MAXIMUM_GAP_FACTOR * awake / found.max_gap
    for value, bounds in zip((wish, found.daily_max, found.min_gap), expected, strict=True):
        assert bounds is None or bounds[0] - 0.01 <= value <= bounds[1] + 0.01, (found, wish, expected)


def check_manner(found: Communication, aspects: str, must: str, may: str) -> None:
    accepted = dict(pair.split("=") for pair in aspects.split("; ")) if "=" in aspects else {}
    for aspect in ASPECTS:
        assert getattr(found, aspect) in accepted.get(aspect, "any").split("|"), (aspect, found)
    topics = set(found.forbidden_topics)
    required = [set(alternatives.split("|")) for alternatives in must.split() if alternatives != "-"]
    assert all(topics & alternatives for alternatives in required), found
    assert topics <= set().union(*required, may.split()), found


@pytest.mark.parametrize("name", HOW_OFTEN)
def test_how_often_people_wish_to_hear_something(name: str) -> None:
    words, times = criteria(name)
    awake = times.sleep - times.wake
    check_frequency(frequency.read(words["frequency"], "", awake, Notes(), times), awake, [*HOW_OFTEN[name]])


@pytest.mark.parametrize("name", HOW_SPOKEN)
def test_how_people_wish_to_be_spoken_to(name: str) -> None:
    words, _ = criteria(name)
    check_manner(manner.read(words["communication"], Notes())[0], *HOW_SPOKEN[name])


@pytest.mark.parametrize(("text", "wish", "most", "gap"), rows("frequency_sentences.tsv"))
def test_other_words_for_how_often(text: str, wish: str, most: str, gap: str) -> None:
    found = frequency.read(text, "", 960.0, Notes(), ORDINARY)
    check_frequency(found, 960.0, [as_range(wish), as_range(most), as_range(gap)])


@pytest.mark.parametrize(("text", "aspects", "must", "may"), rows("manner_sentences.tsv"))
def test_other_words_for_the_manner(text: str, aspects: str, must: str, may: str) -> None:
    check_manner(manner.read(text, Notes())[0], aspects, must, may)


def test_who_needs_none_is_never_overdue_and_who_would_skip_a_dull_one_waits_longer() -> None:
    for name, gap in (("ingrid", 1440), ("hana", 300)):
        words, times = criteria(name)
        assert frequency.read(words["frequency"], "", times.sleep - times.wake, Notes(), times).max_gap == gap


def test_an_hourly_wish_is_counted_over_its_part_of_the_day() -> None:
    office = frequency.read("Hourly while I am at my desk.", "", 960.0, Notes(), ORDINARY)
    assert office.max_gap == pytest.approx(1.5 * 960 / 8)
    notes = Notes()
    unknown = frequency.read("Hourly while I'm with the kids.", "", 960.0, notes, ORDINARY)
    assert unknown.max_gap == pytest.approx(1.5 * 960 / 8)
    assert any("half of the day" in finding.words for finding in notes.assumed)


def test_what_is_told_of_oneself_is_no_wish() -> None:
    notes = Notes()
    assert frequency.read("I check my phone every hour.", "", 960.0, notes).max_gap == 360
    assert notes.not_understood == ["frequency: I check my phone every hour"]
    assert manner.read("Exclamation marks make me nervous.", Notes())[0].exclamation != "yes"


def test_a_refusal_of_one_kind_of_story_forbids_no_topic_and_is_listed() -> None:
    notes = Notes()
    found, forbidden = manner.read("Never send scary stories about children.", notes)
    assert forbidden == [] and found.forbidden_topics == ()
    assert re.search("scary stories", " ".join(notes.not_understood))


def test_each_thing_of_a_forbidden_list_that_is_no_known_topic_is_listed() -> None:
    notes = Notes()
    _, forbidden = manner.read("Do not mention my debts or my boat. Stay off politics and my visa.", notes)
    assert forbidden == ["money", "politics"]
    assert [missed.rpartition(" ")[2] for missed in notes.not_understood] == ["boat", "visa"]


def test_manner_that_is_not_named_is_listed_as_assumed() -> None:
    notes = Notes()
    manner.read("Short, please. One emoji, max.", notes)
    assert [finding.value for finding in notes.assumed] == ["any formality, directness, warmth, exclamation"]
