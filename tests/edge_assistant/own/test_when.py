"""Times as people write them beside what they want to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.own.dates import TimeError
from edge_assistant.own.when import split_time

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 12, 1, 14, 0, tzinfo=BERLIN)

DAYS = (
    ("buy milk tomorrow", "buy milk", "2026-12-02"),
    ("tomorrow buy milk", "buy milk", "2026-12-02"),
    ("buy milk today", "buy milk", "2026-12-01"),
    ("buy eggs the day after tomorrow", "buy eggs", "2026-12-03"),
    ("meet Ann on Friday", "meet Ann", "2026-12-04"),
    ("meet Ann next Friday", "meet Ann", "2026-12-11"),
    ("by Friday finish the essay", "finish the essay", "2026-12-04"),
    ("call on Tuesday", "call", "2026-12-08"),
    ("clean up this weekend", "clean up", "2026-12-05"),
    ("plan the trip next week", "plan the trip", "2026-12-07"),
    ("report by the end of next week", "report", "2026-12-11"),
    ("send the report end of the month", "send the report", "2026-12-31"),
    ("call Bob in 3 days", "call Bob", "2026-12-04"),
    ("call Bob in two weeks", "call Bob", "2026-12-15"),
    ("email Tom 3 days from now", "email Tom", "2026-12-04"),
    ("run 10 km by March", "run 10 km", "2027-03-01"),
    ("run 10 km by the end of March", "run 10 km", "2027-03-31"),
    ("do the taxes in May", "do the taxes", "2027-05-31"),
    ("learn Thai by summer", "learn Thai", "2027-06-01"),
    ("finish the scarf by Christmas", "finish the scarf", "2026-12-24"),
    ("file the taxes by 31 May", "file the taxes", "2027-05-31"),
    ("book the flight on the 24th of December", "book the flight", "2026-12-24"),
    ("book the flight March 5th 2027", "book the flight", "2027-03-05"),
    ("book the flight 2027-03-12", "book the flight", "2027-03-12"),
    ("book the flight 12.3.", "book the flight", "2027-03-12"),
    ("file the taxes 5/31", "file the taxes", "2027-05-31"),
    ("pay the rent on the 1st", "pay the rent", "2026-12-01"),
    ("celebrate on 29 February", "celebrate", "2028-02-29"),
)

MOMENTS = (
    ("call mum at 6 pm", "call mum", "2026-12-01T18:00:00+01:00"),
    ("at 6 pm to call mum", "call mum", "2026-12-01T18:00:00+01:00"),
    ("call mum at 6", "call mum", "2026-12-01T18:00:00+01:00"),
    ("call mum at 6pm tomorrow", "call mum", "2026-12-02T18:00:00+01:00"),
    ("tomorrow call mum at 6", "call mum", "2026-12-02T18:00:00+01:00"),
    ("call mum at 18:30", "call mum", "2026-12-01T18:30:00+01:00"),
    ("call mum at 9:15 am", "call mum", "2026-12-02T09:15:00+01:00"),
    ("call mum at 1 pm", "call mum", "2026-12-02T13:00:00+01:00"),
    ("leave at 00:30", "leave", "2026-12-02T00:30:00+01:00"),
    ("dinner at eight", "dinner", "2026-12-01T20:00:00+01:00"),
    ("read at half past six", "read", "2026-12-01T18:30:00+01:00"),
    ("read at quarter to 7", "read", "2026-12-01T18:45:00+01:00"),
    ("meet Ann Friday at noon", "meet Ann", "2026-12-04T12:00:00+01:00"),
    ("call the bank tomorrow morning at 8", "call the bank", "2026-12-02T08:00:00+01:00"),
    ("take the bread out in 20 min", "take the bread out", "2026-12-01T14:20:00+01:00"),
    ("in 2 hours call Bob", "call Bob", "2026-12-01T16:00:00+01:00"),
    ("ring in half an hour", "ring", "2026-12-01T14:30:00+01:00"),
    ("drink something in 2 hours and 30 minutes", "drink something", "2026-12-01T16:30:00+01:00"),
    ("dentist on 12 January at 10:30", "dentist", "2027-01-12T10:30:00+01:00"),
)

REPEATS = (
    ("water the plants every Monday", "weekly mon", "2026-12-07", ""),
    ("every Monday water the plants", "weekly mon", "2026-12-07", ""),
    ("gym on Mondays", "weekly mon", "2026-12-07", ""),
    ("gym every Monday and Thursday at 7 am", "weekly mon thu", "2026-12-03", "07:00"),
    ("standup on weekdays at 9:15", "weekdays", "2026-12-02", "09:15"),
    ("stretch daily", "daily", "2026-12-01", ""),
    ("stretch every morning", "daily", "2026-12-01", ""),
    ("every 3 days water the orchid", "every 3 days", "2026-12-01", ""),
    ("swim every other day", "every 2 days", "2026-12-01", ""),
    ("pay the rent monthly", "monthly", "2026-12-01", ""),
)


@pytest.mark.parametrize(("text", "rest", "day"), DAYS)
def test_a_day_is_told_from_what_is_to_be_done(text: str, rest: str, day: str):
    found, when = split_time(text, TUESDAY)
    assert (found, str(when.day), when.at) == (rest, day, None)


@pytest.mark.parametrize(("text", "rest", "moment"), MOMENTS)
def test_an_hour_is_told_from_what_is_to_be_done(text: str, rest: str, moment: str):
    found, when = split_time(text, TUESDAY)
    assert (found, when.at) == (rest, datetime.fromisoformat(moment))
    assert when.day == when.at.date()


@pytest.mark.parametrize(("text", "repeat", "day", "hour"), REPEATS)
def test_a_repetition_has_a_first_day(text: str, repeat: str, day: str, hour: str):
    _, when = split_time(text, TUESDAY)
    assert (when.repeat, str(when.day), f"{when.at:%H:%M}" if when.at else "") == (repeat, day, hour)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sleep at 25:00", "'at 25:00' is not a time of day"),
        ("sleep at 18:75", "'at 18:75' is not a time of day"),
        ("sleep at 13 pm", "'at 13 pm' is not a time of day"),
        ("sleep at 9 am today", "has passed"),
        ("meet yesterday", "'yesterday' has passed"),
        ("meet 3 days ago", "'3 days ago' has passed"),
        ("meet 2026-11-01", "'2026-11-01' has passed"),
        ("do it on 31 February", "'31 february' is not a date"),
        ("taxes 12/5", "could be 12 May or 5 December"),
        ("feed the cat every hour", "'every hour' is too often"),
    ],
)
def test_a_time_that_cannot_be_is_told_in_one_line(text: str, told: str):
    with pytest.raises(TimeError, match=told) as error:
        split_time(text, TUESDAY)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["buy milk", "read chapter 5", "watch 1984", "write to May", "weekly report", "buy the Sunday paper", "run 10 km"],
)
def test_what_only_looks_like_a_time_is_part_of_the_text(text: str):
    found, when = split_time(text, TUESDAY)
    assert found == text
    assert not when


def test_hours_are_those_of_the_persons_clock_on_that_day():
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)  # the clocks go back in the night
    _, when = split_time("call mum tomorrow at 9 am", saturday)
    assert when.at.astimezone(UTC) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    before = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN)
    _, span = split_time("look in 2 hours", before)
    assert span.at.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=2)
    _, dark = split_time("call mum tomorrow at 9 am", datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN))
    assert dark.at.astimezone(UTC) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
