"""Calendar files on disk: found, read, and kept until they change.

A file that cannot be read as a calendar is left out and named; when it could be read before and now breaks off, as when
it is just being written anew, its earlier content serves until it changes again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge_assistant.context.calendars.events import EventSeries, series_of
from edge_assistant.context.calendars.text import CalendarText, take_apart

MOST_FILES = 5000
MOST_BYTES = 10_000_000
DEEPEST = 3
"""Folders below the one that was named in which files are looked for."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One file's content.

    Attributes:
        path: of the file.
        version: changes whenever the file does.
        text: its components, of all the calendars that it holds.
        series: its events.
        left_out: what could not be used, or was guessed: a line each.
    """

    path: Path
    version: tuple[int, ...]
    text: CalendarText
    series: tuple[EventSeries, ...]
    left_out: tuple[str, ...]


class CalendarFiles:
    """The files of some paths, read when they change."""

    def __init__(self, paths: Sequence[Path | str]) -> None:
        """
        Args:
            paths: files, whatever their names, and folders with files named *.ics.
        """
        # a path with an unknown '~name' stays as it is, and is told as missing
        self._paths = [Path(os.path.expanduser(path)) for path in paths]  # noqa: PTH111
        self._known: dict[Path, CalendarFile] = {}
        self._bad: dict[Path, tuple[tuple[int, ...], list[str]]] = {}

    def read(self) -> tuple[list[CalendarFile], list[str]]:
        """All files that can be used, and what is wrong with them and with others, a line each."""
        found: list[CalendarFile] = []
        problems: list[str] = []
        paths = list(self._find(problems))
        if len(paths) > MOST_FILES:
            problems.append(f"more than {MOST_FILES} calendar files; the rest is left out, name fewer folders")
        for path in paths[:MOST_FILES]:
            file, wrong = self._load(path)
            if file is not None:
                found.append(file)
            problems += wrong
        self._known = {file.path: file for file in found}
        self._bad = {path: entry for path, entry in self._bad.items() if path in set(paths)}
        return found, problems

    def paths(self) -> list[Path]:
        """The files that there are."""
        return list(self._find([]))[:MOST_FILES]

    def _find(self, problems: list[str]) -> Iterable[Path]:
        for path in self._paths:
            try:
                if path.is_dir():
                    yield from sorted(_files_below(path, problems))
                elif path.exists():
                    yield path
                else:
                    problems.append(f"{path}: there is no such calendar; check the path")
            except OSError as error:
                problems.append(_unreadable(path, error))

    def _load(self, path: Path) -> tuple[CalendarFile | None, list[str]]:
        """One file, from memory where it has not changed, and what is wrong with it."""
        known = self._known.get(path)
        try:
            stat = path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if path in self._bad and self._bad[path][0] == version:
                return known, self._bad[path][1]
            if known is not None and known.version == version:
                return known, list(known.left_out)
            if not path.is_file() or stat.st_size > MOST_BYTES:
                raise ValueError(f"is not a file of at most {MOST_BYTES // 1_000_000} MB; export fewer years")
            file = _parse(path, version, path.read_bytes())
        except OSError as error:
            return None, [_unreadable(path, error)]
        except ValueError as error:
            problems = [f"{path}: {error}"]
        else:
            if file.text.whole or known is None or not known.text.whole:
                return file, list(file.left_out)
            problems = list(file.left_out)
        self._bad[path] = (version, problems)
        return known, problems


def _files_below(folder: Path, problems: list[str]) -> Iterable[Path]:
    """Files named *.ics in a folder and some levels below, without hidden ones; links to folders are not followed."""

    def failed(error: OSError) -> None:
        problems.append(_unreadable(error.filename, error))

    for root, folders, names in os.walk(folder, onerror=failed):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = [] if depth >= DEEPEST else [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(".ics") and not name.startswith("."):
                yield Path(root) / name


def _unreadable(path: object, error: OSError) -> str:
    return f"{path}: cannot be read ({error.strerror}); check its permissions"


def _parse(path: Path, version: tuple[int, ...], content: bytes) -> CalendarFile:
    """A file's content.

    Raises:
        ValueError: it is no calendar, or breaks off before its first component ends.
    """
    try:
        text = take_apart(content)
    except ValueError as error:
        raise ValueError(f"is no calendar ({error}); export it again") from error
    if not text.whole and not text.parts:
        raise ValueError("is no calendar (its end is missing); export it again")
    series, left_out = series_of(text)
    lines = [f"{path}, line {line}: {reason}" for line, reason in sorted(text.left_out + left_out)]
    if not text.whole:
        lines.append(f"{path}: its end is missing; export it again")
    return CalendarFile(path, version, text, tuple(series), tuple(dict.fromkeys(lines)))
