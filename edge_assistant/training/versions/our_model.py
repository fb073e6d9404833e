"""Our own model's word on what an adapter changes: log probabilities on texts that begin as the model's texts begin.

ours = OurModel(base)
ours.plain                        # without an adapter
ours.adapted(weights)             # with one
ours.read(logits)                 # what another library computed of `ours.tokens`
ours.mean(ours.adapted(weights).values - ours.plain.values)    # how much it changes, in nats
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.training.versions.general_ability import fixed_text

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

ROWS, ROW_TOKENS = 8, 32
"""What is compared: so many paragraphs of the fixed text, so many tokens of each, at every position."""

LIKELY = -8.0
"""Log probability, of the base, below which a token does not count: nobody will ever see it."""


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """Log probabilities of all likely tokens of all positions, flat, and each position's likeliest token."""

    values: NDArray[np.float64]
    top: NDArray[np.int64]


class OurModel:
    """One base model over its blocks."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._adapted: tuple[LoraWeights, Reading] | None = None

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """(ROWS, `start` + ROW_TOKENS) of the fixed text, each row beginning as the model's texts begin."""
        from edge_assistant.training.dpo.tokens import prompt_tokens, template_of

        tokenizer = self.loaded.tokenizer
        template = template_of(tokenizer)
        rows = [prompt_tokens(template, tokenizer, "Read this.", part) for part in fixed_text()[:ROWS]]
        width = min(_common(rows) + ROW_TOKENS, *map(len, rows))
        return np.array([row[:width] for row in rows], dtype=np.int64)

    @cached_property
    def start(self) -> int:
        """Tokens that all rows begin with: nobody cares for what is predicted inside of them."""
        rows: list[list[int]] = self.tokens.tolist()
        return min(_common(rows), len(rows[0]) - 1)

    @cached_property
    def _base(self) -> tuple[list[NDArray[np.bool_]], Reading]:
        """For each row [tokens, vocabulary] which tokens count, and our model's reading of them without adapter."""
        rows = [_log_softmax(row[self.start :]) for row in self.logits(self.loaded.model)]
        likely = [row > LIKELY for row in rows]
        return likely, _reading(rows, likely)

    @property
    def plain(self) -> Reading:
        """Without an adapter."""
        return self._base[1]

    def read(self, rows: Iterable[NDArray[Any]]) -> Reading:
        """What counts of each row's logits: [all its tokens or those from `start` on, vocabulary]."""
        likely = self._base[0]
        return _reading((_log_softmax(row[-len(mask) :]) for row, mask in zip(rows, likely, strict=True)), likely)

    def mean(self, difference: NDArray[np.float64]) -> float:
        """Root mean square of a difference between two readings' values, weighted by how likely the tokens are."""
        weights = np.exp(self.plain.values)
        return float(np.sqrt((weights * difference**2).sum() / weights.sum()))

    @cached_property
    def loaded(self) -> Any:
        from quant.torch_model import load_model

        return load_model(self.base)

    def logits(self, model: Any) -> Iterator[NDArray[np.float32]]:
        """[tokens, vocabulary] of each row, by a model of torch."""
        import torch

        for row in self.tokens:
            with torch.no_grad():
                yield model(torch.as_tensor(row)[None]).logits[0].float().numpy()

    def adapted(self, weights: LoraWeights) -> Reading:
        """With an adapter. Afterwards the model is plain again."""
        from quant.lora import LoraConfig, add_lora, remove_lora, set_weights

        if self._adapted is not None and self._adapted[0] is weights:
            return self._adapted[1]  # one adapter is compared with several libraries
        _ = self._base  # before anything is added
        targets = tuple(sorted({name.rsplit(".", 1)[-1] for name in weights.tensors}))
        config = LoraConfig(rank=weights.rank, alpha=weights.alpha, dropout=0.0, targets=targets)
        layers = add_lora(self.loaded.model, config, 0)
        try:
            set_weights(layers, weights)
            self._adapted = weights, self.read(self.logits(self.loaded.model))
            return self._adapted[1]
        finally:
            remove_lora(self.loaded.model)


def _reading(rows: Iterable[NDArray[np.float64]], likely: Iterable[NDArray[np.bool_]]) -> Reading:
    pairs = [(row[mask], row.argmax(-1)) for row, mask in zip(rows, likely, strict=True)]
    return Reading(np.concatenate([values for values, _ in pairs]), np.concatenate([top for _, top in pairs]))


def _common(rows: Sequence[Sequence[int]]) -> int:
    """How many first tokens all rows share."""
    return next((at for at, tokens in enumerate(zip(*rows, strict=False)) if len(set(tokens)) > 1), 0)


def _log_softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    found: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return found
