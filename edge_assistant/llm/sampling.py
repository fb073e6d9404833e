"""From logits to tokens, and from tokens to text that stops where it should."""

from __future__ import annotations

import codecs
import math

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import NotFiniteError

NOT_FINITE = "engine: the model computed numbers that are not finite; the file may be damaged"

MIN_P = 0.05
"""Tokens less likely than this share of the likeliest are never drawn: the tail of a small model is noise."""


def log_probabilities(logits: NDArray[np.float32], tokens: list[int]) -> list[float]:
    """Natural log probabilities of `tokens` under one row of logits, shape (n_vocab,)."""
    highest = float(logits.max())
    if not math.isfinite(highest):
        raise NotFiniteError(NOT_FINITE)
    total = math.log(float(np.exp(logits - highest).sum(dtype=np.float64)))
    return [float(logits[token]) - highest - total for token in tokens]


def pick(logits: NDArray[np.float32], temperature: float, generator: np.random.Generator) -> int:
    """The next token: the likeliest at temperature 0, otherwise a draw.

    Candidates keep the order of their ids, not of their chances, so that two nearly equal ones cannot change places
    through rounding and turn the same draw into another token.
    """
    highest = float(logits.max())
    if not math.isfinite(highest):
        raise NotFiniteError(NOT_FINITE)
    if temperature <= 0.0:
        return int(logits.argmax())
    candidates = np.flatnonzero(logits >= highest + temperature * math.log(MIN_P))
    weights = np.exp((logits[candidates].astype(np.float64) - highest) / temperature)
    bounds = np.cumsum(weights)
    index = int(np.searchsorted(bounds, generator.random() * bounds[-1], side="right"))
    return int(candidates[min(index, len(candidates) - 1)])


class TextStream:
    """Joins the pieces of tokens into text and watches for stop strings.

    Text is settled once no stop string can begin in it any more; only settled text is given out.
    """

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = stop
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._settled: list[str] = []
        self._open = ""
        self.stopped = False

    @property
    def text(self) -> str:
        """All settled text."""
        return "".join(self._settled)

    def push(self, piece: bytes) -> str:
        """Take one token's bytes; the text that became settled by it. Sets `stopped` at a stop string."""
        self._open += self._decoder.decode(piece)
        found = [position for position in (self._open.find(stop) for stop in self._stop) if position >= 0]
        if found:
            self.stopped = True
            return self._settle(min(found), drop_rest=True)
        return self._settle(len(self._open) - self._waiting())

    def finish(self) -> str:
        """End of the text; what was held back. Bytes of an unfinished character are dropped."""
        return "" if self.stopped else self._settle(len(self._open))

    def _waiting(self) -> int:
        longest = 0
        for stop in self._stop:
            for length in range(min(len(stop) - 1, len(self._open)), longest, -1):
                if self._open.endswith(stop[:length]):
                    longest = length
                    break
        return longest

    def _settle(self, length: int, *, drop_rest: bool = False) -> str:
        text, self._open = self._open[:length], "" if drop_rest else self._open[length:]
        if text:
            self._settled.append(text)
        return text
