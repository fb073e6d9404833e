"""Loads exported adapters with the libraries that they are made for, and compares what these compute with our model.

    check = ForeignCheck(base)
    check.gguf(weights, path)       # llama.cpp; a Comparison, or an error that says what differs
    check.peft(weights, folder)     # transformers and peft
    check.mlx(weights, folder)      # mlx-lm

Each library's copy of the base is loaded when it is first needed, and kept for the next adapter.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.training.versions.general_ability import fixed_text

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

ROWS, ROW_TOKENS = 8, 32
"""What is compared: so many sequences of so many tokens of the fixed text, at every position."""

MOST_DIFFERENCE = 1e-2
"""Largest difference of log probabilities, for libraries that compute in full precision as we do."""

LEAST_AGREEMENT = 0.95
"""Least share of equal likeliest tokens for llama.cpp, which rounds activations as well; 256 positions are few."""

LIKELY = -8.0
"""Log probability below which a token's difference does not count: nobody will ever see it."""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How near a library's model with the adapter comes to ours.

    Attributes:
        library: its name and version.
        positions: that were compared.
        top1: share of positions with the same likeliest token.
        difference: largest difference of log probabilities among likely tokens.
        effect: mean difference that the adapter makes to the same log probabilities in our model; for scale.
    """

    library: str
    positions: int
    top1: float
    difference: float
    effect: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


class ForeignCheck:
    """Comparisons over one base model."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def gguf(self, weights: LoraWeights, path: Path) -> Comparison:
        """By llama.cpp itself.

        Raises:
            ModelError: it does not load there, changes nothing, or predicts something else.
        """
        ours = self._ours(weights)
        theirs = self._llama_rows(path)
        found = self._compare("llama.cpp", ours, theirs)
        if found.top1 < LEAST_AGREEMENT:
            raise ModelError(
                f"export {path}: llama.cpp agrees with the trained model on {found.top1:.1%} of {found.positions} "
                f"positions, expected {LEAST_AGREEMENT:.0%}; not exported"
            )
        return found

    def peft(self, weights: LoraWeights, folder: Path) -> Comparison:
        """Peft over transformers, on the dequantized base.

        Raises:
            ModelError: it does not load there, or computes something else.
            MissingDependencyError: peft is not installed.
        """
        try:
            import peft
        except ImportError as error:
            raise MissingDependencyError(
                "export as peft: the check needs peft; run pip install 'edge-assistant[train]'"
            ) from error
        import torch

        with _quietly():
            model = peft.PeftModel.from_pretrained(self._transformers, folder)
        try:
            model.eval()
            with torch.no_grad():
                theirs = np.stack([_log_softmax(model(row[None]).logits[0].float().numpy()) for row in self._tensors()])
        finally:
            self._transformers = model.unload()
        return self._close(self._compare(f"peft {peft.__version__}", self._ours(weights), theirs), folder)

    def mlx(self, weights: LoraWeights, folder: Path) -> Comparison:
        """The same with mlx-lm, on the dequantized base; a fresh copy each time, since adapters stay in it.

        Raises:
            ModelError: it does not load there, or computes something else.
            MissingDependencyError: mlx-lm is not installed.
        """
        try:
            import mlx.core as mx
            from mlx_lm import __version__
            from mlx_lm.tuner.utils import load_adapters
        except ImportError as error:
            raise MissingDependencyError(
                "export as mlx: the check needs mlx-lm; run pip install 'edge-assistant[mlx]'"
            ) from error
        from edge_assistant.training.backends.mlx import build

        model = load_adapters(build(self._loaded.model, "float32", None), str(folder))
        model.eval()
        rows = [_log_softmax(np.array(model(mx.array(row)[None])[0].astype(mx.float32))) for row in self._tokens]
        found = self._compare(f"mlx-lm {__version__}", self._ours(weights), np.stack(rows))
        return self._close(found, folder)

    # What is compared

    @cached_property
    def _tokens(self) -> NDArray[np.int64]:
        """(ROWS, ROW_TOKENS) of the fixed text."""
        tokenizer = self._loaded.tokenizer
        rows = [tokenizer(part, add_special_tokens=False)["input_ids"][:ROW_TOKENS] for part in fixed_text()[:ROWS]]
        return np.array(rows, dtype=np.int64)

    def _tensors(self) -> Sequence[Any]:
        import torch

        return [torch.as_tensor(row) for row in self._tokens]

    def _compare(self, library: str, ours: Rows, theirs: Rows) -> Comparison:
        likely = ours > LIKELY
        same = ours.argmax(-1) == theirs.argmax(-1)
        difference = float(np.abs(ours - theirs)[likely].max())
        effect = float(np.abs(ours - self._plain)[likely].mean())
        return Comparison(library, int(same.size), float(same.mean()), difference, effect)

    @staticmethod
    def _close(found: Comparison, folder: Path) -> Comparison:
        if not found.difference <= MOST_DIFFERENCE:
            raise ModelError(
                f"export {folder}: {found.library} differs from the trained model by {found.difference:.4f} in log "
                f"probability, expected at most {MOST_DIFFERENCE:g}; not exported"
            )
        return found

    # Our model

    @cached_property
    def _loaded(self) -> Any:
        from quant.torch_model import load_model

        return load_model(self.base)

    @cached_property
    def _plain(self) -> Rows:
        return self._our_rows()

    def _ours(self, weights: LoraWeights) -> Rows:
        """(rows, tokens, vocabulary) log probabilities of the trained model."""
        from quant.lora import LoraConfig, add_lora, remove_lora, set_weights

        plain = self._plain  # before anything is added
        targets = tuple(sorted({name.rsplit(".", 1)[-1] for name in weights.tensors}))
        config = LoraConfig(rank=weights.rank, alpha=weights.alpha, dropout=0.0, targets=targets)
        layers = add_lora(self._loaded.model, config, 0)
        try:
            set_weights(layers, weights)
            rows = self._our_rows()
        finally:
            remove_lora(self._loaded.model)
        assert rows.shape == plain.shape
        return rows

    def _our_rows(self) -> Rows:
        import torch

        with torch.no_grad():
            model = self._loaded.model
            return np.stack([_log_softmax(model(row[None]).logits[0].float().numpy()) for row in self._tensors()])

    # Theirs

    def _llama_rows(self, adapter: Path) -> Rows:
        from edge_assistant.llm.llama_binding import NativeContext, NativeModel, Row
        from edge_assistant.llm.models import resolve
        from edge_assistant.llm.probe import choose_kernels

        model = NativeModel(self.base, extra_buffers=choose_kernels(resolve(self.base)))
        context = NativeContext(model, n_ctx=256, sequences=1, n_batch=ROW_TOKENS, n_outputs=ROW_TOKENS)
        try:
            handle = model.load_adapter(adapter)
            plain = self._llama_decode(context, Row)
            context.set_adapter(handle, 1.0)
            rows = self._llama_decode(context, Row)
            context.set_adapter(None)
            if np.array_equal(plain, rows):
                raise ModelError(f"export {adapter}: llama.cpp loads it, but it changes nothing there; not exported")
            return rows
        finally:
            context.close()
            model.close()

    def _llama_decode(self, context: Any, row_type: Any) -> Rows:
        result = []
        for tokens in self._tokens.tolist():
            context.clear(0)
            rows = [row_type(token, position, 0, True) for position, token in enumerate(tokens)]
            result.append(_log_softmax(np.stack(context.decode(rows, threads=2))))
        return np.stack(result)

    @cached_property
    def _transformers(self) -> Any:
        """The dequantized base in transformers."""
        import torch
        from transformers import AutoModelForCausalLM

        folder, name = str(self.base.parent), self.base.name
        with _quietly():
            return AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the bars and the warnings to developers that transformers prints while it loads a model."""
    with redirect_stderr(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _log_softmax(logits: NDArray[Any]) -> Rows:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    rows: Rows = (shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))).astype(np.float32)
    return rows
