"""Moments and spans as people type them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tui.client.when import parse_minutes, parse_moment

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("15", 15), ("in 20", 20), ("90 min", 90), ("2 h", 120), ("2h", 120), ("1.5 hours", 90), ("1,5 h", 90)],
)
def test_spans(text: str, minutes: float) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "0", "-5", "200 h", "2 days", "1 1"])
def test_what_is_no_span(text: str) -> None:
    assert parse_minutes(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:30", NOW.replace(hour=18, minute=30)),
        ("18.30", NOW.replace(hour=18, minute=30)),
        ("9", NOW.replace(hour=21, minute=0)),
        ("14:30", NOW + timedelta(days=1)),
        ("tomorrow 9", NOW.replace(hour=9, minute=0) + timedelta(days=1)),
        ("tomorrow 15:00", NOW.replace(hour=15, minute=0) + timedelta(days=1)),
        ("at 6 pm", NOW.replace(hour=18, minute=0)),
        ("12 am", NOW.replace(hour=0, minute=0) + timedelta(days=1)),
        ("in 20 min", NOW + timedelta(minutes=20)),
        ("2 h", NOW + timedelta(hours=2)),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    assert parse_moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "later", "25:00", "18:75", "today 9 am", "13 pm", "in a while"])
def test_what_is_no_moment(text: str) -> None:
    assert parse_moment(text, NOW) is None
