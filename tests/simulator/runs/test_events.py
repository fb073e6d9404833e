"""The events file of a run, which its workers open at the same moment."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

from simulator.runs.events import EventLog

WORKERS = 8
ROUNDS = 60


def _open_all(folder: Path, barrier: Any, errors: Any) -> None:
    for number in range(ROUNDS):
        barrier.wait(60)
        try:
            EventLog(folder / f"{number}.sqlite").close()
        except Exception as error:
            errors.put(str(error))


def test_workers_that_meet_at_a_new_file_all_open_it(tmp_path: Path) -> None:
    """SQLite refuses at once to change the journal while another does, whatever the timeout."""
    context = multiprocessing.get_context("fork")
    barrier, errors = context.Barrier(WORKERS), context.SimpleQueue()
    workers = [context.Process(target=_open_all, args=(tmp_path, barrier, errors)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    assert errors.empty()
    assert len(list(tmp_path.glob("*.sqlite"))) == ROUNDS
