"""A livable day out of prose: waking and sleeping, fixed points, work, meals, and pastimes with hours and a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from simulator.people.importer import quantities
from simulator.people.importer.entries import Entry, room
from simulator.people.importer.person import NOT_STATED
from simulator.people.importer.quantities import Day
from simulator.people.importer.timing import clock
from simulator.people.importer.values import Clause, Notes, data, pattern
from simulator.people.routine import DAY_GROUPS, DAYS, DayFrame, FixedPoint, Frames, Pastime, minutes_of_day

WORK = ("deep_work", "routine_work", "study", "meeting", "mail", "care")
SHORTEST, SHORTEST_WORK, FEWEST_PASTIMES = 5.0, 90.0, 9
NOBODYS = Clause("", "")  # of what no words tell


def frames(clauses: Sequence[Clause], notes: Notes) -> Frames:
    """Waking and sleeping; 07:00 and 16 hours later where nothing is said, at weekends half an hour later."""
    told: dict[str, float] = {}
    for clause in clauses:
        for piece in re.split(r",|\band\b|\bthen\b", clause.text):
            times = quantities.clocks(piece)
            wakes, sleeps = (pattern("life", name).search(piece) for name in ("wakes", "sleeps"))
            if not times or not (wakes or sleeps):
                continue
            weekend = quantities.days(piece) == DAY_GROUPS["weekend"] or "sleeps in" in piece
            if len(times) > 1 and sleeps and "sleep" in sleeps[0].lower():  # 'sleeps from 8am to 3pm'
                told = {"sleep": times[0], "wake": times[1]} | told
            elif wakes:
                told.setdefault("late" if weekend else "wake", sum(times) / len(times))
            elif not weekend:
                night = 360 <= times[-1] < 720 and not re.search(r"\d ?am|morning", piece)
                told.setdefault("sleep", times[-1] + (720 if night else 0))
            notes.understand("day", ", ".join(clock(at) for at in times), clause)
    wake = told.get("wake", 420.0) % 1440
    sleep = told.get("sleep", wake + 960) % 1440
    if len(told) < 2 or not _livable(wake, sleep):
        sleep = sleep if _livable(wake, sleep) else (wake + 960) % 1440
        notes.assume("day", f"{clock(wake)} to {clock(sleep)}", "no day that a person could live was told")
    late = told.get("late", wake + 30)
    late = late if _livable(late, sleep) else wake
    weekday = DayFrame(wake=clock(wake), sleep=clock(sleep))
    return Frames(weekday=weekday, weekend=DayFrame(wake=clock(late), sleep=clock(sleep), jitter=25))


def _livable(wake: float, sleep: float) -> bool:
    return 480 <= (sleep - wake) % 1440 <= 1260


def day_of(frame: DayFrame) -> Day:
    """The frame in minutes, sleep after wake."""
    wake, sleep = float(minutes_of_day(frame.wake)), float(minutes_of_day(frame.sleep))
    return Day(wake, sleep if sleep > wake else sleep + 1440)


def points(told: Iterable[Entry], occupation: str, about: str, day: Day, notes: Notes) -> list[FixedPoint]:
    """The fixed points of the day, in order: what is told with a time, the job, meals and washing.

    Of two entries in `told` on one thing the first one stays. The occupation becomes working hours, unless its words
    or those `about` the person say that there is no work.
    """
    placed: list[Entry] = []
    usual = data("life")["point"]
    for entry in told:
        if entry.start is None:  # a meal has its hour, told or not
            row = next((r for r in usual if r["kind"] == entry.kind and re.search(r["instead"], entry.text)), None)
            entry = replace(entry, start=_usual(row, day) if row else None)
        if entry.start is not None and (entry.kind != "sleep" or _length(entry) <= 180):
            notes.understand("routine", f"{clock(entry.start)} {entry.text} ({entry.kind})", entry.clause)
            placed += [] if any(_same(entry, other) for other in placed) else [entry]
    placed += _work(placed, f"{occupation}. {about}", occupation, day, notes)
    for row in usual:
        at = _usual(row, day)
        near = any(p.kind == row["kind"] and abs((p.start or 0.0) - at) < 80 for p in placed)
        if not near and not any(re.search(row["instead"], p.text) for p in placed):
            placed.append(Entry(row["text"], row["kind"], at, row["minutes"], DAYS, NOBODYS))
            notes.assume("routine", f"{clock(at)} {row['text']}", "not said")
    return [
        FixedPoint(
            text=entry.text,
            kind=entry.kind,
            room=room(entry.text, entry.kind),
            start=clock(entry.start or 0.0),
            minutes=min(max(_length(entry), SHORTEST), 600.0),
            days=entry.days,
        )
        for entry in _parted(placed)
    ]


def _usual(row: dict[str, float], day: Day) -> float:
    return 5 * round((day.wake + row["at"] * (day.sleep - day.wake)) / 5)


def _length(entry: Entry) -> float:
    return float(entry.minutes or data("life")["lengths"].get(entry.kind, 45))


def _same(entry: Entry, other: Entry) -> bool:
    """Whether two entries tell of one thing: on common days, alike, and at nearly the same time."""
    first, second = entry.start or 0.0, other.start or 0.0
    alike = entry.kind == other.kind or entry.text.split()[0] == other.text.split()[0]
    at_once = abs(first - second) <= 30 or second <= first < second + _length(other)
    return alike and at_once and bool(set(entry.days) & set(other.days))


def _work(placed: Sequence[Entry], about: str, occupation: str, day: Day, notes: Notes) -> list[Entry]:
    """The working day of somebody whose prose tells no hours of it."""
    said = sum(_length(p) for p in placed if p.kind in WORK or pattern("life", "works").search(p.clause.text))
    if said >= SHORTEST_WORK or pattern("life", "no_work").search(about) or occupation == NOT_STATED:
        return []
    kind, what = "study", "studying"
    if not pattern("life", "student").search(about):
        article = "an" if occupation[0].lower() in "aeiou" else "a"
        kind, what = "routine_work", f"working as {article} {occupation[0].lower()}{occupation[1:]}"
    begin = max(day.wake + 90, 540.0) if day.wake < 660 else day.wake + 180
    notes.assume("routine", f"{clock(begin)} {what}", "no hours are told, and a job does not vanish")
    return [Entry(what, kind, begin, 480.0, DAY_GROUPS["weekday"], NOBODYS)]


def _parted(placed: Sequence[Entry]) -> list[Entry]:
    """In order of time; a long entry is cut where a shorter one falls into it, as lunch into the working day."""
    done: list[Entry] = []
    for entry in placed:
        start, length = entry.start or 0.0, _length(entry)
        end = start + length
        inner = sorted(
            (other.start or 0.0, (other.start or 0.0) + _length(other))
            for other in placed
            if start < (other.start or 0.0) < end and _length(other) < length / 2 and set(entry.days) <= set(other.days)
        )
        for first, last in [*inner, (end, end)]:
            if first - start >= SHORTEST:
                done.append(replace(entry, start=start, minutes=first - start))
            start = max(start, last)
    return sorted(done, key=lambda entry: entry.start or 0.0)


def pastimes(
    told: Iterable[Entry], fixed: Sequence[FixedPoint], wanted: Iterable[str], day: Day, notes: Notes
) -> list[Pastime]:
    """What fills free time, each at the hours of its class and no oftener in a day than is likely.

    What is `told` without a time, beside ordinary things; each of the classes `wanted` for the timing must occur.
    """
    found: dict[str, Pastime] = {}
    taken = {point.text for point in fixed}
    for entry in told:
        if entry.start is None and entry.kind != "sleep" and entry.text not in taken:
            notes.understand("pastime", f"{entry.text} ({entry.kind})", entry.clause)
            found.setdefault(entry.text, _pastime(entry, 1.5 if entry.clause.part == "interests" else 1.0, day))
    for text, kind in data("life")["pastimes"].items():
        living = {pastime.kind for pastime in found.values()} | {point.kind for point in fixed}
        missing = kind in wanted and kind not in living
        endless = "daily" not in data("life")["hours"].get(kind, {})  # without these nothing fills a late hour
        if text not in taken and (missing or endless or (len(found) < FEWEST_PASTIMES and kind not in living)):
            found[text] = _pastime(Entry(text, kind, None, None, DAYS, NOBODYS), 1.5 if missing else 0.8, day)
            notes.assume("pastime", f"{text} ({kind})", "the timing names it" if missing else "ordinary")
    return list(found.values())


def _pastime(entry: Entry, weight: float, day: Day) -> Pastime:
    """At the hours that its words name, or those of its class where the person is awake then."""
    row = data("life")["hours"].get(entry.kind, {})
    start, end = row.get("from", "00:00"), row.get("to", "24:00")
    said = quantities.stretches(entry.clause.text, day)
    if said and said[0].end - said[0].start <= 480:
        start, end = clock(said[0].start), clock(said[0].end)
    elif min(day.sleep, minutes_of_day(end)) - max(day.wake, minutes_of_day(start)) < 120:
        start, end = "00:00", "24:00"
    length = max(SHORTEST, min(entry.minutes or 0.0, 60.0))
    return Pastime(
        text=entry.text,
        kind=entry.kind,
        room=room(entry.text, entry.kind),
        minutes=(max(SHORTEST, 0.8 * length), length) if entry.minutes else row.get("minutes", (15, 35)),
        days=entry.days,
        start=start,
        end=end,
        weight=weight,
        daily=row.get("daily"),
    )
