"""Keeps the own things in step with the files that the settings name; reads a file again only when it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from edge_assistant.context.calendars.files import MOST_BYTES, CalendarFiles
from edge_assistant.errors import UsageError
from edge_assistant.own.files.boxes import MOST_NOTES, note_files, read_boxes, text_of, unreadable
from edge_assistant.own.files.item import Contents
from edge_assistant.own.files.tasks import read_tasks
from edge_assistant.own.files.todo_txt import read_todo_txt
from edge_assistant.own.store import OwnThings
from edge_assistant.settings import SourceSettings

Reader = Callable[[Path, datetime], Contents]


class OwnFiles:
    """Reads what is named in `sources.todos`, `sources.calendars` and `sources.notes`."""

    def __init__(self, own: OwnThings) -> None:
        self.own = own
        self.left_out: tuple[str, ...] = ()
        """What of the files was not taken, a line with the reason each."""
        self.waiting: tuple[str, ...] = ()
        """What its file says is for later, a line each."""
        self._known: dict[Path, tuple[tuple[object, ...], Contents]] = {}

    def read(self, sources: SourceSettings, now: datetime) -> tuple[str, ...]:
        """Take in what has changed; returns `left_out`."""
        lines: list[str] = []
        waiting: list[str] = []
        known: dict[Path, tuple[tuple[object, ...], Contents]] = {}
        for path, reader in self._wanted(sources, lines):
            try:
                stat = path.stat()
                version = (stat.st_mtime_ns, stat.st_size, now.date())  # what waits for a day comes with it
                if path not in self._known or self._known[path][0] != version:
                    known[path] = version, self._take(path, reader, now)
                else:
                    known[path] = self._known[path]
            except FileNotFoundError:
                # as while it is being written anew: what was read before stays
                known[path] = (), Contents(left_out=[f"{path}: there is no such file; check sources.todos"])
            except OSError as error:
                known[path] = (), Contents(left_out=[unreadable(path, error)])
            lines += known[path][1].left_out
            waiting += known[path][1].waiting
        self.own.drop_sources({str(path) for path in known})
        self._known, self.left_out, self.waiting = known, tuple(dict.fromkeys(lines)), tuple(waiting)
        return self.left_out

    def not_taken(self) -> tuple[str, ...]:
        """What was left out, and what waits."""
        return self.left_out + self.waiting

    def _wanted(self, sources: SourceSettings, lines: list[str]) -> Iterator[tuple[Path, Reader]]:
        todos = [Path(name).expanduser() for name in sources.todos]
        for path in todos:
            yield path, lambda path, now: read_todo_txt(path, text_of(path), now)
        if sources.calendar and sources.calendars:
            # what is no file, or too large, is told by the source of appointments
            yield from ((path, _tasks) for path in CalendarFiles(sources.calendars).paths())
        notes = Path(sources.notes).expanduser() if sources.notes else None
        if notes is None:
            return
        if not notes.is_dir():
            lines.append(f"{notes}: there is no such folder; check sources.notes")
        paths = sorted(note_files(notes, lambda error: lines.append(unreadable(error.filename, error))))
        if len(paths) > MOST_NOTES:
            lines.append(f"{notes}: more than {MOST_NOTES} notes; the first {MOST_NOTES} are read")
        for path in (path for path in paths[:MOST_NOTES] if path not in todos):
            yield path, lambda path, now: read_boxes(path, text_of(path), now)

    def _take(self, path: Path, reader: Reader, now: datetime) -> Contents:
        try:
            contents = reader(path, now)
        except UsageError as error:
            return Contents(left_out=[str(error)])
        self.own.sync(str(path), contents.items, now)
        return contents


def _tasks(path: Path, now: datetime) -> Contents:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return Contents()
    return read_tasks(path, path.read_bytes(), now)
