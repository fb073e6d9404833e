"""A log that a person may give to a study: times, activity classes, decisions, ratings; no text, no name, no date.

Days are counted from the first, times are minutes since that day's first tick, activities are their classes. Silent
decisions that were alike are one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.service.day.log import SilentRun, day_of
from edge_assistant.service.feed import Row
from edge_assistant.service.state import ServiceState


def study_lines(service: ServiceState) -> Iterator[dict[str, Any]]:
    """The log, one JSON-ready line after the other: a head, the days, the silences, the suggestions."""
    with service.lock:
        counts, quiet = service.log.counts(), service.log.silences()
        rows = service.feed.between(None, None)
    dates = sorted({*counts, *quiet, *(day_of(row.entry.time) for row in rows)})
    numbers = {date: number for number, date in enumerate(dates, start=1)}
    level = service.settings.presence.level
    yield {"line": "head", "schema": 1, "days": len(dates), "suggestions": len(rows), "level": level}
    for date in dates:
        if date in counts:
            yield _day(numbers[date], counts[date])
    for date in dates:
        yield from (_silence(numbers[date], run) for run in quiet.get(date, ()))
    for row in rows:
        yield _suggestion(service, numbers[day_of(row.entry.time)], row)


def _day(number: int, counts: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": "day",
        "day": number,
        "ticks": counts.get("ticks", 0),
        "awake_minutes": round(float(counts.get("awake", 0.0)), 1),
        "said": counts.get("said", 0),
        "requested": counts.get("requested", 0),
        "silent": counts.get("silent", {}),
    }


def _silence(day: int, run: SilentRun) -> dict[str, Any]:
    """Decisions to keep silent, one after the other and alike."""
    time = datetime.fromisoformat(run.time)
    return {
        "line": "silence",
        "day": day,
        "awake_minutes": round(run.awake, 1),
        "hour": time.hour,
        "weekend": time.weekday() >= 5,
        "ticks": run.ticks,
        "activity_kind": run.kind,
        "why": run.why,
        "chance": round(run.chance, 4),
        "best_chance": round(run.best, 4),
        "threshold": round(run.threshold, 4),
    }


def _suggestion(service: ServiceState, day: int, row: Row) -> dict[str, Any]:
    """Numbers and closed vocabularies only."""
    entry, why = row.entry, row.why
    seen = row.choice.get("context", {})
    base = service.assistant.base
    packaged = entry.idea in base.by_id and entry.idea in _packaged()
    return {
        "line": "suggestion",
        "day": day,
        "awake_minutes": seen.get("awake_minutes"),
        "hour": entry.time.hour,
        "weekend": entry.time.weekday() >= 5,
        "activity_kind": _activity_class(service, entry.activity),
        "activity_minutes": seen.get("activity_minutes"),
        "category": base.by_id[entry.idea].category if packaged else "",
        "requested": entry.requested,
        "chance": why.get("chance"),
        "threshold": why.get("threshold"),
        "chances": why.get("chances", {}),
        "state": entry.state,
        "reason": entry.reason,
        "rating": entry.rating,
        "turns": list(entry.turns),
        "edited": entry.edited,
        "liked": entry.liked,
        "outcome": entry.outcome,
    }


def _packaged() -> set[str]:
    """The person's own ideas are texts of theirs; even their categories stay here."""
    from edge_assistant.ranker.ideas import load_packaged

    return set(load_packaged().by_id)


def _activity_class(service: ServiceState, activity: str) -> str:
    if not activity:
        return "unknown"
    chances, _ = service.assistant.learner.features.texts.read(activity)
    return ACTIVITY_CLASSES[int(chances.argmax())]
