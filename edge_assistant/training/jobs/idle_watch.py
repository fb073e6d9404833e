"""A source of the user's absence that may be slow, asked beside the scheduler: no look at the machine waits for it.

source = Beside(activitywatch_source("127.0.0.1", 5600))
source()        # None until the first answer; then seconds since the last sign, counted on between two answers
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from edge_assistant.training.jobs.idle import IdleSource

EVERY = 5.0
"""Seconds between two questions: ActivityWatch itself looks no more often."""

STALE = 60.0
"""Seconds after which an answer is worth nothing."""


class Beside:
    """An `IdleSource` over another one, which is asked on a thread of its own and at most every `every` seconds."""

    def __init__(self, source: IdleSource, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._every, self._clock = source, every, clock
        self._asked_at = float("-inf")
        self._answer: tuple[float, float] | None = None
        self._asking: threading.Thread | None = None

    def __call__(self) -> float | None:
        """What was answered last, with the time since then added; None when that was nothing, or too long ago."""
        now, answer = self._clock(), self._answer
        busy = self._asking is not None and self._asking.is_alive()
        if not busy and now - self._asked_at >= self._every:
            self._asked_at = now
            self._asking = threading.Thread(target=self._ask, name="idle source", daemon=True)
            self._asking.start()
        if answer is None or now - answer[1] > STALE:
            return None
        return answer[0] + now - answer[1]

    def _ask(self) -> None:
        try:
            seconds = self._source()
        except Exception:  # a source may be anybody's; one that fails knows nothing
            seconds = None
        self._answer = None if seconds is None else (seconds, self._clock())


def activitywatch_source(host: str, port: int) -> IdleSource:
    """ActivityWatch's own watch of keys and movements, where its server runs."""
    from edge_assistant.context.sources.activitywatch import ActivityWatchSource

    watch = ActivityWatchSource(host, port)

    def seconds() -> float | None:
        found = watch.observe(datetime.now())
        return None if found is None else found.idle_seconds

    return seconds
