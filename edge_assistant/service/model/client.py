"""A language model in a child process, behind the same protocol as one in this process."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_assistant.errors import EngineError
from edge_assistant.llm.probe import CAUSES
from edge_assistant.llm.protocols import Completion, Counters, GenerateRequest, OnToken, Score, ScoreRequest
from quant.children import last_words, signal_name
from quant.json_lines import GoneError, LineWriter, messages

POLL_SECONDS = 0.05
"""How often a caller who may cancel is asked."""

AGAIN = "it is started again, then ask once more"


class ProcessModel:
    """Implements `LanguageModel`; every method waits for the child's answer.

    Attributes:
        process: the child; its end fails all waiting calls with an `EngineError`.
    """

    def __init__(self, settings: dict[str, Any], on_end: Callable[[str, str], None]) -> None:
        """
        Args:
            settings: for `model_worker.open_model`.
            on_end: told in a thread of its own why the child refused, '' where it did not, and how it ended.
        """
        self.name = self.sha256 = self.quantization = ""
        self._on_end = on_end
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[Future[Any], OnToken | None]] = {}
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._ended = False
        self._failed = ""
        self._writes: bool | None = None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the child
        command = [sys.executable, "-m", "edge_assistant.service.model.worker", json.dumps(settings)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, close_fds=True
        )
        assert self.process.stdin is not None
        self._out = LineWriter(self.process.stdin)
        threading.Thread(target=self._read, name="model process", daemon=True).start()

    @property
    def can_write(self) -> bool:
        """Whether the model, with its adapter, may write."""
        if self._writes is None:
            self._writes = bool(self._ask({"op": "can_write"}))
        return self._writes

    def abilities(self) -> list[dict[str, Any]]:
        """What the model, with its adapter, may do, see `capability.abilities`."""
        return list(self._ask({"op": "abilities"}))

    @property
    def counters(self) -> Counters:
        """Running totals of the child."""
        return Counters(**self._ask({"op": "counters"}))

    def wait_ready(self) -> bool:
        """Wait until the model is loaded; False when it will not be.

        Raises:
            EngineError: the child said why not.
        """
        self._ready.wait()
        if self._failed:
            raise EngineError(self._failed)
        return bool(self.sha256)

    def chat(self, system: str, user: str) -> str:
        return str(self._ask({"op": "chat", "system": system, "user": user}))

    def generate(
        self,
        requests: Sequence[GenerateRequest],
        cancel: Callable[[], bool] | None = None,
        on_token: OnToken | None = None,
    ) -> list[Completion]:
        message = {"op": "generate", "requests": [asdict(each) for each in requests], "stream": on_token is not None}
        return [Completion(**done) for done in self._ask(message, cancel, on_token)]

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        answers = self._ask({"op": "score", "requests": [asdict(each) for each in requests]})
        return [Score(tuple(each["log_probabilities"]), tuple(each["token_counts"])) for each in answers]

    def attach(self, path: Path, scale: float = 1.0) -> None:
        self._writes = bool(self._ask({"op": "attach", "path": str(path), "scale": scale}))

    def detach(self) -> None:
        self._writes = bool(self._ask({"op": "detach"}))

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._ended = True
        self._out.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _ask(
        self, message: dict[str, Any], cancel: Callable[[], bool] | None = None, on_token: OnToken | None = None
    ) -> Any:
        number = next(self._numbers)
        answer: Future[Any] = Future()
        with self._lock:
            if self._ended:
                raise EngineError(f"model: its process has ended; {AGAIN}")
            self._waiting[number] = (answer, on_token)
        self._send({"id": number, **message})
        cancelled = False
        while True:
            try:
                return answer.result(POLL_SECONDS if cancel is not None and not cancelled else None)
            except FutureTimeoutError:
                if cancel is not None and cancel():
                    self._send({"id": number, "op": "cancel"})
                    cancelled = True

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._out.send(message)
        except GoneError as error:
            raise EngineError(f"model: its process has ended; {AGAIN}") from error

    def _read(self) -> None:
        assert self.process.stdout is not None
        for message in messages(self.process.stdout):
            if "ready" in message:
                facts = message["ready"]
                self.name, self.quantization = facts["name"], facts["quantization"]
                self.sha256 = facts["sha256"]
                self._ready.set()
            elif "failed" in message:
                self._failed = message["failed"]
            else:
                self._dispatch(message)
        how = self._how_it_ended(self.process.wait())
        with self._lock:
            wanted, self._ended = self._ended, True
            waiting, self._waiting = self._waiting, {}
        self._ready.set()
        for answer, _ in waiting.values():
            answer.set_exception(EngineError(f"model: {how}; {AGAIN}"))
        if not wanted:
            self._on_end(self._failed, how)

    def _how_it_ended(self, code: int) -> str:
        """What is known of the child's end, in one line."""
        with self._complaints:
            said = last_words(self._complaints)
        name = signal_name(code)
        how = f"its process was ended by {name}" if name else f"its process ended with exit code {code}"
        return f"{how} ({CAUSES.get(name) or said})" if name in CAUSES or said else how

    def _dispatch(self, message: dict[str, Any]) -> None:
        number = message["id"]
        if "token" in message:
            entry = self._waiting.get(number)
            if entry is not None and entry[1] is not None:
                index, text = message["token"]
                entry[1](index, text)
            return
        with self._lock:
            entry = self._waiting.pop(number, None)
        if entry is None:
            return
        if "error" in message:
            entry[0].set_exception(EngineError(message["error"]))
        else:
            entry[0].set_result(message["result"])
