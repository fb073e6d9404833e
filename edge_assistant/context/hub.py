"""All sources together: asked in threads, waited for within limits, merged into one view of the moment.

    hub = Hub([TypedSource(...), CalendarSource(...)])
    reading = hub.context(datetime.now())
    reading.observation.activity, reading.states, reading.news

A source that hangs keeps its one thread and is not asked again before it returns; one that fails is asked less and less
often. What it told last serves for a while. Nobody waits longer than the most patient source allows.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import seconds_between, spoken, to_utc
from edge_assistant.context.merging import checked, merge, one_line, told_lines
from edge_assistant.context.observation import TROUBLED, Observation, SourceState
from edge_assistant.context.presence import PresenceWatch
from edge_assistant.context.source import ContextSource, SourceError
from edge_assistant.context.stretches import ClassStretch, Workday
from edge_assistant.errors import EdgeAssistantError

KEPT_SECONDS = 600.0
"""An answer that was not renewed is forgotten after this time."""

MOST_FAILURES = 5
"""A source that fails again and again is asked at most 2 to this power times more rarely."""

LONGEST_RETRY = 900.0
"""Seconds after which a failing source is asked again at the latest, or at its own pace where that is slower."""

MOST_NEWS = 3
"""Lines of one source that are told at once; there is one more line on the rest."""

LEAST_PATIENCE, MOST_PATIENCE = 0.1, 10.0
"""Seconds between which a source's own patience is kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the hub knows of a moment.

    Attributes:
        observation: everything merged; empty when nobody knows anything.
        states: how each source is doing, in the order of the sources, those switched off last.
        news: lines to be shown once, such as that a source failed for the first time.
    """

    observation: Observation
    states: tuple[SourceState, ...]
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back from one look: an observation, nothing, or what went wrong, which makes the state."""

    asked: datetime
    told: Observation | None = None
    problem: str = ""
    state: str = "ok"
    left_out: tuple[str, ...] = ()


class _Watch:
    """One source, its thread and its last answer."""

    def __init__(self, source: ContextSource) -> None:
        self.source = source
        self.name = getattr(source, "name", type(source).__name__)
        self.answer: _Answer | None = None
        self._asked: datetime | None = None
        self._finished = threading.Event()
        self._finished.set()
        self._failures = 0

    @property
    def running(self) -> bool:
        """Whether a look is still under way."""
        return not self._finished.is_set()

    @property
    def every(self) -> float:
        """Seconds between two looks; asked each time, since some know it only once they are at work."""
        return _number(self.source, "every", 0.0, math.inf, 60.0)

    @property
    def patience(self) -> float:
        """Seconds that are waited, within bounds."""
        return _number(self.source, "patience", LEAST_PATIENCE, MOST_PATIENCE, 2.0)

    def start(self, now: datetime) -> bool:
        """Begin a look when one is due, also after the clock went back; whether one has begun."""
        if self.running:
            return False
        if self._asked is not None:
            pause = self.every
            if self._failures:
                pause = max(pause, min(pause * 2.0 ** min(self._failures, MOST_FAILURES), LONGEST_RETRY))
            if 0.0 <= seconds_between(self._asked, now) < pause:
                return False
        self._asked = now
        self._finished.clear()
        # a daemon, since a source that hangs must not keep the program from ending
        threading.Thread(target=self._look, args=(now,), name=f"source {self.name}", daemon=True).start()
        return True

    def wait(self, until: float) -> None:
        """Wait for the answer until a time of the monotonic clock."""
        self._finished.wait(max(0.0, until - time.monotonic()))

    def _look(self, now: datetime) -> None:
        try:
            self.answer = _Answer(now, checked(self.source.observe(now), now))
            self._failures = 0
        except BaseException as error:  # a library that calls sys.exit ends its thread with it, and nothing else
            state, left_out = (error.state, error.left_out) if isinstance(error, SourceError) else ("failed", ())
            self.answer = _Answer(now, None, _describe(error), state, told_lines(left_out))
            # what is merely stale may be renewed at any time, and answers quickly
            self._failures = self._failures + 1 if state != "stale" else 0
        finally:
            self._finished.set()


class Hub:
    """Several sources as one."""

    def __init__(
        self,
        sources: Sequence[ContextSource],
        others: Sequence[SourceState] = (),
        kind_of: Callable[[str], str] | None = None,
        away_minutes: float = 5.0,
        workday: Workday | None = None,
    ) -> None:
        """
        Args:
            sources: asked in this order; of equally sure ones the first is believed.
            others: states of sources that are switched off or could not be made.
            kind_of: tells the kind of an activity where the source does not, as for what the person typed.
            away_minutes: an absence of this length is one from which somebody comes 'back'.
            workday: knows when working days end; kept by the caller, who also stores it.
        """
        self._watches = [_Watch(source) for source in sources]
        self._others = tuple(others)
        self._kind_of = kind_of
        self._presence = PresenceWatch(away_minutes)
        self._stretch = ClassStretch()
        self._workday = workday or Workday()
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def context(self, now: datetime) -> Reading:
        """Ask whoever is due, wait within each one's patience, and merge. One caller at a time.

        Args:
            now: the local time, naive or aware; it may jump.
        """
        with self._lock:
            began = time.monotonic()
            asked = [watch for watch in self._watches if watch.start(now)]
            for watch in asked:
                watch.wait(began + watch.patience)
            answers = [(watch, watch.answer) for watch in self._watches]
            found = [
                (watch.name, answer.told, seconds_between(answer.asked, now))
                for watch, answer in answers
                if answer is not None and answer.told is not None and _is_fresh(watch, answer, now)
            ]
            states = tuple(_state(watch, answer, now) for watch, answer in answers) + self._others
            told = self._presence.follow(now, self._with_kind(_without_past(merge(found), now)))
            told = replace(
                told, stretch_minutes=self._stretch.follow(now, told), workday_minutes=self._workday.follow(now, told)
            )
            return Reading(told, states, self._news(states))

    def _with_kind(self, told: Observation) -> Observation:
        """With the kind inferred from the words where nobody told it."""
        if self._kind_of is None or told.kind != "unknown" or told.activity in ("", SOMETHING):
            return told
        try:
            return replace(told, kind=self._kind_of(told.activity))
        except Exception:  # without a model the words alone have to do
            return told

    def _news(self, states: Sequence[SourceState]) -> tuple[str, ...]:
        """What is wrong with sources and their files, of which nothing was said before."""
        news: list[str] = []
        for state in states:
            wrong = state.left_out
            if state.state in TROUBLED:
                # a failure is told once, in whatever words it comes again
                wrong = (f"is {state.state}", *wrong)
            fresh = [line for line in wrong if f"{state.name}: {line}" not in self._told]
            self._told.update(f"{state.name}: {line}" for line in fresh)
            lines = [state.detail if line == f"is {state.state}" else line for line in fresh]
            news += [f"{state.name}: {line}" for line in lines[:MOST_NEWS]]
            if len(lines) > MOST_NEWS:
                news.append(f"{state.name}: {len(lines) - MOST_NEWS} more lines of this sort")
        return tuple(news)


def _number(source: ContextSource, attribute: str, low: float, high: float, instead: float) -> float:
    """An attribute of a source within bounds; `instead` where it is no number."""
    try:
        value = float(getattr(source, attribute))
    except Exception:
        return instead
    return instead if math.isnan(value) else min(max(value, low), high)


def _describe(error: BaseException) -> str:
    """What a source raised, in one line."""
    text = str(error)
    if isinstance(error, (SourceError, EdgeAssistantError)) and text:
        return one_line(text)
    return one_line(f"it broke off ({type(error).__name__}{': ' if text else ''}{text})")


def _is_fresh(watch: _Watch, answer: _Answer, now: datetime) -> bool:
    """Whether an answer may still be used; not after a jump of the clock, or when nobody renewed it."""
    return 0.0 <= seconds_between(answer.asked, now) <= max(KEPT_SECONDS, 2 * watch.every)


def _without_past(told: Observation, now: datetime) -> Observation:
    """Without a next appointment that has begun since the calendar was read."""
    coming = told.next_event
    return replace(told, next_event=None) if coming is not None and to_utc(coming.start) <= to_utc(now) else told


def _state(watch: _Watch, answer: _Answer | None, now: datetime) -> SourceState:
    name = watch.name
    if watch.running:
        return SourceState(name, True, "slow", f"gave no answer within {watch.patience:g} s; it is left to itself")
    if answer is not None and answer.problem:
        return SourceState(name, True, answer.state, answer.problem, answer.left_out)
    if answer is None or answer.told is None:
        return SourceState(name, True, "nothing")
    return SourceState(name, True, "ok", _summary(answer.told, now), answer.told.left_out)


def _summary(told: Observation, now: datetime) -> str:
    """What a source told, in one line for the person."""
    parts = [told.activity, "nobody there" if told.presence == "away" else "", told.blocked, *told.left_out[:1]]
    if len(told.left_out) > 1:
        parts.append(f"{len(told.left_out) - 1} more lines were left out")
    if told.next_event is not None:
        entry = told.next_event
        parts.append(f"next: {entry.title or 'appointment'}, {spoken(now, entry.start)}")
    if not any(parts) and told.idle_seconds is not None:
        parts.append(f"idle for {told.idle_seconds:.0f} s")
    return "; ".join(part for part in parts if part)
