"""Time zones as calendar files name them. What a file defines holds for that file alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta, timezone, tzinfo
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from edge_assistant.context.calendars.text import CalendarPart

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


class FileZones:
    """The time zones of one file: those that everybody knows, and those that it defines."""

    def __init__(self, parts: Iterable[CalendarPart]) -> None:
        """
        Args:
            parts: of the file.
        """
        self._defined: dict[str, CalendarPart] = {}
        for part in parts:
            if part.name == "VTIMEZONE":
                names = [line.partition(":")[2].strip() for line in part.own if line.upper().startswith("TZID")]
                self._defined |= dict.fromkeys(names, part)
        self._made: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo | None:
        """The zone of this name; None when nobody knows it.

        A known name means what everybody means by it: what files say of it is mostly true of some years only.
        """
        if name not in self._made:
            self._made[name] = _known(name) or self._made_here(name)
        return self._made[name]

    def _made_here(self, name: str) -> tzinfo | None:
        from icalendar import Timezone

        part = self._defined.get(name)
        if part is None:
            return None
        try:
            component: Any = Timezone.from_ical(part.text)
            zone = component.to_tz(lookup_tzid=False)
        except Exception:  # whatever the parser makes of a definition without rules
            return None
        return zone if isinstance(zone, tzinfo) else None


@cache
def _spellings() -> dict[str, str]:
    """The names of the tz database by their small letters."""
    return {name.lower(): name for name in available_timezones()}


@cache
def _known(name: str) -> tzinfo | None:
    """A zone of the tz database, also by its name on Windows or behind a vendor's prefix, or a fixed offset."""
    from icalendar.timezone.tzp import TZP

    # a table of its own: icalendar keeps the definitions of all files that it has ever read in a common one
    table: Any = TZP()
    parts = name.strip('"/ ').replace(" ", "_").split("/")
    for start in range(len(parts)):
        try:
            tail = "/".join(parts[start:])
            zone = table.timezone(_spellings().get(tail.lower(), tail.replace("_", " ")))
        except Exception:  # names that no file system likes
            zone = None
        if isinstance(zone, tzinfo):
            return zone
    found = _OFFSET.fullmatch(name.strip())
    if not found or int(found[2]) > 14:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)
