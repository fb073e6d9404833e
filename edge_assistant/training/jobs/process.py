"""A training job in a child process of low priority, which stands aside when its standard input is closed.

The child writes one JSON object a line: progress, and at last the outcome. It ends with 0 when done, `STOOD_ASIDE` when
it was asked to stop, and anything else when it failed. Killed at any moment, the next child goes on.

    python -m edge_assistant.training.jobs.process '{"owner": "me", ...}'
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.llm.openmp import wait_briefly
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused
from edge_assistant.training.jobs.scheduler import STOOD_ASIDE
from edge_assistant.training.jobs.sources import PairSource, train_source
from edge_assistant.training.pairs.buffer import PAIRS_PER_JOB
from edge_assistant.training.resources import share_one_heap
from quant.json_lines import LineWriter, messages

NICENESS = 15
"""Usual niceness: only what nobody else wants."""


@dataclass(frozen=True)
class JobOrder:
    """What the child is to do.

    Attributes:
        owner, store, adapters: see `sources.PairSource`.
        model: GGUF file or name; '' for the packaged one.
        threads: of the training.
        config: fields of `TrainingConfig` that are not the usual ones.
        pairs: most of them.
        niceness: how far it gives way to everything else, 0 to 19.
    """

    owner: str
    store: str
    adapters: str
    model: str = ""
    threads: int = 0
    config: dict[str, Any] = field(default_factory=dict)
    pairs: int = PAIRS_PER_JOB
    niceness: int = NICENESS

    @property
    def source(self) -> PairSource:
        """Where the pairs are."""
        return PairSource(self.owner, Path(self.store), Path(self.adapters))


class JobProcess:
    """The parent's end: a `scheduler.RunningJob`."""

    def __init__(self, order: JobOrder) -> None:
        environment = dict(os.environ)
        wait_briefly(environment)
        if order.threads:
            environment |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(order.threads))
        self._child = subprocess.Popen(
            [sys.executable, "-m", "edge_assistant.training.jobs.process", json.dumps(asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.outcome: dict[str, Any] | None = None
        """What came out, once it has ended well."""
        self.error = ""
        self._reader = threading.Thread(target=self._read, name="training job", daemon=True)
        self._reader.start()

    def poll(self) -> dict[str, Any] | None:
        """See `scheduler.RunningJob`."""
        try:
            return self._messages.get_nowait()
        except queue.Empty:
            return None

    def finished(self) -> int | None:
        """See `scheduler.RunningJob`."""
        code = self._child.poll()
        if code is not None:
            self._reader.join(timeout=5)
        return code

    def stand_aside(self) -> None:
        """See `scheduler.RunningJob`."""
        with suppress(OSError):
            assert self._child.stdin is not None
            self._child.stdin.close()

    def kill(self) -> None:
        """See `scheduler.RunningJob`."""
        self._child.kill()
        self._child.wait()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for message in messages(self._child.stdout):
            self.outcome = message.get("outcome", self.outcome)
            self.error = message.get("error", self.error)
            self._messages.put(message)


def main(arguments: list[str]) -> int:
    """The child."""
    order = JobOrder(**json.loads(arguments[0]))
    share_one_heap()
    with suppress(OSError, AttributeError):
        os.nice(order.niceness)
    asked = threading.Event()

    def listen() -> None:
        sys.stdin.read()  # ends when the parent closes it, or is gone
        asked.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        _learn(order, asked)
    except TrainingPaused:
        return STOOD_ASIDE
    except EdgeAssistantError as error:
        _tell(error=str(error))
        return error.exit_code
    return 0


def _learn(order: JobOrder, asked: threading.Event) -> None:
    from edge_assistant.training.base_model import resolve_base

    def progress(now: Progress) -> None:
        loss = None if now.loss != now.loss else now.loss
        _tell(phase=now.phase, step=now.step, steps=now.steps, loss=loss)

    base, task = resolve_base(order.model)
    config = TrainingConfig(**{"threads": order.threads, **order.config})
    outcome = train_source(
        order.source,
        base,
        task,
        config,
        n=order.pairs,
        should_pause=asked.is_set,
        on_progress=progress,
    )
    _tell(outcome=outcome.to_dict())


def _tell(**message: Any) -> None:
    LineWriter(sys.stdout.buffer).send(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
