"""Going away and coming back, long stretches of the same work, the end of the working day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge_assistant.context.hub import Hub
from edge_assistant.context.moment import context_of
from edge_assistant.context.observation import Observation
from edge_assistant.context.presence import BACK_MINUTES
from edge_assistant.context.sources.activitywatch import ActivityWatchSource
from edge_assistant.context.sources.clock import ClockSource
from edge_assistant.context.sources.idle import DesktopIdle
from edge_assistant.context.sources.typed import TypedSource
from edge_assistant.context.stretches import ClassStretch, Workday
from edge_assistant.domain import CalendarEntry
from tests.edge_assistant.context.activitywatch_servers import feed, window

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


class Desk:
    """A source that tells what it is given."""

    name, every, patience = "desk", 0.0, 5.0

    def __init__(self) -> None:
        self.told = Observation()

    def observe(self, now: datetime) -> Observation:
        return self.told


CODING = Observation(activity="writing code", kind="deep_work", since=NOON, idle_seconds=3.0, presence="here")


def away(minutes: float) -> Observation:
    return Observation(idle_seconds=minutes * 60, presence="away", confidence=0.0)


def test_an_absence_is_no_activity_and_a_return_is_told_with_its_length() -> None:
    desk = Desk()
    hub = Hub([desk, ClockSource()])
    desk.told = CODING
    assert hub.context(NOON).observation.presence == "here"
    for minutes in (7.5, 10, 12.5):
        desk.told = away(minutes - 2.5)
        told = hub.context(later(minutes)).observation
        assert (told.presence, told.activity, told.kind) == ("away", "", "unknown")
        assert told.away_minutes == minutes - 2.5
    desk.told = CODING
    for minutes in (15, 17.5):
        told = hub.context(later(minutes)).observation
        assert (told.presence, told.away_minutes, told.activity) == ("back", 12.5, "writing code")
        assert told.since == later(15)
    told = hub.context(later(15 + BACK_MINUTES)).observation
    assert (told.presence, told.away_minutes, told.since) == ("here", 0.0, later(15))


def test_a_short_absence_is_none_to_come_back_from() -> None:
    desk = Desk()
    hub = Hub([desk], away_minutes=15)
    for minutes, told in ((0, CODING), (7.5, away(5)), (10, CODING)):
        desk.told = told
        presence = hub.context(later(minutes)).observation.presence
    assert presence == "here"


def test_a_computer_that_slept_was_left_alone() -> None:
    desk = Desk()
    hub = Hub([desk])
    desk.told = CODING
    hub.context(NOON)
    told = hub.context(later(95)).observation
    assert (told.presence, told.away_minutes) == ("back", 95.0)


def test_a_clock_that_is_set_back_ends_no_absence() -> None:
    desk = Desk()
    hub = Hub([desk])
    desk.told = away(60)
    hub.context(NOON)
    desk.told = CODING
    told = hub.context(later(-600)).observation
    assert (told.presence, told.away_minutes) == ("here", 0.0)


@pytest.mark.parametrize(
    ("told", "presence"),
    [
        ([away(10)], "away"),
        ([away(10), Observation(idle_seconds=4.0)], "here"),
        ([away(10), Observation(idle_seconds=170.0)], "away"),
        ([away(10), Observation(presence="here")], "here"),
        ([Observation(idle_seconds=170.0)], "here"),
        ([Observation(activity="writing")], ""),
    ],
)
def test_one_sign_of_life_is_enough(told: list[Observation], presence: str) -> None:
    desks = []
    for number, each in enumerate(told):
        desk = Desk()
        desk.name, desk.told = f"desk {number}", each
        desks.append(desk)
    assert Hub(desks).context(NOON).observation.presence == presence


def test_who_reads_beside_the_computer_and_said_so_is_there_for_a_while() -> None:
    typed = TypedSource(half_life_minutes=30)
    hub = Hub([typed, DesktopIdle(5.0, (lambda: 3000.0,)), ClockSource()])
    typed.tell("reading a novel", NOON)
    said = [hub.context(later(minutes)).observation for minutes in (10, 20, 40)]
    assert [told.presence for told in said] == ["here", "here", "away"]
    assert [told.activity for told in said] == ["reading a novel", "reading a novel", ""]


def test_a_day_at_a_real_activitywatch(server: int, watch: Any) -> None:
    here, gone = {"status": "not-afk"}, {"status": "afk"}
    feed(watch, "window", (60, 150, window("Code")), now=NOON)  # the window stays open while its owner is at lunch
    feed(watch, "afk", (60, 70, here), (-10, 40, gone), (-50, 40, here), now=NOON)
    hub = Hub([ActivityWatchSource("127.0.0.1", server), ClockSource()])
    said = {m: hub.context(later(m)).observation for m in (0, 10, 15, 30, 45, 52.5, 55, 60, 70, 80)}
    assert [said[m].presence for m in said] == ["here"] * 2 + ["away"] * 3 + ["back"] * 2 + ["here"] * 3
    assert {told.activity for told in said.values()} == {"writing code in an editor", ""}
    assert said[45].away_minutes == 35 and said[52.5].away_minutes == 42.5
    assert said[80].since == later(52.5) and said[10].stretch_minutes == 70 and said[80].stretch_minutes == 27.5


# -- stretches --------------------------------------------------------------------------------------------------------


def stretch(*looks: tuple[float, str]) -> list[float]:
    """Minutes of the stretch at each look, given by its minute and class; 'away' is nobody."""
    follow = ClassStretch().follow
    told = [Observation(presence="away") if kind == "away" else Observation(kind=kind) for _, kind in looks]
    return [follow(later(minute), each) for (minute, _), each in zip(looks, told, strict=True)]


def every(begin: float, end: float, kind: str) -> list[tuple[float, str]]:
    steps = int((end - begin) / 2.5)
    return [(begin + 2.5 * step, kind) for step in range(steps + 1)]


def test_a_stretch_goes_on_over_glances_and_ends_with_a_pause() -> None:
    work = every(0, 60, "deep_work")
    assert stretch(*work)[-1] == 60
    assert stretch(*work, (62.5, "mail"), (65, "deep_work"))[-2:] == [62.5, 65]
    assert stretch(*work, (62.5, "unknown"), (65, "deep_work"))[-1] == 65
    assert stretch(*work, (62.5, "away"), (65, "deep_work"))[-1] == 65
    assert stretch(*work, *every(62.5, 75, "away"), (77.5, "deep_work"))[-2:] == [0.0, 0.0]
    assert stretch(*work, *every(62.5, 75, "gaming"))[-1] == 7.5
    assert stretch(*work, *every(62.5, 75, "mail"))[-1] == 75, "all work is one"
    assert stretch(*every(0, 60, "media"), (62.5, "deep_work"))[-1] == 0.0
    assert stretch(*work, (300, "deep_work"))[-1] == 0.0
    assert stretch(*work, (-300, "deep_work"))[-1] == 0.0


def test_what_a_source_knows_of_the_time_before_the_first_look_counts() -> None:
    assert ClassStretch().follow(later(40), Observation(kind="study", since=NOON)) == 40


# -- the working day --------------------------------------------------------------------------------------------------

WORKING = Observation(kind="routine_work", presence="here")
HOME = Observation(kind="media", presence="here")


def a_day(workday: Workday, date: datetime, until: float, kind: Observation = WORKING) -> None:
    """A day that is worked from nine until an hour."""
    now = date.replace(hour=9, minute=0)
    while now <= date.replace(hour=0, minute=0) + timedelta(hours=until):
        workday.follow(now, kind)
        now += timedelta(minutes=2.5)


def test_the_end_of_the_working_day_is_as_it_mostly_was() -> None:
    workday = Workday()
    for day, until in ((1, 17), (2, 17.5), (3, 18.5)):
        a_day(workday, NOON.replace(day=day), until)
    monday = NOON.replace(day=9, hour=9, minute=0)
    assert workday.follow(monday, HOME) is None  # nothing was worked yet
    assert workday.follow(monday, WORKING) is None
    assert workday.follow(monday + timedelta(minutes=2.5), WORKING) == pytest.approx(8.5 * 60 - 2.5)
    kept = json.loads(json.dumps(workday.get_state()))
    again = Workday()
    again.set_state(kept)
    again.follow(monday + timedelta(minutes=60), WORKING)
    assert again.follow(monday + timedelta(minutes=62.5), WORKING) == pytest.approx(8.5 * 60 - 62.5)
    evening = monday.replace(hour=17, minute=45)
    assert again.follow(evening, WORKING) == 0.0
    assert again.follow(evening.replace(hour=20), HOME) is None


def test_a_day_off_is_no_working_day() -> None:
    workday = Workday()
    for day in (1, 2, 3):
        a_day(workday, NOON.replace(day=day), 17)
        a_day(workday, NOON.replace(day=day + 10), 17, HOME)
    assert workday.get_state()["ended"] == [17.0, 17.0, 17.0]
    assert workday.follow(NOON.replace(day=20), HOME) is None


def test_what_the_person_said_of_the_working_day_counts_on_weekdays() -> None:
    workday = Workday(ends=16.5)
    assert workday.follow(NOON.replace(hour=16), HOME) == 30.0
    assert workday.follow(NOON.replace(hour=17), HOME) == 0.0
    assert workday.follow(NOON.replace(hour=18), HOME) is None
    assert workday.follow(NOON.replace(day=28, hour=16), WORKING) is None  # a Saturday


# -- what a decision may know -----------------------------------------------------------------------------------------


def test_a_context_has_the_next_appointment_and_all_the_minutes() -> None:
    soon = CalendarEntry("Dentist", later(25), later(55))
    told = Observation(
        activity="writing",
        next_event=soon,
        presence="back",
        away_minutes=12.0,
        stretch_minutes=3.0,
        workday_minutes=90.0,
    )
    context = context_of(told, NOON, later(-4), 200.0, "", False)
    assert (context.next_title, context.next_minutes, context.activity_minutes) == ("Dentist", 25.0, 4.0)
    assert (context.presence, context.away_minutes, context.stretch_minutes) == ("back", 12.0, 3.0)
    assert (context.workday_minutes, context.awake_minutes) == (90.0, 200.0)
    bare = context_of(Observation(), NOON, NOON, 0.0)
    assert (bare.presence, bare.next_title, bare.next_minutes, bare.workday_minutes) == ("here", "", None, None)
