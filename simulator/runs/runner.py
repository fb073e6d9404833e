"""Runs personas side by side in worker processes, and puts their days together into a summary."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from edge_assistant.errors import EngineError
from edge_assistant.training.resources import peak_rss_mb
from simulator.people.persona import Persona
from simulator.runs import metrics
from simulator.runs.persona_run import PersonaResult
from simulator.runs.run_config import RunConfig
from simulator.runs.worker import Job, Progress, begin, run_job
from simulator.world.derived_files import put


def run(
    config: RunConfig,
    personas: Sequence[Persona],
    out: Path,
    workers: int,
    progress: Progress | None = None,
    engine: str = "local",
) -> dict[str, Any]:
    """Run all personas and write `summary.json`.

    Args:
        config: already written beside the results.
        personas: to run, in the order in which they are listed.
        out: the prepared folder.
        workers: processes; 1 runs everything in this one, as it is with a model.
        progress: told each finished day, from a thread of this process.
        engine: local, or ray for an existing Ray cluster.

    Returns:
        The summary.
    """
    started = time.perf_counter()
    if config.language == "model" and engine == "local":
        workers = 1  # an engine and a night's training take all cores and much memory: one life after the other
    threads = max(1, (os.cpu_count() or 1) // max(1, min(workers, len(personas))))
    jobs = [Job(config, persona, out, threads) for persona in personas]
    if engine == "ray":
        from simulator.runs.cluster import run_on_cluster

        results = run_on_cluster(jobs, progress)
    else:
        one = workers <= 1 or len(jobs) == 1
        results = {job.persona.id: run_job(job, progress) for job in jobs} if one else _in_many(jobs, workers, progress)
    ordered = [results[persona.id] for persona in personas]
    summary = summarise(config, ordered, time.perf_counter() - started)
    put(out / "summary.json", json.dumps(summary, indent=1))  # last: its existence means that the run is complete
    return summary


def summarise(config: RunConfig, results: Sequence[PersonaResult], seconds: float) -> dict[str, Any]:
    """The machine interface of a run (keys may be added, never renamed)."""
    cost: dict[str, Any] = {"seconds": round(seconds, 2)}
    for name in ("model_calls", "prompt_tokens", "reused_tokens", "generated_tokens"):
        cost[name] = int(sum(result.cost.get(name, 0) for result in results))
    cost["days_lived"] = int(sum(result.cost.get("days_lived", len(result.days)) for result in results))
    workers = {
        int(result.cost["process"]): result.cost["peak_rss_mb"] for result in results if "process" in result.cost
    }
    workers.setdefault(os.getpid(), 0.0)
    workers[os.getpid()] = peak_rss_mb()
    cost["peak_rss_mb"] = round(sum(workers.values()), 1)
    parts = sorted({name for result in results for name in result.cost if name.startswith("seconds_")})
    cost["seconds_by_part"] = {
        name.removeprefix("seconds_"): round(sum(result.cost.get(name, 0.0) for result in results), 2) for name in parts
    }
    model = next((result.model for result in results if result.model is not None), None)
    return {
        "schema": 1,
        "config": config.to_dict(),
        "model": model or {"name": None, "sha256": None, "quantization": None},
        "assistant": config.assistant,
        "judge": config.judge,
        "feedback": config.feedback,
        "world": config.world,
        "personas": [
            {"id": result.id, "days": result.days, **({"nights": result.nights} if result.nights else {})}
            for result in results
        ],
        "overall": {"by_day": metrics.by_day([result.days for result in results], config.seed)},
        "cost": cost,
    }


def _in_many(jobs: Sequence[Job], workers: int, progress: Progress | None) -> dict[str, PersonaResult]:
    """Workers are spawned anew, so that no lock or engine of this process is inherited halfway."""
    results: dict[str, PersonaResult] = {}
    # one BLAS thread a worker: the matrices are small, and workers would fight for the cores
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    added = {name: value for name, value in limits.items() if name not in os.environ}
    os.environ.update(added)
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), get_context("spawn"), initializer=begin, initargs=(os.getpid(),)
    )
    others = set(active_children())
    try:
        with _interrupts_wait():
            waiting = {pool.submit(run_job, job): job for job in jobs}
        for future in as_completed(waiting):
            results[waiting[future].persona.id] = result = future.result()
            result.tell(progress)
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(active_children()) - others:
            worker.terminate()  # its checkpoint holds every whole night; nobody waits for the rest of its persona
        if isinstance(error, BrokenProcessPool):
            raise EngineError("a worker process died; go on with --resume, or use --workers 1 to see why") from error
        raise
    finally:
        for name in added:
            os.environ.pop(name, None)
    pool.shutdown()
    return results


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back while workers are started; they inherit that it is not for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
