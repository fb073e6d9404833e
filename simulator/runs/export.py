"""A run as JSON lines, one a tick: what the assistant saw, considered and did, and what came back.

The schema stands in docs/data.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS, TICK_MINUTES
from edge_assistant.errors import DataError
from quant.atomic import replacing
from simulator.runs import events
from simulator.runs.events import EventLog

HIDDEN = ("energy", "mood", "focus", "annoyance")
"""Of the person's state, in hundredths in the file."""


def export(run: Path, out: Path) -> int:
    """Write all ticks of a run to a file, whole or not at all.

    Returns:
        The number of lines.

    Raises:
        DataError: the folder holds no run.
        StoreError: its events cannot be read.
    """
    try:
        judge = json.loads((run / "config.json").read_text(encoding="utf-8"))["judge"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{run}: holds no run ({error!r}); name the folder of one") from error
    out.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with events.read(run / "events.sqlite") as log, replacing(out) as aside, aside.open("w", encoding="utf-8") as file:
        for line in ticks(log, judge):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def ticks(log: EventLog, judge: str) -> Iterator[dict[str, Any]]:
    """Every tick of every day, in order.

    Args:
        log: of the run.
        judge: who gave the feedback, by name.
    """
    for persona in log.personas():
        for number, wake in log.wakes(persona).items():
            series = log.series(persona, number)
            said = {event["tick"]: event for event in log.suggestions(persona, number)}
            considered = log.decisions(persona, number)
            seen = _activities(log, persona, number)
            for tick in range(len(series["total"])):
                time = wake + timedelta(minutes=TICK_MINUTES * tick)
                event = said.get(tick)
                yield {
                    "persona": persona,
                    "day": number,
                    "tick": tick,
                    "context": _context(seen, time, tick, event),
                    "considered": considered.get(tick),
                    "decision": "silent" if event is None else "answer" if event["requested"] else "speak",
                    "said": _said(event),
                    "judges": _verdicts(event, int(series["total"][tick]), judge),
                    "feedback": event["told"] if event is not None else None,
                    "reaction": _reaction(event),
                    "hidden": {name: int(series[name][tick]) / 100 for name in HIDDEN}
                    | {name: bool(series[name][tick]) for name in ("receptive", "blocked")},
                }


def _activities(log: EventLog, persona: str, day: int) -> list[tuple[datetime, str, str]]:
    """When each activity began, its text and room; parts of a long one are one."""
    parts = groupby(log.activities(persona, day), key=lambda activity: (activity["text"], activity["room"]))
    return [(datetime.fromisoformat(next(group)["start"]), text, room) for (text, room), group in parts]


def _context(
    seen: list[tuple[datetime, str, str]], time: datetime, tick: int, event: dict[str, Any] | None
) -> dict[str, Any]:
    start, text, room = next((one for one in reversed(seen) if one[0] <= time), seen[0])
    return {
        "time": time.isoformat(timespec="seconds"),
        "activity": text,
        "room": room,
        "activity_minutes": max(0.0, (time - start).total_seconds() / 60),
        "awake_minutes": TICK_MINUTES * tick,
        "request": bool(event and event["requested"]),
    }


def _said(event: dict[str, Any] | None) -> dict[str, Any] | None:
    names = ("idea", "text", "chance", "threshold", "why")
    return {name: event[name] for name in names} if event is not None else None


def _verdicts(event: dict[str, Any] | None, total: int, judge: str) -> dict[str, Any]:
    """What the rubric and, of speech, the run's own judge said; of silence the total is kept."""
    if event is None:
        return {"rubric": {"total": total}}
    found = {"rubric": event["rating"]}
    if "judged" in event:
        found[judge] = event["judged"]
    return {name: dict(zip(DIMENSIONS, rating, strict=True)) | {"total": sum(rating)} for name, rating in found.items()}


def _reaction(event: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: event.get(name) for name in ("reaction", "reason", "words")} if event is not None else None
