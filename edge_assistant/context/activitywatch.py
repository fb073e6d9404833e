"""What ActivityWatch has seen: the program in front, and whether anybody is there.

Windows of the last minutes become one activity in plain words; a glance at another window does not end it. Titles are
used to tell the kind of activity and then forgotten, unless the person asked for them to be kept.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from edge_assistant.context.apps import AWAY, Seen, describe
from edge_assistant.context.local_time import in_form_of, to_utc
from edge_assistant.context.merging import one_line
from edge_assistant.context.observation import AbsentError, Observation, SourceError

RECENT = timedelta(seconds=150)
"""What was in front longest in this time is the activity."""

GLANCE = timedelta(seconds=120)
"""Something else for no longer than this does not end an activity."""

LOOK_BACK = timedelta(hours=3)
STALE = timedelta(seconds=180)
"""A watcher whose last word is older than this is not running."""

AHEAD = timedelta(seconds=60)
"""Events that begin later than this after now are not believed."""

MOST_EVENTS = 600

HANDS_OFF = frozenset({"media", "meeting", "call", "reading", "music"})
"""Kinds that go on while no key is pressed."""

HANDS_OFF_LIMIT = timedelta(hours=2)
"""Nobody watches for longer than this without touching anything."""


@dataclass(frozen=True, slots=True)
class Span:
    """A window in front: from when until when (UTC), what it tells, and its full title."""

    start: datetime
    end: datetime
    seen: Seen
    title: str


class ActivityWatch:
    """A local ActivityWatch server."""

    name = "activitywatch"
    every = 30.0
    patience = 3.0

    def __init__(self, host: str = "127.0.0.1", port: int = 5600, full_titles: bool = False) -> None:
        """
        Args:
            host: of this machine; another one is refused when it is asked.
            port: of the server.
            full_titles: hand titles on.
        """
        self._host, self._port, self._full_titles = host, port, full_titles
        self._client: Any = None
        self._answered = False

    def observe(self, now: datetime) -> Observation | None:
        if self._client is None:
            from edge_assistant.context.activitywatch_client import LoopbackClient

            self._client = LoopbackClient(self._host, self._port)
        try:
            buckets = self._client.buckets()
        except AbsentError as error:
            if self._answered:
                raise SourceError(str(error)) from error
            raise
        self._answered = True
        moment = to_utc(now)
        windows, future_windows = self._events(_pick(buckets, "currentwindow", "aw-watcher-window_"), moment)
        presence, future_presence = self._events(_pick(buckets, "afkstatus", "aw-watcher-afk_"), moment)
        if (future_windows or future_presence) and not windows and not presence:
            raise SourceError("ActivityWatch tells only of the future; check the clock and the time zone")
        sign, away = last_sign(presence, moment)
        span = current(spans_of(windows), min(moment, sign + RECENT) if away and sign else moment)
        fields = self._activity(span, sign if away else None, moment, now)
        if sign is not None:
            fields["idle_seconds"] = max(0.0, (moment - sign).total_seconds())
        if future_windows or future_presence:
            fields["problem"] = "some events lie in the future; check the clock and the time zone"
        return Observation(**fields) if fields else None

    def _events(self, bucket: str, moment: datetime) -> tuple[list[Any], int]:
        """A bucket's late events, the earliest first, without those from the future; and how many those are."""
        if not bucket:
            return [], 0
        events = self._client.events(bucket, MOST_EVENTS, start=moment - LOOK_BACK)
        past = [event for event in events if event.timestamp <= moment + AHEAD]
        past.sort(key=lambda event: event.timestamp)
        return past, len(events) - len(past)

    def _activity(
        self, span: tuple[Span, datetime] | None, away_since: datetime | None, moment: datetime, now: datetime
    ) -> dict[str, Any]:
        """The fields of an observation that tell the activity; none when nothing is known of it."""
        if away_since is not None:
            hands_off = span is not None and span[0].seen.kind in HANDS_OFF
            if not hands_off or moment - away_since > HANDS_OFF_LIMIT:
                return {"activity": AWAY, "since": in_form_of(now, away_since), "confidence": 0.6}
        if span is None:
            return {}
        seen = span[0].seen
        return {
            "activity": seen.activity,
            "kind": seen.kind,
            "app": seen.app,
            "title": one_line(span[0].title) if self._full_titles else "",
            "since": in_form_of(now, span[1]),
            # a film that nobody touches is likelier than not still being watched
            "confidence": seen.confidence if away_since is None else min(seen.confidence, 0.55),
        }


def _pick(buckets: dict[str, dict[str, Any]], kind: str, prefix: str) -> str:
    """The bucket of this kind that is this machine's, or else the one that was written to last; '' for none."""
    here = socket.gethostname()
    found = [
        (bucket.get("hostname") == here, str(bucket.get("last_updated") or ""), name)
        for name, bucket in buckets.items()
        if bucket.get("type") == kind or name.startswith(prefix)
    ]
    return max(found)[2] if found else ""


def last_sign(events: Sequence[Any], moment: datetime) -> tuple[datetime | None, bool]:
    """The last sign of life, and whether the person is away; (None, False) when nothing is known.

    Args:
        events: of the afk watcher, the earliest first.
        moment: UTC.
    """
    if not events or moment - (events[-1].timestamp + events[-1].duration) > STALE:
        return None, False
    last = events[-1]
    if last.data.get("status") == "not-afk":
        return min(last.timestamp + last.duration, moment).astimezone(UTC), False
    if last.data.get("status") != "afk":
        return None, False
    start: datetime = last.timestamp
    for event in reversed(events[:-1]):
        if event.data.get("status") != "afk":
            break
        start = event.timestamp
    return min(start, moment).astimezone(UTC), True


def spans_of(events: Iterable[Any]) -> list[Span]:
    """Window events as spans, without windows that are no activity."""
    found: list[Span] = []
    for event in events:
        app, title = event.data.get("app", ""), event.data.get("title", "")
        if not isinstance(app, str) or not isinstance(title, str):
            continue
        seen = describe(app, title)
        if seen is not None and event.duration >= timedelta(0):
            found.append(Span(event.timestamp, event.timestamp + event.duration, seen, title))
    return found


def current(spans: Sequence[Span], moment: datetime) -> tuple[Span, datetime] | None:
    """The present activity: its last window, and when it began; None when nothing was in front lately.

    It is what was in front longest in the last `RECENT`; of equals the later one.
    """
    begin = moment - RECENT
    times: dict[str, timedelta] = {}
    for span in spans:
        inside = min(span.end, moment) - max(span.start, begin)
        if span.end >= moment - STALE and span.end >= begin:
            times[span.seen.activity] = times.pop(span.seen.activity, timedelta(0)) + max(inside, timedelta(0))
    if not times:
        return None
    longest = max(times.values())
    activity = [name for name, time in times.items() if time == longest][-1]
    same = [span for span in spans if span.seen.activity == activity]
    since = same[-1].start
    for span in reversed(same):
        if since - span.end > GLANCE:
            break
        since = min(since, span.start)
    return same[-1], since
