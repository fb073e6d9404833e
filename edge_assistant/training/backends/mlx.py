"""Training with mlx, for Apple's chips: mlx-lm's layers and LoRA, and our losses.

Answers lie side by side in a batch, padded on the right, as mlx-lm's models know no packed sequences. Random numbers
are mlx's, so the result is not the same as the processor's, bit for bit; the losses on the same weights are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.training.backends.training import BACKENDS, BackendResult, BackendRun
from edge_assistant.training.dpo import checkpoint
from edge_assistant.training.dpo.config import TARGETS, Progress, TrainingConfig, TrainingPaused, members_of_step
from edge_assistant.training.dpo.packing import TokenSequence
from edge_assistant.training.dpo.tokens import TokenPair, tokenize_pairs

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

CHECKPOINT = "checkpoint.safetensors"

SECONDS_A_PAIR, SECONDS_BY_CPU = 23.0, 1.6
"""Measured with the packaged model on two cores without Apple's chips; each time that a pair is seen."""


class MlxBackend:
    """Any loss; pauses between the pairs of a step."""

    def check(self, config: TrainingConfig, pairs: int) -> str:
        if find_spec("mlx") is None or find_spec("mlx_lm") is None:
            raise MissingDependencyError(
                "training: the mlx backend needs mlx-lm; install it with 'pip install edge-assistant[mlx]', "
                "or train with the cpu backend"
            )
        if sys.platform == "darwin":
            return ""
        slow, quick = (pairs * config.epochs * each / 60 for each in (SECONDS_A_PAIR, SECONDS_BY_CPU))
        return (
            f"training: without Apple's chips, mlx is slow: {pairs} pairs would take about {slow:.0f} minutes with the "
            f"packaged model, and longer with a larger one; '--backend cpu' takes about {max(1, quick):.0f}. Press "
            "Ctrl+C to stop it"
        )

    def train(self, run: BackendRun) -> BackendResult:
        from quant.lora import attention_heads
        from quant.lora_files import read_gguf
        from quant.torch_model import load_model

        dtype = "float32" if run.config.dtype == "auto" else run.config.dtype
        config = replace(run.config, dtype=dtype, recompute="never")
        loaded = load_model(run.base)
        pairs = tokenize_pairs(run.pairs, loaded.tokenizer, config.max_tokens, config.loss)
        model = build(loaded.model, dtype, read_gguf(run.task_adapter) if run.task_adapter else None)
        architecture, heads = loaded.architecture, attention_heads(loaded.model.config)
        del loaded
        layers = add_lora(model, config)
        loop = MlxLoop(model, layers, pairs, config, run)
        loop.run()
        weights = weights_of(layers, architecture, config, heads)
        tokens = sum(len(answer.tokens) for pair in pairs for answer in pair.answers)
        return BackendResult(weights, config, loop.losses, loop.accuracies, tokens, loop.seconds)


BACKENDS.add("mlx", MlxBackend(), "Apple's chips")


def build(model: Any, dtype: str, task: LoraWeights | None) -> Any:
    """mlx-lm's model with the weights of a transformers model, and a task adapter folded in.

    Args:
        model: as `quant.torch_model.load_model` gives it.
        dtype: 'float32' or 'bfloat16'.
        task: frozen LoRA, or None.

    Raises:
        ModelError: mlx-lm has no such family.
    """
    import mlx.core as mx
    from mlx_lm.utils import _get_classes

    from edge_assistant.training.dpo.full_weights import with_task

    settings = model.config.to_dict()
    both = settings.get("rope_parameters") or {}
    rope = dict(both.get("full_attention", both))
    settings["rope_theta"] = rope.pop("rope_theta", settings.get("rope_theta", 10000.0))
    if "sliding_attention" in both:
        settings["rope_local_base_freq"] = both["sliding_attention"]["rope_theta"]
    if "partial_rotary_factor" in rope:
        settings["partial_rotary_factor"] = rope["partial_rotary_factor"]
    if rope.get("rope_type", "default") != "default":
        settings["rope_scaling"] = rope
    settings.setdefault("block_dim", settings.get("hidden_size"))  # lfm2's name for it
    if getattr(model, "gguf_architecture", "") == "gemma4":
        settings |= _gemma4(model, settings)
    try:
        kind, arguments = _get_classes(settings)
    except ValueError as error:
        raise ModelError(f"mlx: {error}; train with the cpu backend") from error
    built = kind(arguments.from_dict(settings))
    weights = {name: mx.array(value.numpy()).astype(getattr(mx, dtype)) for name, value in with_task(model, task)}
    if settings.get("tie_word_embeddings"):
        weights.pop("lm_head.weight", None)
    if hasattr(built, "sanitize"):
        weights = built.sanitize(weights)
    built.load_weights(list(weights.items()))
    mx.eval(built.parameters())
    built.freeze()
    return built


def _gemma4(model: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Mlx-lm's names for gemma4's layers without a window: their heads, of which only a part turns."""
    layer: dict[str, Any] = next(iter((settings.get("per_layer_config") or {}).values()), {})
    turning = model.get_buffer("model.rotary_emb.full_attention_inv_freq") > 1e-20
    whole = {"rope_type": "proportional", "partial_rotary_factor": float(turning.float().mean())}
    rope = settings["rope_parameters"]
    return {
        "global_head_dim": layer.get("head_dim", settings["head_dim"]),
        "num_global_key_value_heads": layer.get("num_key_value_heads", settings["num_key_value_heads"]),
        "rope_parameters": {**rope, "full_attention": rope["full_attention"] | whole},
    }


def add_lora(model: Any, config: TrainingConfig) -> dict[str, Any]:
    """Put LoRA layers on all linear layers; they are the only ones that are trained. By module path."""
    import mlx.core as mx
    from mlx_lm.tuner.lora import LoRALinear
    from mlx_lm.tuner.utils import linear_to_lora_layers

    from quant.lora import layer_names

    mx.random.seed(config.seed)
    wanted = layer_names(TARGETS)
    named = (name for layer in model.layers for name, _ in layer.named_modules())
    keys = {name for name in named if name.rsplit(".", 1)[-1] in wanted}
    settings = {"rank": config.rank, "scale": config.alpha / config.rank, "dropout": config.dropout, "keys": keys}
    linear_to_lora_layers(model, len(model.layers), settings)
    return {name: module for name, module in model.named_modules() if isinstance(module, LoRALinear)}


def weights_of(
    layers: Mapping[str, Any], architecture: str, config: TrainingConfig, heads: tuple[int, int] | None = None
) -> LoraWeights:
    """The LoRA in the form that all backends share."""
    from quant.lora_weights import LoraWeights

    tensors = {
        name: (np.array(layer.lora_a, dtype=np.float32).T.copy(), np.array(layer.lora_b, dtype=np.float32).T.copy())
        for name, layer in sorted(layers.items())
    }
    return LoraWeights(architecture, config.rank, config.alpha, tensors, heads)


def set_weights(layers: Mapping[str, Any], weights: LoraWeights) -> None:
    """Inverse of `weights_of`."""
    import mlx.core as mx

    for name, (a, b) in weights.tensors.items():
        layers[name].lora_a, layers[name].lora_b = mx.array(a.T), mx.array(b.T)


def log_probabilities(model: Any, sequences: Sequence[TokenSequence]) -> Any:
    """Log probability of each answer, in nats, summed over its tokens: mlx array [sequences]."""
    import mlx.core as mx

    width = max(len(one.tokens) for one in sequences)
    tokens = np.zeros((len(sequences), width), dtype=np.int32)
    wanted = np.zeros((len(sequences), width - 1), dtype=np.float32)
    for row, one in enumerate(sequences):
        tokens[row, : len(one.tokens)] = one.tokens
        wanted[row, one.start - 1 : len(one.tokens) - 1] = 1
    first = min(one.start for one in sequences) - 1  # no log probabilities where only prompts stand
    ids = mx.array(tokens)
    logits = model(ids[:, :-1])[:, first:].astype(mx.float32)
    targets = ids[:, first + 1 :]
    each = mx.take_along_axis(logits, targets[..., None], axis=-1)[..., 0] - mx.logsumexp(logits, axis=-1)
    return (each * mx.array(wanted[:, first:])).sum(axis=-1)


def pair_loss(found: Any, reference: Any, pair: TokenPair, config: TrainingConfig) -> Any:
    """Loss of one pair, the formulas of `losses.py`; `found` and `reference` are [answers]."""
    import mlx.core as mx
    import mlx.nn as nn

    if config.loss == "sft":
        return -found[0] / len(pair.answers[0].answer)
    ratios = found - reference
    if config.loss == "dpo":
        return -nn.log_sigmoid(config.beta * (ratios[0] - ratios[1]))
    point = mx.stop_gradient(mx.maximum(ratios[2], 0))
    good = 1 - mx.sigmoid(config.beta * (ratios[0] - point))
    bad = 1 - mx.sigmoid(config.beta * (point - ratios[1]))
    return (good + bad) / 2


class MlxLoop:
    """The loop of `loop.py` in mlx: the same pairs in the same steps, the same optimizer."""

    def __init__(
        self, model: Any, layers: Mapping[str, Any], pairs: Sequence[TokenPair], config: TrainingConfig, run: BackendRun
    ) -> None:
        import mlx.optimizers as optim

        self.model, self.layers, self.pairs, self.config, self._run = model, layers, pairs, config, run
        self.steps = config.steps(len(pairs))
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self.seconds = 0.0
        self.optimizer = optim.AdamW(config.learning_rate, weight_decay=0.0, bias_correction=True)
        self.optimizer.init(model.trainable_parameters())

    def run(self) -> None:
        """Train to the end.

        Raises:
            TrainingPaused: asked to; the last checkpoint is on disk.
        """
        self._restore()
        reference = self.reference()
        while len(self.losses) < self.steps:
            begun = time.monotonic()
            loss, accuracy = self._step(len(self.losses), reference)
            self.seconds += time.monotonic() - begun
            self.losses.append(loss)
            if self.config.loss != "sft":
                self.accuracies.append(accuracy)
            self._save()
            self._run.on_progress(Progress("training", len(self.losses), self.steps, loss, accuracy))

    def reference(self) -> list[Any]:
        """Log probabilities without the LoRA, for each pair [answers]."""
        import mlx.core as mx

        if self.config.loss == "sft":
            return [None] * len(self.pairs)
        self.model.eval()
        scales = {name: layer.scale for name, layer in self.layers.items()}
        for layer in self.layers.values():
            layer.scale = 0.0
        found = []
        for number, pair in enumerate(self.pairs, start=1):
            self._poll()
            begun = time.monotonic()
            found.append(log_probabilities(self.model, pair.answers))
            mx.eval(found[-1])
            self.seconds += time.monotonic() - begun
            self._run.on_progress(Progress("reference", number, len(self.pairs)))
        for name, layer in self.layers.items():
            layer.scale = scales[name]
        return found

    def _step(self, number: int, reference: Sequence[Any]) -> tuple[float, float]:
        import mlx.core as mx
        import mlx.nn as nn
        import mlx.optimizers as optim
        from mlx.utils import tree_map

        def loss_of(pair: TokenPair, reference: Any, weight: float) -> Any:
            found = log_probabilities(self.model, pair.answers)
            return weight * pair_loss(found, reference, pair, self.config), mx.stop_gradient(found)

        members = members_of_step(self.config, len(self.pairs), number)
        total = sum(self.pairs[member].weight for member in members)
        both = nn.value_and_grad(self.model, loss_of)
        self.model.train()
        mx.random.seed(int(np.random.SeedSequence([self.config.seed, number]).generate_state(1)[0]))
        summed, gradients, right = 0.0, None, 0
        for member in members:
            self._poll()
            pair = self.pairs[member]
            (loss, found), gradient = both(pair, reference[member], pair.weight / total)
            gradients = gradient if gradients is None else tree_map(mx.add, gradients, gradient)
            mx.eval(loss, gradients)
            summed += float(loss)
            if self.config.loss != "sft":
                ratios = found - reference[member]
                right += float(ratios[0]) > float(ratios[1])
        gradients, norm = optim.clip_grad_norm(gradients, self.config.max_grad_norm)
        if not np.isfinite(float(norm)):  # as in the loop of the cpu backend
            gradients = tree_map(mx.zeros_like, gradients)
        self.optimizer.learning_rate = self.config.rate(number, self.steps)
        self.optimizer.update(self.model, gradients)
        mx.eval(self.model.trainable_parameters(), self.optimizer.state)
        return summed, right / len(members)

    def _poll(self) -> None:
        if self._run.should_pause():
            raise TrainingPaused(len(self.losses), self.steps)

    def _save(self) -> None:
        import torch
        from mlx.utils import tree_flatten

        state = {"parameters": self.model.trainable_parameters(), "optimizer": self.optimizer.state}
        # The optimizer counts in a type that torch does not share.
        arrays = {name: np.array(value) for name, value in tree_flatten(state)}
        tensors = {
            name: torch.from_numpy(value.astype(np.int64) if value.dtype == np.uint64 else value)
            for name, value in arrays.items()
        }
        facts = {"key": self._run.key, "losses": self.losses, "accuracies": self.accuracies, "seconds": self.seconds}
        checkpoint.save(self._run.workdir / CHECKPOINT, tensors, facts)

    def _restore(self) -> None:
        import mlx.core as mx
        from mlx.utils import tree_unflatten

        kept = checkpoint.load(self._run.workdir / CHECKPOINT)
        if kept is None or kept[1].get("key") != self._run.key:
            return
        tensors, facts = kept
        state = tree_unflatten([(name, mx.array(tensor.numpy())) for name, tensor in tensors.items()])
        self.model.update(state["parameters"])
        self.optimizer.state = state["optimizer"]
        self.optimizer.state["step"] = self.optimizer.state["step"].astype(mx.uint64)
        self.losses, self.accuracies, self.seconds = facts["losses"], facts["accuracies"], facts["seconds"]
