"""Keeps the own things in step with the files that the settings name; reads a file again only when it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from edge_assistant.context.calendars.files import CalendarFiles
from edge_assistant.own.files.boxes import note_files, read_boxes
from edge_assistant.own.files.item import Contents
from edge_assistant.own.files.tasks import read_tasks
from edge_assistant.own.files.todo_txt import read_todo_txt
from edge_assistant.own.store import OwnThings
from edge_assistant.settings import SourceSettings

MOST_FILES = 500
MOST_BYTES = 10_000_000

Reader = Callable[[Path, bytes, datetime], Contents]


class OwnFiles:
    """Reads what is named in `sources.todos`, `sources.calendars` and `sources.notes`."""

    def __init__(self, own: OwnThings) -> None:
        self.own = own
        self.left_out: tuple[str, ...] = ()
        """What of the files was not taken, a line with the reason each."""
        self._known: dict[Path, tuple[tuple[object, ...], list[str]]] = {}

    def read(self, sources: SourceSettings, now: datetime) -> tuple[str, ...]:
        """Take in what has changed; returns `left_out`."""
        lines: list[str] = []
        known: dict[Path, tuple[tuple[object, ...], list[str]]] = {}
        for path, reader in self._wanted(sources):
            try:
                stat = path.stat()
                version = (stat.st_mtime_ns, stat.st_size, now.date())  # what waits for a day comes with it
                if path not in self._known or self._known[path][0] != version:
                    known[path] = version, self._take(path, reader, stat.st_size, now)
                else:
                    known[path] = self._known[path]
            except FileNotFoundError:
                # as while it is being written anew: what was read before stays
                known[path] = (), [f"{path}: there is no such file; check sources.todos"]
            except OSError as error:
                known[path] = (), [f"{path}: cannot be read ({error.strerror}); check its permissions"]
            lines += known[path][1]
        self.own.drop_sources({str(path) for path in known})
        self._known, self.left_out = known, tuple(lines)
        return self.left_out

    def _wanted(self, sources: SourceSettings) -> Iterator[tuple[Path, Reader]]:
        for name in sources.todos:
            yield Path(name).expanduser(), lambda path, content, now: read_todo_txt(path, _text(content), now)
        if sources.calendar and sources.calendars:
            yield from ((path, read_tasks) for path in CalendarFiles(sources.calendars).paths())
        notes = Path(sources.notes).expanduser() if sources.notes else None
        if notes is not None and notes.is_dir():
            for path in sorted(note_files(notes))[:MOST_FILES]:
                yield path, lambda path, content, now: read_boxes(path, _text(content), now)

    def _take(self, path: Path, reader: Reader, size: int, now: datetime) -> list[str]:
        if size > MOST_BYTES:
            return [f"{path}: is larger than {MOST_BYTES // 1_000_000} MB; split it"]
        contents = reader(path, path.read_bytes(), now)
        self.own.sync(str(path), contents.items, now)
        return contents.left_out


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")
