"""Reading a persona's prose from a file: ProPerSim's JSON (one object, a list, or wrapped) or TOML of the same keys.

Keys may be spelt in any way ('Daily plan req'); values may be text, numbers, lists or objects.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError
from simulator.people.importer.values import data

_FORM = "expected an object with at least 'name' and 'criteria' (or 'lifestyle'), as ProPerSim writes them"
_DEEPEST = 6  # objects within objects that are looked into for a persona


@dataclass(frozen=True)
class Source:
    """A persona's prose by part of the life and by criterion ('other' if undivided), and the keys without a use."""

    name: str
    texts: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def text(self, part: str) -> str:
        """The prose of a part of the life, or ''."""
        return self.texts.get(part, "")


def read(path: Path) -> list[Source]:
    """All personas of a file; a DataError of one line where it is missing, damaged, or holds none."""
    form = "TOML" if path.suffix == ".toml" else "JSON"
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text) if form == "TOML" else json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DataError(f"{path}: cannot be read ({reason}); name a JSON file in ProPerSim's form") from error
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{path}: not valid {form} ({reason}); mend it and import again") from error
    found = list(_personas(content))
    if not found:
        raise DataError(f"{path}: holds no persona; {_FORM}")
    many = len(found) > 1
    return [_source(item, f"{path} (persona {number})" if many else str(path)) for number, item in enumerate(found, 1)]


def _part(key: str) -> str | None:
    """The part of the life that a key names, 'criteria' among them."""
    plain = re.sub(r"[^a-z]", "", key.lower())
    return next((part for part, names in data("words")["keys"].items() if plain in names.split()), None)


def _criterion(key: str) -> str | None:
    plain = re.sub(r"[^a-z]", "", key.lower())
    return next((part for part, words in data("words")["criteria"].items() if re.search(words, plain)), None)


def _personas(content: Any, name: str = "", depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object that looks like a persona; one without a name takes the key under which it lies."""
    if depth > _DEEPEST:
        return
    if isinstance(content, list):
        for entry in content:
            yield from _personas(entry, depth=depth + 1)
    elif isinstance(content, dict):
        known = {_part(key) for key, value in content.items() if value} - {None}
        life = known & {"lifestyle", "interests", "plan", "background", "traits"}
        if ("criteria" in known and len(known) > 1) or (known & {"name", "first_name"} and len(life) >= 2):
            yield content if known & {"name", "first_name"} or not name else {"name": name, **content}
        else:
            for key, value in content.items():
                yield from _personas(value, str(key), depth + 1)


def _as_text(value: Any) -> str:
    """A string, number, list or object as prose; list entries are numbered as ProPerSim's own are."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        entries = [text for entry in value if (text := _as_text(entry))]
        return " ".join(f"{number}) {entry.rstrip('.')}." for number, entry in enumerate(entries, 1))
    if isinstance(value, dict):
        return ". ".join(f"{key}: {text}" for key, entry in value.items() if (text := _as_text(entry)))
    return str(value).strip()


def _source(content: dict[str, Any], where: str) -> Source:
    texts: dict[str, str] = {}
    criteria: dict[str, str] = {}
    unused: list[str] = []
    for key, value in content.items():
        part, text = _part(key), _as_text(value)
        if part == "criteria":
            for name, words in _rubric(value):
                criteria[name] = f"{criteria.get(name, '')} {words}".strip()
        elif part and text:
            texts[part] = f"{texts.get(part, '')} {text}".strip()
        elif text:
            unused.append(key)
    name = texts.get("name") or " ".join(texts[part] for part in ("first_name", "last_name") if part in texts)
    if not name:
        raise DataError(f"{where}: the persona has no name; {_FORM}")
    first = name.split()[0]
    subject = rf"\b(?:{re.escape(name)}|{re.escape(first)})\s+(?:(?:typically|usually|enjoys|likes|loves)\s+)*"
    for part in {"interests", "lifestyle", "plan"} & set(texts):
        texts[part] = re.sub(subject, "", texts[part])
    if "1)" not in texts.get("interests", "1)"):
        texts["interests"] = re.sub(r",\s*(?:and\s+)?|\s+and\s+", "; ", texts["interests"])
    return Source(name, texts, criteria, tuple(unused))


def _rubric(value: Any) -> Iterator[tuple[str, str]]:
    """The criteria by part, from an object or a list of {title, text}; prose without parts is 'other'."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if text := _as_text(entry):
                yield _criterion(str(key)) or "other", text
    elif isinstance(value, list):
        for entry in value:
            titled = isinstance(entry, dict) and len(entry) >= 2 and all(isinstance(v, str) for v in entry.values())
            title, text = list(entry.values())[:2] if titled else ("", "")
            yield from ((_criterion(title) or "other", text),) if titled else _rubric(entry)
    elif text := _as_text(value):
        yield "other", text
