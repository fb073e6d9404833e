"""What a worker does, wherever it works: lives one persona; it keeps its engine and embedding between personas."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from edge_assistant.config import load_settings
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.llm.task_adapter import packaged_adapter
from edge_assistant.paths import Paths
from edge_assistant.training.resources import peak_rss_mb
from simulator.judges.judge import JUDGES
from simulator.people.persona import Persona
from simulator.runs.changed_run import run_changed
from simulator.runs.household import workshop
from simulator.runs.persona_run import PersonaResult, Setting, run_persona
from simulator.runs.reference import kept_reference
from simulator.runs.run_config import RunConfig
from simulator.world.constants import load_world
from simulator.world.language import ModelFiller, language_key
from simulator.world.life_cache import LifeCache
from simulator.world.plan import Filler, WeightedFiller

Progress = Callable[[str, int], None]
"""Told a persona and the day that it has just finished."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to run one persona."""

    config: RunConfig
    persona: Persona
    out: Path
    threads: int


def begin(parent: int) -> None:
    """Initialise a worker process: it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)  # the parent is gone, whatever the reason; the checkpoint holds every whole night

    threading.Thread(target=watch, daemon=True).start()


def run_job(job: Job, progress: Progress | None = None) -> PersonaResult:
    """Run one persona from its persona file to its measures."""
    config = job.config
    clock = _Clock()
    model = model_of(config.model, job.threads) if config.language == "model" else None
    judge = JUDGES.get(config.judge)(model)  # first of all: it may refuse the model
    before = model.counters.copy() if model is not None else None
    if model is not None:
        model.detach()  # lives are those of the plain model, whoever speaks in them
    clock.lap("loading")
    shop = workshop(job.persona, model, load_world(config.world))
    quiet = shop.without_model()
    filler: Callable[[], Filler] = WeightedFiller if model is None else partial(ModelFiller, model)
    lives = LifeCache(Paths.from_environment().lives)
    days, oracle_days = lives.days(shop.persona, shop.taste, config.seed, config.days, filler, language_key(model))
    clock.lap("lives")
    others = kept_reference(lives.folder, quiet, days, oracle_days, config.seed)
    clock.lap("references")
    if model is not None:
        _teach(model)
    setting = Setting(shop, days, oracle_days, others)
    if config.change:
        result = run_changed(config, setting, lives, job.out, progress)
    else:
        result = run_persona(config, setting, job.out, judge, progress)
    clock.lap("days")
    result.cost |= clock.laps
    if model is not None and before is not None:
        spent = model.counters.sub(before).to_dict()
        result.cost |= {
            "seconds_model": spent["seconds"],
            "model_calls": spent["calls"],
            "prompt_tokens": spent["prompt_tokens"],
            "reused_tokens": spent["reused_tokens"],
            "generated_tokens": spent["generated_tokens"],
        }
        result.model = {"name": model.name, "sha256": model.sha256, "quantization": model.quantization}
    result.cost |= {"process": float(os.getpid()), "peak_rss_mb": peak_rss_mb()}
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
def model_of(name: str, threads: int) -> LanguageModel:
    """The engine of this process over a model."""
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    return LlamaEngine.open(name or None, n_threads=threads, examiner=can_write)


def _teach(model: LanguageModel) -> None:
    """Attach the task adapter that comes with the program, where there is one and the settings want it."""
    adapter = packaged_adapter(model.sha256) if load_settings().model.task_adapter else None
    if adapter is not None:
        model.attach(adapter)
