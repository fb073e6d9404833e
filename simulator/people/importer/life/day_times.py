"""The times of a person's day to which words refer, 'before lunch' or 'after work', out of the prose about the life."""

from __future__ import annotations

import re

from simulator.people.importer.language import clocks, whens
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.words import items
from simulator.people.importer.life import waking
from simulator.people.importer.life.entries import EVENING_TEA, read_entries
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.life.waking import STARTS_WORK, minutes, read_frames
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes
from simulator.people.persona import Frames

__all__ = ["STARTS_WORK", "minutes", "read_frames", "read_times"]

_MEALS = {
    "breakfast": (25.0, re.compile(r"\b(?:breakfasts?|porridge|brunch)\b", re.I)),
    "lunch": (35.0, re.compile(r"\blunch(?:es)?\b", re.I)),
    "dinner": (40.0, re.compile(r"\b(?:dinners?|supper|evening meal)\b", re.I)),
}
_OF_OTHERS = re.compile(
    r"\b(?:seeing to|cooking(?! and eating)|making|preparing|taking (?:his|her|their) \w+|packing)\b", re.I
)
_TEA = re.compile(r"^having tea\b", re.I)
SHORTEST_WORK, LUNCH_BREAK = 120.0, 150.0
_SCHOOL = re.compile(r"\b(?:school|class(?:es)?|lectures?|university|college|studies|seminars?)\b", re.I)


def read_times(source: Source, frames: Frames, notes: Notes) -> DayTimes:
    """The times of the weekday to which 'before lunch' or 'after work' refer."""
    wake, sleep = minutes(frames.weekday)
    events: dict[str, tuple[float, float]] = {}
    _begun_work(source, DayTimes(wake, sleep), events, notes)
    entries = read_entries(source, DayTimes(wake, sleep, dict(events)), Notes())
    for entry in entries:
        if entry.start is not None and not entry.mark:
            _meal(entry, events, notes)
    free = re.search(r"\b(?:semi-)?retired\b|\bunemployed\b|\bpensioner\b", source.text("background"), re.I)
    for name, wanted in (("work", _is_work), ("school", _is_school)):
        spans = [
            (entry.start, entry.when.end, entry.words)
            for entry in entries
            if name not in events
            and entry.start is not None
            and entry.when.end is not None
            and wanted(entry)
            and not (name == "work" and free and not re.search(r"\b(?:work|works|shift|job)\b", entry.words, re.I))
        ]
        whole = [(start, end, words) for start, end, words in spans if end - start >= SHORTEST_WORK]
        if whole:
            start, end, words = sorted(whole)[0]
            for later, until, more in sorted(whole)[1:]:
                if later - end <= LUNCH_BREAK:
                    end, words = max(end, until), words if more in words else f"{words}; {more}"
            events[name] = (start, end)
            notes.understand(f"times.{name}", f"{clocks.clock(start)}-{clocks.clock(end)}", words)
    parts = [item for key in ("lifestyle", "plan") for item in items(source.text(key))]
    bed = next((item for item in parts if re.search(r"\breads?\b[^.]*\bin bed\b", item, re.I)), None)
    if bed:
        events["bed"] = (sleep - 40, sleep)
        notes.understand("times.bed", f"from {clocks.clock(sleep - 40)}", bed)
    background = [*parts, *items(source.text("background"))]
    if "work" not in events and waking.WORKS_AT_NIGHT.search(" ".join(background)):
        events["work"] = waking.NIGHT_SHIFT
        notes.assume("times.work", "22:00-06:00", "works at night, and no hours are understood")
    return DayTimes(wake, sleep, events)


def _begun_work(source: Source, bare: DayTimes, events: dict[str, tuple[float, float]], notes: Notes) -> None:
    """'Starts work at nine' of whom no more is said."""
    for item in (item for key in ("lifestyle", "plan") for item in items(source.text(key))):
        when = whens.read(item, bare)
        if STARTS_WORK.search(item) and when.starts and when.end is None and "work" not in events:
            events["work"] = (when.starts[0], when.starts[0] + waking.WORKING)
            notes.assume("times.work", clocks.clock(when.starts[0]), f"from '{item}', for eight hours")


def _meal(entry: Entry, events: dict[str, tuple[float, float]], notes: Notes) -> None:
    start = entry.start or 0.0
    for name, (length, pattern) in _MEALS.items():
        evening = name == "dinner" and _TEA.search(entry.text) and EVENING_TEA[0] <= start <= EVENING_TEA[1]
        if name in events or not (evening or (pattern.search(entry.text) and not _OF_OTHERS.match(entry.text))):
            continue
        events[name] = (start, entry.when.end or start + (entry.minutes or length))
        notes.understand(f"times.{name}", clocks.clock(start), entry.words)


def _is_work(entry: Entry) -> bool:
    """Work for a living: a hobby that one 'works on' is none."""
    hobby = re.match(r"(?:work|working) on\b", entry.words, re.I) and entry.own_kind not in (
        "deep_work",
        "routine_work",
    )
    return entry.kind in ("deep_work", "routine_work", "meeting") and not hobby


def _is_school(entry: Entry) -> bool:
    studio = entry.kind == "study" and entry.text.startswith("working in")
    return (studio or bool(_SCHOOL.search(entry.text))) and not re.search(
        r"\b(?:taking|fetching|teaching)\b", entry.text
    )
