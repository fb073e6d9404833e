"""A local GGUF model that several threads may ask at once.

    with LlamaEngine.open(None) as model:
        prompt = model.chat("You are brief.", "Name a herb for a dark kitchen.")
        print(model.generate([GenerateRequest(prompt)])[0].text)

One thread owns the llama.cpp context and takes calls from a queue, in their order. Calls are never merged: a call's
requests run in parallel sequences, so its answers depend on that call alone.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from edge_assistant.errors import EngineError
from edge_assistant.llm import adapters
from edge_assistant.llm.llama_binding import NativeContext, NativeModel
from edge_assistant.llm.models import ModelFile, check_memory, resolve
from edge_assistant.llm.prefix_cache import PrefixCache
from edge_assistant.llm.probe import choose_kernels
from edge_assistant.llm.protocols import (
    Completion,
    Counters,
    GenerateRequest,
    LanguageModel,
    OnToken,
    Score,
    ScoreRequest,
)
from edge_assistant.llm.runner import CancelledError, Runner
from edge_assistant.llm.task_adapter import packaged_adapter
from edge_assistant.llm.template import ChatTemplate

Result = TypeVar("Result")

Examiner = Callable[[LanguageModel], bool]
"""Finds out whether a model, with what is attached to it, may write sentences: `composer.capability.can_write`."""

DEFAULT_N_CTX = 1024
"""Tokens of one sequence. With eight sequences the packaged model then holds 190 MB of keys and values."""

_N_BATCH, _N_OUTPUTS = 256, 128
_MOST_THREADS = 8  # decoding is bound by memory; more threads only wait for each other


@dataclass
class _Job:
    work: Callable[[_Job], Any]
    answer: Future[Any] = field(default_factory=Future)
    abandoned: threading.Event = field(default_factory=threading.Event)


class LlamaEngine:
    """The real `LanguageModel`. Make it with `open`.

    Attributes:
        file: the model file and what is known of it.
        native_kernels: False on the safe path.
        n_ctx: tokens of one sequence.
    """

    def __init__(
        self, file: ModelFile, runner: Runner, *, native_kernels: bool, examiner: Examiner | None = None
    ) -> None:
        model = runner.model
        self.file = file
        self.native_kernels = native_kernels
        self.n_ctx = runner.context.n_ctx
        self._runner = runner
        self._adapter: adapters.Adapter | None = None
        self._template = ChatTemplate(
            model.chat_template(), bos=model.bos, eos=model.eos, control_texts=model.control_texts()
        )
        self._counters = Counters()
        self._lock = threading.Lock()
        self._examiner = examiner
        self._examination = threading.Lock()
        self._verdicts: dict[str, bool] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"llama {file.name}", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        model: str | Path | None = None,
        *,
        n_ctx: int = DEFAULT_N_CTX,
        n_threads: int | None = None,
        sequences: int = 8,
        cache_mb: int = 256,
        task_adapter: bool = False,
        examiner: Examiner | None = None,
    ) -> Self:
        """Load a model.

        Args:
            model: name or path, see `models.resolve`; None is the packaged one.
            n_ctx: tokens of one sequence, prompt and answer; at most what the model was trained for.
            n_threads: None takes the cores that this process may use, at most 8. Never more than are free.
            sequences: requests that run side by side, 1 to 64.
            cache_mb: bound of the prefix cache in MB (2**20 bytes); it grows only with use.
            task_adapter: attach the task adapter that comes with the program, where there is one for this model.
            examiner: asked for `can_write`; an engine that was opened without one cannot say.

        Raises:
            ModelError: the file is missing, damaged, too large, or no language model.
            EngineError: llama.cpp does not work on this machine.
        """
        threads = n_threads if n_threads is not None else min(_MOST_THREADS, _usable_cores())
        for name, value, lowest, highest in (
            ("n_ctx", n_ctx, 64, 1 << 20),
            ("n_threads", threads, 1, 512),
            ("sequences", sequences, 1, 64),
            ("cache_mb", cache_mb, 0, 1 << 20),
        ):
            if not lowest <= value <= highest:
                raise EngineError(f"engine: {name} is {value}, expected {lowest} to {highest}")
        file = resolve(model)
        length = min(n_ctx, file.n_ctx_train) if file.n_ctx_train else n_ctx
        check_memory(file, length, sequences)
        native = choose_kernels(file)
        weights = NativeModel(file.path, extra_buffers=native)
        try:
            context = NativeContext(weights, n_ctx=length, sequences=sequences, n_batch=_N_BATCH, n_outputs=_N_OUTPUTS)
        except EngineError:
            weights.close()
            raise
        runner = Runner(weights, context, PrefixCache(cache_mb << 20), threads)
        try:
            engine = cls(file, runner, native_kernels=native, examiner=examiner)
        except Exception:
            context.close()
            weights.close()
            raise
        adapter = packaged_adapter(file.sha256) if task_adapter else None
        if adapter is not None:
            try:
                engine.attach(adapter)
            except BaseException:
                engine.close()
                raise
        return engine

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.file.name

    @property
    def sha256(self) -> str:
        """Hash of the model file."""
        return self.file.sha256

    @property
    def quantization(self) -> str:
        """Such as 'Q4_1'."""
        return self.file.quantization

    @property
    def adapter_key(self) -> str:
        """Hash and scale of the attached adapter, or ''."""
        adapter = self._adapter
        return adapter.key if adapter else ""

    @property
    def narrow(self) -> bool:
        """Whether what is attached was made for our own prompts only, by the packaged task adapter beneath it."""
        return self._adapter is not None and packaged_adapter(self.sha256) is not None

    @property
    def counters(self) -> Counters:
        """A snapshot of the running totals."""
        with self._lock:
            return self._counters.copy()

    @property
    def can_write(self) -> bool:
        """Whether the model, with its adapter, may write sentences. Examined on the first question, then kept.

        Raises:
            EngineError: nobody is there to examine it.
        """
        if self._examiner is None:
            raise EngineError(f"engine: {self.name} was opened without an examiner; pass one to open()")
        key = self.adapter_key
        with self._examination:
            if key not in self._verdicts:
                self._verdicts[key] = self._examiner(self)
            return self._verdicts[key]

    def chat(self, system: str, user: str) -> str:
        """The model's own chat template around the two texts; control tokens in them are taken out.

        Raises:
            ModelError: the template fails.
        """
        return self._template.render(system, user)

    def generate(
        self,
        requests: Sequence[GenerateRequest],
        cancel: Callable[[], bool] | None = None,
        on_token: OnToken | None = None,
    ) -> list[Completion]:
        """Continue every request in parallel sequences; answers in the requests' order.

        Args:
            requests: any number; more than there are sequences wait for a free one.
            cancel: asked before every decode; once true, what is unfinished comes back as 'cancelled'.
            on_token: see `protocols.OnToken`.

        Raises:
            EngineError: a prompt does not fit, or the engine was closed.
        """
        wanted = list(requests)

        def work(job: _Job) -> list[Completion]:
            def stop() -> bool:
                return job.abandoned.is_set() or self._closing.is_set() or bool(cancel and cancel())

            return self._runner.generate(wanted, stop, on_token)

        return self._ask(work) if wanted else []

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        """Log probabilities of continuations after their prefixes, without generating.

        Raises:
            EngineError: a request does not fit, or the engine was closed.
        """
        wanted = list(requests)

        def work(job: _Job) -> list[Score]:
            return self._runner.score(wanted, lambda: job.abandoned.is_set() or self._closing.is_set())

        return self._ask(work) if wanted else []

    def attach(self, path: Path, scale: float = 1.0) -> None:
        """Put a LoRA adapter on the model, in place of another one; the weights are not read again.

        Raises:
            ModelError: not an adapter, made for another base, or without effect. What was attached before stays.
        """

        def work(_job: _Job) -> None:
            self._adapter = adapters.attach(self._runner, self._adapter, self.file.architecture, Path(path), scale)

        self._ask(work)

    def detach(self) -> None:
        """Back to the plain model."""

        def work(_job: _Job) -> None:
            adapters.detach(self._runner, self._adapter)
            self._adapter = None

        self._ask(work)

    def count_tokens(self, text: str) -> int:
        """Length of a prompt in tokens, control tokens read as such."""
        return self._ask(lambda _job: len(self._runner.model.tokenize(text, special=True, begin=False)))

    def cache_stats(self) -> dict[str, int]:
        """Entries, bytes and bound of the prefix cache."""
        return self._ask(lambda _job: self._runner.cache.stats())

    def close(self) -> None:
        """Stop what runs, free everything. Waiting callers get an EngineError."""
        with self._lock:
            first = not self._closing.is_set()
            self._closing.set()
            if first:
                self._jobs.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _ask(self, work: Callable[[_Job], Result]) -> Result:
        if threading.current_thread() is self._thread:
            raise EngineError("engine: called from its own callback; collect the text and call again afterwards")
        job = _Job(work)
        with self._lock:
            if self._closing.is_set():
                raise EngineError("engine: it is closed; open it again")
            self._jobs.put(job)
        try:
            result: Result = job.answer.result()
        except BaseException:
            job.abandoned.set()  # an interrupted caller must not keep the engine busy
            raise
        return result

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.abandoned.is_set() or self._closing.is_set():
                job.answer.set_exception(EngineError("engine: it was closed before this call began; open it again"))
                continue
            started = time.perf_counter()
            error: BaseException | None = None
            result = None
            try:
                result = job.work(job)
            except CancelledError:
                pass
            except BaseException as raised:  # whatever a callback raises belongs to its caller
                error = raised
            self._runner.counters.seconds += time.perf_counter() - started
            with self._lock:
                self._counters = self._runner.counters.copy()
            if error is None and self._closing.is_set():
                error = EngineError("engine: it was closed during this call; open it again")
            if error is None:
                job.answer.set_result(result)
            else:
                job.answer.set_exception(error)
        self._runner.cache.clear()
        self._runner.context.close()
        self._runner.model.close()


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
