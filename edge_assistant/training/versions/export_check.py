"""Loads exported adapters with the libraries that they are made for, and compares what they change there and here.

    check = ForeignCheck(base)
    check.gguf(weights, path)       # llama.cpp; a Comparison, or an error that says what differs
    check.peft(weights, folder)     # transformers and peft
    check.mlx(weights, folder)      # mlx-lm

First the numbers: a file must hold the trained ones, each of them. Then what they do: the change that the adapter makes
to log probabilities, in the library and in our model. Two libraries differ already without an adapter (llama.cpp rounds
activations, and differently for each type of quantization): that is measured on the base alone, and no more than it is
allowed. Each library's copy of the base is loaded when it is first needed, and kept for the next adapter.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, dataclass, replace
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
"""What is compared: so many paragraphs of the fixed text, so many tokens of each, at every position."""

LIKELY = -8.0
"""Log probability, of the base, below which a token does not count: nobody will ever see it."""

AUDIBLE, LOUDEST = (30.0, 50.0), 4.0
"""What an adapter should change to be told from rounding, in multiples of the base's own difference; and in nats, at
most. llama.cpp is asked at a multiple of its strength that does: as it was trained, keys whose rows are in a wrong
order may differ by only 1.4 times what sound ones do, which is no bound to trust; louder it is three times and more."""

BASE_TWICE = 2.0
"""A change is the difference of two computations that are rounded independently: the root of 2 times the base's own
difference, and a little for chance."""

LEAST_SHARE, ROUNDED_SHARE = 0.01, 0.04
"""What may differ besides, as a share of the change: for libraries that compute as exactly as we do; for llama.cpp,
since a model that is changed rounds otherwise than its base."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How near what an adapter changes in a library comes to what it changes in our model.

    All differences are root mean squares over the likely tokens' log probabilities, weighted by how likely they are.

    Attributes:
        library: its name and version.
        positions: that were compared.
        strength: of the adapter in the comparison, as a multiple of its own.
        effect: what the adapter changes in our model, in nats.
        difference: between what it changes there and here.
        base: the difference between the library and our model without it.
        top1: share of positions with the same likeliest token.
    """

    library: str
    positions: int
    strength: float
    effect: float
    difference: float
    base: float
    top1: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


@dataclass(frozen=True, eq=False, slots=True)
class _Reading:
    """Log probabilities of all likely tokens of all positions, flat, and each position's likeliest token."""

    values: NDArray[np.float64]
    top: NDArray[np.int64]


class ForeignCheck:
    """Comparisons over one base model."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def gguf(self, weights: LoraWeights, path: Path) -> Comparison:
        """By llama.cpp itself.

        Raises:
            ModelError: it holds other numbers, does not load there, changes nothing, or changes something else.
        """
        self._same_numbers(weights, path)
        strength, ours = self._audible(weights, path)
        theirs = self._llama(path, strength)
        return self._close("llama.cpp", path, ours, theirs, self._llama_plain, ROUNDED_SHARE, strength)

    def peft(self, weights: LoraWeights, folder: Path) -> Comparison:
        """Peft over transformers, on the dequantized base.

        Raises:
            ModelError: it holds other numbers, does not load there, or changes something else.
            MissingDependencyError: peft is not installed.
        """
        try:
            import peft
        except ImportError as error:
            raise MissingDependencyError(
                "export as peft: the check needs peft; run pip install 'edge-assistant[train]'"
            ) from error
        self._same_numbers(weights, folder)
        plain = self._dense_plain
        with _quietly():
            model = peft.PeftModel.from_pretrained(self._dense, folder)
        try:
            theirs = self._read(self._logits(model.eval()))
        finally:
            self._dense = model.unload()
        return self._close(f"peft {peft.__version__}", folder, self._ours(weights), theirs, plain, LEAST_SHARE)

    def mlx(self, weights: LoraWeights, folder: Path) -> Comparison:
        """The same with mlx-lm, on the dequantized base; a fresh copy each time, since adapters stay in it.

        Raises:
            ModelError: it holds other numbers, does not load there, or changes something else.
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

        def read(model: Any) -> _Reading:
            model.eval()
            return self._read(np.array(model(mx.array(row)[None])[0].astype(mx.float32)) for row in self._tokens)

        self._same_numbers(weights, folder)
        model = build(self._loaded.model, "float32", None)
        plain = read(model)
        theirs = read(load_adapters(model, str(folder)))
        return self._close(f"mlx-lm {__version__}", folder, self._ours(weights), theirs, plain, LEAST_SHARE)

    # What is compared

    def _same_numbers(self, weights: LoraWeights, path: Path) -> None:
        """Refuse a file that, read back, is another adapter."""
        from quant.errors import QuantError
        from quant.tools.adapter_convert import read_adapter

        try:
            found = read_adapter(path, self.base)
        except QuantError as error:
            raise ModelError(f"export {path}: {error}; not exported") from error
        layers = sorted(weights.tensors.keys() | found.tensors.keys())
        wrong = [name for name in layers if not _equal(weights.tensors.get(name), found.tensors.get(name))]
        if not np.isclose(found.scale, weights.scale, rtol=1e-6):
            wrong.insert(0, f"the scale {found.scale:g} instead of {weights.scale:g}")
        if wrong:
            shown = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
            raise ModelError(f"export {path}: holds other numbers than were trained, in {shown}; not exported")

    @cached_property
    def _tokens(self) -> NDArray[np.int64]:
        """(ROWS, `_start` + ROW_TOKENS) of the fixed text, each row beginning as the model's texts begin."""
        from edge_assistant.training.dpo.tokens import prompt_tokens, template_of

        tokenizer = self._loaded.tokenizer
        template = template_of(tokenizer)
        rows = [prompt_tokens(template, tokenizer, "Read this.", part) for part in fixed_text()[:ROWS]]
        width = min(_common(rows) + ROW_TOKENS, *map(len, rows))
        return np.array([row[:width] for row in rows], dtype=np.int64)

    @cached_property
    def _start(self) -> int:
        """Tokens that all rows begin with: nobody cares for what is predicted inside of them."""
        rows: list[list[int]] = self._tokens.tolist()
        return min(_common(rows), len(rows[0]) - 1)

    @cached_property
    def _base(self) -> tuple[list[NDArray[np.bool_]], _Reading]:
        """For each row [tokens, vocabulary] which tokens count, and our model's reading of them without adapter."""
        rows = [_log_softmax(row[self._start :]) for row in self._logits(self._loaded.model)]
        likely = [row > LIKELY for row in rows]
        return likely, _reading(rows, likely)

    @property
    def _plain(self) -> _Reading:
        return self._base[1]

    def _read(self, rows: Iterable[NDArray[Any]]) -> _Reading:
        """What counts of each row's logits: [all its tokens or those from `_start` on, vocabulary]."""
        likely = self._base[0]
        return _reading((_log_softmax(row[-len(mask) :]) for row, mask in zip(rows, likely, strict=True)), likely)

    def _mean(self, difference: NDArray[np.float64]) -> float:
        weights = np.exp(self._plain.values)
        return float(np.sqrt((weights * difference**2).sum() / weights.sum()))

    def _close(
        self,
        library: str,
        path: Path,
        ours: _Reading,
        theirs: _Reading,
        their_plain: _Reading,
        share: float,
        strength: float = 1.0,
    ) -> Comparison:
        change, their_change = ours.values - self._plain.values, theirs.values - their_plain.values
        effect, difference = self._mean(change), self._mean(their_change - change)
        base = self._mean(their_plain.values - self._plain.values)
        allowed = BASE_TWICE * base + share * effect
        if not allowed < effect / 2:
            raise ModelError(
                f"export {path}: {library} computes another base model than we do ({base:.2g} nats apart, where the "
                f"adapter changes {effect:.2g}), so the adapter cannot be checked there; leave out this format"
            )
        if not difference <= allowed:
            raise ModelError(
                f"export {path}: what the adapter changes in {library} differs from what was trained by "
                f"{difference:.4f} nats of {effect:.4f}; without it the two differ by {base:.4f}, so at most "
                f"{allowed:.4f} is rounding; not exported"
            )
        top1 = float((ours.top == theirs.top).mean())
        return Comparison(library, ours.top.size, strength, effect, difference, base, top1)

    # Our model

    @cached_property
    def _loaded(self) -> Any:
        from quant.torch_model import load_model

        return load_model(self.base)

    def _logits(self, model: Any) -> Iterator[NDArray[np.float32]]:
        """[tokens, vocabulary] of each row, by a model of torch."""
        import torch

        for row in self._tokens:
            with torch.no_grad():
                yield model(torch.as_tensor(row)[None]).logits[0].float().numpy()

    def _ours(self, weights: LoraWeights) -> _Reading:
        """The trained model."""
        from quant.lora import LoraConfig, add_lora, remove_lora, set_weights

        _ = self._base  # before anything is added
        targets = tuple(sorted({name.rsplit(".", 1)[-1] for name in weights.tensors}))
        config = LoraConfig(rank=weights.rank, alpha=weights.alpha, dropout=0.0, targets=targets)
        layers = add_lora(self._loaded.model, config, 0)
        try:
            set_weights(layers, weights)
            return self._read(self._logits(self._loaded.model))
        finally:
            remove_lora(self._loaded.model)

    def _audible(self, weights: LoraWeights, path: Path) -> tuple[float, _Reading]:
        """A strength at which the adapter's effect is `AUDIBLE`, and the trained model at it."""
        base = self._mean(self._llama_plain.values - self._plain.values)
        low, high = (min(times * base, LOUDEST * times / AUDIBLE[1]) for times in AUDIBLE)
        strength, heard, best = 1.0, 0.0, None
        for _ in range(8):
            ours = self._ours(replace(weights, alpha=weights.alpha * strength))
            effect = self._mean(ours.values - self._plain.values)
            if effect == 0:
                raise ModelError(f"export {path}: the adapter changes nothing; not exported")
            if best is not None and heard < low and effect < 1.5 * heard:
                return best  # more of it changes no more: what comes is noise
            best, heard = (strength, ours), effect
            if low <= effect <= high:
                break
            strength *= float(np.clip(((low + high) / 2 / effect) ** 0.8, 0.01, 100))
        assert best is not None
        return best

    # Theirs

    @cached_property
    def _llama_plain(self) -> _Reading:
        return self._llama(None, 1.0)

    def _llama(self, adapter: Path | None, strength: float) -> _Reading:
        from edge_assistant.llm.llama_binding import NativeContext, NativeModel, Row
        from edge_assistant.llm.models import resolve
        from edge_assistant.llm.probe import choose_kernels

        width, threads = self._tokens.shape[1], os.cpu_count() or 1
        model = NativeModel(self.base, extra_buffers=choose_kernels(resolve(self.base)))
        context = NativeContext(model, n_ctx=width, sequences=1, n_batch=width, n_outputs=width)
        try:
            if adapter is not None:
                context.set_adapter(model.load_adapter(adapter), strength)

            def rows() -> Iterator[NDArray[np.float32]]:
                for tokens in self._tokens.tolist():
                    context.clear(0)
                    batch = [Row(token, at, 0, at >= self._start) for at, token in enumerate(tokens)]
                    yield np.stack(context.decode(batch, threads=threads))

            return self._read(rows())
        finally:
            context.close()
            model.close()

    @cached_property
    def _dense(self) -> Any:
        """The base with linear layers of torch's own: peft knows no others.

        What transformers itself makes of a GGUF file is another model for some families: it passes over the scale of
        attention of gemma2 and 3, the bias of stablelm, the size of qwen3's heads.
        """
        import torch

        from quant.block_layers import BlockLinear
        from quant.torch_model import load_model

        model = load_model(self.base).model
        for name, layer in list(model.named_modules()):
            if isinstance(layer, BlockLinear) and name != "lm_head":
                size = layer.in_features, layer.out_features
                linear = torch.nn.Linear(*size, bias=layer.bias is not None, device="meta")
                linear.weight = torch.nn.Parameter(layer.dequantize(), requires_grad=False)
                linear.bias = layer.bias
                model.set_submodule(name, linear)
        return model

    @cached_property
    def _dense_plain(self) -> _Reading:
        return self._read(self._logits(self._dense))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the bars and the warnings to developers that peft and transformers print."""
    with redirect_stderr(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _reading(rows: Iterable[NDArray[np.float64]], likely: Iterable[NDArray[np.bool_]]) -> _Reading:
    pairs = [(row[mask], row.argmax(-1)) for row, mask in zip(rows, likely, strict=True)]
    return _Reading(np.concatenate([values for values, _ in pairs]), np.concatenate([top for _, top in pairs]))


def _equal(ours: tuple[Any, Any] | None, theirs: tuple[Any, Any] | None) -> bool:
    if ours is None or theirs is None:
        return False
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def _common(rows: Sequence[Sequence[int]]) -> int:
    """How many first tokens all rows share."""
    return next((at for at, tokens in enumerate(zip(*rows, strict=False)) if len(set(tokens)) > 1), 0)


def _log_softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    found: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return found
