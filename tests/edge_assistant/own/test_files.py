"""Own things from files: todo.txt, tasks of calendars, boxes in notes. Files are right, and never written."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.config import load_settings
from edge_assistant.doctor.contents import check_own_files
from edge_assistant.doctor.finding import WARNING
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.own.files.boxes import read_boxes
from edge_assistant.own.files.reading import OwnFiles
from edge_assistant.own.files.tasks import read_tasks
from edge_assistant.own.files.todo_txt import read_todo_txt
from edge_assistant.own.store import OwnThings
from edge_assistant.paths import Paths
from edge_assistant.service.clock import SystemClock
from edge_assistant.service.idea_supply import IdeaSupply
from edge_assistant.settings import SourceSettings
from edge_assistant.storage.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 14, 0, tzinfo=BERLIN)
PATH = Path("todo.txt")


def test_todo_txt_lines_are_read_with_all_their_marks():
    text = (
        "(A) 2026-11-30 call the plumber +house @phone due:2026-12-04\n"
        "\n"
        "x 2026-12-01 2026-11-30 buy milk @shop\n"
        "look at https://example.org/a:b tonight pri:B\n"
        "wait for it t:2026-12-20\n"
        "wrong day due:2026-13-01\n"
        "+only @tags\n"
    )
    found = read_todo_txt(PATH, text, NOW)
    things = [(item.thing.text, str(item.thing.due), item.thing.tags, item.done) for item in found.items]
    assert things == [
        ("call the plumber", "2026-12-04", ("house", "phone", "priority-a"), False),
        ("buy milk", "None", ("shop",), True),
        ("look at https://example.org/a:b tonight", "None", ("priority-b",), False),
        ("wrong day", "None", (), False),
    ]
    assert [line.partition(": ")[0] for line in found.left_out] == [f"todo.txt, line {n}" for n in (6, 7)]
    assert "line 5: waits until 2026-12-20" in found.waiting[0]
    assert "due:2026-13-01 is no day" in found.left_out[0]
    assert "says nothing to do" in found.left_out[1]


def task(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VTODO", *lines, "END:VTODO"])


def calendar(*tasks: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *tasks, "END:VCALENDAR", ""]).encode()


def test_tasks_of_a_calendar_are_read_and_what_cannot_be_is_told():
    content = calendar(
        task("UID:1", "SUMMARY:pay the rent", "DUE;VALUE=DATE:20261204", "CATEGORIES:Home,Money"),
        task("UID:2", "SUMMARY:call Ann", "DUE;TZID=America/New_York:20261201T120000"),
        task("UID:3", "SUMMARY:buy milk", "STATUS:COMPLETED", "COMPLETED:20261130T090000Z"),
        task("UID:4", "SUMMARY:take the bins out", "DUE;VALUE=DATE:20261207", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"),
        task("UID:5", "SUMMARY:strange", "DUE;VALUE=DATE:20261207", "RRULE:FREQ=MONTHLY;BYDAY=2TU"),
        task("UID:6", "SUMMARY:later", "DTSTART;VALUE=DATE:20261220"),
        task("UID:7", "DUE;VALUE=DATE:20261207"),
        task("UID:8", "SUMMARY:given up", "STATUS:CANCELLED"),
        "BEGIN:VEVENT\r\nUID:9\r\nSUMMARY:no task\r\nDTSTART:20261201T100000Z\r\nEND:VEVENT",
    )
    found = read_tasks(Path("tasks.ics"), content, NOW)
    things = {item.thing.text: item for item in found.items}
    assert list(things) == ["pay the rent", "call Ann", "buy milk", "take the bins out", "strange"]
    assert (things["pay the rent"].thing.due, things["pay the rent"].thing.tags) == (
        date(2026, 12, 4),
        ("home", "money"),
    )
    assert things["call Ann"].thing.at == datetime(2026, 12, 1, 18, 0, tzinfo=BERLIN)
    assert things["buy milk"].done
    assert things["take the bins out"].thing.repeat == "weekly mon thu"
    assert things["strange"].thing.repeat == ""
    told = "\n".join(found.left_out)
    assert "'strange' repeats in a way that is not known" in told
    assert "without a summary" in told
    assert len(found.left_out) == 2
    assert "'later' waits until 2026-12-20" in found.waiting[0]


def test_boxes_of_notes_are_todos_with_their_times():
    text = "# List\n- [ ] call the **plumber** by Friday\n- [x] buy milk\n- no box\n* [ ] sleep at 25:00\n"
    found = read_boxes(Path("a.md"), text, NOW)
    assert [(item.thing.text, str(item.thing.due), item.done) for item in found.items] == [
        ("call the plumber", "2026-12-04", False),
        ("buy milk", "None", True),
    ]
    assert "'at 25:00' is not a time of day" in found.left_out[0]


@pytest.fixture
def own() -> OwnThings:
    return OwnThings(Store.open(":memory:"))


def test_things_follow_their_file(own: OwnThings, tmp_path: Path):
    path = tmp_path / "todo.txt"
    files, sources = OwnFiles(own), SourceSettings(todos=(str(path),))

    def write(*lines: str) -> None:
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text("\n".join(lines) + "\n")
        os.utime(path, ns=(before + 10**9, before + 10**9))
        files.read(sources, NOW)

    write("call the plumber due:2026-12-04", "buy milk", "mow")
    assert [thing.text for thing in own.all()] == ["call the plumber", "buy milk", "mow"]
    numbers = {thing.text: thing.id for thing in own.all()}
    write("call the plumber due:2026-12-05", "x 2026-12-01 buy milk")
    assert [(thing.text, str(thing.due)) for thing in own.all()] == [("call the plumber", "2026-12-05")]
    assert [done.text for done in own.log()] == ["buy milk"]  # ticking off in the file counts
    assert own.all()[0].id == numbers["call the plumber"]
    content = path.read_bytes()
    own.done(numbers["call the plumber"], NOW)
    with pytest.raises(UsageError, match="change it there"):
        own.remove(numbers["call the plumber"])
    write("call the plumber due:2026-12-06", "x 2026-12-01 buy milk")
    assert own.all() == []  # done here stays done
    assert path.read_bytes() != content  # written by this test alone
    files.read(SourceSettings(), NOW)
    assert own.all() == []


def test_what_was_read_stays_while_its_file_cannot_be_read(own: OwnThings, tmp_path: Path):
    path = tmp_path / "todo.txt"
    path.write_text("buy milk\n")
    files = OwnFiles(own)
    assert files.read(SourceSettings(todos=(str(path),)), NOW) == ()
    assert files.read(SourceSettings(todos=(str(path), "/nowhere/todo.txt")), NOW) == (
        "/nowhere/todo.txt: there is no such file; check sources.todos",
    )
    assert [thing.text for thing in own.all()] == ["buy milk"]
    again = OwnFiles(own)
    again.read(SourceSettings(todos=(str(path),)), NOW)
    assert [thing.id for thing in own.all()] == [1]
    again.read(SourceSettings(), NOW)
    assert own.all() == []


def test_three_kinds_of_files_at_once(own: OwnThings, tmp_path: Path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("- [ ] repaint the bench tomorrow\n")
    (tmp_path / "tasks.ics").write_bytes(calendar(task("UID:1", "SUMMARY:pay the rent")))
    (tmp_path / "todo.txt").write_text("buy milk\n")
    sources = SourceSettings(
        todos=(str(tmp_path / "todo.txt"),), calendars=(str(tmp_path / "tasks.ics"),), notes=str(tmp_path / "notes")
    )
    assert OwnFiles(own).read(sources, NOW) == ()
    assert {thing.text for thing in own.all()} == {"repaint the bench", "pay the rent", "buy milk"}


def _folder_without_permission(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0)


# what cannot be read of a folder of notes, and what is said of it
UNREADABLE = {
    "large": (lambda path: path.write_text("- [ ] mow\n" * 200_000), "larger than 1 MB; split it"),
    "binary": (lambda path: path.write_bytes(b"\x89PNG\r\n\x00\x00- [ ] mow"), "is no text; save it as UTF-8"),
    "utf-32": (lambda path: path.write_bytes("- [ ] mow".encode("utf-32-be")), "is no text; save it as UTF-8"),
    "no right to": (lambda path: path.chmod(0), "check its permissions"),
    "no right to its folder": (_folder_without_permission, "check its permissions"),
}


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for somebody who is not root, whom the system refuses what has no permissions."""
    read, walk = Path.read_bytes, os.scandir

    def checked(path: Path) -> bytes:
        if not path.stat().st_mode & 0o444:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    def scanned(path: str):
        if not Path(path).stat().st_mode & 0o444:
            raise PermissionError(13, "Permission denied", str(path))
        return walk(path)

    monkeypatch.setattr(Path, "read_bytes", checked)
    monkeypatch.setattr(os, "scandir", scanned)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_note_that_cannot_be_read_is_told_by_all_who_should(
    kind: str, own: OwnThings, tmp_path: Path, own_folders: Path, refusing: None
):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "good.md").write_text("- [ ] repaint the bench\n")
    bad = notes / "bad.md"
    bad.write_text("- [ ] mow\n")
    damage, says = UNREADABLE[kind]
    damage(bad)
    (line,) = OwnFiles(own).read(SourceSettings(notes=str(notes)), NOW)
    assert line.startswith(f"{bad}: ") and says in line
    assert [thing.text for thing in own.all()] == ["repaint the bench"]
    own_folders.mkdir()
    (own_folders / "config.toml").write_text(f'[sources]\nnotes = "{notes}"\n')
    finding = check_own_files()
    assert finding.status == WARNING and finding.details["left_out"] == [line] and finding.details["open"] == 1
    supply = IdeaSupply(own, Paths.from_environment(), HashEmbedder(64), SystemClock())
    settings = load_settings()
    base = supply.gather(settings)
    assert supply.notices == (line,)
    if bad.is_dir():
        bad.chmod(0o755)
        bad.rmdir()
    bad.unlink(missing_ok=True)
    supply.look(settings, base)
    assert not supply.notices  # what is mended is not told any more


def test_what_steers_a_terminal_stays_in_its_file(own: OwnThings, tmp_path: Path):
    (tmp_path / "a.md").write_bytes(b"- [ ] mow\x07 the \x1b[31mlawn\n")
    (tmp_path / "todo.txt").write_bytes(b"buy \xc2\x9b milk\x08\n")  # among the notes, and still no note
    OwnFiles(own).read(SourceSettings(notes=str(tmp_path), todos=(str(tmp_path / "todo.txt"),)), NOW)
    assert {thing.text for thing in own.all()} == {"mow the [31mlawn", "buy milk"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_notes_of_other_programs_are_read_in_their_encoding(encoding: str, own: OwnThings, tmp_path: Path):
    (tmp_path / "a.md").write_bytes("- [ ] repaint the café\n".encode(encoding))
    assert OwnFiles(own).read(SourceSettings(notes=str(tmp_path)), NOW) == ()
    assert [thing.text for thing in own.all()] == ["repaint the café"]


def test_pipes_and_folders_in_the_place_of_files_are_told(own: OwnThings, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    found = OwnFiles(own).read(
        SourceSettings(todos=(str(tmp_path / "pipe"), str(tmp_path)), calendars=(str(tmp_path / "pipe"),)), NOW
    )
    assert [line.partition(": ")[2] for line in found] == ["is no file; name files of text"] * 2
