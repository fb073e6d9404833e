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

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.training.resources import usable_threads
from edge_assistant.training.versions.our_model import OurModel, Reading

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

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


class ForeignCheck:
    """Comparisons over one base model."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.ours = OurModel(base)

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
            theirs = self.ours.read(self.ours.logits(model.eval()))
        finally:
            self._dense = model.unload()
        return self._close(f"peft {peft.__version__}", folder, self.ours.adapted(weights), theirs, plain, LEAST_SHARE)

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

        def read(model: Any) -> Reading:
            model.eval()
            rows = (model(mx.array(row)[None])[0].astype(mx.float32) for row in self.ours.tokens)
            return self.ours.read(map(np.array, rows))

        self._same_numbers(weights, folder)
        model = build(self.ours.loaded.model, "float32", None)
        plain = read(model)
        theirs = read(load_adapters(model, str(folder)))
        return self._close(f"mlx-lm {__version__}", folder, self.ours.adapted(weights), theirs, plain, LEAST_SHARE)

    # What is compared

    def _same_numbers(self, weights: LoraWeights, path: Path) -> None:
        """Refuse a file that, read back, is another adapter."""
        from quant.errors import QuantError
        from quant.lora_files import read_adapter

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

    def _close(
        self,
        library: str,
        path: Path,
        ours: Reading,
        theirs: Reading,
        their_plain: Reading,
        share: float,
        strength: float = 1.0,
    ) -> Comparison:
        change, their_change = ours.values - self.ours.plain.values, theirs.values - their_plain.values
        effect, difference = self.ours.mean(change), self.ours.mean(their_change - change)
        base = self.ours.mean(their_plain.values - self.ours.plain.values)
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

    def _audible(self, weights: LoraWeights, path: Path) -> tuple[float, Reading]:
        """A strength at which the adapter's effect is `AUDIBLE`, and the trained model at it."""
        base = self.ours.mean(self._llama_plain.values - self.ours.plain.values)
        low, high = (min(times * base, LOUDEST * times / AUDIBLE[1]) for times in AUDIBLE)
        strength, heard, best = 1.0, 0.0, None
        for _ in range(8):
            ours = self.ours.adapted(replace(weights, alpha=weights.alpha * strength))
            effect = self.ours.mean(ours.values - self.ours.plain.values)
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
    def _llama_plain(self) -> Reading:
        return self._llama(None, 1.0)

    def _llama(self, adapter: Path | None, strength: float) -> Reading:
        from edge_assistant.llm.llama_binding import NativeContext, NativeModel, Row
        from edge_assistant.llm.models import resolve
        from edge_assistant.llm.probe import choose_kernels

        width, threads = self.ours.tokens.shape[1], usable_threads()
        model = NativeModel(self.base, extra_buffers=choose_kernels(resolve(self.base)))
        context = NativeContext(model, n_ctx=width, sequences=1, n_batch=width, n_outputs=width)
        try:
            if adapter is not None:
                context.set_adapter(model.load_adapter(adapter), strength)

            def rows() -> Iterator[NDArray[np.float32]]:
                for tokens in self.ours.tokens.tolist():
                    context.clear(0)
                    batch = [Row(token, at, 0, at >= self.ours.start) for at, token in enumerate(tokens)]
                    yield np.stack(context.decode(batch, threads=threads))

            return self.ours.read(rows())
        finally:
            context.close()
            model.close()

    @cached_property
    def _dense(self) -> Any:
        """The base with linear layers of torch's own: peft knows no others.

        What transformers itself makes of a GGUF file is another model for some families: it passes over the scale of
        attention of gemma2 and 3, the size of qwen3's heads.
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
    def _dense_plain(self) -> Reading:
        return self.ours.read(self.ours.logits(self._dense))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the bars and the warnings to developers that peft and transformers print."""
    with redirect_stderr(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _equal(ours: tuple[Any, Any] | None, theirs: tuple[Any, Any] | None) -> bool:
    if ours is None or theirs is None:
        return False
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
