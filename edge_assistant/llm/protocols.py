"""What every language model offers to the rest of the program, and the values that pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FINISHES = ("stop", "length", "cancelled")
"""Why a completion ended: end-of-turn token or stop string; `max_tokens` or the context; the caller's wish."""

OnToken = Callable[[int, str], None]
"""Called with the request's index and its newly settled text, on the engine's thread. Must not call the engine."""


def _are_texts(values: object) -> bool:
    """Whether this is a tuple of strings with something in them; a lone string is an easy mistake."""
    return isinstance(values, tuple) and all(isinstance(value, str) and value for value in values)


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

    def __post_init__(self) -> None:
        if not self.prefix + self.prompt:
            raise ValueError("generate request: prefix and prompt are both empty")
        if self.max_tokens < 1:
            raise ValueError(f"generate request: max_tokens is {self.max_tokens}, expected at least 1")
        if not 0.0 <= self.temperature <= 10.0:
            raise ValueError(f"generate request: temperature is {self.temperature}, expected 0 to 10")
        if self.seed < 0:
            raise ValueError(f"generate request: seed is {self.seed}, expected 0 or more")
        if not _are_texts(self.stop):
            raise ValueError("generate request: stop must be a tuple of strings that are not empty")


@dataclass(frozen=True)
class Completion:
    """A generated text, the number of tokens generated for it, and why it ended (one of `FINISHES`)."""

    text: str
    tokens: int
    finish: str

    def __post_init__(self) -> None:
        if self.finish not in FINISHES:
            raise ValueError(f"completion: finish is {self.finish!r}, expected one of {', '.join(FINISHES)}")


@dataclass(frozen=True)
class ScoreRequest:
    """How likely is each of `continuations` right after `prefix`? Nothing is generated.

    Continuations are tokenized on their own, so they should begin where a word does (usually with a space, or
    right after a template's last newline).
    """

    prefix: str
    continuations: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.prefix:
            raise ValueError("score request: the prefix is empty")
        if not self.continuations or not _are_texts(self.continuations):
            raise ValueError("score request: continuations must be a tuple of strings that are not empty")


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

    def add(self, other: Counters) -> Counters:
        """The sum of two, as a new object."""
        return self._merge(other, 1)

    def sub(self, other: Counters) -> Counters:
        """The difference, as a new object: what was spent since `other` was copied."""
        return self._merge(other, -1)

    def copy(self) -> Counters:
        """A snapshot that does not move when the engine works on."""
        return Counters(**asdict(self))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)

    def _merge(self, other: Counters, sign: int) -> Counters:
        mine, theirs = asdict(self), asdict(other)
        return Counters(**{name: value + sign * theirs[name] for name, value in mine.items()})


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
