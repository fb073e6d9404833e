"""From a program and the title of its window to an activity in plain words, without keeping the title.

    describe("firefox", "Inbox (3) - Gmail")    # Seen('reading and answering email', 'mail', 'firefox', 0.8)

What is known lies in `data/apps.toml`; a program that is not there is `SOMETHING`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edge_assistant.context.merging import one_line

DATA_FILE = Path(__file__).parent.parent / "data" / "apps.toml"

HOSTS = ("browser", "terminal", "chat", "office")

SURE, UNSURE = 0.8, 0.5
"""Confidence in what a known and an unknown program tells."""

LONGEST_NAME = 40

SOMETHING = "something at the computer"
"""The activity when nothing more is known."""

_ENDINGS = re.compile(r"(\.exe|\.app|\.appimage|\.desktop|\.x86_64|\.bin)+$")
_VERSION = re.compile(r"[-.]?v?\d[\d.]*$")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window tells: an activity, one of `ACTIVITY_CLASSES`, the program's short name, confidence in [0, 1]."""

    activity: str
    kind: str
    app: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, made ready for looking up: phrases are pairs of a pattern and (text, kind), longest first."""

    exact: dict[str, tuple[str, str]]
    starts: tuple[tuple[str, tuple[str, str]], ...]
    hosts: dict[str, str]
    host_activity: dict[str, tuple[str, str]]
    phrases: dict[str, tuple[tuple[re.Pattern[str], tuple[str, str]], ...]]
    ignored: frozenset[str]
    ignored_titles: tuple[str, ...]


def describe(app: str, title: str = "") -> Seen | None:
    """What the person does in this window; None for what is no activity, such as a locked screen.

    Args:
        app: the program's name, class or file, as a window manager gives it.
        title: of the window. It decides between kinds, and nothing of it is in what is returned.
    """
    table = _table()
    names = _names(app)
    short = names[0][:LONGEST_NAME] if names else ""
    lowered = one_line(title).lower()
    if table.ignored.intersection(names) or any(part in lowered for part in table.ignored_titles):
        return None
    host = next((table.hosts[name] for name in names if name in table.hosts), "")
    if host:
        found = next((known for phrase, known in table.phrases[host] if phrase.search(lowered)), None)
        return Seen(*(found or table.host_activity[host]), short, SURE)
    known = next((table.exact[name] for name in names if name in table.exact), None)
    if known is None:
        known = next((value for start, value in table.starts if any(name.startswith(start) for name in names)), None)
    if known is not None:
        return Seen(*known, short, SURE)
    return Seen(SOMETHING, "unknown", short, UNSURE) if short else None


def is_terminal(app: str) -> bool:
    """Whether a program is a terminal, in which this assistant may itself be running."""
    return any(_table().hosts.get(name) == "terminal" for name in _names(app))


@cache
def activities() -> dict[str, str]:
    """Every activity's text with its kind."""
    return {entry["text"]: entry["kind"] for entry in _data()["activity"]}


def _names(app: str) -> list[str]:
    """What a program may be called in the table, the likeliest first: 'org.gnome.Evolution' is also 'evolution'."""
    name = one_line(app).replace("\\", "/").rstrip("/").rpartition("/")[2].lower()
    name = _ENDINGS.sub("", re.sub(r"[\s_]+", "-", name))
    parts = name.split(".")
    dotted = [parts[-1]] if len(parts) > 2 and all(parts) and not parts[-1][0].isdigit() else []
    names = [*dotted, name, _VERSION.sub("", name)]
    return list(dict.fromkeys(each for each in names if each))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


@cache
def _table() -> _Table:
    data = _data()
    exact: dict[str, tuple[str, str]] = {}
    starts: dict[str, tuple[str, str]] = {}
    for entry in data["activity"]:
        for name in entry.get("apps", ()):
            target = starts if name.endswith("*") else exact
            target.setdefault(name.rstrip("*").replace("_", "-"), (entry["text"], entry["kind"]))
    return _Table(
        exact=exact,
        starts=tuple(sorted(starts.items(), key=lambda item: -len(item[0]))),
        hosts={name: host for host in HOSTS for name in data["hosts"][host]},
        host_activity={entry["host"]: (entry["text"], entry["kind"]) for entry in data["activity"] if "host" in entry},
        phrases={host: _phrases(data["activity"], host) for host in HOSTS},
        ignored=frozenset(data["ignored"]["apps"]),
        ignored_titles=tuple(data["ignored"]["titles"]),
    )


def _phrases(entries: Sequence[dict[str, Any]], host: str) -> tuple[tuple[re.Pattern[str], tuple[str, str]], ...]:
    found = [(phrase, (entry["text"], entry["kind"])) for entry in entries for phrase in entry.get(host, ())]
    found.sort(key=lambda item: -len(item[0]))
    # whole words: 'vi' must not be found in 'video'
    return tuple((re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)"), known) for phrase, known in found)
