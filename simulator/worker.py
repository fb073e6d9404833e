"""What a worker process does: keeps its engine and embedding between personas, and ends with its parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.paths import Paths
from simulator.household import workshop
from simulator.judge import make_judge
from simulator.language import ModelFiller, language_key
from simulator.life_cache import LifeCache
from simulator.persona_run import PersonaResult, Setting, peak_memory_mb, reference, run_persona
from simulator.plan import Filler, WeightedFiller
from simulator.runner import Job, Progress

_steps: Any = None


def begin(steps: Any, parent: int) -> None:
    """Initialise a worker: where to report steps to, and a watch on the parent."""
    global _steps
    _steps = steps
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)  # the parent is gone, whatever the reason; the checkpoint holds every whole night

    threading.Thread(target=watch, daemon=True).start()


def run_job_in_worker(job: Job) -> PersonaResult:
    """`run_job` in a worker process."""
    return run_job(job, lambda persona, day: _steps.put((persona, day)))


def run_job(job: Job, progress: Progress | None) -> PersonaResult:
    """Run one persona from its persona file to its measures."""
    config = job.config
    clock = _Clock()
    model = _model(config.model, job.threads) if config.language == "model" else None
    before = model.counters.copy() if model is not None else None
    clock.lap("loading")
    shop, quiet = workshop(job.persona, model), workshop(job.persona)
    filler: Callable[[], Filler] = WeightedFiller if model is None else partial(ModelFiller, model)
    lives = LifeCache(Paths.from_environment().lives)
    days, oracle_days = lives.days(job.persona, shop.taste, config.seed, config.days, filler, language_key(model))
    clock.lap("lives")
    silent, oracle = reference(quiet, days, oracle_days, config.seed)
    clock.lap("references")
    judge = make_judge(config.judge, model)
    result = run_persona(config, Setting(shop, days, oracle_days, silent, oracle), job.out, judge, progress)
    clock.lap("days")
    result.cost = dict(clock.laps)
    if model is not None and before is not None:
        spent = model.counters.sub(before).to_dict()
        result.cost |= {
            "model_calls": spent["calls"],
            "prompt_tokens": spent["prompt_tokens"],
            "reused_tokens": spent["reused_tokens"],
            "generated_tokens": spent["generated_tokens"],
        }
        result.model = {"name": model.name, "sha256": model.sha256, "quantization": model.quantization}
    result.cost |= {"process": float(os.getpid()), "peak_rss_mb": peak_memory_mb()}
    return result


class _Clock:
    """Seconds by part."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[f"seconds_{name}"] = now - self._last
        self._last = now


@cache
def _model(name: str, threads: int) -> LanguageModel:
    from edge_assistant.llm.engine import LlamaEngine

    return LlamaEngine.open(name or None, n_threads=threads)
