"""A language model that needs no model: deterministic, instant, and good for nothing but plumbing.

Its words come from a hash of the prompt, its scores from words shared with the prefix. Use it where a test or a dry run
needs *a* `LanguageModel` and does not care what it says.
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from edge_assistant.errors import EngineError, ModelError
from edge_assistant.llm.protocols import Completion, Counters, GenerateRequest, OnToken, Score, ScoreRequest

_WORDS = ("perhaps", "water", "the", "plants", "open", "a", "window", "write", "two", "lines", "call", "friend", "mend")


class StandInModel:
    """Implements `LanguageModel`; safe to share between threads.

    Args:
        name: also decides the hash that stands for the model file.
        can_write: what it says of itself.
        answers: fixed texts by a word that the prompt contains, looked up in order before words are made up.
    """

    def __init__(
        self, name: str = "stand-in", *, can_write: bool = True, answers: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.sha256 = hashlib.sha256(name.encode()).hexdigest()
        self.quantization = "none"
        self.can_write = can_write
        self._answers = dict(answers or {})
        self._counters = Counters()
        self._seen: set[str] = set()
        self._adapter = ""
        self._closed = False
        self._lock = threading.Lock()

    @property
    def counters(self) -> Counters:
        """A snapshot of the running totals."""
        with self._lock:
            return self._counters.copy()

    def chat(self, system: str, user: str) -> str:
        """A plain template with named turns."""
        return f"[system] {system}\n[user] {user}\n[assistant] "

    def generate(
        self,
        requests: Sequence[GenerateRequest],
        cancel: Callable[[], bool] | None = None,
        on_token: OnToken | None = None,
    ) -> list[Completion]:
        """Words drawn by a hash of prompt, adapter and, above temperature 0, the seed."""
        self._check_open()
        return [self._complete(index, request, cancel, on_token) for index, request in enumerate(requests)]

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        """Continuations are the likelier, the more of their words the prefix contains."""
        self._check_open()
        return [self._score(request) for request in requests]

    def attach(self, path: Path, scale: float = 1.0) -> None:
        """Any file passes for an adapter and changes what is said.

        Raises:
            ModelError: there is no such file.
        """
        self._check_open()
        if not Path(path).is_file():
            raise ModelError(f"adapter {path}: no such file; train or choose one")
        self._adapter = f"{hashlib.sha256(Path(path).read_bytes()).hexdigest()}@{scale:g}"

    def detach(self) -> None:
        """Back to the plain words."""
        self._check_open()
        self._adapter = ""

    def close(self) -> None:
        """Later calls raise EngineError, as the real one's do."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise EngineError("engine: it is closed; open it again")

    def _complete(
        self, index: int, request: GenerateRequest, cancel: Callable[[], bool] | None, on_token: OnToken | None
    ) -> Completion:
        prompt = request.prefix + request.prompt
        words = self._words_for(prompt, request.seed if request.temperature > 0 else None)
        text, finish, count = "", "stop", 0
        for word in words:
            if cancel and cancel():
                finish = "cancelled"
                break
            if count >= request.max_tokens:
                finish = "length"
                break
            count += 1
            longer = f"{text} {word}" if text else word
            cuts = [at for at in (longer.find(stop) for stop in request.stop) if at >= 0]
            longer = longer[: min(cuts)] if cuts else longer
            if on_token and len(longer) > len(text):
                on_token(index, longer[len(text) :])
            text = longer
            if cuts:
                break
        self._count(request.prefix, request.prompt, count)
        return Completion(text, count, finish)

    def _words_for(self, prompt: str, seed: int | None) -> list[str]:
        for word, answer in self._answers.items():
            if word in prompt:
                return answer.split()
        digest = hashlib.sha256(f"{self.sha256}|{self._adapter}|{seed}|{prompt}".encode()).digest()
        return [_WORDS[byte % len(_WORDS)] for byte in digest[: 6 + digest[31] % 6]]

    def _score(self, request: ScoreRequest) -> Score:
        known = set(re.findall(r"\w+", request.prefix.lower()))
        totals, counts = [], []
        for continuation in request.continuations:
            words = re.findall(r"\w+", continuation.lower()) or [continuation]
            digest = hashlib.sha256(f"{self._adapter}|{request.prefix}|{continuation}".encode()).digest()
            jitter = digest[0] / 2560  # breaks ties, always in the same way
            totals.append(sum(math.log(0.5 if word in known else 0.05) for word in words) - jitter)
            counts.append(len(words))
        self._count(request.prefix, " ".join(request.continuations), 0)
        return Score(tuple(totals), tuple(counts))

    def _count(self, prefix: str, rest: str, generated: int) -> None:
        with self._lock:
            shared = len(prefix.split())
            reused = shared if prefix in self._seen else 0
            self._seen.add(prefix)
            self._counters.calls += 1
            self._counters.prompt_tokens += shared - reused + len(rest.split())
            self._counters.reused_tokens += reused
            self._counters.generated_tokens += generated
