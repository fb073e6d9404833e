"""One thing told twice is done once: entries of the plan and of the lifestyle brought together.

'Opens the shop at 9:30am' is the beginning of 'The shop from 9:30am to 6:00pm', 'Naps after lunch' is 'Nap at 1:00pm',
and coming home ends what began at nine with no end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from simulator.people.importer.language.stems import stem, stems
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS

CLOSE = 45.0
"""Minutes within which two clock times may tell of one thing."""
COMMUTE, ARRIVING = 90.0, 20.0
LONGEST_OPEN = 480.0


def merge(entries: Sequence[Entry], notes: Notes) -> list[Entry]:
    """The entries, each thing once, with the best of what was said about its time."""
    done = [entry for entry in entries if not entry.mark]
    marks = [entry for entry in entries if entry.mark]
    kept: list[Entry] = []
    for entry in sorted(done, key=_precision):
        at = next((index for index, other in enumerate(kept) if same(other, entry)), None)
        if at is None:
            kept.append(entry)
        else:
            notes.understand("routine", f"the same as '{kept[at].words}'", entry.words)
            kept[at] = _together(kept[at], entry)
    for mark in marks:
        kept = _marked(kept, mark, notes)
    kept += _away(kept)
    for entry in list(kept):
        long = next((other for other in kept if other is not entry and _fills(other, entry)), None)
        if long is not None:  # only now is it known when that ends
            notes.understand("routine", f"the same as '{long.words}'", entry.words)
            kept.remove(entry)
    order = {entry.words: index for index, entry in enumerate(entries)}
    return sorted(kept, key=lambda entry: order.get(entry.words, 0))


def _precision(entry: Entry) -> tuple[int, int]:
    """Spans of the clock first, then beginnings, ends, parts of the day, and what has no time."""
    when = entry.when
    if when.starts:
        return (0 if when.end is not None else 1), 0 if entry.part == "plan" else 1
    return (2 if when.end is not None else 3 if when.window else 4), 0 if entry.part == "plan" else 1


def same(one: Entry, other: Entry) -> bool:
    """Whether two entries tell of one thing: shared words, and times that agree."""
    untimed = next((entry for entry in (one, other) if not entry.when.said), None)
    if untimed is not None and re.match(r"working\b(?! (?:on|with|as)\b)", untimed.text):
        return all(entry.kind in ("deep_work", "routine_work") for entry in (one, other))
    if _fills(one, other) or _fills(other, one):
        return True
    shared = set(stems(one.text)) & set(stems(other.text))
    if not shared or (shared <= _PLACES and any(_verb(entry) not in _THERE for entry in (one, other))):
        return False
    first, second = one.start, other.start
    if first is not None and second is not None:
        inside = one.when.end is not None and first <= second < one.when.end and other.when.end is None
        return abs(first - second) <= CLOSE or (inside and _verb(one) == _verb(other))
    if one.part == other.part and one.when.said and other.when.said:
        return False
    if first is not None and other.when.window is not None:
        low, high = other.when.window
        slack = 90.0
        return low - slack <= first <= high + slack or low - slack <= first + 1440 <= high + slack
    if first is not None and other.when.end is not None:
        return first < other.when.end
    return not (one.when.window and other.when.window) or (
        one.when.window[0] < other.when.window[1] and other.when.window[0] < one.when.window[1]
    )


_PLACES = frozenset(map(stem, ("workshop", "shop", "kitchen", "garden", "studio", "office", "desk", "laptop", "yard")))
_THERE = ("working", "spending", "going", "being", "having")
"""Verbs of who is in a place; whoever sweeps the workshop does something else there."""


def _fills(long: Entry, other: Entry) -> bool:
    """Whether an hour-long thing of the clock fills the part of the day of another of its kind."""
    if long.start is None or long.when.end is None or other.when.window is None or other.start is not None:
        return False
    low, high = other.when.window
    shared = min(high, long.when.end) - max(low, long.start)
    return long.kind == other.kind and other.when.side == "" and shared >= max(120.0, (high - low) / 2)


def _verb(entry: Entry) -> str:
    return entry.text.split()[0]


def _together(best: Entry, other: Entry) -> Entry:
    """The better timed entry with what the other adds: a verb, days, an end, a length."""
    when = best.when
    if when.days == DAYS and other.when.days != DAYS:
        when = replace(when, days=other.when.days)
    if when.chance == 1.0:
        when = replace(when, chance=other.when.chance)
    if when.end is None and when.minutes is None:
        if other.when.minutes is not None:
            when = replace(when, minutes=other.when.minutes)
        elif other.when.end is not None and when.starts and 0 < other.when.end - when.starts[0] <= 300:
            when = replace(when, end=other.when.end)
    best = replace(best, when=when)
    if other.kind == "sleep" and best.kind == "rest":
        return replace(best, text=other.text, kind="sleep", own_kind="sleep")  # asleep is the safer reading
    richer = set(stems(best.text)) <= set(stems(other.text))
    if other.named and not best.named and richer and not re.match(r"(?:having|attending) ", other.text):
        return replace(best, text=other.text, named=True)
    return best


def _marked(entries: list[Entry], mark: Entry, notes: Notes) -> list[Entry]:
    """A beginning, an end or a way home set beside what it belongs to; one that stands alone is done by itself."""
    at = mark.start if mark.start is not None else mark.when.window[0] if mark.when.window else mark.when.end
    if at is None:
        if mark.mark in ("start", "end"):
            return [*entries, mark]
        notes.miss("routine", mark.words)
        return entries
    if mark.mark == "start":
        beside = [e for e in entries if e.start is not None and abs(e.start - at) <= 30]
    else:
        beside = [e for e in entries if e.start is not None and e.when.end is not None and _apart(e.when.end, at) <= 30]
    if mark.mark in ("start", "end") and beside:
        notes.understand("routine", f"{mark.mark} of '{beside[0].words}'", mark.words)
        place = re.search(r"\b(?:at|in) (?:the|his|her|their) \w+", mark.text)
        if mark.mark == "end" and place and not re.search(r"\b(?:at|in|on)\b", beside[0].text):
            changed = replace(beside[0], text=f"{beside[0].text} {place.group(0)}")
            return [changed if entry is beside[0] else entry for entry in entries]
        return entries
    if mark.mark == "home":
        opened = [
            e for e in entries
            if e.start is not None and e.when.end is None and e.minutes is None
            and 120 < (at - e.start) % 1440 <= LONGEST_OPEN
            and re.search(r"\bfrom\b", e.words, re.I)
        ]  # fmt: skip
        if opened:
            last = max(opened, key=lambda entry: entry.start or 0.0)
            end = at if at > (last.start or 0.0) else at + 1440
            notes.understand("routine", f"end of '{last.words}'", mark.words)
            return [replace(e, when=replace(e.when, end=end)) if e is last else e for e in entries]
        ends = [
            e.when.end % 1440 for e in entries if e.when.end is not None and 0 <= (at - e.when.end) % 1440 <= COMMUTE
        ]
        start = max(ends) if ends else (at - ARRIVING) % 1440
        length = (at - start) % 1440
        return (
            [*entries, replace(mark, when=replace(mark.when, starts=(start,), minutes=length))]
            if length >= 5
            else entries
        )
    if mark.mark == "leave":
        nexts = [e.start for e in entries if e.start is not None and 0 < e.start - at <= COMMUTE and e.kind != "meal"]
        return [
            *entries,
            replace(mark, when=replace(mark.when, starts=(at,), minutes=min(nexts) - at if nexts else 30.0)),
        ]
    return [*entries, replace(mark, when=replace(mark.when, minutes=mark.minutes or 10.0))]


def _away(entries: Sequence[Entry]) -> list[Entry]:
    """Where somebody leaves and comes home, and nothing is told of the hours between: away they are."""
    found = []
    for left in (entry for entry in entries if entry.mark == "leave"):
        out = (left.start or 0.0) + (left.minutes or 0.0)
        backs = [
            entry.start for entry in entries if entry.mark == "home" and entry.start is not None and entry.start > out
        ]
        told = any(
            e.start is not None and not e.mark and e.start < min(backs, default=0.0) and (e.when.end or 0) > out
            for e in entries
        )
        if backs and not told and min(backs) - out >= 60:
            when = replace(left.when, starts=(out,), end=min(backs), minutes=None)
            found.append(replace(left, text=f"being away at {left.text.removeprefix('going to ')}", when=when, mark=""))
    return found


def _apart(one: float, other: float) -> float:
    return abs((one - other + 720) % 1440 - 720)
