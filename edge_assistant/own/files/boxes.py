"""Boxes in notes: '- [ ] call the plumber by Friday' is a todo, '- [x] ...' is one that is done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from edge_assistant.errors import UsageError
from edge_assistant.own.files.item import Contents, Item, key_of
from edge_assistant.own.sentences import thing_of

MARKDOWN = (".md", ".markdown")
PLAIN = (".txt",)
DEEPEST = 4

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


def note_files(folder: Path) -> Iterator[Path]:
    """Notes in a folder and some levels below; hidden ones are left out, links to folders not followed."""
    for root, folders, names in os.walk(folder):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = [] if depth >= DEEPEST else [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root) / name
            if path.suffix.lower() in MARKDOWN + PLAIN and not name.startswith(".") and path.is_file():
                yield path
