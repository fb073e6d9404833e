"""Calendar files as the world writes them: whatever is broken costs only itself, and is told with its line."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_assistant.context.calendars.files import CalendarFiles
from edge_assistant.context.hub import Hub
from edge_assistant.context.observation import Observation
from edge_assistant.context.sources.calendar import CalendarSource

NOW = datetime(2026, 5, 6, 15, 0, tzinfo=UTC)
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//a//b//EN\n"
FOOT = "END:VCALENDAR\n"


def event(title: str, start: str = "DTSTART:20260506T140000Z", end: str = "DTEND:20260506T170000Z", *more: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{title}", f"SUMMARY:{title}", start, end, *more, "END:VEVENT", ""])


ORGAN = event("Organ lesson")


def source(tmp_path: Path, content: str | bytes, name: str = "mine.ics") -> CalendarSource:
    raw = content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode()
    (tmp_path / name).write_bytes(raw)
    return CalendarSource([tmp_path / name])


def look(tmp_path: Path, content: str | bytes) -> Observation:
    told = source(tmp_path, content).observe(NOW)
    assert told is not None
    return told


def titles(told: Observation) -> list[str]:
    return [entry.title for entry in told.calendar]


# -- parts that nobody needs ------------------------------------------------------------------------------------------


def with_lines(lines: str) -> str:
    return ORGAN.replace("END:VEVENT", f"{lines}\nEND:VEVENT")


TORN_EVENT = event("Torn").replace("END:VEVENT\n", "")

NOT_NEEDED = {
    "an alarm that is never closed": with_lines("BEGIN:VALARM\nACTION:DISPLAY"),
    "an alarm before nothing": with_lines("BEGIN:VALARM\nTRIGGER;RELATED=END:\nEND:VALARM"),
    "an alarm within an alarm": with_lines("BEGIN:VALARM\nBEGIN:VALARM\nTRIGGER:x\nEND:VALARM\nEND:VALARM"),
    "a todo that repeats sometimes": ORGAN + "BEGIN:VTODO\nUID:t\nRRULE:FREQ=NOWANDTHEN\nDUE:20269999\nEND:VTODO\n",
    "a journal of the year 0": ORGAN + "BEGIN:VJOURNAL\nDTSTART:00000000T000000Z\nEND:VJOURNAL\n",
    "free time of no length": ORGAN + "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20260506T150000Z/\nEND:VFREEBUSY\n",
    "a component of a vendor": "BEGIN:X-WEATHER\nBEGIN:X-DAY\nDTSTART:rain\nEND:X-DAY\nEND:X-WEATHER\n" + ORGAN,
    "opening hours": "BEGIN:VAVAILABILITY\nBEGIN:AVAILABLE\nDTSTART:x\nEND:AVAILABLE\nEND:VAVAILABILITY\n" + ORGAN,
    "a place that is none": with_lines("GEO:north;south\nPRIORITY:high\nURL;VALUE=URI:"),
    "a description that breaks its lines": with_lines("DESCRIPTION:bring\nthe hymn book\n;;"),
    "changes that cannot be": with_lines("LAST-MODIFIED:today\nCREATED:x\nDTSTAMP:never"),
    "a zone that is used nowhere": "BEGIN:VTIMEZONE\nTZID:Narnia\nBEGIN:DAYLIGHT\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    + ORGAN,
}


@pytest.mark.parametrize("content", NOT_NEEDED.values(), ids=NOT_NEEDED.keys())
def test_what_nobody_needs_may_be_damaged(tmp_path: Path, content: str) -> None:
    told = look(tmp_path, HEAD + content + FOOT)
    assert titles(told) == ["Organ lesson"] and told.left_out == ()
    assert told.blocked.endswith("(Organ lesson)")


# -- damaged structure ------------------------------------------------------------------------------------------------

TORN = {
    "an event before another": (HEAD + TORN_EVENT + ORGAN + FOOT, 4, "VEVENT is not"),
    "an event at the end of its calendar": (
        HEAD + ORGAN + TORN_EVENT + FOOT,
        10,
        "VEVENT",
    ),
    "a todo before an event": (HEAD + "BEGIN:VTODO\nSUMMARY:x\n" + ORGAN + FOOT, 4, "VTODO is not closed"),
    "a zone before an event": (HEAD + "BEGIN:VTIMEZONE\nTZID:x\n" + ORGAN + FOOT, 4, "VTIMEZONE is not closed"),
    "an end without a beginning": (HEAD + "END:VEVENT\n" + ORGAN + FOOT, 4, "VEVENT ends without a beginning"),
    "a calendar that another cuts off": (HEAD + event("Torn")[:40] + "\n" + HEAD + ORGAN + FOOT, 4, "VEVENT is not"),
    "a calendar that is not closed": (HEAD + HEAD + ORGAN + FOOT, 1, "VCALENDAR is not closed"),
    "no time": (HEAD + ORGAN + event("Torn", "X:y", "X:z") + FOOT, 10, "DTSTART is missing"),
    "a length in bananas": (HEAD + ORGAN + event("Torn", end="DURATION:P3B") + FOOT, 10, "DURATION cannot be read"),
    "a moved day of no day": (HEAD + ORGAN + event("Torn").replace("UID", "RECURRENCE-ID:x\nUID") + FOOT, 10, "REC"),
}


@pytest.mark.parametrize(("content", "line", "reason"), TORN.values(), ids=TORN.keys())
def test_a_torn_part_costs_itself_and_is_told_with_its_line(
    tmp_path: Path, content: str, line: int, reason: str
) -> None:
    told = look(tmp_path, content)
    assert titles(told) == ["Organ lesson"]
    assert any(said.startswith(f"{tmp_path}/mine.ics, line {line}: ") and reason in said for said in told.left_out)


def test_a_damaged_day_of_a_series_does_not_cost_the_series(tmp_path: Path) -> None:
    weekly = event("Choir", "DTSTART:20260429T150000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    moved = event("Choir", "DTSTART:20260506T990000Z", "DURATION:PT1H", "RECURRENCE-ID:20260513T150000Z")
    told = look(tmp_path, HEAD + weekly + moved + FOOT)
    assert titles(told) == ["Choir"] and len(told.left_out) == 1


def test_events_that_only_share_a_name_are_all_there(tmp_path: Path) -> None:
    first = event("x", "DTSTART:20260506T060000Z", "DURATION:PT1H").replace("SUMMARY:x", "SUMMARY:Swim")
    second = event("x", "DTSTART:20260506T180000Z", "DURATION:PT1H").replace("SUMMARY:x", "SUMMARY:Dance")
    assert titles(look(tmp_path, HEAD + first + second + FOOT)) == ["Swim", "Dance"]


WHOLE = HEAD + ORGAN + FOOT
FORMS = {
    "ends of old Macs": WHOLE.replace("\n", "\r").encode(),
    "ends translated twice": WHOLE.replace("\n", "\r\r\n").encode(),
    "ends of all sorts": WHOLE.replace("\n", "\r", 3).encode(),
    "a mark of bytes": b"\xef\xbb\xbf" + WHOLE.encode(),
    "two bytes a letter": WHOLE.encode("utf-16"),
    "small letters": WHOLE.replace("BEGIN:VEVENT", "begin:vevent").replace("END:VEVENT", "End:vEvent").encode(),
    "empty lines and blanks": WHOLE.replace("\n", "  \n\n").encode(),
    "zeros": WHOLE.replace("Organ", "Or\0gan").encode() + bytes(50),
    "folds in the middle of a word": WHOLE.replace("Organ lesson\nDTSTART", "Org\n an lesson\nDT\n\tSTART").encode(),
    "glued without a break": (WHOLE.rstrip() + WHOLE).encode(),
    "glued with a mark between": WHOLE.encode() + b"\xef\xbb\xbf" + WHOLE.encode(),
    "a letter before and after it": b"From: kim\n\n" + WHOLE.encode() + b"-- \nkim\n",
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS.keys())
def test_one_calendar_in_many_forms(tmp_path: Path, content: bytes) -> None:
    told = look(tmp_path, content)
    assert titles(told) == ["Organ lesson"] and told.left_out == ()


@pytest.mark.parametrize(
    "raw",
    [
        "Café créma".encode(),
        "Café créma".encode("latin-1"),
        "Caf\u00e9 cr\u00e9ma".encode("cp1252"),
        "Café créma".encode().replace(b"\xc3\xa9 ", b"\xc3\r\n \xa9 "),
        "Café créma".encode("latin-1").replace(b"cr", b"c\r\n\tr"),
    ],
)
def test_titles_of_other_bytes_are_text(tmp_path: Path, raw: bytes) -> None:
    told = look(tmp_path, WHOLE.encode().replace(b"SUMMARY:Organ lesson", b"SUMMARY:" + raw))
    assert titles(told) == ["Café créma"]


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9 cr=C3=A9ma",
        "SUMMARY;CHARSET=ISO-8859-1;ENCODING=quoted-printable:Caf=E9 cr=E9ma",
        "SUMMARY;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9 =\r\ncr=C3=\r\n=A9ma",
    ],
)
def test_titles_in_printable_letters_are_read(tmp_path: Path, line: str) -> None:
    told = look(tmp_path, WHOLE.replace("SUMMARY:Organ lesson", line))
    assert titles(told) == ["Café créma"] and told.left_out == ()


def test_any_byte_in_a_title_is_survived(tmp_path: Path) -> None:
    for byte in range(256):
        content = WHOLE.encode().replace(b"Organ", b"O" + bytes([byte]) + b"n")
        told = look(tmp_path, content)
        assert len(told.calendar) == 1 and told.calendar[0].title.isprintable(), byte


def test_several_calendars_in_one_file_are_all_read(tmp_path: Path) -> None:
    told = look(tmp_path, WHOLE + "\n" + WHOLE.replace("Organ lesson", "Lunch"))
    assert titles(told) == ["Organ lesson", "Lunch"]


# -- several files ----------------------------------------------------------------------------------------------------


def zone(name: str, offset: str) -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\n"
        f"TZOFFSETTO:{offset}\nTZNAME:x\nEND:STANDARD\nEND:VTIMEZONE\n"
    )


def test_what_a_file_defines_holds_for_that_file_alone(tmp_path: Path) -> None:
    for name, offset in (("a", "+0200"), ("b", "-0300")):
        own = zone("Head office", offset) + event(name, "DTSTART;TZID=Head office:20260506T120000", "DURATION:PT1H")
        source(tmp_path, HEAD + own + FOOT, f"{name}.ics")
    stray = event("c", "DTSTART;TZID=Head office:20260506T120000", "DURATION:PT1H")
    source(tmp_path, HEAD + stray + FOOT, "c.ics")
    told = CalendarSource([tmp_path]).observe(NOW)
    assert {entry.title: entry.start.hour for entry in told.calendar} == {"a": 10, "b": 15, "c": 12}
    assert len(told.left_out) == 1 and "c.ics, line 4: time zone 'Head office' is not known" in told.left_out[0]


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("DTSTART;TZID=America/Halifax:20260506T120000", 15),
        ("DTSTART;TZID=/citadel.org/20210210_1/Europe/Lisbon:20260506T120000", 11),
        ('DTSTART;TZID="Tokyo Standard Time":20260506T120000', 3),
        ("DTSTART;TZID=GMT+0530:20260506T120000", 6),
        ("DTSTART;TZID=-0400:20260506T120000", 16),
        ("DTSTART;VALUE=DATE-TIME;TZID=Asia/Dubai:20260506T120000", 8),
        ("DTSTART;TZID=america/halifax:20260506T120000", 15),
        ("DTSTART;TZID=America/New York:20260506T120000", 16),
        ("DTSTART;TZID= Asia/Dubai :20260506T120000", 8),
        ("DTSTART;TZID=UTC+05:30:20260506T120000", 6),
        ("DTSTART;TZID=Etc/Nowhere:20260506T120000", 12),
        ("DTSTART;TZID=:20260506T120000", 12),
        ("DTSTART;TZID=../../etc/passwd:20260506T120000", 12),
    ],
)
def test_zones_by_the_names_that_programs_use(tmp_path: Path, line: str, hour: int) -> None:
    told = look(tmp_path, HEAD + event("Call", line, "DURATION:PT1H") + FOOT)
    assert [entry.start.hour for entry in told.calendar] == [hour]
    assert bool(told.left_out) is ("Nowhere" in line or "passwd" in line)


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("DTSTART:2026-05-06T09:15:00Z", "DTEND:2026-05-06T10:00:00Z", "09:15 to 10:00"),
        ("DTSTART;TZID=Asia/Dubai:2026-05-06T13:15:00", "DTEND;TZID=Asia/Dubai:20260506T140000", "09:15 to 10:00"),
        ("DTSTART ;VALUE=DATE-TIME: 20260506T091500Z", "DTEND: 20260506t100000z", "09:15 to 10:00"),
        ("DTSTART:20260506T220000Z", "DTEND:20260506T240000Z", "22:00 to 00:00"),
        ("DTSTART:20260506T091500.000Z", "DTEND:20260506T095960Z", "09:15 to 09:59"),
        ("DTSTART:20260506T0915Z", "DURATION:PT45M", "09:15 to 10:00"),
    ],
)
def test_times_in_the_forms_that_programs_write(tmp_path: Path, start: str, end: str, span: str) -> None:
    told = look(tmp_path, HEAD + event("Call", start, end) + FOOT)
    (entry,) = told.calendar
    assert f"{entry.start:%H:%M} to {entry.end:%H:%M}" == span and told.left_out == ()


def test_a_moved_day_may_move_all_that_follow(tmp_path: Path) -> None:
    daily = event("Walk", "DTSTART:20260401T060000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    for change, hours in (("", {6}), (";RANGE=THISANDFUTURE", {7})):
        moved = event("Walk", "DTSTART:20260502T070000Z", "DURATION:PT1H", f"RECURRENCE-ID{change}:20260502T060000Z")
        told = look(tmp_path, HEAD + daily + moved + FOOT)
        assert {entry.start.hour for entry in told.calendar} == hours


EMPTY_ZONES = {
    "without rules": "BEGIN:VTIMEZONE\nTZID:Ours\nEND:VTIMEZONE\n",
    "without an offset": zone("Ours", "+0200").replace("TZOFFSETTO:+0200\n", ""),
    "with an odd offset": zone("Ours", "soon"),
    "not closed": zone("Ours", "+0200").replace("END:VTIMEZONE\n", ""),
    "without a name": zone("Ours", "+0200").replace("TZID:Ours\n", ""),
}


@pytest.mark.parametrize("definition", EMPTY_ZONES.values(), ids=EMPTY_ZONES.keys())
def test_a_zone_that_cannot_be_used_is_told_and_its_events_are_taken_as_local(tmp_path: Path, definition: str) -> None:
    meeting = event("Call", "DTSTART;TZID=Ours:20260506T143000", "DURATION:PT1H")
    told = look(tmp_path, HEAD + definition + ORGAN + meeting + FOOT)
    assert titles(told) == ["Organ lesson", "Call"]
    assert any("time zone 'Ours' is not known" in line for line in told.left_out)


def test_days_left_out_are_in_the_zone_of_their_own_file(tmp_path: Path) -> None:
    daily = event("Walk", "DTSTART;TZID=Ours:20260501T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    for skipped, count in (
        ("EXDATE;TZID=Ours:20260506T080000", 0),
        ("EXDATE;TZID=Ours:20260505T080000,20260507T080000", 1),
    ):
        content = HEAD + zone("Ours", "+0200") + daily.replace("END:VEVENT", f"{skipped}\nEND:VEVENT") + ORGAN + FOOT
        assert titles(look(tmp_path, content)).count("Walk") == count


def test_a_zone_of_the_whole_calendar_that_nobody_knows_is_told(tmp_path: Path) -> None:
    told = look(tmp_path, HEAD + "X-WR-TIMEZONE:Middle Earth\n" + ORGAN + FOOT)
    assert titles(told) == ["Organ lesson"] and "'Middle Earth' is not known" in told.left_out[0]


# -- files that cannot be read ----------------------------------------------------------------------------------------


def test_files_that_the_system_refuses_are_told_each_and_the_others_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source(tmp_path, WHOLE, "good.ics")
    (tmp_path / "loop.ics").symlink_to(tmp_path / "loop.ics")
    os.mkfifo(tmp_path / "pipe.ics")
    locked = tmp_path / "locked"
    locked.mkdir()
    scandir = os.scandir

    def refuse(folder: str) -> object:
        if str(folder) == str(locked):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    paths = [tmp_path, "~no-such-person/calendar.ics", "x" * 300, tmp_path / "nothing.ics", "/dev/null"]
    told = CalendarSource(paths).observe(NOW)
    assert titles(told) == ["Organ lesson"]
    for part in (
        "loop.ics: ",
        "pipe.ics: is not a file",
        "locked: cannot be read (Permission denied)",
        "~no-such-person",
    ):
        assert sum(part in line for line in told.left_out) == 1, (part, told.left_out)
    assert any("x" * 300 in line and "cannot be read" in line for line in told.left_out)
    assert any("nothing.ics: there is no such calendar" in line for line in told.left_out)


def test_a_name_that_is_no_text_is_told_as_text(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/h\xf6he.ics"
    Path(os.fsdecode(name)).write_bytes(b"nothing")
    state = Hub([CalendarSource([tmp_path])]).context(NOW).states[0]
    assert state.state == "failed"
    state.detail.encode()
    state.left_out[0].encode()


def test_what_is_left_out_is_in_the_sources_state_and_told_once(tmp_path: Path) -> None:
    hub = Hub([source(tmp_path, HEAD + 5 * TORN_EVENT + ORGAN + FOOT)])
    first = hub.context(NOW)
    assert first.states[0].state == "ok" and len(first.states[0].left_out) == 5
    assert len(first.news) == 4 and first.news[-1] == "calendar: 2 more lines of this sort"
    assert "mine.ics, line 4: VEVENT is not closed" in first.news[0]
    assert hub.context(NOW + timedelta(minutes=5)).news == ()
    source(tmp_path, HEAD + 5 * TORN_EVENT + ORGAN + TORN_EVENT + FOOT)
    again = hub.context(NOW + timedelta(minutes=10))
    assert len(again.states[0].left_out) == 6 and len(again.news) == 1


def test_the_other_components_can_be_had(tmp_path: Path) -> None:
    todo = "BEGIN:VTODO\nUID:t\nSUMMARY:Buy reeds\nEND:VTODO\n"
    source(tmp_path, HEAD + todo + ORGAN + FOOT)
    files, _ = CalendarFiles([tmp_path]).read()
    assert [(part.name, part.line) for part in files[0].text.parts] == [("VTODO", 4), ("VEVENT", 8)]
