"""Supervised training of the task adapter: one pass over the examples, resumable at any step.

The system's words are computed once a batch, and logits only where an answer is.

    train(examples, Path("model.gguf"), BuildConfig(), workdir, print)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from edge_assistant.errors import UsageError
from edge_assistant.training.dpo import checkpoint
from edge_assistant.training.task.batches import Batch, encode, make_batches
from edge_assistant.training.task.examples import Example, data_hash
from quant.lora import LoraConfig, LoraLinear, add_lora, get_weights
from quant.lora_weights import LoraWeights
from quant.torch_model import load_model

CHECKPOINT = "task.safetensors"


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """How the task adapter is trained.

    Attributes:
        rank: of the LoRA, on all seven linear layers of each block.
        alpha: its scale is alpha / rank.
        learning_rate: after `warmup` steps; falls to 0 over the last `decay` steps.
        warmup: steps.
        decay: steps.
        steps: at most so many; 0 for one pass over all examples.
        max_grad_norm: gradients beyond this norm are scaled down to it.
        seed: of examples, first weights and order.
        threads: 0 as torch finds it.
        checkpoint_every: steps.
    """

    rank: int = 16
    alpha: float = 32.0
    learning_rate: float = 7e-4
    warmup: int = 15
    decay: int = 450
    steps: int = 0
    max_grad_norm: float = 1.0
    seed: int = 1
    threads: int = 0
    checkpoint_every: int = 25

    def __post_init__(self) -> None:
        for name in ("rank", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise UsageError(f"task adapter: {name} is {getattr(self, name)}, expected at least 1")
        for name in ("warmup", "decay", "steps", "seed", "threads"):
            if getattr(self, name) < 0:
                raise UsageError(f"task adapter: {name} is {getattr(self, name)}, expected at least 0")

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of a step, counted from 0."""
        rising = min(1.0, (step + 1) / max(1, self.warmup))
        falling = min(1.0, (steps - step) / max(1, min(self.decay, steps)))
        return self.learning_rate * min(rising, falling)


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: `step` of `steps` done, the loss in nats a token, seconds since this process began with them."""

    step: int
    steps: int
    loss: float
    seconds: float


@dataclass(frozen=True)
class Built:
    """What a training leaves: the weights, the loss of every step, and the hash of base and examples."""

    weights: LoraWeights
    losses: tuple[float, ...]
    base_sha256: str
    data_sha256: str


def train(
    examples: Sequence[Example],
    base: Path,
    config: BuildConfig,
    workdir: Path,
    on_step: Callable[[Step], None] | None = None,
) -> Built:
    """Train, or go on from the checkpoint in `workdir`, with the same result as an undisturbed training.

    Args:
        examples: one pass is made over them.
        base: the GGUF model that will serve.
        config: the settings.
        workdir: for the checkpoint.
        on_step: told after every step.

    Raises:
        UsageError: the checkpoint in `workdir` belongs to another training.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    loaded = load_model(base)
    layers = add_lora(loaded.model, LoraConfig(config.rank, config.alpha, dropout=0.0), seed=config.seed)
    batches = make_batches(encode(examples, loaded.tokenizer), config.seed)
    batches = batches[: config.steps] if config.steps else batches
    facts: dict[str, Any] = {"base": loaded.sha256, "data": data_hash(list(examples)), "config": asdict(config)}
    loop = _Loop(loaded.model, layers, config, len(batches))
    workdir.mkdir(parents=True, exist_ok=True)
    done = loop.restore(workdir / CHECKPOINT, facts)
    started = time.perf_counter()
    for number in range(done, len(batches)):
        loss = loop.step(number, batches[number])
        if (number + 1) % config.checkpoint_every == 0 or number + 1 == len(batches):
            loop.save(workdir / CHECKPOINT, facts)
        if on_step is not None:
            on_step(Step(number + 1, len(batches), loss, time.perf_counter() - started))
    return Built(get_weights(layers), tuple(loop.losses), loaded.sha256, facts["data"])


def batch_loss(model: Any, batch: Batch) -> torch.Tensor:
    """Weighted mean loss of the answer tokens, in nats, of a transformers causal language model."""
    body = model.get_decoder()
    cache = body(input_ids=batch.shared, use_cache=True).past_key_values
    for layer in cache.layers:
        layer.keys = layer.keys.expand(batch.size, -1, -1, -1)
        layer.values = layer.values.expand(batch.size, -1, -1, -1)
    hidden = body(
        input_ids=torch.cat([batch.prompts, batch.answers], dim=1),
        position_ids=torch.cat([batch.prompt_positions, batch.answer_positions], dim=1),
        attention_mask=batch.mask,
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state
    wanted = batch.labels >= 0
    logits = model.get_output_embeddings()(hidden[:, -batch.labels.shape[1] :][wanted])
    losses = torch.nn.functional.cross_entropy(logits.float(), batch.labels[wanted], reduction="none")
    weights = batch.weights[wanted]
    return (losses * weights).sum() / weights.sum()


class _Loop:
    """Weights, optimizer and losses."""

    def __init__(self, model: Any, layers: dict[str, LoraLinear], config: BuildConfig, steps: int) -> None:
        self.losses: list[float] = []
        self._model, self._config, self._steps = model, config, steps
        self._named = {
            f"{name}.{part}": getattr(layer, part) for name, layer in layers.items() for part in ("lora_a", "lora_b")
        }
        self._optimizer = torch.optim.AdamW(list(self._named.values()), lr=config.learning_rate, weight_decay=0.0)

    def step(self, number: int, batch: Batch) -> float:
        config = self._config
        for group in self._optimizer.param_groups:
            group["lr"] = config.rate(number, self._steps)
        loss = batch_loss(self._model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self._named.values()), config.max_grad_norm)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.losses.append(float(loss.detach()))
        return self.losses[-1]

    def save(self, path: Path, facts: dict[str, Any]) -> None:
        tensors: dict[str, torch.Tensor] = dict(self._named)
        for name, parameter in self._named.items():
            state = self._optimizer.state[parameter]
            tensors[f"{name}.first"], tensors[f"{name}.second"] = state["exp_avg"], state["exp_avg_sq"]
        checkpoint.save(path, tensors, {**facts, "losses": self.losses})

    def restore(self, path: Path, facts: dict[str, Any]) -> int:
        """Steps that are done already."""
        found = checkpoint.load(path)
        if found is None:
            return 0
        tensors, kept = found
        if {name: kept.get(name) for name in facts} != facts:
            raise UsageError(f"{path}: belongs to another training; choose another folder or remove the file")
        self.losses = list(kept["losses"])
        for name, parameter in self._named.items():
            parameter.data.copy_(tensors[name])
            self._optimizer.state[parameter] = {
                "step": torch.tensor(float(len(self.losses))),
                "exp_avg": tensors[f"{name}.first"],
                "exp_avg_sq": tensors[f"{name}.second"],
            }
        return len(self.losses)
