"""Training in idle hours, inside the running assistant: the scheduler over the personal store, as the core wants it.

trainer = BackgroundTrainer(paths, settings, reply_due=core_is_answering, on_change=tell_clients)
trainer.start()
trainer.view()      # for the screen
trainer.close()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from edge_assistant.paths import Paths
from edge_assistant.service.rpc.protocol import Training
from edge_assistant.settings import Settings
from edge_assistant.storage.store import Store
from edge_assistant.training.jobs.idle import (
    Conditions,
    IdleSource,
    activitywatch_source,
    observe,
    system_sources,
)
from edge_assistant.training.jobs.process import JobOrder, JobProcess
from edge_assistant.training.jobs.scheduler import IdleScheduler, SchedulerState
from edge_assistant.training.jobs.sources import ME, PairSource, is_due

STATES = {"off": "off", "waiting": "waiting", "training": "running", "paused": "paused", "failed": "waiting"}
"""What a screen calls the scheduler's phases."""


def nobody_waits() -> bool:
    """The default of `reply_due`."""
    return False


def sources_of(settings: Settings) -> tuple[IdleSource, ...]:
    """Everything that may know whether the person is away."""
    watched = settings.sources
    if not watched.activitywatch:
        return system_sources()
    return (*system_sources(), activitywatch_source(watched.activitywatch_host, watched.activitywatch_port))


class BackgroundTrainer:
    """Trains the personal adapter while nobody needs the machine. Costs one look every 20 seconds."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        sources: Sequence[IdleSource] | None = None,
        reply_due: Callable[[], bool] = nobody_waits,
        on_change: Callable[[Training], None] | None = None,
    ) -> None:
        """
        Args:
            paths: of the home.
            settings: hours, and whether to train at all.
            sources: of the person's absence; None takes those of this system, and ActivityWatch where it is on.
            reply_due: whether somebody waits for an answer now.
            on_change: told each new state, on the scheduler's thread.
        """
        self._source = PairSource(ME, paths.store, paths.adapters)
        self._settings = settings
        self._idle = tuple(sources) if sources is not None else sources_of(settings)
        self._reply_due, self._on_change = reply_due, on_change
        self._scheduler = IdleScheduler(
            partial(JobProcess, self._order()), self._look, self._has_work, settings.training, self._changed
        )

    def start(self) -> None:
        """Begin to watch, where training is on in the settings."""
        if self._settings.training.on:
            self._scheduler.start()

    def view(self) -> Training:
        """How it stands, for a screen."""
        return self._viewed(self._scheduler.state())

    def pause(self) -> None:
        """Stand aside until `resume`."""
        self._scheduler.pause()

    def resume(self) -> None:
        """Undo `pause`; also begins where training was off before."""
        self._scheduler.resume()
        self._scheduler.start()

    def nudge(self) -> None:
        """Look now: a reply has become due, or a key was pressed."""
        self._scheduler.nudge()

    def close(self) -> None:
        """Stop at the last checkpoint."""
        self._scheduler.close()

    # Inside

    def _order(self) -> JobOrder:
        source = self._source
        settings = self._settings
        return JobOrder(
            source.owner, str(source.store), str(source.adapters), settings.model.path, settings.training.threads
        )

    def _look(self) -> Conditions:
        return observe(self._idle, reply_due=self._reply_due())

    def _has_work(self) -> bool:
        if not self._source.store.is_file():
            return False
        with Store.open(self._source.store, read_only=True) as store:
            return is_due(self._source, store)

    def _changed(self, state: SchedulerState) -> None:
        if self._on_change is not None:
            self._on_change(self._viewed(state))

    @staticmethod
    def _viewed(state: SchedulerState) -> Training:
        return Training(STATES[state.phase], state.step, state.steps, state.loss, state.reason)
