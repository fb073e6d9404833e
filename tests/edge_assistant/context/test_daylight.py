"""Where on earth somebody is, when it is light there, and what place a program in front tells of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from edge_assistant.context.daylight import Spot, spot_of, system_zone
from edge_assistant.context.moment import whereabouts
from edge_assistant.context.observation import Observation

MONDAY = datetime(2026, 11, 23, 11)


@pytest.mark.parametrize(
    ("zone", "month", "hour", "light", "southern"),
    [
        ("Europe/Berlin", 11, 18, False, False),
        ("Europe/Berlin", 6, 21, True, False),
        ("Europe/Berlin", 11, 12, True, False),
        ("Australia/Sydney", 12, 19, True, True),
        ("Australia/Sydney", 6, 18, False, True),
        ("America/Argentina/Ushuaia", 12, 21, True, True),
        ("Europe/Oslo", 12, 8, False, False),
        ("Asia/Kolkata", 7, 5, True, False),
    ],
)
def test_light_and_season_follow_from_the_time_zone(
    zone: str, month: int, hour: int, light: bool, southern: bool
) -> None:
    now = datetime(2026, month, 15, hour, 30, tzinfo=ZoneInfo(zone))
    spot = spot_of(now)
    assert spot is not None and spot.is_light(now) is light and spot.southern is southern


def test_what_the_settings_say_goes_before_the_zone() -> None:
    now = datetime(2026, 12, 21, 12, tzinfo=ZoneInfo("Europe/Oslo"))
    tromso = spot_of(now, 69.65, 18.96)
    assert tromso == Spot(69.65, 18.96) and not tromso.is_light(now.replace(hour=8))
    assert spot_of(datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))) is None, "a zone that names no town"
    assert sum(spot_of(datetime(2026, 1, 1, tzinfo=ZoneInfo(name))) is not None for name in available_timezones()) > 300


def test_the_computers_zone_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert system_zone() == "Pacific/Auckland"
    spot = spot_of(datetime(2026, 1, 1))
    assert spot is not None and spot.southern


@pytest.mark.parametrize(
    ("told", "hour", "works_at", "place"),
    [
        (Observation("writing code in an editor", "deep_work", "code"), 11, "", "working"),
        (Observation("writing code in an editor", "deep_work", "code"), 11, "office", "office"),
        (Observation("writing code in an editor", "deep_work", "code"), 21, "", ""),
        (Observation("writing code in an editor", "deep_work", "code", workday_minutes=5.0), 16, "", ""),
        (Observation("writing code in an editor", "deep_work", "code", workday_minutes=90.0), 19, "", "working"),
        (Observation("scrolling through social media", "browsing", "firefox"), 11, "office", ""),
        (Observation("reading on the train", "reading", source="typed"), 11, "", "outside"),
        (Observation("strolling to the kiosk", "walk", source="typed"), 11, "", "outside"),
        (Observation("in the office, tidying my desk", "tidying", source="typed"), 11, "", "office"),
    ],
)
def test_where_somebody_is_as_far_as_it_is_told(told: Observation, hour: int, works_at: str, place: str) -> None:
    assert whereabouts(told, MONDAY.replace(hour=hour), works_at) == place
    weekend = whereabouts(told, MONDAY.replace(day=28, hour=hour), works_at)
    assert weekend == ("" if place == "working" or told.app else place)
