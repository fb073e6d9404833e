"""Trains while nobody needs the machine, and stands aside within two seconds when somebody does.

    scheduler = IdleScheduler(start=start_job, conditions=observe, has_work=enough_new_pairs)
    scheduler.start()                  # a thread of its own; the training is a child process
    scheduler.state()                  # what is shown: waiting, training, paused, and why
    scheduler.close()

The training runs in a child of low priority, which goes on from its last checkpoint whenever it is started again. It
stands aside when told to, and is stopped when it does not: either way nothing that was computed up to the checkpoint is
lost, and memory and cores are free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.settings import TrainingSettings
from edge_assistant.training.jobs.idle import Conditions, why_not

POLL_TRAINING = 0.5
"""Seconds between two looks while a training runs: with `PATIENCE`, it stands aside within two seconds."""

POLL_WAITING = 20.0
"""Seconds between two looks otherwise; a look costs milliseconds."""

PATIENCE = 1.2
"""Seconds that a training has to stand aside by itself."""

RETRY_SECONDS = 3600.0
"""After a training that failed, the next one is tried no sooner."""


class RunningJob(Protocol):
    """A running training; `process.JobProcess` is the real one.

    Attributes:
        error: what went wrong, once it has failed and could say so.
    """

    error: str

    def poll(self) -> dict[str, Any] | None:
        """Its latest message (step, steps, loss), or None; to be asked often."""

    def finished(self) -> int | None:
        """Its exit code, or None while it runs. 0: done; `STOOD_ASIDE`: paused at a checkpoint; else failed."""

    def stand_aside(self) -> None:
        """Ask it to stop at once; it keeps its last checkpoint."""

    def kill(self) -> None:
        """Stop it now. Its checkpoint stays."""


STOOD_ASIDE = 75
"""Exit code of a training that was asked to stop and can go on (EX_TEMPFAIL)."""


@dataclass(frozen=True, slots=True)
class SchedulerState:
    """What is shown of it.

    Attributes:
        phase: 'off', 'waiting', 'training', 'paused' or 'failed'.
        reason: why it waits, is paused or failed; '' while it trains.
        step, steps: of the training under way or interrupted; 0 of 0 where there is none.
        loss: latest training loss, None before the first.
    """

    phase: str = "off"
    reason: str = ""
    step: int = 0
    steps: int = 0
    loss: float | None = None


class IdleScheduler:
    """One training at a time, when the machine is idle."""

    def __init__(
        self,
        start: Callable[[], RunningJob],
        conditions: Callable[[], Conditions],
        has_work: Callable[[], bool],
        limits: TrainingSettings | None = None,
        on_change: Callable[[SchedulerState], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            start: starts a training or goes on with one.
            conditions: looks at the machine; see `idle.observe`.
            has_work: whether there is anything to learn, an interrupted training included.
            limits: when it may train; None takes the usual settings.
            on_change: told each new state, on the scheduler's thread.
            clock: seconds, for the delay after a failure.
        """
        self._start, self._conditions, self._has_work = start, conditions, has_work
        self.limits = limits or TrainingSettings()
        self._on_change, self._clock = on_change, clock
        self._state = SchedulerState()
        self._lock = threading.Lock()
        self._closing, self._wake = threading.Event(), threading.Event()
        self._held = ""
        self._training: RunningJob | None = None
        self._not_before, self._failure = float("-inf"), ""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, on a thread of its own."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="idle training", daemon=True)
            self._thread.start()

    def state(self) -> SchedulerState:
        """The present state."""
        with self._lock:
            return self._state

    def pause(self, reason: str = "paused by you") -> None:
        """Stand aside, whatever the machine does, until `resume`."""
        self._held = reason
        self._wake.set()

    def resume(self) -> None:
        """Undo `pause`."""
        self._held = ""
        self._wake.set()

    def close(self) -> None:
        """Stop the training at its checkpoint, and the thread."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        else:
            self._stop_training()
        self._show(phase="off", reason="")

    def step(self) -> float:
        """One look at the machine, and what follows from it; returns the seconds until the next. For the thread."""
        training = self._training
        if training is not None:
            return self._while_training(training)
        if self._closing.is_set():
            return 0.0
        reason = self._held or self._why_not_begin()
        if reason:
            paused = self._held or self._state.steps > self._state.step > 0
            self._show(phase="paused" if paused else "waiting", reason=reason)
            return POLL_WAITING
        try:
            self._training = self._start()
        except Exception as error:  # whatever it is, the assistant goes on without training
            self._failed(str(error) or type(error).__name__)
            return POLL_WAITING
        self._show(phase="training", reason="")
        return POLL_TRAINING

    # Inside

    def _watch(self) -> None:
        while not self._closing.is_set():
            seconds = self.step()
            self._wake.wait(seconds)
            self._wake.clear()
        self._stop_training()

    def _why_not_begin(self) -> str:
        if self._clock() < self._not_before:
            return f"the last training failed: {self._failure}"
        try:
            if not self._has_work():
                return "nothing new to learn"
        except EdgeAssistantError as error:  # a store that is busy or damaged is told by whoever owns it
            return str(error)
        return why_not(self.limits, self._conditions(), training=False)

    def _while_training(self, training: RunningJob) -> float:
        while (message := training.poll()) is not None:
            known = {name: message[name] for name in ("step", "steps", "loss") if name in message}
            self._show(**known)
        code = training.finished()
        if code is not None:
            self._training = None
            if code == 0:
                self._show(phase="waiting", reason="", step=0, steps=0, loss=None)
            elif code == STOOD_ASIDE:
                self._show(phase="paused", reason="stood aside")
            else:
                self._failed(training.error or f"ended with code {code}")
            return POLL_TRAINING
        reason = self._held or why_not(self.limits, self._conditions(), training=True)
        if reason:
            self._stop_training()
            self._show(phase="paused", reason=reason)
        return POLL_TRAINING

    def _stop_training(self) -> None:
        """Let it stand aside; one that takes longer than `PATIENCE` is killed, which costs it the last steps only."""
        training, self._training = self._training, None
        if training is None or training.finished() is not None:
            return
        training.stand_aside()
        deadline = time.monotonic() + PATIENCE
        while training.finished() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if training.finished() is None:
            training.kill()

    def _failed(self, why: str) -> None:
        self._failure, self._not_before = why, self._clock() + RETRY_SECONDS
        self._show(phase="failed", reason=why)

    def _show(self, **changes: Any) -> None:
        with self._lock:
            before, self._state = self._state, replace(self._state, **changes)
            changed = before != self._state
        if changed and self._on_change is not None:
            self._on_change(self.state())
