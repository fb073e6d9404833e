"""A life out of prose: fixed points where the words put them, ordinary meals and washing, and pastimes for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.importer import activities, clocks, life
from simulator.importer.clocks import DayTimes, Stretch
from simulator.importer.entries import Entry, read_entries
from simulator.importer.pastimes import choose_pastimes
from simulator.importer.propersim import Source
from simulator.importer.values import Notes
from simulator.persona import DAY_GROUPS, DAYS, FixedPoint, Frames, Pastime

LONGEST_STRETCH = 120.0
"""Longer work or practice gets a short break, as people take one."""
BREAK = 15.0
SHORTEST = 10.0

_BEFORE = re.compile(r"\b(?:before|until|by)\b", re.I)


@dataclass
class Agenda:
    """Fixed points that do not overlap on any day."""

    points: list[FixedPoint] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[float, float, frozenset[str]]] = field(default_factory=list)

    def free(self, start: float, end: float, days: tuple[str, ...]) -> list[tuple[float, float]]:
        """What is left of a span on these days."""
        gaps = [(start, end)]
        for first, last, others in self.taken:
            if others & set(days):
                gaps = [
                    piece for a, b in gaps for piece in ((a, min(b, first)), (max(a, last), b)) if piece[1] > piece[0]
                ]
        return [gap for gap in gaps if gap[1] - gap[0] >= SHORTEST]

    def nearest(self, start: float, minutes: float, days: tuple[str, ...], within: tuple[float, float]) -> float | None:
        """The start nearest to the wished one at which so many minutes are free."""
        starts = [min(max(start, a), b - minutes) for a, b in self.free(*within, days) if b - a >= minutes]
        return min(starts, key=lambda s: abs(s - start)) if starts else None

    def put(self, text: str, kind: str, start: float, minutes: float, days: tuple[str, ...], words: str) -> None:
        """Add a fixed point."""
        shown = next((name for name in ("all", "weekday", "weekend") if DAY_GROUPS[name] == days), None)
        self.points.append(
            FixedPoint(
                text=text,
                kind=kind,
                room=activities.room(f"{text} {words}", kind) if words else activities.ROOM_OF_KIND[kind],
                start=clocks.clock(start % 1440).replace("24:00", "00:00"),
                minutes=round(min(600.0, max(5.0, minutes)) / 5) * 5,
                days=shown or days,
            )
        )
        self.words[f"{text} {clocks.clock(start)}"] = words
        self.taken.append((start, start + minutes, frozenset(days)))


def build(
    source: Source, frames: Frames, times: DayTimes, interests: list[str], wanted: list[str], notes: Notes
) -> tuple[list[FixedPoint], list[Pastime], dict[str, str]]:
    """Fixed points, pastimes and the words behind each text.

    Args:
        source: the prose.
        frames: waking and sleeping.
        times: meals and work.
        interests: one a string.
        wanted: kinds that the timing names as good and that must occur in the life.
        notes: receives what was understood and assumed.
    """
    wake, sleep = life.minutes(frames.weekday)
    entries = read_entries(source, times, notes)
    agenda = Agenda()
    # what has a clock time keeps it; then come the meals that were said, those that were not, and all the rest
    said = sorted((entry for entry in entries if entry.stretch), key=_sureness)
    exact = [entry for entry in said if _is_exact(entry)]
    meals = [entry for entry in said if entry.kind == "meal" and entry not in exact]
    for entry in [*exact, *meals]:
        _place(agenda, entry, (wake, sleep), notes)
    _place_meals(agenda, times, frames, notes)
    for entry in said:
        if entry not in exact and entry not in meals:
            _place(agenda, entry, (wake, sleep), notes)
    _place_washing(agenda, frames, notes)
    pastimes = choose_pastimes(entries, interests, agenda.points, wanted, agenda.words, notes)
    points = sorted(agenda.points, key=lambda point: (point.start < frames.weekday.wake, point.start, point.text))
    return points, pastimes, agenda.words


def _is_exact(entry: Entry) -> bool:
    """Whether it begins at a time of the clock."""
    return bool(entry.stretch and entry.stretch.minutes <= 60 and re.search(r"\d", entry.words))


def _sureness(entry: Entry) -> float:
    """Exact times first, parts of the day last."""
    return entry.stretch.minutes if entry.stretch else 1e9


def _wished(entry: Entry, stretch: Stretch, wake: float) -> tuple[float, float]:
    """Start and length of an entry in its stretch."""
    exact = re.search(r"\b(?:from|between)\b.*\b(?:to|until|till|and)\b|\d\s*(?:am|pm)?\s*-\s*\d", entry.words, re.I)
    if entry.minutes is None and (exact or re.search(r"\bshifts?\b", entry.words, re.I)):
        return stretch.start, stretch.minutes
    length = min(entry.minutes or 40.0, 600.0)
    near = clocks.find_terms(clocks.plain_clocks(entry.words), DayTimes())
    if near and near[0].sort == "clock" and near[0].start - 30 == stretch.start and stretch.minutes == 60:
        return near[0].start, length
    if _BEFORE.search(entry.words) and not re.search(r"\bafter\b", entry.words, re.I):
        return stretch.end - length, length
    slack = max(0.0, stretch.minutes - length)
    if slack > 60:
        return max(stretch.start + min(slack / 4, 45.0), wake + 90), length
    return stretch.start + min(slack / 4, 45.0), length


def _place(agenda: Agenda, entry: Entry, day: tuple[float, float], notes: Notes) -> None:
    if entry.stretch is None:
        return
    start, length = _wished(entry, entry.stretch, day[0])
    days = entry.stretch.days
    if (
        entry.kind in ("deep_work", "routine_work", "meeting", "mail", "study")
        and days == DAYS
        and length >= 120
        and not re.search(r"every ?day|daily", entry.words, re.I)
    ):
        days = DAY_GROUPS["weekday"]
        notes.assume("routine days", "weekday", f"'{entry.text}' is taken to rest at weekends")
    start = max(start, day[0])
    length = min(length, day[1] - start)
    if length < SHORTEST and entry.minutes is None:
        notes.miss("routine", entry.words)
        return
    length = max(length, 5.0)
    if length <= LONGEST_STRETCH:
        earliest, latest = min(entry.stretch.start, start - 90), max(entry.stretch.end, start + length + 90)
        around = (max(day[0], earliest), min(day[1], latest))
        found = agenda.nearest(start, length, days, around)
        pieces = [(found, found + length)] if found is not None else agenda.free(start, start + length, days)[:1]
    else:
        pieces = agenda.free(start, start + length, days)
    for first, last in pieces:
        _put_with_breaks(agenda, entry, first, last, days)
    if pieces:
        notes.understand("routine", f"{clocks.clock(pieces[0][0])} {entry.text} ({entry.kind})", entry.words)
    else:
        notes.miss("routine", f"no room for '{entry.words}'")


def _put_with_breaks(agenda: Agenda, entry: Entry, start: float, end: float, days: tuple[str, ...]) -> None:
    length = end - start
    parts = (
        max(1, round(length / LONGEST_STRETCH))
        if length > LONGEST_STRETCH * 1.25 and entry.kind not in ("care", "company", "media", "errand")
        else 1
    )
    each = (length - (parts - 1) * BREAK) / parts
    for part in range(parts):
        begin = start + part * (each + BREAK)
        agenda.put(entry.text, entry.kind, begin, each, days, entry.words)
        if part < parts - 1:
            agenda.put("taking a short break with a cup of tea", "pause", begin + each, BREAK, days, "")


_MEAL_TEXTS = {
    "breakfast": ("having breakfast", 25.0),
    "lunch": ("eating lunch at the kitchen table", 30.0),
    "dinner": ("eating dinner", 35.0),
}


def _place_meals(agenda: Agenda, times: DayTimes, frames: Frames, notes: Notes) -> None:
    """Ordinary meals where the prose has none; what is there already stays."""
    wake, sleep = life.minutes(frames.weekday)
    weekend_wake, _ = life.minutes(frames.weekend)
    for name, (text, length) in _MEAL_TEXTS.items():
        if any(
            re.search(rf"\b{name}\b", point.text) or (name == "dinner" and "supper" in point.text)
            for point in agenda.points
            if point.kind == "meal"
        ):
            continue
        start = times.event(name)[0]
        if name == "breakfast" and weekend_wake - wake >= 30 and name not in times.events:
            _put_near(agenda, text, "meal", start, length, DAY_GROUPS["weekday"], (wake, sleep))
            _put_near(agenda, text, "meal", weekend_wake + 40, length, DAY_GROUPS["weekend"], (weekend_wake, sleep))
        else:
            _put_near(agenda, text, "meal", start, length, DAYS, (wake, sleep))
        if name not in times.events:
            notes.assume("routine", f"{clocks.clock(start)} {text}", "not said: an ordinary meal")
        cooks = any(point.kind == "cooking" and re.search(r"dinner|supper", point.text) for point in agenda.points)
        if name == "dinner" and not cooks:
            _put_near(agenda, "cooking dinner", "cooking", start - 40, 35.0, DAYS, (wake, start))


def _put_near(
    agenda: Agenda,
    text: str,
    kind: str,
    start: float,
    length: float,
    days: tuple[str, ...],
    within: tuple[float, float],
) -> None:
    found = agenda.nearest(start, length, days, (max(within[0], start - 60), min(within[1], start + length + 60)))
    if found is not None:
        agenda.put(text, kind, found, length, days, "")


def _place_washing(agenda: Agenda, frames: Frames, notes: Notes) -> None:
    if any(point.kind == "bathing" for point in agenda.points):
        return
    for frame, days in ((frames.weekday, "weekday"), (frames.weekend, "weekend")):
        wake, _ = life.minutes(frame)
        _put_near(
            agenda, "washing and getting dressed", "bathing", wake + 5, 20.0, DAY_GROUPS[days], (wake, wake + 120)
        )
    notes.assume("routine", "washing and getting dressed after waking", "not said")
