"""Reading ProPerSim's persona JSON: one object, a list, or objects wrapped in others, with keys however spelt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError

_FORM = "expected an object with at least 'name' and 'criteria' (or 'lifestyle'), as ProPerSim writes them"

_KEYS: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "personaname", "username", "displayname"),
    "first_name": ("firstname", "givenname", "forename"),
    "last_name": ("lastname", "surname", "familyname"),
    "age": ("age", "years", "ageyears"),
    "traits": (
        "bigfivepersonalitytraits",
        "bigfive",
        "bigfivetraits",
        "personalitytraits",
        "personality",
        "traits",
        "innate",
        "ocean",
        "innatetraits",
    ),
    "background": ("background", "learned", "bio", "biography", "about", "description", "backstory", "profile"),
    "occupation": ("occupation", "job", "work", "profession", "career", "role"),
    "household": ("household", "family", "livingsituation", "home", "livesewith", "relationships"),
    "culture": ("culture", "nationality", "ethnicity", "country", "location", "city", "hometown", "origin"),
    "interests": ("currentinterests", "interests", "hobbies", "currentinterest", "likes", "currently"),
    "lifestyle": ("lifestyle", "routine", "dailyroutine", "habits", "lifestyles", "typicalday", "schedule"),
    "plan": (
        "dailyplanreq",
        "dailyplan",
        "dailyplanrequirement",
        "dailyplanrequirements",
        "dailyrequirements",
        "plan",
        "plans",
        "dailyreq",
    ),
    "goals": ("longtermgoals", "goals", "longtermgoal", "goal", "aspirations"),
    "living_area": ("livingarea", "livingspace", "residence"),
}

_CRITERIA: tuple[tuple[str, str], ...] = (
    ("communication", r"communic|safety|manner|tone|style|language|wording|delivery"),
    ("frequency", r"freq|howoften|cadence|numberof|rate|quantity|amount|interval"),
    ("timing", r"timing|time|when|moment|schedul|interrupt"),
    ("preference", r"prefer|personal|taste|content|relevan|like|interest|topic"),
)
_CRITERIA_HOLDERS = (
    "criteria",
    "criterion",
    "criterias",
    "rubric",
    "evaluationcriteria",
    "personalcriteria",
    "preferences",
    "rubrics",
    "recommendationcriteria",
)


@dataclass(frozen=True)
class Source:
    """A persona's prose, part by part; '' where the file says nothing."""

    name: str
    age: int | None
    texts: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def text(self, part: str) -> str:
        """The prose of a part of the life, such as 'lifestyle'."""
        return self.texts.get(part, "")


def read(path: Path) -> list[Source]:
    """All personas of a file.

    Raises:
        DataError: one line, when the file is missing, is not JSON, or holds no persona.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DataError(f"{path}: cannot be read ({reason}); name a JSON file in ProPerSim's form") from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = (
            f"line {error.lineno}, column {error.colno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else str(error)
        )
        raise DataError(f"{path}: not valid JSON ({place}); mend it and import again") from error
    found = list(_personas(data))
    if not found:
        raise DataError(f"{path}: holds no persona; {_FORM}")
    return [
        _source(item, f"{path}" + (f" (persona {number})" if len(found) > 1 else ""))
        for number, item in enumerate(found, 1)
    ]


def _plain(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _personas(data: Any, name: str = "", depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object that looks like a persona, however it is wrapped."""
    if depth > 6:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _personas(entry, depth=depth + 1)
    elif isinstance(data, dict):
        if _is_persona(data):
            own = any(_plain(key) in _KEYS["name"] + _KEYS["first_name"] for key in data)
            yield data if own or not name else {"name": name, **data}
        else:
            for key, value in data.items():
                yield from _personas(value, str(key), depth + 1)


def _is_persona(data: dict[str, Any]) -> bool:
    """Says when or what it wishes for, or tells enough of a life."""
    known = {part for part, names in _KEYS.items() for key in data if _plain(key) in names and data[key]}
    rubric = any(_plain(key) in _CRITERIA_HOLDERS for key in data) or len(_loose_criteria(data)) >= 2
    life = known & {"lifestyle", "interests", "plan", "background", "traits"}
    nested = any(isinstance(value, dict) and len(_loose_criteria(value)) >= 2 for value in data.values())
    return ((rubric or nested) and bool(known)) or (bool(known & {"name", "first_name"}) and len(life) >= 2)


def _loose_criteria(data: dict[str, Any]) -> set[str]:
    parts = {_criterion(key) for key, value in data.items() if _as_text(value) and _plain(key) not in _all_keys()}
    return {part for part in parts if part}


def _all_keys() -> set[str]:
    return {name for names in _KEYS.values() for name in names}


def _criterion(key: str) -> str | None:
    plain = _plain(key)
    return next((part for part, pattern in _CRITERIA if re.search(pattern, plain)), None)


def _as_text(value: Any) -> str:
    """A string, number, list or object as prose; list entries are numbered like ProPerSim's own."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str | int | float):
        return str(value).strip()
    if isinstance(value, list):
        entries = [text for entry in value if (text := _as_text(entry))]
        return " ".join(f"{number}) {entry.rstrip('.')}." for number, entry in enumerate(entries, 1))
    if isinstance(value, dict):
        return ". ".join(f"{key}: {text}" for key, entry in value.items() if (text := _as_text(entry)))
    return ""


def _source(data: dict[str, Any], where: str) -> Source:
    flat = _flatten(data)
    texts: dict[str, str] = {}
    criteria: dict[str, list[str]] = {}
    unused: list[str] = []
    for key, value in flat:
        plain = _plain(key)
        part = next((part for part, names in _KEYS.items() if plain in names), None)
        if plain in _CRITERIA_HOLDERS:
            for name, text in _rubric(value):
                criteria.setdefault(name, []).append(text)
        elif part:
            texts[part] = (
                f"{texts[part]} {_as_text(value)}" if part in texts and part not in ("name", "age") else _as_text(value)
            )
        elif (name_of := _criterion(key)) and isinstance(value, str):
            criteria.setdefault(name_of, []).append(value.strip())
        elif _as_text(value):
            unused.append(key)
    name = texts.get("name") or " ".join(filter(None, (texts.get("first_name"), texts.get("last_name"))))
    if not name:
        raise DataError(f"{where}: the persona has no name; {_FORM}")
    age = re.search(r"\d{1,3}", texts.get("age", ""))
    joined = {part: " ".join(text for text in parts if text) for part, parts in criteria.items()}
    return Source(
        name, int(age.group(0)) if age else None, texts, {k: v for k, v in joined.items() if v}, tuple(unused)
    )


def _flatten(data: dict[str, Any]) -> list[tuple[str, Any]]:
    """Entries of the object, with those of unknown inner objects in their place ('profile': {...})."""
    entries: list[tuple[str, Any]] = []
    for key, value in data.items():
        plain = _plain(key)
        inner = isinstance(value, dict) and plain not in _CRITERIA_HOLDERS and plain not in _KEYS["traits"]
        if inner and len(_loose_criteria(value)) >= 2 and not any(_plain(k) in _all_keys() for k in value):
            entries.append(("criteria", value))
        elif inner and any(_plain(k) in _all_keys() or _plain(k) in _CRITERIA_HOLDERS for k in value):
            entries.extend(_flatten(value))
        else:
            entries.append((key, value))
    return entries


def _rubric(value: Any) -> Iterator[tuple[str, str]]:
    """The criteria by part; prose without parts is read as all of them."""
    if isinstance(value, dict):
        for key, entry in value.items():
            text = _as_text(entry)
            if text:
                yield _criterion(str(key)) or "other", text
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict) and len(entry) >= 2 and all(isinstance(v, str) for v in entry.values()):
                title, text = list(entry.values())[:2]
                yield _criterion(title) or "other", text
            elif isinstance(entry, dict):
                yield from _rubric(entry)
            elif _as_text(entry):
                yield "other", _as_text(entry)
    elif _as_text(value):
        yield "other", _as_text(value)
