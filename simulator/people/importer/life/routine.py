"""A life out of prose: fixed points where the words put them, ordinary meals and washing, and pastimes for the rest."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from edge_assistant.context.activity_classes import ActivityClassifier
from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import DayTimes, Stretch
from simulator.people.importer.life import day_times
from simulator.people.importer.life.agenda import SHORTEST, Agenda, room_of
from simulator.people.importer.life.entries import WORK, read_entries
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.life.merging import merge
from simulator.people.importer.life.ordinary import place_meals, place_washing
from simulator.people.importer.life.pastimes import choose_pastimes
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes
from simulator.people.persona import DAY_GROUPS, DAYS, FixedPoint, Frames, Pastime

LONGEST_STRETCH = 120.0
"""Longer work or practice gets a short break, as people take one."""
LONGEST_POINT = 600.0
BREAK = 15.0
STRAY = 30.0
"""Minutes by which what has only a part of the day may leave it."""
OPEN_WORK, OPEN = 300.0, 90.0
"""The longest stretch of work, and of anything else, of which only the end is said."""

_LENGTHS = {
    "meal": 30.0, "pause": 15.0, "walk": 40.0, "exercise": 60.0, "call": 20.0, "mail": 40.0, "ritual": 20.0,
    "bathing": 25.0,
    "care": 30.0, "tidying": 30.0, "errand": 40.0, "garden": 20.0, "media": 90.0, "meeting": 60.0, "deep_work": 90.0,
    "routine_work": 45.0, "study": 75.0, "company": 60.0, "reading": 45.0, "rest": 40.0, "sleep": 45.0, "cooking": 45.0,
    "craft": 60.0, "music": 60.0, "gaming": 60.0,
}  # fmt: skip
"""Ordinary lengths of what has none."""


@dataclass
class Life:
    """What fills a person's days.

    Attributes:
        points: fixed points.
        pastimes: what may fill the rest.
        words: the words behind each text, keyed as `toml_writer` wants them.
        work: stretches of work that apart from being work would be of another kind: baking at a bakery is 'cooking'.
    """

    points: list[FixedPoint]
    pastimes: list[Pastime]
    words: dict[str, str]
    work: list[tuple[str, Stretch]]


def build(
    source: Source,
    frames: Frames,
    times: DayTimes,
    interests: list[str],
    wanted: list[str],
    notes: Notes,
    model: ActivityClassifier | None = None,
) -> Life:
    """Fixed points, pastimes and the words behind each text.

    Args:
        source: the prose.
        frames: waking and sleeping.
        times: meals and work.
        interests: one a string.
        wanted: kinds that the timing names as good and that must occur in the life.
        notes: receives what was understood and assumed.
        model: tells kinds where the lists of words do not.
    """
    day = day_times.minutes(frames.weekday)
    entries = merge(read_entries(source, times, notes, model, interests), notes)
    entries = _on_days([_within(entry, day) for entry in entries], notes)
    agenda = Agenda()
    exact = [entry for entry in entries if entry.start is not None]
    _place_exact(agenda, [entry for entry in exact if entry.text != WORK], day, notes)
    for entry in entries:
        if entry.start is None and entry.when.end is not None:
            _place_ending(agenda, entry, day, notes)
    _place_exact(agenda, [entry for entry in exact if entry.text == WORK], day, notes)
    loose = [entry for entry in entries if entry.start is None and entry.when.end is None]
    meals = [entry for entry in loose if entry.kind == "meal" and entry.stretch]
    for entry in meals:
        _place_loose(agenda, entry, day, notes)
    for entry in loose:
        if entry.after and entry.stretch is None:
            _place_after(agenda, entry, entries, day, notes)
    place_meals(agenda, times, frames, notes)
    for entry in loose:
        if entry.stretch and entry not in meals:
            _place_loose(agenda, entry, day, notes)
    place_washing(agenda, frames, notes)
    still = [entry for entry in loose if entry.stretch is None and not entry.after]
    pastimes = choose_pastimes(still, interests, agenda.points, wanted, agenda.words, notes, model)
    points = sorted(agenda.points, key=lambda point: (point.start < frames.weekday.wake, point.start, point.text))
    work = [
        (entry.own_kind, entry.stretch) for entry in entries if entry.own_kind not in ("", entry.kind) and entry.stretch
    ]
    return Life(points, pastimes, agenda.words, work)


def _within(entry: Entry, day: tuple[float, float]) -> Entry:
    """An entry with the small hours counted past the evening before."""
    when = entry.when
    if when.starts and when.starts[0] < day[0] - 30 and when.starts[0] + 1440 <= day[1]:
        end = when.end + 1440 if when.end is not None and when.end < day[0] else when.end
        return replace(entry, when=replace(when, starts=(when.starts[0] + 1440,), end=end))
    if when.starts and when.starts[0] >= 1440 + 240:
        return replace(entry, when=replace(when, starts=(when.starts[0] - 1440,)))
    return entry


def _on_days(entries: Sequence[Entry], notes: Notes) -> list[Entry]:
    """The days of each: long work of which none are said rests at weekends, and what belongs to it does as well."""
    told = [replace(entry, when=replace(entry.when, days=_days(entry, notes))) for entry in entries]
    work = [
        entry for entry in told if entry.start is not None and entry.when.end is not None and entry.when.days != DAYS
    ]
    found = []
    for entry in told:
        at = entry.start
        own = (
            entry.when.days == DAYS
            and at is not None
            and (entry.mark or entry.kind in (*activities.WORK_KINDS, "pause"))
        )
        for long in work if own else ():
            first, last = long.start or 0.0, long.when.end or 0.0
            if at is not None and first - 90 * bool(entry.mark) <= at <= last + 30:
                entry = replace(entry, when=replace(entry.when, days=long.when.days))
                break
        found.append(entry)
    return found


def _days(entry: Entry, notes: Notes) -> tuple[str, ...]:
    """The days of an entry; long work of which no days are said rests at weekends."""
    when = entry.when
    length = when.end - entry.start if entry.start is not None and when.end is not None else entry.minutes
    if length is None:
        length = (
            OPEN_WORK
            if when.end is not None
            else entry.stretch.minutes
            if when.side == "all" and entry.stretch
            else 0.0
        )
    if (
        entry.kind in ("deep_work", "routine_work", "meeting", "mail", "study")
        and when.days == DAYS
        and when.chance == 1.0
        and length >= 120
        and not re.search(r"every ?day|daily|seven days|weekends?", entry.words, re.I)
    ):
        notes.assume("routine days", "weekday", f"'{entry.text}' is taken to rest at weekends")
        return DAY_GROUPS["weekday"]
    return when.days


def _place_exact(agenda: Agenda, entries: Sequence[Entry], day: tuple[float, float], notes: Notes) -> None:
    """What begins at a time of the clock: short things first, each until the next, and long ones around them."""
    starts = sorted({entry.start for entry in entries if entry.start is not None})
    spans: list[tuple[float, Entry, float, float]] = []
    for entry in entries:
        start = max(entry.start or 0.0, day[0])
        length = entry.when.end - start if entry.when.end is not None else entry.minutes
        if length is None:
            later = [other for other in starts if other > start + 5]
            length = min(_LENGTHS.get(entry.kind, 45.0), later[0] - start if later else 1440.0)
            if re.search(r"\bfrom (?:about |around )?\d", entry.words, re.I) and not (later and later[0] - start < 240):
                length = max(length, 120.0)
        spans.append((length, entry, start, min(start + length, max(day[1], start + 5))))
    for _, entry, start, end in sorted(spans, key=lambda span: (span[0] > 60, span[0], span[2])):
        days = entry.when.days
        gaps = agenda.free(start, end, days) if end - start >= 5 else []
        for first, last in gaps:
            _put_with_breaks(agenda, entry, first, last, days)
        _tell(entry, gaps, notes)


def _tell(entry: Entry, gaps: Sequence[tuple[float, float]], notes: Notes) -> None:
    if not gaps and entry.text == WORK:
        notes.understand("routine", "the hours of what else is told as work", entry.words)
    elif gaps:
        notes.understand("routine", f"{clocks.clock(gaps[0][0])} {entry.text} ({entry.kind})", entry.words)
    else:
        notes.miss("routine", f"no room for '{entry.words}'")


def _place_ending(agenda: Agenda, entry: Entry, day: tuple[float, float], notes: Notes) -> None:
    """'Rest until 2:30pm': from the last thing before it, though not for hours on end."""
    end = entry.when.end or 0.0
    end = end + 1440 if end <= day[0] else end
    end = min(end, day[1])
    longest = OPEN_WORK if entry.kind in activities.WORK_KINDS else OPEN
    days = entry.when.days
    before = [last for _, last, others in agenda.taken if last <= end and others & set(days)]
    start = (
        end - entry.minutes if entry.minutes else max([end - longest, day[0], *[x for x in before if x <= end - 15]])
    )
    gaps = agenda.free(start, end, days)
    for first, last in gaps[-1:]:
        _put_with_breaks(agenda, entry, first, last, days)
    _tell(entry, gaps[-1:], notes)


def _place_loose(agenda: Agenda, entry: Entry, day: tuple[float, float], notes: Notes) -> None:
    """Something of a part of the day: where it is free there, or a little beside."""
    stretch, when = entry.stretch, entry.when
    if stretch is None:
        return
    usual = _LENGTHS.get(entry.kind, 40.0)
    length = min(entry.minutes or (stretch.minutes if when.side == "all" else min(usual, 45.0)), 600.0)
    slack = max(0.0, stretch.minutes - length)
    if when.side == "before":
        start = stretch.end - length
    elif when.side in ("after", "all"):
        start = stretch.start + (0.0 if when.side == "all" else min(5.0, slack))
    else:
        start = stretch.start + min(slack / 4, 45.0)
        start = max(start, day[0] + 90) if slack > 60 else start
    start, low = max(start, day[0]), max(day[0], stretch.start - STRAY)
    high = min(day[1], max(stretch.end, start + length) + STRAY)
    days = entry.when.days
    if length > LONGEST_STRETCH:
        gaps = agenda.free(start, min(start + length, day[1]), days)
    else:
        found = agenda.nearest(start, length, days, (low, high))
        if found is None and length > 20:
            length = 20.0
            found = agenda.nearest(start, length, days, (low, high))
        gaps = [(found, found + length)] if found is not None else []
    for first, last in gaps:
        _put_with_breaks(agenda, entry, first, last, days)
    _tell(entry, gaps, notes)


def _place_after(
    agenda: Agenda, entry: Entry, entries: Sequence[Entry], day: tuple[float, float], notes: Notes
) -> None:
    """'Gets up at six and has porridge': right after what was told before it."""
    before = next((other for other in entries if other.words == entry.after), None)
    ends = agenda.ends.get(entry.after)
    home = re.search(r"\bhome\b", entry.after, re.I)
    start = ends if ends is not None else day[0]
    if before is None and not re.search(
        r"\b(?:up|wak\w+|awake|woken|bed|rises?|alarm|stirs|surfaces|day)\b", entry.after, re.I
    ):
        return
    if before is not None and ends is None and not home:
        return
    usual = entry.minutes or min(_LENGTHS.get(entry.kind, 15.0), 30.0 if ends is not None else 20.0)
    found, length = None, usual
    for length, far in ((usual, 30.0), (SHORTEST, 30.0), (usual, 120.0), (SHORTEST, 120.0)):
        found = agenda.nearest(start, length, entry.when.days, (start, min(start + length + far, day[1])))
        if found is not None:
            break
    if found is not None:
        agenda.put(entry.text, entry.kind, found, length, entry.when.days, entry.words, entry.when.chance)
    _tell(entry, [(found, found + length)] if found is not None else [], notes)


def _put_with_breaks(agenda: Agenda, entry: Entry, start: float, end: float, days: tuple[str, ...]) -> None:
    """One stretch, with short breaks where somebody sits at long work at home; none are told of others."""
    breaks = entry.kind in ("deep_work", "routine_work", "study", "craft") and end - start > LONGEST_STRETCH * 1.25
    breaks = breaks and room_of(entry.text, entry.words, entry.kind) != "outside"
    parts = max(1, round((end - start) / LONGEST_STRETCH)) if breaks else math.ceil((end - start) / LONGEST_POINT)
    pause = BREAK if breaks else 0.0
    each = (end - start - (parts - 1) * pause) / parts
    edges = [start + 5 * round(part * (each + pause) / 5) for part in range(parts)] + [end + pause]
    for begin, following in pairwise(edges):
        agenda.put(entry.text, entry.kind, begin, following - pause - begin, days, entry.words, entry.when.chance)
        if breaks and following <= end:
            agenda.put("taking a short break with a cup of tea", "pause", following - pause, pause, days, "")
