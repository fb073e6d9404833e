"""Calendar files on disk: found, read, and kept until they change.

A file that cannot be read as a calendar is left out and named; when it could be read before, as when it is just being
written anew, its earlier content serves until it changes again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_FILES = 5000
MOST_BYTES = 10_000_000
DEEPEST = 3
"""Folders below the one that was named in which files are looked for."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One file's components.

    Attributes:
        path: of the file.
        version: changes whenever the file does.
        calendars: `icalendar.Calendar` objects; a file may hold several.
    """

    path: Path
    version: tuple[int, ...]
    calendars: tuple[Any, ...]


class CalendarFiles:
    """The files of some paths, read when they change."""

    def __init__(self, paths: Sequence[Path | str]) -> None:
        """
        Args:
            paths: files, whatever their names, and folders with files named *.ics.
        """
        self._paths = [Path(path).expanduser() for path in paths]
        self._known: dict[Path, CalendarFile] = {}
        self._bad: dict[Path, tuple[tuple[int, ...], str]] = {}

    def read(self) -> tuple[list[CalendarFile], list[str]]:
        """All files that can be used, and what is wrong with others."""
        found: list[CalendarFile] = []
        problems: list[str] = []
        paths = list(self._find(problems))
        if len(paths) > MOST_FILES:
            problems.append(f"more than {MOST_FILES} calendar files; the rest is left out, name fewer folders")
        for path in paths[:MOST_FILES]:
            file, problem = self._load(path)
            if file is not None:
                found.append(file)
            if problem:
                problems.append(problem)
        self._known = {file.path: file for file in found}
        self._bad = {path: entry for path, entry in self._bad.items() if path in set(paths)}
        return found, problems

    def _find(self, problems: list[str]) -> Iterable[Path]:
        for path in self._paths:
            if path.is_dir():
                yield from sorted(_files_below(path))
            elif path.exists():
                yield path
            else:
                problems.append(f"{path}: there is no such calendar; check the path")

    def _load(self, path: Path) -> tuple[CalendarFile | None, str]:
        """One file, from memory where it has not changed, and what is wrong with it."""
        known = self._known.get(path)
        try:
            stat = path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if known is not None and known.version == version:
                return known, ""
            if path in self._bad and self._bad[path][0] == version:
                return known, self._bad[path][1]
            if not path.is_file() or stat.st_size > MOST_BYTES:
                problem = f"{path}: is no file of at most {MOST_BYTES // 1_000_000} MB; export fewer years"
            else:
                return CalendarFile(path, version, _parse(path.read_bytes())), ""
        except OSError as error:
            return None, f"{path}: cannot be read ({error.strerror}); check its permissions"
        except Exception as error:  # whatever a parser makes of bytes that are no calendar
            problem = f"{path}: is no calendar ({_short(error)}); export it again"
        self._bad[path] = (version, problem)
        return known, problem


def _files_below(folder: Path) -> Iterable[Path]:
    """Files named *.ics in a folder and some levels below, without hidden ones; links to folders are not followed."""
    for root, folders, names in os.walk(folder):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = [] if depth >= DEEPEST else [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(".ics") and not name.startswith("."):
                yield Path(root) / name


def _parse(content: bytes) -> tuple[Any, ...]:
    """The calendars in a file's content.

    Raises:
        ValueError: there is none, or it breaks off.
    """
    from icalendar import Calendar

    if b"END:VCALENDAR" not in content.upper():
        raise ValueError("its end is missing" if b"BEGIN:VCALENDAR" in content.upper() else "it holds no VCALENDAR")
    return tuple(part for part in Calendar.from_ical(content, multiple=True) if part.name == "VCALENDAR")


def _short(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return first[:80] if first else type(error).__name__
