"""What can be brought up when and where, for every season, hemisphere, hour and place rather than for single ideas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from edge_assistant.domain import PLACES, SEASONS, CalendarEntry, Context
from edge_assistant.ranker.fitting import BREAK_AFTER, LONGEST_AT_WORK, LONGEST_BREAK, fitting
from edge_assistant.ranker.ideas import KnowledgeBase, load_packaged

BASE = load_packaged()
OUTSIDE = [PLACES.index(place) for place in ("garden", "outdoors", "out")]
NOON = datetime(2026, 4, 1, 12)


def at(when: datetime = NOON, **given: Any) -> Context:
    return Context(time=when, activity="reading", **given)


def fits(changes: dict[str, Any], context: Context) -> bool:
    plain: dict[str, Any] = {"hours": (), "season": (), "daylight": None, "minutes": 10.0, "place": "home"}
    idea = replace(BASE.ideas[0], **{**plain, "text": "look into the fire", **changes})
    return bool(fitting(KnowledgeBase([idea]), context)[0])


@pytest.mark.parametrize(
    ("hours", "hour", "expected"),
    [
        ((), 3, True),
        ((16.0, 20.5), 16, True),
        ((16.0, 20.5), 21, False),
        ((16.0, 20.5), 15, False),
        ((22.0, 2.0), 23, True),
        ((22.0, 2.0), 1, True),
        ((22.0, 2.0), 12, False),
    ],
)
def test_hours_may_wrap_midnight(hours: tuple[float, ...], hour: int, expected: bool) -> None:
    assert fits({"hours": hours}, at(datetime(2026, 4, 1, hour))) is expected
    assert fits({"hours": (20.25, 20.75)}, at(datetime(2026, 4, 1, 20, 30)))


@pytest.mark.parametrize(
    ("hour", "minutes", "expected"), [(22, 60, True), (23, 60, False), (2, 21, False), (2, 20, True)]
)
def test_nothing_long_is_begun_at_night(hour: int, minutes: float, expected: bool) -> None:
    assert fits({"minutes": minutes}, at(datetime(2026, 4, 1, hour))) is expected


@pytest.mark.parametrize(
    ("hour", "minutes", "expected"), [(18, 90, True), (21, 90, False), (21, 10, True), (2, 10, False)]
)
def test_nobody_is_sent_to_the_kitchen_at_night(hour: int, minutes: float, expected: bool) -> None:
    when = at(datetime(2026, 4, 1, hour))
    assert fits({"place": "kitchen", "minutes": minutes}, when) is expected
    assert fits({"place": "kitchen", "minutes": minutes, "hours": (0.5, 23.5)}, when), "an idea's own hours go first"


@pytest.mark.parametrize(
    ("month", "north", "south"),
    [
        (12, "winter", "summer"),
        (2, "winter", "summer"),
        (3, "spring", "autumn"),
        (8, "summer", "winter"),
        (11, "autumn", "spring"),
    ],
)
def test_seasons_turn_with_the_hemisphere(month: int, north: str, south: str) -> None:
    for season in SEASONS:
        when = datetime(2026, month, 1, 12)
        assert fits({"season": (season,)}, at(when)) is (season == north)
        assert fits({"season": (season,)}, at(when, southern=True)) is (season == south)


def test_light_counts_where_it_is_known() -> None:
    asked = [(need, light) for need in (True, False, None) for light in (True, False, None)]
    assert [fits({"daylight": need}, at(light=light)) for need, light in asked] == [
        True, False, True, False, True, True, True, True, True
    ]  # fmt: skip


@pytest.mark.parametrize("southern", [False, True])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("hour", [0, 5, 6, 12, 18, 20, 21, 23])
def test_nobody_is_sent_into_a_dark_garden_or_out_at_night(month: int, hour: int, southern: bool) -> None:
    """Whatever the season: tomatoes are not staked at night, and walks are not proposed at two in the morning."""
    found = fitting(BASE, at(datetime(2026, month, 15, hour), light=False, southern=southern))
    assert found.any()
    assert not (found & (BASE.place_index == PLACES.index("garden")) & (BASE.daylight != -1)).any()
    night = not 7 <= hour < 21
    unsaid = np.array([not idea.hours for idea in BASE.ideas])
    assert not night or not (found & np.isin(BASE.place_index, OUTSIDE) & unsaid & (BASE.daylight != -1)).any()


def test_what_takes_longer_than_there_is_time_is_held_back() -> None:
    def meeting(minutes: float, **how: Any) -> CalendarEntry:
        start = NOON + timedelta(minutes=minutes)
        return CalendarEntry("Meeting", start, start + timedelta(hours=1), **how)

    for minutes in (5, 12, 45):
        found = fitting(BASE, at(calendar=(meeting(200), meeting(minutes))))
        assert found.any() and BASE.minutes[found].max() <= minutes
    for entry in (meeting(5, busy=False), meeting(5, all_day=True), meeting(-5)):
        assert BASE.minutes[fitting(BASE, at(calendar=(entry,)))].max() > 60, "content, or in the past: no limit"


def test_work_leaves_time_for_short_things_at_hand() -> None:
    found = fitting(BASE, at(place="working"))
    assert found.any() and not np.isin(BASE.place_index[found], OUTSIDE).any()
    assert BASE.minutes[found].max() <= LONGEST_AT_WORK
    rooms = found & np.isin(BASE.place_index, [PLACES.index("home"), PLACES.index("kitchen")])
    assert BASE.minutes[rooms].max() <= LONGEST_BREAK
    tired = fitting(BASE, at(place="working", stretch_minutes=BREAK_AFTER))
    outside = tired & np.isin(BASE.place_index, OUTSIDE)
    assert outside.any() and BASE.minutes[outside].max() <= LONGEST_BREAK, "a pause may be outside"


@pytest.mark.parametrize(
    ("place", "never"), [("office", ("home", "kitchen", "garden")), ("outside", ("home", "kitchen", "garden", "desk"))]
)
def test_what_belongs_elsewhere_is_held_back(place: str, never: tuple[str, ...]) -> None:
    found = fitting(BASE, at(place=place))
    assert found.any()
    assert not {BASE.ideas[index].place for index in np.flatnonzero(found)} & set(never)
    assert fits({"place": ""}, at(place=place)), "an own thing of which nobody knows where"


@pytest.mark.parametrize(
    ("hour", "place", "expected"), [(22, "", False), (5, "", False), (12, "", True), (12, "office", False)]
)
def test_noise_waits_for_its_hours(hour: int, place: str, expected: bool) -> None:
    when = datetime(2026, 4, 1, hour)
    assert fits({"text": "hammer the loose nail back in", "place": "anywhere"}, at(when, place=place)) is expected
    assert fits({"text": "read the loose page again", "place": "anywhere"}, at(when, place=place))
