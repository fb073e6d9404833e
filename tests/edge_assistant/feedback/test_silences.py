"""Rated silences: they tell of the moment, of patience, and of a word that left its welcome open."""

from __future__ import annotations

import pytest

from edge_assistant.feedback.silences import EVERY, Doubt, Silences
from edge_assistant.trigger.frequency import PatienceModel, vague_patience

TICK = 2.5
MAX_GAP = 120.0


def total(since: float, receptive: bool) -> int:
    """What a person with this maximum gap gives a silence."""
    return 4 if since <= MAX_GAP else 1 if receptive else 3


def heard(silences: Silences, patience: PatienceModel, start: float, end: float, welcome_at: float = 0.0) -> None:
    """The silences of a stretch of the day, at moments that are not receptive."""
    for number in range(int(start / TICK), int(end / TICK)):
        awake = number * TICK
        silences.hear(awake, "reading", total(awake - welcome_at, False), awake - welcome_at, patience)


@pytest.mark.parametrize("welcome", [True, False])
@pytest.mark.parametrize("said_at", [60.0, 180.0], ids=["content before", "overdue before"])
def test_the_silences_after_a_word_tell_whether_it_was_welcome(welcome: bool, said_at: float) -> None:
    patience = PatienceModel(vague_patience())
    heard(Silences(), patience, 0, 200)  # yesterday
    silences = Silences()
    heard(silences, patience, 0, said_at)
    silences.doubt = Doubt.about(said_at, None, False, 0.5, patience)
    heard(silences, patience, said_at + TICK, said_at + 2 * MAX_GAP, said_at if welcome else 0.0)
    assert silences.doubt.over
    assert silences.doubt.welcome == pytest.approx(float(welcome), abs=0.01)
    assert silences.doubt.ratio > 100 if welcome else silences.doubt.ratio < 0.01
    assert patience.max_gap() == pytest.approx(MAX_GAP, abs=20)


def test_one_silence_is_enough_where_the_person_was_overdue() -> None:
    patience = PatienceModel(vague_patience())
    silences = Silences()
    heard(silences, patience, 0, 300)
    silences.doubt = Doubt.about(300.0, None, False, 0.5, patience)
    silences.hear(302.5, "reading", 4, 0.0, patience)
    assert silences.doubt.welcome > 0.97


def test_a_moment_is_most_likely_what_the_silence_before_it_was_told_to_be() -> None:
    silences, patience = Silences(), PatienceModel(vague_patience())
    assert silences.offset(400.0, "tea") == 0.0
    silences.hear(400.0, "tea", 1, 400.0, patience)
    soon, later, other = (
        silences.offset(402.5, "tea"),
        silences.offset(430.0, "tea"),
        silences.offset(402.5, "writing"),
    )
    assert soon > later > 0
    assert soon > other > 0
    silences.hear(405.0, "tea", 3, 405.0, patience)
    assert silences.offset(407.5, "tea") == pytest.approx(-soon)
    silences.hear(410.0, "tea", 4, 1.0, patience)
    assert silences.offset(412.5, "tea") == 0.0
    silences.begin_day()
    assert not silences.are_rated(5.0)


def test_timing_learns_at_once_when_a_moment_changes_and_else_now_and_then() -> None:
    silences, patience = Silences(), PatienceModel(vague_patience())
    told = [silences.hear(400.0 + TICK * n, "tea", 1, 400.0, patience) for n in range(int(2 * EVERY / TICK))]
    assert [n * TICK for n, lesson in enumerate(told) if lesson] == [0.0, EVERY]
    assert None in told
    assert silences.hear(440.0, "tea", 3, 440.0, patience) is False
    assert silences.hear(442.5, "tea", 4, 1.0, patience) is None
