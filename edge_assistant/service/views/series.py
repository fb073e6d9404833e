"""How it went, day by day: for the screen that shows what was learned, and for studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from edge_assistant.domain import DIMENSIONS
from edge_assistant.service.day.log import day_of
from edge_assistant.service.rpc.learning_values import DaySeries
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState

ANSWERED = ("accepted", "dismissed", "ignored", "snoozed")


def answered(service: ServiceState) -> int:
    """How many suggestions the person has answered or rated so far."""
    with service.lock:
        said = [row.entry for row in service.feed.between(None, None)]
    return sum(entry.state in ("accepted", "dismissed", "snoozed") or bool(entry.rating) for entry in said)


def day_series(service: ServiceState, days: int) -> tuple[DaySeries, ...]:
    """The last days that were lived, the oldest first."""
    with service.lock:
        counts = service.log.counts()
        rows = service.feed.between(None, None)
    by_day: defaultdict[str, list[Entry]] = defaultdict(list)
    for row in rows:
        by_day[day_of(row.entry.time)].append(row.entry)
    return tuple(_series(day, counts[day], by_day[day]) for day in sorted(counts)[-days:])


def _series(day: str, counts: dict[str, float], entries: Sequence[Entry]) -> DaySeries:
    unasked = [entry for entry in entries if not entry.requested]
    answered = [entry for entry in entries if entry.state in ANSWERED]
    awake = float(counts.get("awake", 0.0)) / 60
    accepted = sum(entry.state == "accepted" for entry in answered)
    shares = {name: _share([dimension(entry, name) for entry in entries]) for name in DIMENSIONS}
    return DaySeries(
        day=day,
        suggestions=len(unasked),
        answered=len(answered),
        awake_hours=round(awake, 2),
        per_hour=round(len(unasked) / awake, 3) if awake else 0.0,
        acceptance=accepted / len(answered) if answered else None,
        **shares,
    )


def dimension(entry: Entry, name: str) -> int | None:
    """What an answer says of one dimension: from the rating, or plainly from the reaction; None where it does not."""
    if entry.rating is not None and name in entry.rating:
        return entry.rating[name]
    if entry.state == "accepted":
        return 1
    if entry.state == "snoozed":
        return 0 if name == "timing" else None
    if entry.state == "dismissed" and entry.reason == name:
        return 0
    return None


def _share(values: Sequence[int | None]) -> float | None:
    told = [value for value in values if value is not None]
    return sum(told) / len(told) if told else None
