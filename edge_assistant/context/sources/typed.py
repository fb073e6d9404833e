"""What the person told: believed fully at first, then less and less, or until the time that was named.

typed = TypedSource()
typed.tell("repairing the bicycle until 16:30", now)
typed.tell("reading for 20 minutes", now)
typed.tell("", now)    # takes it back
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from edge_assistant.context.local_time import in_form_of, local, seconds_between, to_utc
from edge_assistant.context.merging import one_line
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import CONTEXT_SOURCES

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

LEAST_CONFIDENCE = 0.1
"""What is believed less is dropped."""

HERE_CONFIDENCE = 0.5
"""While it is believed so far, who reads a book beside the computer and said so is there."""

LONGEST_HOURS = 24.0
"""Nothing that was told holds longer."""

_OPENING = re.compile(r"^(?:(?:i am|i['’]m|im|now|currently|just|doing:?)\s+)+", re.IGNORECASE)
_FOR = re.compile(
    r"\s+for\s+(?:the\s+next\s+|about\s+)?(?P<count>\d+(?:[.,]\d+)?|an|a|half\s+an|one|two|three)\s*"
    r"(?P<unit>h|hours?|min|mins|minutes?)\.?$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\s+(?:until|till)\s+(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm|o'clock)?$", re.IGNORECASE
)
_NUMBERS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "half an": 0.5}


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: the activity, when, and until when it holds (None: it fades)."""

    activity: str
    at: datetime
    until: datetime | None = None


class TypedSource:
    """The person's own word."""

    name = "typed"
    every = 0.0
    patience = 2.0

    def __init__(self, half_life_minutes: float = 45.0) -> None:
        """
        Args:
            half_life_minutes: after this time what was told is believed half.
        """
        self._half_life = half_life_minutes * 60.0
        self._told: Told | None = None

    def tell(self, text: str, now: datetime) -> Told | None:
        """Take note of what the person does now; an empty text takes it back. Returns what was understood."""
        activity, until = understand(text, now)
        self._told = Told(activity, now, until) if activity else None
        return self._told

    def observe(self, now: datetime) -> Observation | None:
        told = self._told
        if told is None:
            return None
        age = seconds_between(told.at, now)
        # a clock that was set back makes the age negative: what was just told is then as good as new
        age = max(age, 0.0)
        confidence = 0.5 ** (age / self._half_life)
        if told.until is not None:
            confidence = 1.0 if seconds_between(now, told.until) > 0 else 0.0
        if confidence < LEAST_CONFIDENCE or age > LONGEST_HOURS * 3600:
            return None
        presence = "here" if confidence >= HERE_CONFIDENCE else ""
        return Observation(activity=told.activity, since=told.at, presence=presence, confidence=confidence)

    def get_state(self) -> dict[str, Any]:
        """What is needed to go on after a restart, JSON-ready."""
        if self._told is None:
            return {}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self._told).items()
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""
        self._told = None
        if state.get("activity"):
            until = state.get("until")
            self._told = Told(
                str(state["activity"]),
                datetime.fromisoformat(state["at"]),
                datetime.fromisoformat(until) if until else None,
            )


def understand(text: str, now: datetime) -> tuple[str, datetime | None]:
    """The activity in what was typed, and until when it holds where that was said.

    'I'm reading for 20 minutes' is 'reading', until 20 minutes from now. A time of day that has passed is tomorrow's.
    """
    activity = _OPENING.sub("", one_line(text)).rstrip(" .!")
    found = _FOR.search(activity)
    if found:
        number = re.sub(r"\s+", " ", found["count"].lower())
        count = _NUMBERS[number] if number in _NUMBERS else float(number.replace(",", "."))
        span = timedelta(hours=count) if found["unit"].lower().startswith("h") else timedelta(minutes=count)
        if span <= timedelta(hours=LONGEST_HOURS):
            return activity[: found.start()], in_form_of(now, to_utc(now) + span)
    found = _UNTIL.search(activity)
    end = _time_of_day(found, now) if found else None
    return (activity[: found.start()], end) if found and end else (activity, None)


def _time_of_day(found: re.Match[str], now: datetime) -> datetime | None:
    """The next moment at which a clock shows what was found, in the form of `now`; None for 'until 45'.

    A dial of twelve hours is meant where nothing else is said: at 14:00, 'until 5' ends at 17:00.
    """
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if hour > 23 or minute > 59:
        return None
    hours = {hour, (hour + 12) % 24} if hour <= 12 else {hour}
    if half in ("am", "pm"):
        hours = {hour % 12 + (12 if half == "pm" else 0)}
    days = (now.date(), now.date() + timedelta(days=1))
    ends = [local(now, day, time(each, minute)) for day in days for each in hours]
    end = min(end for end in ends if seconds_between(now, end) > 0)
    return in_form_of(now, end)


@CONTEXT_SOURCES.register("typed", "what you said you are doing")
def _typed(settings: SourceSettings) -> TypedSource:
    return TypedSource(settings.typed_minutes)
