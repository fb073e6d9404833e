"""What every language model offers to the rest of the program, and the values that pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

OnToken = Callable[[int, str], None]
"""Called with the request's index and its newly settled text, on the engine's thread. Must not call the engine."""


@dataclass(frozen=True)
class GenerateRequest:
    """One text to continue.

    Attributes:
        prompt: what follows the shared part.
        max_tokens: upper bound of generated tokens, at least 1.
        temperature: 0 takes the likeliest token; above, tokens are drawn.
        seed: of this request's own generator. 0 is a seed like any other.
        stop: strings that end the text; they are not part of it.
        prefix: static beginning shared with other requests, computed once and cached. The whole prompt is
            `prefix + prompt`.
    """

    prompt: str
    max_tokens: int = 48
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Completion:
    """A generated text, the number of tokens generated for it, and why it ended.

    finish: 'stop' (end-of-turn token or stop string), 'length' (`max_tokens` or the context), or 'cancelled'.
    """

    text: str
    tokens: int
    finish: str


@dataclass(frozen=True)
class ScoreRequest:
    """How likely is each of `continuations` right after `prefix`? Nothing is generated.

    Continuations are tokenized on their own, so they should begin where a word does (usually with a space, or
    right after a template's last newline).
    """

    prefix: str
    continuations: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """The answer to a `ScoreRequest`, in the order of its continuations.

    Attributes:
        log_probabilities: natural logarithm of each continuation's probability (sum over its tokens), at most 0.
        token_counts: tokens of each continuation.
    """

    log_probabilities: tuple[float, ...]
    token_counts: tuple[int, ...]

    @property
    def mean(self) -> tuple[float, ...]:
        """Log probability a token, which compares continuations of different lengths."""
        return tuple(total / count for total, count in zip(self.log_probabilities, self.token_counts, strict=True))

    @property
    def best(self) -> int:
        """Index of the likeliest continuation; the first of equals."""
        return max(range(len(self.log_probabilities)), key=lambda index: self.log_probabilities[index])


@dataclass
class Counters:
    """What the model has cost so far.

    Attributes:
        calls: requests answered.
        prompt_tokens: prompt and continuation tokens that were computed.
        reused_tokens: prompt tokens taken from the prefix cache.
        generated_tokens: tokens that were generated.
        seconds: wall time in the engine.
    """

    calls: int = 0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0

    def sub(self, other: Counters) -> Counters:
        """The difference, as a new object: what was spent since `other` was copied."""
        before = asdict(other)
        return Counters(**{name: value - before[name] for name, value in asdict(self).items()})

    def copy(self) -> Counters:
        """A snapshot that does not move when the engine works on."""
        return Counters(**asdict(self))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


@runtime_checkable
class LanguageModel(Protocol):
    """A model that can be asked from several threads at once.

    Attributes:
        name: file stem or a short name.
        sha256: of the model file, in hex.
        quantization: such as 'Q4_1'.
        can_write: whether it may write sentences, or only choose among prepared ones by score.
        counters: running totals.
    """

    @property
    def name(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    @property
    def quantization(self) -> str: ...

    @property
    def can_write(self) -> bool: ...

    @property
    def counters(self) -> Counters: ...

    def chat(self, system: str, user: str) -> str:
        """The model's own chat template around the two texts, up to where the assistant's words begin."""
        ...

    def generate(
        self,
        requests: Sequence[GenerateRequest],
        cancel: Callable[[], bool] | None = None,
        on_token: OnToken | None = None,
    ) -> list[Completion]:
        """Continue every request, many at once; the answers keep the requests' order."""
        ...

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        """Log probabilities of given continuations, without generating."""
        ...

    def attach(self, path: Path, scale: float = 1.0) -> None:
        """Put a LoRA adapter on the model, in place of the one attached before."""
        ...

    def detach(self) -> None:
        """Take the adapter off again; nothing happens when none is attached."""
        ...

    def close(self) -> None:
        """Free everything; later calls raise EngineError. Closing twice is harmless."""
        ...


class Embedder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def name(self) -> str:
        """Names the model and its weights: equal names promise equal vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of length 1: shape (len(texts), dimension). The rows may be read-only."""


def is_narrow(model: LanguageModel) -> bool:
    """Whether a model was trained for our own prompts only and understands no others."""
    return bool(getattr(model, "narrow", False))


def adapter_key(model: LanguageModel) -> str:
    """What tells the attached adapter apart in caches, '' for a plain model."""
    return str(getattr(model, "adapter_key", ""))
