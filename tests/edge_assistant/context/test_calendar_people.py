"""What a calendar means for a person: whole days, invitations, chores, and times that are told with their day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from edge_assistant.context.local_time import spoken, spoken_day
from edge_assistant.context.observation import Observation
from edge_assistant.context.sources.calendar import CalendarSource

NOW = datetime(2026, 5, 6, 15, 0)  # a Wednesday


def look(tmp_path: Path, *lines: str, head: str = "", own: tuple[str, ...] = (), now: datetime = NOW) -> Observation:
    body = "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"])
    (tmp_path / "mine.ics").write_text(f"BEGIN:VCALENDAR\r\n{head}{body}\r\nEND:VCALENDAR\r\n", newline="")
    told = CalendarSource([tmp_path], own).observe(now)
    return told if told is not None else Observation()


NOON = ("DTSTART:20260506T143000", "DTEND:20260506T160000")

WHOLE_DAYS = {
    "ends as it starts": ("DTSTART;VALUE=DATE:20260506", "DTEND;VALUE=DATE:20260506"),
    "ends the next day": ("DTSTART;VALUE=DATE:20260506", "DTEND;VALUE=DATE:20260507"),
    "has no end": ("DTSTART;VALUE=DATE:20260506",),
    "says no value": ("DTSTART:20260506", "DURATION:P1D"),
    "from midnight to midnight": ("DTSTART:20260506T000000", "DTEND:20260507T000000"),
    "by an office program": (
        "DTSTART:20260506T000000",
        "DTEND:20260506T235900",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ),
    "each year, ends as it starts": (
        "DTSTART;VALUE=DATE:20210506",
        "DTEND;VALUE=DATE:20210506",
        "RRULE:FREQ=YEARLY",
    ),
}


@pytest.mark.parametrize("lines", WHOLE_DAYS.values(), ids=WHOLE_DAYS.keys())
@pytest.mark.parametrize("claimed", [True, False])
def test_a_whole_day_is_content_and_busy_only_where_it_says_so(
    tmp_path: Path, lines: tuple[str, ...], claimed: bool
) -> None:
    told = look(tmp_path, "SUMMARY:Moving flats", *lines, *(["TRANSP:OPAQUE"] if claimed else []))
    (entry,) = told.calendar
    assert entry.all_day and entry.title == "Moving flats" and entry.busy is claimed
    assert told.activity == "" and told.next_event is None and told.left_out == ()
    assert told.blocked == ("the calendar says busy all day (Moving flats)" if claimed else "")


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:Ana's birthday",),
        ("SUMMARY:Geburtstag von Opa",),
        ("SUMMARY:Ana", "CATEGORIES:Birthday"),
        ("SUMMARY:30th wedding anniversary",),
        ("SUMMARY:Spring bank holiday",),
        ("SUMMARY:Tag der Arbeit", "CATEGORIES:Red,Feiertag"),
    ],
)
def test_nobody_is_busy_with_a_birthday_whatever_its_calendar_says(tmp_path: Path, lines: tuple[str, ...]) -> None:
    told = look(tmp_path, *lines, "DTSTART;VALUE=DATE:20010506", "RRULE:FREQ=YEARLY", "TRANSP:OPAQUE")
    assert len(told.calendar) == 1 and not told.calendar[0].busy and told.blocked == ""


@pytest.mark.parametrize(
    ("lines", "mutes"),
    [
        (("SUMMARY:Take the bins out", "DURATION:PT10M"), False),
        (("SUMMARY:Water the tomatoes", "DURATION:PT15M", "TRANSP:OPAQUE"), False),
        (("SUMMARY:Pill", "DURATION:PT0S"), False),
        (("SUMMARY:Pay rent",), False),
        (("SUMMARY:Feed the cat", "DURATION:PT5M", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"), False),
        (("SUMMARY:Stand-up", "DURATION:PT15M"), True),
        (("SUMMARY:Call the bank", "DURATION:PT10M"), True),
        (("SUMMARY:Handover", "DURATION:PT10M", "ATTENDEE:mailto:lee@example.org"), True),
        (("SUMMARY:Iron shirts", "DURATION:PT40M"), True),
    ],
)
def test_a_short_chore_does_not_mute(tmp_path: Path, lines: tuple[str, ...], mutes: bool) -> None:
    told = look(tmp_path, "DTSTART:20260506T150000", *lines)
    assert bool(told.blocked) is mutes
    assert len(told.calendar) == 1 and told.calendar[0].busy is mutes
    before = look(tmp_path, "DTSTART:20260506T150000", *lines, now=NOW.replace(hour=14))
    assert before.next_event.title == told.calendar[0].title


KIM = "kim@example.org"
INVITATIONS = {
    "by a setting": ((f"ATTENDEE;PARTSTAT=DECLINED:mailto:{KIM}",), (KIM,), "", False),
    "in capitals": (("ATTENDEE;PARTSTAT=declined:MAILTO:Kim@Example.org",), ("mailto:kim@EXAMPLE.org",), "", False),
    "by the calendar's name": ((f"ATTENDEE;PARTSTAT=DECLINED:mailto:{KIM}",), (), f"X-WR-CALNAME:{KIM}\r\n", False),
    "by a parameter": ((f"ATTENDEE;EMAIL={KIM};PARTSTAT=DECLINED:urn:uuid:77",), (KIM,), "", False),
    "handed to somebody else": (
        (f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:a@b.c":mailto:{KIM}', "ATTENDEE:mailto:a@b.c"),
        ("other@example.org", KIM),
        "",
        False,
    ),
    "somebody else has": (("ATTENDEE;PARTSTAT=DECLINED:mailto:lee@example.org",), (KIM,), "", True),
    "not answered": ((f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{KIM}",), (KIM,), "", True),
    "accepted": ((f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{KIM}",), (KIM,), "", True),
    "nobody knows who one is": ((f"ATTENDEE;PARTSTAT=DECLINED:mailto:{KIM}",), (), "X-WR-CALNAME:Work\r\n", True),
}


@pytest.mark.parametrize(("lines", "own", "head", "busy"), INVITATIONS.values(), ids=INVITATIONS.keys())
def test_a_declined_invitation_keeps_nobody_busy(
    tmp_path: Path, lines: tuple[str, ...], own: tuple[str, ...], head: str, busy: bool
) -> None:
    told = look(tmp_path, "SUMMARY:Budget round", *NOON, "STATUS:CONFIRMED", *lines, head=head, own=own)
    assert bool(told.blocked) is busy and bool(told.activity) is busy
    before = look(tmp_path, "SUMMARY:Budget round", *NOON, *lines, head=head, own=own, now=NOW.replace(hour=9))
    assert (before.next_event is not None) is busy


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("SUMMARY:Sync", "SUMMARY:Abgleich"), "Sync"),
        (("SUMMARY;LANGUAGE=fr:R\u00e9union", "SUMMARY;LANGUAGE=en:Meeting"), "R\u00e9union"),
        (("SUMMARY:a", "SUMMARY:b", "SUMMARY:c"), "a"),
        (("SUMMARY:Lunch\\, with \\nLee", "SUMMARY:x"), "Lunch, with Lee"),
        (("DESCRIPTION:d", "SUMMARY;X-A=1:One", "DTSTART:20200101T000000", "SUMMARY:Two"), "One"),
    ],
)
def test_of_several_titles_one_is_shown_as_text(tmp_path: Path, lines: tuple[str, ...], title: str) -> None:
    told = look(tmp_path, *NOON, *lines)
    assert [entry.title for entry in told.calendar] == [title]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("DTEND:20260506T160000", "busy until 16:00 (Fair)"),
        ("DTEND:20260507T110000", "busy until tomorrow 11:00 (Fair)"),
        ("DTEND:20260509T120000", "busy until Saturday 12:00 (Fair)"),
        ("DTEND:20260520T180000", "busy until 20 May 18:00 (Fair)"),
        ("DURATION:P1DT2H", "busy until tomorrow 16:30 (Fair)"),
    ],
)
def test_what_ends_on_another_day_is_told_with_its_day(tmp_path: Path, end: str, said: str) -> None:
    told = look(tmp_path, "SUMMARY:Fair", "DTSTART:20260506T143000", end)
    assert told.blocked == f"the calendar says {said}"


def test_days_that_are_claimed_in_a_row_are_told_with_their_last(tmp_path: Path) -> None:
    lines = ("SUMMARY:Hike", "DTSTART;VALUE=DATE:20260505", "TRANSP:OPAQUE")
    assert look(tmp_path, *lines, "DTEND;VALUE=DATE:20260509").blocked.startswith(
        "the calendar says busy all day, until Friday"
    )
    assert look(tmp_path, *lines, "DTEND;VALUE=DATE:20260507").blocked == "the calendar says busy all day (Hike)"


def test_moments_are_spoken_as_seen_from_today() -> None:
    times = [datetime(2026, 5, day, 8, 5) for day in (5, 6, 7, 8, 12, 13)]
    said = [spoken(NOW, time) for time in times]
    assert said == ["yesterday 08:05", "08:05", "tomorrow 08:05", "Friday 08:05", "Tuesday 08:05", "13 May 08:05"]
    assert [spoken_day(NOW, time) for time in times[1:3]] == ["today", "tomorrow"]
