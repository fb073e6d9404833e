"""A person's days as a script: a TOML file that says what is in front on the computer, hour by hour.

name = "a developer who works at home"
first_day = 2026-11-23                  # a Monday
zone = "Europe/Berlin"
likes = ["Rust", "bouldering"]          # as told at the first start; each may be skipped
dislikes = ["knitting"]
per_day = 6
quiet = [22.5, 7.0]
mine = ["add todo: buy oats by Friday"] # lines typed to it on the first morning

[touches]                               # patterns by which a listener hears that something is about a like
Rust = "rust|clippy"

[notes]                                 # files of a folder of notes
"ideas.md" = "- [ ] mend the bicycle lamp (20 min)"

[[appointment]]                         # written to an .ics file
title = "Stand-up"
at = "09:30"
minutes = 15                            # left out: all day
days = "mon-fri"                        # left out: every day; or dates: "2026-11-25"

[[do]]                                  # from this hour on; the last one of a day must be `off`
at = "08:10"
windows = [["Code", "ledger.rs - Visual Studio Code"], ["firefox", "docs.rs - Mozilla Firefox"]]
days = "mon-fri"

[[do]]
at = "12:30"
away = true                             # nobody at the computer; or `still = true`: there, without a key pressed;
                                        # or says = "reading a novel": typed to it; or off = true: switched off

[[answer]]                              # the first that fits answers what is said; nothing fits: ignored
about = "walk|outside"                  # pattern in the sentence or the idea; left out: anything
reply = "accepted"                      # or dismissed, ignored
reason = "preference"                   # of a dismissal
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW_MINUTES = 9
"""So long each of several windows is in front in turn."""


@dataclass(frozen=True)
class Doing:
    """What goes on from an hour of the day on."""

    at: time
    windows: tuple[tuple[str, str], ...] = ()
    away: bool = False
    still: bool = False
    off: bool = False
    says: str = ""

    def window(self, minutes: float) -> tuple[str, str] | None:
        """Program and title in front so many minutes after the beginning."""
        return self.windows[int(minutes // WINDOW_MINUTES) % len(self.windows)] if self.windows else None


@dataclass(frozen=True)
class Appointment:
    """One entry of a calendar on one day; `minutes` 0 lasts all day."""

    title: str
    day: date
    at: time = time()
    minutes: float = 0


@dataclass(frozen=True)
class Answer:
    """How the person answers what fits."""

    about: re.Pattern[str]
    reply: str
    reason: str = ""


@dataclass(frozen=True)
class Script:
    """A person and their days."""

    name: str
    first_day: date
    zone: ZoneInfo
    told: dict[str, Any]
    mine: tuple[str, ...]
    touches: dict[str, re.Pattern[str]]
    notes: dict[str, str]
    answers: tuple[Answer, ...]
    settings: dict[str, dict[str, Any]]
    _appointments: tuple[dict[str, Any], ...] = field(repr=False)
    _doings: tuple[dict[str, Any], ...] = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Script:
        """Read a file.

        Raises:
            KeyError, TypeError, ValueError: it is not one.
        """
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        quiet = data.get("quiet", (None, None))
        told: dict[str, Any] = {name: data[name] for name in ("likes", "dislikes", "per_day") if name in data}
        return cls(
            name=data["name"],
            first_day=data["first_day"],
            zone=ZoneInfo(data.get("zone", "UTC")),
            told={**told, "quiet_from": quiet[0], "quiet_to": quiet[1]},
            mine=tuple(data.get("mine", ())),
            touches={name: re.compile(words, re.I) for name, words in data.get("touches", {}).items()},
            notes=data.get("notes", {}),
            answers=tuple(
                Answer(re.compile(each.get("about", ""), re.I), each["reply"], each.get("reason", ""))
                for each in data.get("answer", ())
            ),
            settings=data.get("settings", {}),
            _appointments=tuple(data.get("appointment", ())),
            _doings=tuple(data["do"]),
        )

    def moment(self, day: date, at: time) -> datetime:
        """A time of day where the person lives."""
        return datetime.combine(day, at, self.zone)

    def day(self, number: int) -> date:
        """The date of a day, counted from 0."""
        return self.first_day + timedelta(days=number)

    def doings(self, day: date) -> list[Doing]:
        """What a day holds, in order."""
        found = [
            Doing(
                time.fromisoformat(each["at"]),
                tuple((app, title) for app, title in each.get("windows", ())),
                *(each.get(name, False) for name in ("away", "still", "off")),
                says=each.get("says", ""),
            )
            for each in self._doings
            if _on(day, each.get("days", ""))
        ]
        return sorted(found, key=lambda doing: doing.at)

    def appointments(self, day: date) -> list[Appointment]:
        """Those of a day, in order."""
        found = [
            Appointment(each["title"], day, time.fromisoformat(each.get("at", "00:00")), each.get("minutes", 0))
            for each in self._appointments
            if _on(day, each.get("days", ""))
        ]
        return sorted(found, key=lambda entry: entry.at)

    def answer(self, words: str) -> Answer | None:
        """How the person answers a sentence with its idea."""
        return next((answer for answer in self.answers if answer.about.search(words)), None)


def _on(day: date, days: str) -> bool:
    """Whether 'mon-fri sun 2026-11-25' names a day; '' names every one."""
    today = WEEK[day.weekday()]
    for part in days.split():
        first, _, last = part.partition("-")
        if part == day.isoformat() or part == today:
            return True
        if last in WEEK and WEEK.index(first) <= day.weekday() <= WEEK.index(last):
            return True
    return not days
