"""Plays a person's days through the real service, at many times real speed, and shows what is said.

    python -m tests.days.player tests/days/developer.toml
    python -m tests.days.player my-day.toml --days 7

The script's form stands in `script`. Real are the service with its store, the embedding, an ActivityWatch server fed as
its watchers do, a calendar file and a folder of notes; the clock is set by hand, and sentences are the prepared ones.
"""

from __future__ import annotations

import argparse
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.own.standing import is_due
from edge_assistant.own.thing import thing_number
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.service.building import build_core, close_core
from edge_assistant.service.clock import ManualClock
from edge_assistant.service.core import Core
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.settings.file import write_settings
from tests.days.script import WEEK, Doing, Script
from tests.edge_assistant.context.activitywatch_servers import running_server

TICK = timedelta(seconds=150)
BEGINS = timedelta(seconds=70)
"""Ticks do not fall on the full minutes at which people change what they do."""
AFK_SECONDS = 180
"""Without a key for so long, the watcher says that nobody is there."""
HEARTBEAT = 400
"""Seconds over which ActivityWatch takes two equal words of a watcher for one stretch."""
NEVER_AWAY = 30
"""Seconds in which nobody can know that somebody is leaving."""


@dataclass(frozen=True)
class Said:
    """One thing that was said.

    Attributes:
        awake: minutes since the day began at the computer.
        about: 'own', the like that it touches, or ''.
        away: nobody was there.
        until: minutes until the next appointment, None for none that day.
        due: a reminder, a habit, or something whose day has come.
        asked: for this very moment, as a reminder is.
        why: a word was due whatever the chances; '' for what was likely enough to please.
        answer: what the person said to it.
    """

    time: datetime
    activity: str
    text: str
    idea: str
    awake: float
    about: str
    away: bool
    until: float | None
    due: bool = False
    asked: bool = False
    why: str = ""
    answer: str = ""

    @property
    def hasty(self) -> bool:
        """Said in the last minutes before an appointment, unasked."""
        return self.until is not None and self.until < 10 and not self.asked

    def __str__(self) -> str:
        marks = [self.about or "-", "AWAY" if self.away else "", self.answer]
        near = f"{self.until:.0f} min before an appointment" if self.until is not None and self.until < 30 else ""
        told = ", ".join(filter(None, [*marks, near, self.why]))
        return f"{WEEK[self.time.weekday()]} {self.time:%H:%M}  {self.activity:<38.38}  {self.text}  [{told}]"


class Player:
    """One person at a computer of their own."""

    def __init__(self, script: Script, folder: Path, cache: Path, watch: Any) -> None:
        """
        Args:
            script: of the person.
            folder: empty; it becomes their home.
            cache: keeps the vectors of texts, for others too.
            watch: a client of the ActivityWatch server at the port that the settings name.
        """
        self.script = script
        self.folder = folder
        self.cache = cache
        self.watch = watch
        self.clock = ManualClock(script.moment(script.first_day, script.doings(script.first_day)[0].at))
        self.said: list[Said] = []
        self._left: datetime | None = None
        self._buckets: set[str] = set()
        self._heard: list[str] = []

    def play(self, days: int) -> list[Said]:
        """Live days; everything that was said unasked."""
        home = self.folder / "home"
        paths = Paths(home, self.cache)
        for name in ("home", "notes", "calendar"):
            (self.folder / name).mkdir(exist_ok=True, mode=0o700)
        for name, text in self.script.notes.items():
            (self.folder / "notes" / name).write_text(text, encoding="utf-8")
        (self.folder / "calendar" / "home.ics").write_bytes(calendar_of(self.script, days).replace(b"\n", b"\r\n"))
        port = int(self.watch.server_address.rpartition(":")[2])
        sources = {"activitywatch_port": port, "notes": str(self.folder / "notes"), "idle": False}
        sources |= {"calendars": [str(self.folder / "calendar")], "do_not_disturb": False, "full_screen": False}
        given = self.script.settings
        wanted = {**given, "sources": {**sources, **given.get("sources", {})}}
        settings = write_settings(paths.config, {**wanted, "model": {"path": "none"}, "training": {"on": False}})
        core = build_core(settings, paths, self._hear, clock=self.clock)
        try:
            self._empty_watch()
            core.call("setup.save", self.script.told)
            for number in range(days):
                self._day(core, self.script.day(number))
        finally:
            close_core(core)
        return self.said

    def _empty_watch(self) -> None:
        for bucket in self.watch.get_buckets():
            self.watch.delete_bucket(bucket, force=True)

    def _day(self, core: Core, day: date) -> None:
        doings = self.script.doings(day)
        if not doings:
            return
        if not doings[-1].off:
            raise ValueError(f"{self.script.name}: {day:%A} does not end with 'off = true'")
        now, end = (self.script.moment(day, doing.at) for doing in (doings[0], doings[-1]))
        for line in self.script.mine if day == self.script.first_day else ():
            core.call("tell", {"text": line})
        now = (now + BEGINS).astimezone(UTC)
        begun, told = now, None
        waiting: list[Entry] = []
        while now < end:
            local = now.astimezone(self.script.zone)
            self.clock.set(local)
            doing = [each for each in doings if self.script.moment(day, each.at) <= now][-1]
            since = self.script.moment(day, doing.at).astimezone(UTC)
            if not doing.off:
                self._watchers(doing, since, now)
                if doing.says and doing is not told:
                    core.call("tell", {"text": doing.says})
                told = doing
                for entry in waiting if not doing.away else ():
                    self._answer(core, entry)
                waiting = [] if not doing.away else waiting
                core.due()
                core.tick()
                while self._heard:
                    entry = core.service.feed.get(self._heard.pop(0)).entry
                    self._note(core, entry, doing.away and now - since > timedelta(seconds=NEVER_AWAY), begun, day)
                    waiting.append(entry)
            else:
                self._left = None
            now += TICK

    def _hear(self, event: str, data: Any) -> None:
        if event == "suggestion":
            self._heard.append(data["id"])

    def _watchers(self, doing: Doing, since: datetime, now: datetime) -> None:
        """What the watchers of ActivityWatch would have told by now."""
        from aw_core.models import Event

        # who stays away has not come back between two lines of the script
        self._left = (self._left or since) if doing.away or doing.still else None
        window = doing.window((now - since).total_seconds() / 60)
        if window is not None:
            begun = max(since, now - TICK)
            data = {"app": window[0], "title": window[1]}
            self._tell("aw-watcher-window", "currentwindow", Event(timestamp=begun, duration=now - begun, data=data))
        if self._left is not None and (now - self._left).total_seconds() > AFK_SECONDS:
            gone = self._left + timedelta(milliseconds=1)  # as the watcher has it, lest two events begin at one moment
            self._tell(
                "aw-watcher-afk", "afkstatus", Event(timestamp=gone, duration=now - gone, data={"status": "afk"})
            )
        else:
            self._tell("aw-watcher-afk", "afkstatus", Event(timestamp=self._left or now, data={"status": "not-afk"}))

    def _tell(self, watcher: str, kind: str, event: Any) -> None:
        bucket = f"{watcher}_{self.watch.client_hostname}"
        if bucket not in self._buckets:
            self.watch.create_bucket(bucket, kind)
            self._buckets.add(bucket)
        self.watch.heartbeat(bucket, event, pulsetime=HEARTBEAT)

    def _note(self, core: Core, entry: Entry, away: bool, begun: datetime, day: date) -> None:
        now = self.clock.now()
        starts = [self.script.moment(day, one.at) for one in self.script.appointments(day) if one.minutes]
        until = min(((start - now).total_seconds() / 60 for start in starts if start > now), default=None)
        idea = core.service.assistant.base.by_id.get(entry.idea)
        awake = (now - begun).total_seconds() / 60
        about = self.about(f"{entry.text} {entry.idea_text}", entry.idea)
        thing = next((one for one in core.service.own.all() if one.id == thing_number(entry.idea)), None)
        due = entry.requested or (idea is not None and idea.nature == "habit")
        due |= thing is not None and is_due(thing, day)
        why = core.call("why", {"id": entry.id})["context"].get("said now because", "")
        self.said.append(
            Said(now, entry.activity, entry.text, entry.idea, awake, about, away, until, due, entry.requested, why)
        )

    def about(self, words: str, idea: str) -> str:
        """Which of the person's own things or likes a sentence touches."""
        if idea not in load_packaged().by_id:
            return "own"
        return next((name for name, pattern in self.script.touches.items() if pattern.search(words)), "")

    def _answer(self, core: Core, entry: Entry) -> None:
        answer = self.script.answer(f"{entry.text} {entry.idea_text}")
        if answer is None or answer.reply == "ignored":
            return
        core.call("feedback", {"id": entry.id, "reaction": answer.reply, "reason": answer.reason})
        self.said = [
            replace(said, answer=answer.reply) if said.idea == entry.idea and not said.answer else said
            for said in self.said
        ]


def calendar_of(script: Script, days: int) -> bytes:
    """The appointments of some days as a calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//days//EN"]
    for number in range(days + 1):
        for index, one in enumerate(script.appointments(script.day(number))):
            lines += ["BEGIN:VEVENT", f"UID:{number}-{index}@days", f"SUMMARY:{one.title}"]
            if one.minutes:
                start = script.moment(one.day, one.at).astimezone(UTC)
                end = start + timedelta(minutes=one.minutes)
                lines += [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}"]
            else:
                lines += [f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"]
            lines += ["END:VEVENT"]
    return "\n".join([*lines, "END:VCALENDAR", ""]).encode()


@contextmanager
def own_server(folder: Path) -> Iterator[Any]:
    """A client of an ActivityWatch server of its own."""
    with running_server(folder) as port, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))  # where the client keeps its settings
        from aw_client import ActivityWatchClient

        client = ActivityWatchClient("days", testing=True, host="127.0.0.1", port=port)
        client.client_hostname = socket.gethostname()
        yield client


def verdict(said: list[Said]) -> list[str]:
    """What the days came to, in lines."""
    days = sorted({one.time.date() for one in said})
    lines = []
    for day in days:
        todays = [one for one in said if one.time.date() == day]
        own = [one for one in todays if one.about]
        first = f"first own word after {own[0].awake / 60:.1f} awake hours" if own else "no own word"
        away = sum(one.away for one in todays)
        hasty = sum(one.hasty for one in todays)
        lines.append(
            f"{day}: {len(todays)} said, {len(own)} about own things and likes, {first}; "
            f"{away} to nobody, {hasty} just before an appointment"
        )
    lines.append(f"said twice: {'; '.join(one.text for one in again(said)) or 'nothing'}")
    lines.append(f"about own things and likes: {sum(bool(one.about) for one in said)} of {len(said)}")
    return lines


def again(said: list[Said]) -> list[Said]:
    """What nobody wants to hear twice and was said twice.

    In one day that is anything; on another day anything but a reminder, a habit on its day, and what is due by then.
    """
    found = []
    for index, one in enumerate(said):
        days = {other.time.date() for other in said[:index] if other.idea == one.idea}
        if one.time.date() in days or (days and not one.due):
            found.append(one)
    return found


def main() -> None:
    """Play the script that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("script", type=Path)
    parser.add_argument("--days", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_server(Path(folder)) as watch:
        script, cache = Script.load(chosen.script), Paths.from_environment().cache
        said = Player(script, Path(folder), cache, watch).play(chosen.days)
    print(f"{script.name}, likes {', '.join(script.told.get('likes', ()))}")
    for one in said:
        print(one)
    print("\n".join(verdict(said)))


if __name__ == "__main__":
    main()
