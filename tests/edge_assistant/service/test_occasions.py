"""A pause after long work, and what the person has told in the first days, at boundaries and never in a talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from edge_assistant.context.observation import Observation
from edge_assistant.service.occasions import ENOUGH, LATE, LONG_WORK, pauses
from edge_assistant.service.rpc.protocol import Entry
from tests.edge_assistant.service.conftest import TICK, Open, Person

WORKING = "writing code in an editor"


@pytest.fixture
def quiet(open_core: Open) -> Person:
    """Somebody to whom nothing is said that was merely learned."""
    person = open_core()
    person.core.call("settings.set", {"section": "costs", "field": "false_alarm", "value": 50.0})
    return person


def live(
    person: Person, minutes: float, activity: str = WORKING, stretch: bool = True, **seen: Any
) -> list[tuple[float, Entry]]:
    """Ticks of one activity; whether they are one stretch of work."""
    said, begun = [], person.clock.now()
    for _ in range(round(minutes / TICK)):
        now = person.clock.forward(minutes=TICK)
        length = (now - begun).total_seconds() / 60 if stretch else 0.0
        person.sources.observation = Observation(activity, since=begun, stretch_minutes=length, **seen)
        entry = person.core.tick()
        if entry is not None:
            said.append((length, entry))
    return said


def test_a_pause_is_due_once_after_long_work_and_why_says_so(quiet: Person) -> None:
    base = quiet.core.service.assistant.base
    said = live(quiet, 4 * 60)
    assert [round(length) for length, _ in said] == [LONG_WORK]
    assert pauses(quiet.core.service.assistant.learner)[base.index(said[0][1].idea)]
    why = quiet.core.call("why", {"id": said[0][1].id})
    assert "worked for 90 minutes" in why["context"]["said now because"]
    assert not any("chance" in line for line in why["silent_if"])


@pytest.mark.parametrize(("taken", "again"), [(True, 1), (False, 0)])
def test_a_pause_that_was_not_taken_is_not_suggested_again_soon(quiet: Person, taken: bool, again: int) -> None:
    ((_, entry),) = live(quiet, LONG_WORK + 20)
    if taken:
        quiet.core.call("feedback", {"id": entry.id, "reaction": "accepted"})
    live(quiet, 60, "watering the plants", stretch=False)
    assert len(live(quiet, LONG_WORK + 20)) == again


def test_how_long_is_long_is_learned(open_core: Open, quiet: Person) -> None:
    for _ in range(ENOUGH):
        live(quiet, 65)
        live(quiet, 10, "making tea", stretch=False)
    again = open_core(quiet.clock.now() + timedelta(minutes=5))
    again.core.call("settings.set", {"section": "costs", "field": "false_alarm", "value": 50.0})
    said = live(again, 3 * 60)
    assert [round(length, 1) for length, _ in said] == [65.0], "kept over a restart"


def test_what_was_told_is_taken_up_at_a_return_and_not_in_a_meeting(quiet: Person) -> None:
    like = "bake bread with a crust of bread crumbs"
    quiet.core.call("setup.save", {"likes": [like]})
    assert not live(quiet, 30, stretch=False)
    assert not live(quiet, LATE + 30, "in a video meeting", stretch=False)
    (_, entry), *_ = live(quiet, 5, stretch=False, presence="back")
    why = quiet.core.call("why", {"id": entry.id})["context"]
    assert f"'{like}', which you like" in why["said now because"] and why["about what you like"] == like
    assert quiet.core.call("status")["likes"] == [like]


def test_no_more_is_taken_up_in_a_day_than_was_asked_for(quiet: Person) -> None:
    quiet.core.call("setup.save", {"likes": ["baking bread", "birds", "running"], "per_day": 1})
    activities = (f"tidying drawer {number}" for number in range(10))
    assert len([said for activity in activities for said in live(quiet, 60, activity, stretch=False)]) == 1


@pytest.mark.parametrize("level", ["rare", "off"])
def test_who_wants_it_rare_hears_only_what_is_likely_to_please(quiet: Person, level: str) -> None:
    quiet.core.call("setup.save", {"likes": ["baking bread"], "level": level})
    assert not live(quiet, 4 * 60)
