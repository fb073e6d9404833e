"""What of this computer the assistant could look at: calendars and notes in their usual places, and ActivityWatch.

Each is read before it is offered, so that the person sees what would be known from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from edge_assistant.context.local_time import spoken
from edge_assistant.context.source import SourceError
from edge_assistant.context.sources.activitywatch import ActivityWatchSource
from edge_assistant.context.sources.calendar import CalendarSource
from edge_assistant.ranker.notes import begins_with_verb, lines_of
from edge_assistant.service.rpc.setup_values import FoundSource
from edge_assistant.settings import SourceSettings

CALENDARS = (
    *("Calendars", "calendars", ".calendars", "Calendar", "Documents/Calendars", "Documents/calendars"),
    *("Nextcloud/Calendar", "Library/Calendars"),
)
"""Folders of calendar files, below the person's home."""

DATA_CALENDARS = ("evolution/calendar", "korganizer", "khal/calendars", "vdirsyncer", "thunderbird/calendars")
"""The same below `~/.local/share`."""

LOOSE = ("Documents", "Downloads", ".thunderbird")
"""Where single calendar files lie, and one folder below."""

NOTES = ("Notes", "notes", "Documents/Notes", "Documents/notes", "Zettelkasten", "Nextcloud/Notes")

VAULTS = (
    *(".config/obsidian", ".var/app/md.obsidian.Obsidian/config/obsidian", "snap/obsidian/current/.config/obsidian"),
    "Library/Application Support/obsidian",
)
"""Where Obsidian lists its vaults."""

FOUND_KINDS = ("calendar", "notes", "activitywatch")

MOST, MOST_BYTES = 6, 3_000_000
"""Calendars that are offered, and the size of one."""

MOST_NOTES, MOST_NOTE_BYTES = 200, 200_000


def find_sources(settings: SourceSettings, now: datetime, home: Path | None = None) -> tuple[FoundSource, ...]:
    """What could be looked at and is not yet, with what was read from each.

    Args:
        settings: what is looked at already.
        now: local time.
        home: of the person; None is this user's.
    """
    home = home or Path.home()
    known = {Path(os.path.expanduser(path)) for path in settings.calendars}  # noqa: PTH111
    calendars = [path for path in dict.fromkeys(_calendars(home)) if path not in known]
    found = [_calendar(path, now) for path in calendars[:MOST]]
    if not settings.notes:
        found.append(_most([_notes(path) for path in dict.fromkeys(_note_folders(home))]))
    found.append(_activitywatch(settings, now))
    return tuple(source for source in found if source is not None)


def _calendars(home: Path) -> Iterator[Path]:
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    folders = [*(home / name for name in CALENDARS), *(data / name for name in DATA_CALENDARS)]
    offered = [folder for folder in folders if _holds_calendars(folder)]
    yield from offered
    for name in LOOSE:
        loose = sorted(path for pattern in ("*.ics", "*/*.ics") for path in _glob(home / name, pattern))
        yield from (path for path in loose if not set(offered).intersection(path.parents))


def _holds_calendars(folder: Path) -> bool:
    return any(True for pattern in ("*.ics", "*/*.ics", "*/*/*.ics", "*/*/*/*.ics") for _ in _glob(folder, pattern))


def _glob(folder: Path, pattern: str) -> list[Path]:
    """Files in a folder; none where it cannot be read."""
    try:
        return list(folder.glob(pattern)) if folder.is_dir() else []
    except OSError:
        return []


def _calendar(path: Path, now: datetime) -> FoundSource | None:
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            return FoundSource("calendar", str(path), "a large file, not read yet")
        told = CalendarSource([path]).observe(now)
    except (SourceError, OSError):
        return None
    if told is None:
        return FoundSource("calendar", str(path), "no appointments in the next weeks")
    if told.left_out and not told.calendar and told.next_event is None:
        return None
    parts = [f"{len(told.calendar)} today" if told.calendar else "nothing today"]
    if told.next_event is not None:
        parts.append(f"next: {told.next_event.title or 'an appointment'}, {spoken(now, told.next_event.start)}")
    if told.left_out:
        parts.append(f"{len(told.left_out)} entries cannot be read")
    return FoundSource("calendar", str(path), "; ".join(parts))


def _note_folders(home: Path) -> Iterator[Path]:
    for name in VAULTS:
        try:
            listed = json.loads((home / name / "obsidian.json").read_text(encoding="utf-8"))["vaults"].values()
            yield from (Path(vault["path"]) for vault in listed)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
    yield from (home / name for name in NOTES)


def _most(folders: Sequence[tuple[int, FoundSource] | None]) -> FoundSource | None:
    """The folder with most to do in it: there is one setting."""
    found = [folder for folder in folders if folder is not None]
    return max(found, key=lambda folder: folder[0])[1] if found else None


def _notes(folder: Path) -> tuple[int, FoundSource] | None:
    """A folder with notes, how many things to do are in them, and the first of these."""
    files = [path for pattern in ("*.md", "*.txt", "*/*.md", "*/*.txt") for path in sorted(_glob(folder, pattern))]
    things = list(dict.fromkeys(_to_do(files[:MOST_NOTES])))
    if not files:
        return None
    count = f"{len(files)} note{'s' * (len(files) != 1)}"
    if not things:
        return 0, FoundSource("notes", str(folder), f"{count}, nothing to do in them")
    shown = "', '".join(things[:3])
    return len(things), FoundSource("notes", str(folder), f"{count}, {len(things)} to do, such as '{shown}'")


def _to_do(files: Sequence[Path]) -> Iterator[str]:
    for path in files:
        try:
            text = path.read_bytes()[:MOST_NOTE_BYTES].decode("utf-8", errors="replace")
        except OSError:
            continue
        yield from (
            line.text for line in lines_of(text, path.suffix == ".md") if line.open or begins_with_verb(line.text)
        )


def _activitywatch(settings: SourceSettings, now: datetime) -> FoundSource | None:
    """ActivityWatch, where it runs here."""
    host, port = settings.activitywatch_host, settings.activitywatch_port
    try:
        told = ActivityWatchSource(host, port, key=settings.activitywatch_key).observe(now)
    except SourceError as error:
        return None if error.state == "nothing" else FoundSource("activitywatch", f"{host}:{port}", str(error))
    seen = told.activity if told is not None and told.activity else "it tells nothing yet"
    return FoundSource("activitywatch", f"{host}:{port}", f"now: {seen}")
