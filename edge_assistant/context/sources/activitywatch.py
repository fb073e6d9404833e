"""What ActivityWatch has seen: the program in front, and whether anybody is there.

Windows of the last minutes become one activity in plain words; a glance at another window does not end it. Titles are
used to tell the kind of activity and then forgotten, unless the person asked for them to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from edge_assistant.context.activitywatch_buckets import (
    AHEAD,
    LONG_AGO,
    MOST_SKEW,
    STALE,
    WATCHERS,
    ClockSkew,
    end_of,
    last_word,
    last_written,
    pick,
)
from edge_assistant.context.apps import Seen, describe
from edge_assistant.context.local_time import JUMP_SECONDS, in_form_of, seconds_between, spoken, to_utc
from edge_assistant.context.merging import one_line
from edge_assistant.context.observation import Observation
from edge_assistant.context.presence import HANDS_OFF
from edge_assistant.context.source import CONTEXT_SOURCES, AbsentError, SourceError, StaleError

if TYPE_CHECKING:
    from edge_assistant.settings import SourceSettings

RECENT = timedelta(seconds=150)
"""What was in front longest in this time is the activity."""

GLANCE = timedelta(seconds=120)
"""Something else for no longer than this does not end an activity."""

LOOK_BACK = timedelta(hours=3)

MOST_EVENTS = 600

HANDS_OFF_LIMIT = timedelta(hours=2)
"""Nobody watches for longer than this without touching anything."""


@dataclass(frozen=True, slots=True)
class WindowSpan:
    """A window in front: from when until when (UTC), what it tells, and its full title."""

    start: datetime
    end: datetime
    seen: Seen
    title: str


class ActivityWatchSource:
    """A local ActivityWatch server."""

    name = "activitywatch"
    every = 30.0
    patience = 3.0

    def __init__(self, host: str = "127.0.0.1", port: int = 5600, full_titles: bool = False, key: str = "") -> None:
        """
        Args:
            host: of this machine; another one is refused when it is asked.
            port: of the server.
            full_titles: hand titles on.
            key: for a server that asks for one.
        """
        self._host, self._port, self._full_titles, self._key = host, port, full_titles, key
        self._client: Any = None
        self._answered = False
        self._looked: datetime | None = None
        self._skew = ClockSkew()

    def observe(self, now: datetime) -> Observation | None:
        if self._client is None:
            from edge_assistant.context.activitywatch_client import LoopbackClient

            self._client = LoopbackClient(self._host, self._port, self._key)
        looked, self._looked = self._looked, now
        just_woken = looked is not None and not 0.0 <= seconds_between(looked, now) <= JUMP_SECONDS
        try:
            buckets = self._client.buckets()
        except AbsentError as error:
            if self._answered:
                raise SourceError(str(error)) from error
            raise
        self._answered = True
        moment = to_utc(now)
        names = pick(buckets, moment)
        if not names:
            raise StaleError("ActivityWatch runs, but no watcher tells it anything; start aw-watcher-window and -afk")
        start = moment - LOOK_BACK + min(self._client.ahead, timedelta(0))
        answers = {kind: self._client.events(name, MOST_EVENTS, start) for kind, name in names.items()}
        found = {kind: events for kind, (events, _) in answers.items()}
        thinkable = [_past(events, moment + MOST_SKEW) for events in found.values()]
        skew = self._skew.measure(max(map(last_word, thinkable)), moment, self._client.ahead)
        moment += skew  # events are compared with what their own clock shows now
        left_out = [_skewed(skew)] if skew else []
        if any(broken for _, broken in answers.values()):
            left_out.append("some of its events cannot be understood, and are left out")
        past = {kind: _past(events, moment) for kind, events in found.items()}
        if any(len(past[kind]) < len(found[kind]) for kind in found):
            left_out.append("events that lie in the future are left out; check the clock and the time zone")
            if not any(past.values()):
                raise SourceError("ActivityWatch tells only of the future; check the clock and the time zone")
        stale = [kind for kind, events in past.items() if moment - last_word(events) > STALE]
        if not just_woken:  # watchers take some seconds to wake as well
            lines = [_silent(kind, buckets[names[kind]], past[kind], now, skew) for kind in stale]
            if len(stale) == len(names):
                raise StaleError(lines[0])
            left_out += lines
        return self._observation(past, moment, now, skew, tuple(left_out))

    def _observation(
        self, past: dict[str, list[Any]], moment: datetime, now: datetime, skew: timedelta, left_out: tuple[str, ...]
    ) -> Observation | None:
        sign, away = last_sign(past.get("afkstatus", []), moment)
        span = current(spans_of(past.get("currentwindow", [])), min(moment, sign + RECENT) if away and sign else moment)
        idle = max(0.0, (moment - sign).total_seconds()) if sign is not None else None
        presence = "" if sign is None else "here"
        if away and sign is not None:
            hands_off = span is not None and span[0].seen.kind in HANDS_OFF and moment - sign <= HANDS_OFF_LIMIT
            presence = "here" if hands_off else "away"
        if span is None:
            known = bool(presence or left_out)
            return Observation(idle_seconds=idle, presence=presence, left_out=left_out) if known else None
        seen = span[0].seen
        return Observation(
            activity=seen.activity,
            kind=seen.kind,
            app=seen.app,
            title=one_line(span[0].title) if self._full_titles else "",
            since=in_form_of(now, span[1] - skew),
            idle_seconds=idle,
            presence=presence,
            # a film that nobody touches is likelier than not still being watched
            confidence=min(seen.confidence, 0.55) if away else seen.confidence,
            left_out=left_out,
        )


def _past(events: Iterable[Any], moment: datetime) -> list[Any]:
    """Events that have begun, the earliest first."""
    return sorted((event for event in events if event.timestamp <= moment + AHEAD), key=lambda event: event.timestamp)


def _skewed(skew: timedelta) -> str:
    way = "ahead of" if skew > timedelta(0) else "behind"
    return f"its clock is {way} this computer's, which is allowed for; set one of them right"


def _silent(kind: str, bucket: Any, events: Sequence[Any], now: datetime, skew: timedelta) -> str:
    """A line on a watcher that no longer tells anything."""
    watcher = str(bucket.get("client") or WATCHERS[kind])
    last = max(last_word(events), last_written(bucket))
    since = "" if last == LONG_AGO else f" since {spoken(now, last - skew)}"
    return one_line(f"ActivityWatch runs, but {watcher} has told it nothing{since}; start that watcher again")


def last_sign(events: Sequence[Any], moment: datetime) -> tuple[datetime | None, bool]:
    """The last sign of life, and whether the person is away; (None, False) when nothing is known.

    Args:
        events: of the afk watcher, the earliest first.
        moment: UTC.
    """
    if not events or moment - end_of(events[-1]) > STALE:
        return None, False
    last = events[-1]
    if last.data.get("status") == "not-afk":
        return min(end_of(last), moment), False
    if last.data.get("status") != "afk":
        return None, False
    start: datetime = last.timestamp
    for event in reversed(events[:-1]):
        if event.data.get("status") != "afk":
            break
        start = event.timestamp
    return to_utc(min(start, moment)), True


def spans_of(events: Iterable[Any]) -> list[WindowSpan]:
    """Window events as spans, without windows that are no activity. A window without a title has its program's name."""
    found: list[WindowSpan] = []
    for event in events:
        app, title = event.data.get("app"), event.data.get("title")
        if not isinstance(app, str) or event.duration < timedelta(0):
            continue
        title = title if isinstance(title, str) else ""
        seen = describe(app, title)
        if seen is not None:
            found.append(WindowSpan(event.timestamp, end_of(event), seen, title))
    return found


def current(spans: Sequence[WindowSpan], moment: datetime) -> tuple[WindowSpan, datetime] | None:
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


@CONTEXT_SOURCES.register("activitywatch", "the program in front, as ActivityWatch on this computer sees it")
def _activitywatch(settings: SourceSettings) -> ActivityWatchSource:
    return ActivityWatchSource(
        settings.activitywatch_host, settings.activitywatch_port, settings.full_titles, settings.activitywatch_key
    )
