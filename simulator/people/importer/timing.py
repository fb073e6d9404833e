"""When a word may come: times of day and activities that clauses name, welcome or not by the tone of the clause."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.people.importer import quantities
from simulator.people.importer.entries import Entry
from simulator.people.importer.meaning import SURE, Meaning
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Clause, Moment, Notes, Stretch, pattern
from simulator.people.persona import Timing
from simulator.people.routine import DAYS, FixedPoint, Span, minutes_of_day

KIND_CHANCE = 0.55  # chance from which words name an activity class
ALIKE, SAME_CLASS = 0.5, 0.2
"""Cosine at which words mean something of the person's own day, and what being of one class adds to it."""
BESIDE = 60.0  # minutes that 'before lunch' and 'after lunch' last
WHOLE_DAY = 0.8  # share of the day from which a stretch was misread
GOOD, VAGUE = 1.1, 0.6
ALWAYS_BLOCKED = ("sleep", "bathing")
_AFTER, _BEFORE = ("after", "once", "since", "as soon as"), ("before", "until", "till")


def read(
    clauses: Sequence[Clause], day: Day, points: Sequence[FixedPoint], told: Sequence[Entry], meaning: Meaning
) -> list[Moment]:
    """The moments that clauses on timing name; a clause without a moment or without a clear tone gives nothing.

    `points` are what 'after lunch' refers to, `told` is what else the person does.
    """
    chances = meaning.stances("timing", [clause.text for clause in clauses])
    found = []
    for clause, (good, bad, _) in zip(clauses, chances, strict=True):
        refused = pattern("timing", "refusal").match(clause.text) is not None
        welcome = bool(good > bad) and not refused
        if max(good, bad) < SURE and not refused:
            continue
        kinds, stretches = _named(clause, points, told, day, meaning)
        for said in quantities.stretches(clause.text, day):
            if said.days != DAYS or said.end - said.start < WHOLE_DAY * (day.sleep - day.wake):
                stretches.append(said)
        if welcome and not kinds and not stretches and pattern("timing", "any_time").search(clause.text):
            kinds = ["pause"]
        if kinds or stretches:
            found.append(Moment(welcome, tuple(dict.fromkeys(kinds)), tuple(stretches), clause))
    return found


def _named(
    clause: Clause, points: Sequence[FixedPoint], told: Sequence[Entry], day: Day, meaning: Meaning
) -> tuple[list[str], list[Stretch]]:
    """Activity classes that a clause names, and the hours beside fixed points ('after the swim')."""
    text = pattern("activities", "cut").sub(" ", clause.text.lower())
    pieces: list[tuple[str, str]] = []
    lead = ""
    for number, part in enumerate(pattern("timing", "pieces").split(text)):
        if number % 2:
            lead = lead if part in ("or", "and") else part or ""
        elif words := _stripped(part):
            pieces.append((lead, words))
    kinds = ["pause"] if pattern("timing", "pauses").search(text) else []
    stretches: list[Stretch] = []
    for (lead, words), (kind, chance) in zip(pieces, meaning.kinds([words for _, words in pieces]), strict=True):
        if lead in _AFTER or lead in _BEFORE:
            point = _meant(words, kind, points, meaning)
            stretches += [_beside(lead in _AFTER, point, day)] if isinstance(point, FixedPoint) else []
        elif thing := _meant(words, kind, [*points, *told], meaning) if lead else None:
            kinds.append(thing.kind)
        elif chance >= KIND_CHANCE and kind != "unknown":
            kinds.append(kind)
    return kinds, stretches


def _stripped(words: str) -> str:
    """The piece of a clause without small words; '' where nothing is left that could be an activity."""
    words = words.strip(" .,-'\"")
    while (shorter := pattern("timing", "filler").sub("", words).strip()) != words:
        words = shorter
    return "" if len(words) < 3 or pattern("timing", "part_of_day").fullmatch(words) else words


def _meant(words: str, kind: str, things: Sequence[FixedPoint | Entry], meaning: Meaning) -> FixedPoint | Entry | None:
    """What words mean of the person's own day, if anything."""
    if not things:
        return None
    likeness = meaning.alike([words], [thing.text for thing in things])[0]
    scores = likeness + [SAME_CLASS * (thing.kind == kind) for thing in things]
    return things[int(scores.argmax())] if scores.max() >= ALIKE else None


def _beside(after: bool, point: FixedPoint, day: Day) -> Stretch:
    start = float(minutes_of_day(point.start))
    start = start if start >= day.wake - 120 else start + 1440
    first = (start + point.minutes if after else max(start - BESIDE, 0.0)) % 1440
    return Stretch(first, first + BESIDE, tuple(point.days))


def settle(moments: Sequence[Moment], notes: Notes) -> Timing:
    """The persona's timing; where good and bad meet, bad holds, and where none is good, ordinary pauses are assumed."""
    spans: dict[bool, dict[Span, None]] = {True: {}, False: {}}
    for moment in moments:
        shown = [*moment.kinds, *(f"{clock(s.start)}-{clock(s.end)}" for s in moment.stretches)]
        notes.understand("timing good" if moment.good else "timing bad", ", ".join(shown), moment.clause)
        spans[moment.good] |= dict.fromkeys(_span(s, GOOD if moment.good else 1.0) for s in moment.stretches)
    bad = [kind for moment in moments if not moment.good for kind in moment.kinds if kind != "pause"]
    blocked = tuple(dict.fromkeys([*ALWAYS_BLOCKED, *bad]))
    kinds = {kind: GOOD for moment in moments if moment.good for kind in moment.kinds if kind not in blocked}
    pause_minutes, pause_weight = (7.5, VAGUE) if "pause" in kinds else (0.0, 0.0)
    if not kinds and not spans[True]:
        kinds = {kind: weight for kind, weight in (("pause", GOOD), ("rest", VAGUE)) if kind not in blocked}
        pause_minutes, pause_weight = 5.0, VAGUE
        notes.assume("timing.kinds", "pause, and rest at its beginning", "no good moment was read: ordinary pauses")
    return Timing(
        windows=tuple(spans[True]),
        kinds=kinds,
        pause_minutes=pause_minutes,
        pause_weight=pause_weight,
        blocked=tuple(spans[False]),
        blocked_kinds=blocked,
        energy=0.2,
        mood=0.2,
        focus=-0.2,
    )


def clock(minute: float) -> str:
    """'HH:MM' of a minute after midnight, of the next day where it exceeds 1440; '24:00' is told as '00:00'."""
    hours, minutes = divmod(round(minute) % 1440, 60)
    return f"{hours:02d}:{minutes:02d}"


def _span(stretch: Stretch, weight: float) -> Span:
    start, end = clock(stretch.start), clock(stretch.end)
    return Span(days=stretch.days, start=start, end="24:00" if start == end == "00:00" else end, weight=weight)
