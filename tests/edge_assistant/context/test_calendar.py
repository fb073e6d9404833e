"""Real ICS files: repeated, whole-day, moved, cancelled and damaged events, time zones and changes of the clock."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.context.calendars import files, text
from edge_assistant.context.calendars.text import CalendarText
from edge_assistant.context.hub import Hub
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import SourceError
from edge_assistant.context.sources.calendar import CalendarSource
from edge_assistant.domain import CalendarEntry

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = datetime(2026, 11, 24, 9, 0)


def calendar(*events: str, head: str = "") -> str:
    """A calendar file; each event is given by its lines."""
    blocks = [f"BEGIN:VEVENT\nUID:event-{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tests//EN\n{head}{''.join(blocks)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Observation | None]:
    """Write a calendar of some events and look at it at a moment."""

    def act(now: datetime, *events: str, head: str = "") -> Observation | None:
        path = tmp_path / "calendar.ics"
        path.write_text(calendar(*events, head=head), encoding="utf-8", newline="")
        return CalendarSource([path]).observe(now)

    return act


Look = Callable[..., Observation | None]

SYNC = "SUMMARY:Team sync\nDTSTART:20261124T100000\nDTEND:20261124T103000"


def test_a_busy_appointment_blocks_from_its_start_until_its_end(look: Look) -> None:
    for minute, blocked in ((59, False), (60, True), (89, True), (90, False)):
        now = TUESDAY + timedelta(minutes=minute)
        told = look(now, SYNC)
        assert bool(told.blocked) is blocked
        assert told.calendar == (
            CalendarEntry("Team sync", TUESDAY.replace(hour=10), TUESDAY.replace(hour=10, minute=30)),
        )
        assert (told.next_event is None) is (minute >= 60)
    inside = look(TUESDAY.replace(hour=10, minute=5), SYNC)
    assert inside.blocked == "the calendar says busy until 10:30 (Team sync)"
    assert (inside.activity, inside.kind, inside.since) == ("in a meeting", "meeting", TUESDAY.replace(hour=10))


@pytest.mark.parametrize(
    ("line", "busy"),
    [
        ("TRANSP:OPAQUE", True),
        ("TRANSP:TRANSPARENT", False),
        ("TRANSP:transparent", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", True),
        ("STATUS:TENTATIVE", True),
        ("STATUS:CONFIRMED", True),
    ],
)
def test_what_claims_no_time_does_not_block(look: Look, line: str, busy: bool) -> None:
    told = look(TUESDAY.replace(hour=10, minute=5), f"{SYNC}\n{line}")
    assert bool(told.blocked) is busy and told.calendar[0].busy is busy


def test_a_cancelled_appointment_is_not_there(look: Look) -> None:
    assert look(TUESDAY.replace(hour=10), f"{SYNC}\nSTATUS:CANCELLED") is None


def test_a_private_appointment_keeps_its_title_to_itself(look: Look) -> None:
    told = look(TUESDAY.replace(hour=10), f"{SYNC}\nCLASS:PRIVATE")
    assert "Team sync" not in repr(told) and told.blocked.endswith("(private appointment)")


@pytest.mark.parametrize(("line", "busy"), [("", False), ("TRANSP:TRANSPARENT", False), ("TRANSP:OPAQUE", True)])
def test_a_whole_day_blocks_only_where_it_says_so(look: Look, line: str, busy: bool) -> None:
    event = f"SUMMARY:Trade fair\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126\n{line}".strip()
    for now, inside in (
        (TUESDAY.replace(hour=0), True),
        (TUESDAY + timedelta(days=1, hours=14), True),
        (TUESDAY + timedelta(days=2), False),
    ):
        told = look(now, event)
        if not inside:
            assert told is None
            continue
        assert bool(told.blocked) is busy and told.activity == ""
        assert told.calendar[0].start == datetime(2026, 11, 24) and told.calendar[0].end == datetime(2026, 11, 26)
        assert told.next_event is None


def test_a_day_without_an_end_lasts_one_day(look: Look) -> None:
    event = "SUMMARY:Birthday\nDTSTART;VALUE=DATE:20001124\nRRULE:FREQ=YEARLY"
    told = look(TUESDAY, event)
    assert [(entry.title, entry.start, entry.end) for entry in told.calendar] == [
        ("Birthday", datetime(2026, 11, 24), datetime(2026, 11, 25))
    ]
    assert look(TUESDAY - timedelta(days=9), event) is None


WEEKLY = (
    "SUMMARY:Choir\nDTSTART;TZID=Europe/Berlin:20260901T190000\nDTEND;TZID=Europe/Berlin:20260901T210000\n"
    "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE;TZID=Europe/Berlin:20261201T190000"
)
MOVED = (
    "BEGIN:VEVENT\nUID:event-0\nSUMMARY:Choir, early\nRECURRENCE-ID;TZID=Europe/Berlin:20261208T190000\n"
    "DTSTART;TZID=Europe/Berlin:20261208T170000\nDTEND;TZID=Europe/Berlin:20261208T180000\nEND:VEVENT\n"
)
CALLED_OFF = (
    "BEGIN:VEVENT\nUID:event-0\nSUMMARY:Choir\nRECURRENCE-ID;TZID=Europe/Berlin:20261215T190000\nSTATUS:CANCELLED\n"
    "DTSTART;TZID=Europe/Berlin:20261215T190000\nDTEND;TZID=Europe/Berlin:20261215T210000\nEND:VEVENT\n"
)


def starts(told: Observation | None) -> list[datetime]:
    return [entry.start for entry in told.calendar] if told is not None else []


def test_repeated_events_with_days_left_out_moved_and_called_off(look: Look) -> None:
    def day(month: int, number: int) -> list[datetime]:
        return starts(look(datetime(2026, month, number, 8, tzinfo=BERLIN), WEEKLY, head=MOVED + CALLED_OFF))

    assert day(11, 24) == [datetime(2026, 11, 24, 19, tzinfo=BERLIN)]
    assert day(11, 25) == []
    assert day(12, 1) == []
    assert day(12, 8) == [datetime(2026, 12, 8, 17, tzinfo=BERLIN)]
    assert day(12, 15) == []
    assert day(12, 22) == [datetime(2026, 12, 22, 19, tzinfo=BERLIN)]


def test_the_next_appointment_is_found_a_week_ahead(look: Look) -> None:
    told = look(datetime(2026, 11, 25, 8, tzinfo=BERLIN), WEEKLY.replace("EXDATE", "X-NO"))
    assert told.calendar == () and told.next_event.start == datetime(2026, 12, 1, 19, tzinfo=BERLIN)
    assert look(datetime(2026, 11, 25, 8, tzinfo=BERLIN), WEEKLY) is None


def test_a_repeated_event_keeps_its_hour_when_its_own_clock_changes(look: Look) -> None:
    # Berlin left summer time on 25 October 2026, New York on 1 November
    for day, hour in ((20, 13), (27, 14)):
        told = look(datetime(2026, 10, day, 8, tzinfo=NEW_YORK), WEEKLY)
        assert starts(told) == [datetime(2026, 10, day, hour, tzinfo=NEW_YORK)]
    told = look(datetime(2026, 11, 3, 8, tzinfo=NEW_YORK), WEEKLY)
    assert starts(told) == [datetime(2026, 11, 3, 13, tzinfo=NEW_YORK)]


NIGHT = "SUMMARY:Backup\nDTSTART;TZID=Europe/Berlin:20261025T013000\nDTEND;TZID=Europe/Berlin:20261025T033000"


def test_an_event_over_the_change_of_the_clock_lasts_an_hour_longer(look: Look) -> None:
    begin = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    for minutes, busy in ((-1, False), (0, True), (179, True), (180, False)):
        now = (begin + timedelta(minutes=minutes)).astimezone(BERLIN)
        assert bool(look(now, NIGHT).blocked) is busy, minutes
    exact = NIGHT.replace("DTEND;TZID=Europe/Berlin:20261025T033000", "DURATION:PT2H")
    for minutes, busy in ((119, True), (120, False)):
        now = (begin + timedelta(minutes=minutes)).astimezone(BERLIN)
        assert bool(look(now, exact).blocked) is busy, minutes


def test_a_day_with_23_hours_is_a_whole_day(look: Look) -> None:
    event = "SUMMARY:Spring\nDTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330\nTRANSP:OPAQUE"
    entry = look(datetime(2026, 3, 29, 12, tzinfo=BERLIN), event).calendar[0]
    assert entry.end.astimezone(UTC) - entry.start.astimezone(UTC) == timedelta(hours=23)
    assert look(datetime(2026, 3, 29, 23, 59, tzinfo=BERLIN), event).blocked
    assert look(datetime(2026, 3, 30, 0, 0, tzinfo=BERLIN), event) is None


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 9), ("Europe/Berlin", 10), ("Asia/Kolkata", 14), ("America/New_York", 4)]
)
def test_naive_moments_are_those_of_the_computer(
    look: Look, system_zone: Callable[[str], None], zone: str, hour: int
) -> None:
    system_zone(zone)
    event = "SUMMARY:Launch\nDTSTART:20261124T090000Z\nDTEND:20261124T093000Z"
    told = look(datetime(2026, 11, 24, 1, 0), event)
    assert told.next_event.start.replace(minute=0) == datetime(2026, 11, 24, hour)
    fixed = look(datetime(2026, 11, 24, 1, 0).astimezone(), event)
    assert fixed.next_event.start == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_fixed_offset_of_the_computer_follows_its_clock_over_a_change(
    look: Look, system_zone: Callable[[str], None]
) -> None:
    system_zone("Europe/Berlin")
    event = "SUMMARY:Brunch\nDTSTART;TZID=Europe/Berlin:20261025T110000\nDTEND;TZID=Europe/Berlin:20261025T120000"
    eve = datetime(2026, 10, 24, 20, 0).astimezone()
    told = look(eve, event)
    assert f"{told.next_event.start:%d %H:%M %z}" == "25 11:00 +0100"


def test_moving_to_another_time_zone_moves_what_has_no_zone_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.ics"
    floating = "SUMMARY:Gymnastics\nDTSTART:20261124T180000\nDTEND:20261124T190000\nRRULE:FREQ=DAILY"
    fixed = "SUMMARY:Call home\nDTSTART:20261124T180000Z\nDTEND:20261124T190000Z"
    path.write_text(calendar(floating, fixed))
    source = CalendarSource([path])
    for zone, hour in ((BERLIN, 19), (NEW_YORK, 13), (ZoneInfo("Pacific/Auckland"), None)):
        found = {e.title: e.start.hour for e in source.observe(datetime(2026, 11, 24, 8, tzinfo=zone)).calendar}
        assert found["Gymnastics"] == 18
        assert found.get("Call home") == hour


def test_a_zone_of_the_whole_calendar_and_one_by_its_office_name(look: Look) -> None:
    told = look(
        datetime(2026, 11, 24, 1, tzinfo=UTC),
        "SUMMARY:Office\nDTSTART;TZID=W. Europe Standard Time:20261124T120000\nDURATION:PT1H",
        "SUMMARY:Repeated\nDTSTART:20260624T120000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTHDAY=24",
        head="X-WR-TIMEZONE:Europe/Berlin\n",
    )
    # 12:00 UTC in June is 14:00 in Berlin, and stays so in winter
    assert [(entry.title, entry.start.hour) for entry in told.calendar] == [("Office", 11), ("Repeated", 13)]


DAMAGED = {
    "a month 13": "SUMMARY:x\nDTSTART:20261324T090000Z",
    "no start": "SUMMARY:x",
    "an end before its start": "SUMMARY:x\nDTSTART:20261124T100000Z\nDTEND:20261124T090000Z",
    "a day that ends at an hour": "SUMMARY:x\nDTSTART;VALUE=DATE:20261124\nDTEND:20261124T090000Z",
    "an unknown rule": "SUMMARY:x\nDTSTART:20261124T090000Z\nRRULE:FREQ=SOMETIMES",
    "an interval of 0": "SUMMARY:x\nDTSTART:20261101T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0",
    "each second since 1970": "SUMMARY:x\nDTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY",
    "each second of a year": "SUMMARY:x\nDTSTART:20260101T000000Z\nRRULE:FREQ=DAILY"
    + "".join(f";{part}={','.join(map(str, range(count)))}" for part, count in (("BYHOUR", 24), ("BYMINUTE", 60))),
    "30 February": "SUMMARY:x\nDTSTART:20200101T090000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "an endless duration": "SUMMARY:x\nDTSTART:20261124T090000Z\nDURATION:P999999999D",
    "each day since the year 1": "SUMMARY:x\nDTSTART:00010101T000000Z\nRRULE:FREQ=DAILY",
    "a damaged exception": "SUMMARY:x\nDTSTART:20261101T090000Z\nRRULE:FREQ=DAILY\nEXDATE:yesterday",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("event", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_event_costs_only_itself(look: Look, event: str) -> None:
    told = look(TUESDAY, event, SYNC)
    assert [entry.title for entry in told.calendar] == ["Team sync"]
    assert len(told.left_out) == 1 and "calendar.ics, line 4: an event is left out (" in told.left_out[0]


FILES = {
    "empty": (b"", "it holds no VCALENDAR"),
    "a picture": (bytes(range(256)) * 20, "it holds no VCALENDAR"),
    "cut off": (calendar(SYNC).encode()[:-30], "its end is missing"),
    "a web page": (b"<html>BEGIN:VCALENDAR END:VCALENDAR</html>", "is no calendar"),
    "only its ends": (b"END:VEVENT\r\nEND:VCALENDAR\r\n", "is no calendar"),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_calendar_is_named_and_the_others_serve(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "good.ics").write_text(calendar(SYNC))
    (tmp_path / "bad.ics").write_bytes(content)
    told = CalendarSource([tmp_path]).observe(TUESDAY)
    assert len(told.calendar) == 1
    assert "bad.ics" in told.left_out[0] and reason in told.left_out[-1]
    with pytest.raises(SourceError, match=r"bad\.ics"):
        CalendarSource([tmp_path / "bad.ics"]).observe(TUESDAY)


def test_a_missing_calendar_is_a_failure_with_its_path(tmp_path: Path) -> None:
    hub = Hub([CalendarSource([tmp_path / "nowhere.ics"])])
    reading = hub.context(TUESDAY)
    assert reading.states[0].state == "failed" and "nowhere.ics" in reading.news[0]


def test_an_empty_folder_is_nothing(tmp_path: Path) -> None:
    assert CalendarSource([tmp_path]).observe(TUESDAY) is None
    assert CalendarSource([]).observe(TUESDAY) is None


def test_folders_are_searched_without_what_is_hidden_or_too_deep(tmp_path: Path) -> None:
    for name in ("a/one.ics", "a/b/two.ICS", ".git/three.ics", "a/.four.ics", "a/five.txt", "1/2/3/4/5/six.ics"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        event = SYNC.replace("Team sync", Path(name).stem).replace("T10", f"T1{len(name) % 10}")
        (tmp_path / name).write_text(calendar(event.replace("DTEND:20261124T103000", "DURATION:PT5M")))
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    titles = [entry.title for entry in CalendarSource([tmp_path]).observe(TUESDAY).calendar]
    assert sorted(titles) == ["one", "two"]


def test_changes_are_seen_and_a_half_written_file_does_not_hide_the_day(tmp_path: Path) -> None:
    path = tmp_path / "mine.ics"
    path.write_text(calendar(SYNC))
    source = CalendarSource([path])
    assert len(source.observe(TUESDAY).calendar) == 1
    path.write_text(calendar(SYNC)[:-40])
    torn = source.observe(TUESDAY)
    assert len(torn.calendar) == 1 and "its end is missing" in torn.left_out[-1]
    path.write_text(calendar(SYNC, SYNC.replace("Team sync", "Lunch")))
    whole = source.observe(TUESDAY)
    assert len(whole.calendar) == 2 and whole.left_out == ()
    path.unlink()
    with pytest.raises(SourceError):
        source.observe(TUESDAY)


def test_an_unchanged_file_is_read_once_a_day_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.ics"
    path.write_text(calendar(SYNC, WEEKLY))
    parsed: list[bytes] = []
    original = text.take_apart

    def counted(content: bytes) -> CalendarText:
        parsed.append(content)
        return original(content)

    monkeypatch.setattr(files, "take_apart", counted)
    source = CalendarSource([path])
    for hour in range(72):
        source.observe(datetime(2026, 11, 23, tzinfo=BERLIN) + timedelta(hours=hour))
    assert len(parsed) == 1
    os.utime(path, (1, 1))
    source.observe(TUESDAY)
    assert len(parsed) == 2


def test_a_file_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 50)
    (tmp_path / "big.ics").write_text(calendar(SYNC))
    with pytest.raises(SourceError, match="export fewer years"):
        CalendarSource([tmp_path]).observe(TUESDAY)


def test_a_calendar_of_thousands_of_events_is_answered(tmp_path: Path) -> None:
    first = datetime(2026, 1, 1)
    days = [first + timedelta(hours=3 * number) for number in range(2920)]
    events = [f"SUMMARY:e{day:%j-%H}\nDTSTART:{day:%Y%m%dT%H%M%S}\nDURATION:PT1H" for day in days]
    (tmp_path / "many.ics").write_text(calendar(*events))
    told = CalendarSource([tmp_path]).observe(TUESDAY)
    assert starts(told) == [datetime(2026, 11, 24, hour) for hour in range(0, 24, 3)]
