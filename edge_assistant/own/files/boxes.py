"""Boxes in notes: '- [ ] call the plumber by Friday' is a todo, '- [x] ...' is one that is done."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from edge_assistant.context.merging import without_controls
from edge_assistant.errors import UsageError
from edge_assistant.own.files.item import Contents, Item, key_of
from edge_assistant.own.sentences import thing_of

MARKDOWN = (".md", ".markdown")
PLAIN = (".txt",)
DEEPEST = 4
MOST_NOTES = 500
MOST_BYTES = 1_000_000
"""Of one note, or another file of text."""

_BOX = re.compile(r"^\s*(?:[-*+]\s+)?\[(?P<mark>[ xX])\]\s+(?P<text>\S.*)$")
_MARKS = re.compile(r"[*_`~]{1,2}|<?\bhttps?:\S+>?|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]")
_LINK = re.compile(r"!?\[\[?(?:[^\]|]*\|)?([^\]]*)\]\]?(?:\([^)]*\))?")


def read_boxes(path: Path, text: str, now: datetime) -> Contents:
    """The boxes of a note. A time that cannot be is part of the words."""
    found = Contents()
    seen: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        box = _BOX.match(raw)
        if box is None:
            continue
        words = " ".join(_MARKS.sub("", _LINK.sub(r"\1", box["text"])).split())
        key = key_of(words)
        if key in seen or not words:
            continue
        seen.add(key)
        done = box["mark"] != " "
        try:
            thing = thing_of("todo", words, now) if not done else thing_of("todo", words[:100], now)
        except UsageError as error:
            if not done:
                found.left_out.append(f"{path}, line {number}: {error}")
            continue
        found.items.append(Item(replace(thing, source=str(path), key=key), done))
    return found


def text_of(path: Path) -> str:
    """The text of a note, in whichever encoding programs write notes.

    Raises:
        OSError: it cannot be read.
        UsageError: it is too large, no text, or no file.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
        raise UsageError(f"{path}: is no file; name files of text")
    if found.st_size > MOST_BYTES:
        raise UsageError(f"{path}: is larger than {MOST_BYTES // 1_000_000} MB; split it")
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")  # of older programs
    if "\x00" in text:
        raise UsageError(f"{path}: is no text; save it as UTF-8, or move it elsewhere")
    return without_controls(text)


def unreadable(path: object, error: OSError) -> str:
    """Why a file or a folder is left out."""
    return f"{path}: cannot be read ({error.strerror}); check its permissions"


def note_files(folder: Path, failed: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Notes in a folder and some levels below; hidden ones are left out, links to folders not followed.

    Args:
        folder: to look in.
        failed: is told of folders that cannot be read.
    """
    for root, folders, names in os.walk(folder, onerror=failed):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = [] if depth >= DEEPEST else [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root) / name
            if path.suffix.lower() in MARKDOWN + PLAIN and not name.startswith(".") and path.is_file():
                yield path
