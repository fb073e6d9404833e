"""The hard limits on speech: do not disturb, quiet hours, the least gap, caps. They come before any chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge_assistant.context.history import History
from edge_assistant.domain import Context


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits on speech, whatever the chances.

    Attributes:
        least_gap: awake minutes between two suggestions.
        per_hour, per_day: caps on unasked suggestions.
        quiet_from, quiet_to: hours of the day in which nothing is said; equal means none.
    """

    least_gap: float = 10.0
    per_hour: int = 3
    per_day: int = 24
    quiet_from: float = 0.0
    quiet_to: float = 0.0

    def forbid(self, context: Context, history: History) -> str:
        """Why speech is forbidden now, or '' when it is not."""
        if context.blocked:
            return "do not disturb"
        if self.quiet(context.time):
            return "quiet hours"
        if history.since_spoken() < max(self.least_gap, 60.0 / self.per_hour):
            return "spoken a moment ago"
        return "daily cap reached" if history.spoken_today >= self.per_day else ""

    def quiet(self, time: datetime) -> bool:
        """Whether this is in the quiet hours."""
        hour = time.hour + time.minute / 60
        start, end = self.quiet_from, self.quiet_to
        return start <= hour < end if start <= end else hour >= start or hour < end
