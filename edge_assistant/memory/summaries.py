"""Hourly, four-hourly and daily summaries of what the memory holds.

A summary's time is the end of its span; its data names span and count, by which a later run sees whether the span has
changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_assistant.memory import rows
from edge_assistant.memory.records import BASE_KINDS, SUMMARY_KINDS, Draft, Memory
from edge_assistant.storage.store import Store, moment_of

HOURS = {"summary_hour": 1, "summary_4h": 4, "summary_day": 24}

VERBS = {"action": "did", "suggestion": "suggested", "score": "scored", "reason": "said"}

LOOK_BACK = timedelta(days=8)
"""Spans that ended longer ago are left as they are."""

QUARTER = 900
"""Seconds. Every time zone is a whole number of quarters of an hour from another, so no quarter lies in two hours."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time to be summarised, `kind` one of `records.SUMMARY_KINDS`."""

    kind: str
    start: datetime
    end: datetime


Summariser = Callable[[Span, Sequence[Memory]], str]
"""Puts a span and what happened in it, in order and at least one memory, into one line."""

MOST = 5
"""Texts of one kind in a summary."""


def told(span: Span, memories: Sequence[Memory]) -> str:
    """The most frequent texts of each kind as they stand; nothing is invented."""
    clauses = []
    for kind in BASE_KINDS:
        counts = Counter(memory.text for memory in memories if memory.kind == kind)
        chosen = {text for text, _ in counts.most_common(MOST)}
        texts = [text if times == 1 else f"{text} ({times} times)" for text, times in counts.items() if text in chosen]
        more = len(counts) - len(chosen)
        if texts:
            clauses.append(f"{VERBS[kind]}: {'; '.join(texts)}" + (f"; and {more} more" if more else ""))
    when = f"{span.start:%A %d %B}" if span.kind == "summary_day" else f"{span.start:%A %H:%M} to {span.end:%H:%M}"
    return f"{when}: " + ". ".join(clauses) + "."


def due_summaries(store: Store, kind: str, now: datetime, summariser: Summariser) -> tuple[list[Draft], list[int]]:
    """The summaries of one kind that are missing at `now`, and the ids of those that no longer fit their span.

    Args:
        store: of the memories.
        kind: of the summaries.
        now: what has ended by then is told.
        summariser: puts it into words.
    """
    since = _floor(now - LOOK_BACK, 24)
    counts: Counter[float] = Counter()
    for quarter, count in _counts(store, since, now):
        local = _local(quarter * QUARTER, now)
        counts[moment_of(_floor(local, HOURS[kind]))] += count
    present = {_start(memory): memory for memory in rows.browse(store, [kind], since)}
    due, stale = [], []
    for moment, count in sorted(counts.items()):
        start = _local(moment, now)
        span = Span(kind, start, start + timedelta(hours=HOURS[kind]))
        if moment_of(span.end) > moment_of(now):
            continue
        old = present.get(moment)
        if old is not None:
            if old.data.get("count") == count:
                continue
            stale.append(old.id)
        due.append(
            Draft(
                kind,
                span.end,
                summariser(span, rows.browse(store, BASE_KINDS, span.start, span.end)),
                data={"start": span.start.isoformat(), "end": span.end.isoformat(), "count": count},
            )
        )
    return due, stale


def summaries_of(store: Store, times: Iterable[datetime]) -> list[Memory]:
    """The summaries whose spans hold one of these times."""
    found: dict[int, Memory] = {}
    for time in sorted(set(times), key=moment_of):
        # A summary's time is its end, at most a day and an hour (a change of clocks) after what it tells of.
        for memory in rows.browse(store, SUMMARY_KINDS, time, time + timedelta(hours=26)):
            if _start(memory) <= moment_of(time) < moment_of(memory.time):
                found[memory.id] = memory
    return list(found.values())


def _counts(store: Store, since: datetime, until: datetime) -> list[tuple[int, int]]:
    with store.guard() as connection:
        return connection.execute(
            f"SELECT CAST(moment / {QUARTER} AS INTEGER) AS quarter, count(*) FROM memories "
            f"WHERE kind IN ({rows.marks(BASE_KINDS)}) AND moment >= ? AND moment < ? GROUP BY quarter",
            (*BASE_KINDS, moment_of(since), moment_of(until)),
        ).fetchall()


def _start(memory: Memory) -> float:
    return moment_of(datetime.fromisoformat(memory.data["start"]))


def _floor(time: datetime, hours: int) -> datetime:
    return time.replace(hour=time.hour // hours * hours, minute=0, second=0, microsecond=0)


def _local(moment: float, like: datetime) -> datetime:
    """A moment on the wall clock of another time: its zone, or none."""
    time = datetime.fromtimestamp(moment, like.tzinfo or UTC)
    return time if like.tzinfo else time.replace(tzinfo=None)
