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
from edge_assistant.training.dpo.config import never
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


def sources_of(settings: Settings) -> tuple[IdleSource, ...]:
    """Everything that may know whether the person is away."""
    watched = settings.sources
    if not watched.activitywatch:
        return system_sources()
    return (*system_sources(), activitywatch_source(watched.activitywatch_host, watched.activitywatch_port))


class BackgroundTrainer(IdleScheduler):
    """Trains the personal adapter while nobody needs the machine. Costs one look every 20 seconds."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        sources: Sequence[IdleSource] | None = None,
        reply_due: Callable[[], bool] = never,
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
        source, threads = PairSource(ME, paths.store, paths.adapters), settings.training.threads
        idle = tuple(sources) if sources is not None else sources_of(settings)
        self.order = JobOrder(source.owner, str(source.store), str(source.adapters), settings.model.path, threads)

        def look() -> Conditions:
            return observe(idle, reply_due=reply_due())

        def has_work() -> bool:
            if not source.store.is_file():
                return False
            with Store.open(source.store, read_only=True) as store:
                return is_due(source, store)

        def changed(state: SchedulerState) -> None:
            if on_change is not None:
                on_change(_viewed(state))

        super().__init__(partial(JobProcess, self.order), look, has_work, settings.training, changed)

    def start(self) -> None:
        """Begin to watch, where training is on in the settings."""
        if self.limits.on:
            super().start()

    def view(self) -> Training:
        """How it stands, for a screen."""
        return _viewed(self.state())

    def resume(self) -> None:
        """Undo `pause`; also begins where training was off before."""
        super().resume()
        super().start()


def _viewed(state: SchedulerState) -> Training:
    return Training(STATES[state.phase], state.step, state.steps, state.loss, state.reason)
