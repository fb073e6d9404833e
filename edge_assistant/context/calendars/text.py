"""A calendar file's bytes taken apart into its components, each with its line, so that a broken one costs only itself.

Nothing is believed of how lines end, of the encoding, or of components being closed: files are written by many hands,
cut off, and glued together. What cannot be used is told with its line.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

COMPONENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VALARM", "VAVAILABILITY"})
"""What a calendar holds. One of them cannot stand inside another, but for alarms, which stand in events and todos."""

_MARK = re.compile(r"(BEGIN|END):\s*([\w-]+)\s*", re.IGNORECASE)
_GLUED = re.compile(rb"(END:VCALENDAR)[^\S\r\n]*(?:\xef\xbb\xbf)?(BEGIN:VCALENDAR)", re.IGNORECASE)
_CONTROLS = dict.fromkeys([*range(9), *range(10, 32), 127, 0xFEFF])


@dataclass
class CalendarPart:
    """One component, whole.

    Attributes:
        name: 'VEVENT', in capitals.
        line: of its beginning, from 1.
        own: its own lines, unfolded, without those of parts within it.
        text: all of its lines, for a parser.
        head: the properties of the calendar that it stands in, by name in capitals.
    """

    name: str
    line: int
    head: dict[str, str]
    own: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\r\n".join([f"BEGIN:{self.name}", *self.lines, f"END:{self.name}", ""])


@dataclass
class CalendarText:
    """What a file holds.

    Attributes:
        parts: whole components in the order of the file.
        left_out: line and reason of what could not be used.
        whole: its last calendar is closed, as it is not while a file is still being written.
    """

    parts: list[CalendarPart] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    whole: bool = False


def take_apart(content: bytes) -> CalendarText:
    """The components of a file's content.

    Raises:
        ValueError: it holds no calendar at all.
    """
    found = CalendarText()
    head: dict[str, str] | None = None
    begun = 0
    part: CalendarPart | None = None
    inner: list[str] = []
    for number, line in _lines(content):
        mark = _MARK.fullmatch(line)
        word, name = (mark[1].upper(), mark[2].upper()) if mark else ("", "")
        if name == "VCALENDAR" or (word == "BEGIN" and part is not None and name in COMPONENTS - {"VALARM"}):
            if part is not None:
                found.left_out.append((part.line, f"{part.name} is not closed, and is left out; export the file again"))
                part, inner = None, []
            if word == "BEGIN" and name == "VCALENDAR":
                if head is not None:
                    found.left_out.append((begun, "VCALENDAR is not closed; what stands before the next one is kept"))
                head, begun = {}, number
        if name == "VCALENDAR":
            found.whole = word == "END" and head is not None
            head = {} if word == "BEGIN" else None
        elif word == "BEGIN" and part is None:
            part = CalendarPart(name, number, head if head is not None else {})
        elif word == "END" and part is not None and name == part.name:
            found.parts.append(part)
            part, inner = None, []
        elif word == "END" and part is None:
            found.left_out.append((number, f"{name} ends without a beginning, and is left out; export the file again"))
        elif part is not None:
            part.lines.append(line)
            if word == "BEGIN":
                inner.append(name)
            elif word == "END":
                inner = inner[: inner.index(name)] if name in inner else inner
            elif not inner:
                part.own.append(line)
        elif head is not None:
            key, _, value = line.partition(":")
            head.setdefault(key.partition(";")[0].upper(), value.strip())
    if not begun:
        raise ValueError("it holds no VCALENDAR")
    if part is not None:
        found.left_out.append((part.line, f"{part.name} is not closed, and is left out; export the file again"))
    return found


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Unfolded lines with the numbers of their beginnings.

    They are unfolded as bytes, since some programs fold in the middle of a letter.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", errors="replace").encode()
    content = _GLUED.sub(rb"\1\n\2", content)
    # \r\r\n is what a second translation of line ends leaves behind
    raw = re.split(rb"\r*\n|\r", content)
    number = 0
    while number < len(raw):
        begin, line = number, raw[number]
        number += 1
        while number < len(raw) and raw[number][:1] in (b" ", b"\t"):
            line += raw[number][1:]
            number += 1
        while number < len(raw) and line.endswith(b"=") and _is_printable(line):
            line = line[:-1] + raw[number].lstrip()
            number += 1
        if line.strip():
            yield begin + 1, _decoded(line).translate(_CONTROLS).strip()


def _is_printable(line: bytes) -> bool:
    """Whether a value is written in printable letters, as in the calendars of older phones: 'Caf=C3=A9'."""
    return b"ENCODING=QUOTED-PRINTABLE" in line.partition(b":")[0].upper()


def _decoded(line: bytes) -> str:
    """A line as text; what is no UTF-8 is taken for the encoding of older programs."""
    if _is_printable(line):
        head, _, value = line.partition(b":")
        line = head + b":" + quopri.decodestring(value).replace(b"\r\n", b"\n").replace(b"\n", b"\\n")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
