"""What a worker process does: keeps its engine and embedding between personas, and ends with its parent."""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from typing import Any

from simulator.persona_run import PersonaResult, Setting, peak_memory_mb, reference, run_persona
from simulator.runner import Job, Progress

_steps: Any = None


def begin(steps: Any, parent: int) -> None:
    """Initialise a worker: where to report steps to, and a watch on the parent."""
    global _steps
    _steps = steps

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
    from simulator.household import PreparedVoice, workshop
    from simulator.life_cache import LifeCache

    config = job.config
    shop = workshop(job.persona)
    seconds = {"lives": time.perf_counter()}
    from edge_assistant.paths import Paths

    model = _model(config.model, job.threads) if config.language == "model" else None
    before = model.counters.copy() if model is not None else None
    fillers: Any = None
    language = "templates"
    if model is not None:
        from simulator.language import ModelFiller
        from simulator.model_voice import ModelVoice

        fillers = lambda: ModelFiller(model)  # noqa: E731
        language = f"model-{model.sha256[:16]}-{'writes' if model.can_write else 'chooses'}"
        shop = workshop(job.persona, ModelVoice(shop.taste.base, model))
    cache_ = LifeCache(Paths.from_environment().lives)
    days, oracle_days = cache_.days(job.persona, shop.taste, config.seed, config.days, fillers, language)
    quiet = workshop(job.persona, PreparedVoice(shop.taste.base))
    silent, oracle = reference(quiet, days, oracle_days, config.seed)
    seconds["lives"] = time.perf_counter() - seconds["lives"]
    judge = None
    if config.judge != "rubric":
        from simulator.judge import make_judge

        judge = make_judge(config.judge, model)
    started = time.perf_counter()
    result = run_persona(config, Setting(shop, days, oracle_days, silent, oracle), job.out, judge, progress)
    seconds["days"] = time.perf_counter() - started
    result.cost = {f"seconds_{name}": value for name, value in seconds.items()}
    if model is not None and before is not None:
        spent = model.counters.sub(before)
        result.cost |= {
            "model_calls": spent.calls,
            "prompt_tokens": spent.prompt_tokens,
            "reused_tokens": spent.reused_tokens,
            "generated_tokens": spent.generated_tokens,
            "seconds_model": spent.seconds,
        }
        result.model = {"name": model.name, "sha256": model.sha256, "quantization": model.quantization}
    result.cost |= {"process": float(os.getpid()), "peak_rss_mb": peak_memory_mb()}
    return result


@cache
def _model(name: str, threads: int) -> Any:
    from edge_assistant.llm.engine import LlamaEngine

    return LlamaEngine.open(name or None, n_threads=threads)
