"""Reading annotated rows: one JSON object a line, checked before anything is learned from them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError

FORM = '{"obs": [{"time": ..., "event": ...}], "pred_task": ..., "valid": ..., "help_needed": ...}'
LATEST = 1e20
"""Seconds; a clock that counts nanoseconds is far below."""


@dataclass(frozen=True)
class Event:
    """One thing that a person did.

    Attributes:
        seconds: when, on the trace's own clock; 0 where the time cannot be read.
        text: in words.
    """

    seconds: float
    text: str


@dataclass(frozen=True)
class Row:
    """A proposal at a moment, and the verdict on it.

    Attributes:
        events: what the assistant had seen, oldest first; at least one.
        proposal: what was proposed; None for silence.
        valid: whether that was right: accepted by most annotators, or rightly silent.
        help_needed: whether the person needed help at this moment, whatever was proposed.
        trace: names the recording that the moment is from, by its first event.
    """

    events: tuple[Event, ...]
    proposal: str | None
    valid: bool
    help_needed: bool
    trace: str


def load(path: Path) -> list[Row]:
    """All rows of a file.

    Raises:
        DataError: the file is missing or empty, or a line is not a row; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise DataError(f"{path}: {why}; name a file of annotated rows, one JSON object a line") from error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            why = f"lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split())
            raise DataError(f"{path}, line {number}: {why}; a row looks like {FORM}") from error
    if not rows:
        raise DataError(f"{path}: holds no row; expected one JSON object a line, like {FORM}")
    return rows


def _row(data: Any) -> Row:
    if not isinstance(data, dict):
        raise TypeError("is no JSON object")
    observed = data["obs"]
    if not isinstance(observed, list) or not observed:
        raise ValueError("'obs' is not a list of events with at least one")
    for name in ("valid", "help_needed"):
        if not isinstance(data[name], bool):
            raise ValueError(f"'{name}' is {data[name]!r}, expected true or false")
    proposal = data["pred_task"]
    if proposal is not None and not isinstance(proposal, str):
        raise ValueError("'pred_task' is neither a text nor null")
    first = observed[0]
    return Row(
        events=tuple(Event(seconds_of(str(event["time"])), _text(event["event"])) for event in observed),
        proposal=_text(proposal).strip() or None if proposal is not None else None,
        valid=data["valid"],
        help_needed=data["help_needed"],
        trace=f"{first['time']}|{first['event']}",
    )


def _text(value: Any) -> str:
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r:.60} holds half of a character") from None
    return text


def seconds_of(time: str) -> float:
    """Seconds of 'Day 2, 11:05 PM' (from the start of day 0) or '1717336761.455' (as it stands); 0 for other texts.

    Numbers beyond `LATEST` are such texts, too.
    """
    found = re.fullmatch(r"Day (\d+), (\d+):(\d+)(?::(\d+))? ([AP]M)", time.strip())
    if found:
        day, hour, minute, second, half = found.groups()
        hours = int(hour) % 12 + 12 * (half == "PM")
        return _within(float(day) * 86400.0 + hours * 3600 + float(minute) * 60 + float(second or 0))
    try:
        return _within(float(time))
    except ValueError:
        return 0.0


def _within(seconds: float) -> float:
    return seconds if abs(seconds) <= LATEST else 0.0  # NaN is not, either
