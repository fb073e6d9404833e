"""The settings of a training, and what is told meanwhile."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edge_assistant.errors import EdgeAssistantError, UsageError

LOSSES = {"dpo": 2, "kto": 3, "sft": 1}
"""How many answers to a prompt each loss looks at."""

DTYPES = ("auto", "float32", "bfloat16")
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Linear layers that get a LoRA."""


class TrainingPaused(EdgeAssistantError):  # noqa: N818 - not a failure: it says where the training stands
    """The training stopped because it was asked to; the same call goes on from its last checkpoint."""

    def __init__(self, step: int, steps: int) -> None:
        super().__init__(f"training: paused after step {step} of {steps}; start it again to go on from there")
        self.step, self.steps = step, steps


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How an adapter is trained; the defaults are ProPerSim's, with LoRA settings usual for small models.

    Attributes:
        loss: one of `LOSSES`.
        rank: of the personal LoRA.
        alpha: its scale is alpha / rank.
        dropout: share of a LoRA layer's input that is left out, within 0 and 1 (exclusive).
        learning_rate: at its highest; rises over the first `warmup` steps, falls in a straight line to 0 over the last
            `decay` ones (0: over all).
        beta: how strongly the model is held to the reference ('dpo', 'kto').
        epochs: how often every pair is seen.
        accumulation: pairs of one optimizer step.
        max_grad_norm: gradients beyond this norm are scaled down to it.
        seed: of the first weights, the order of the pairs and the dropout.
        shuffle: whether each epoch has an order of its own.
        max_pairs: only so many pairs, the first ones, are used; 0 for all.
        max_tokens: longest prompt with answer; a longer prompt loses its beginning.
        tokens_together: packed tokens that the passes of a moment may hold, as long as each holds one pair: more is
            faster up to a point, and takes memory in proportion.
        lanes: passes that are computed side by side, each on its share of the threads, which wastes less than many
            threads on one; 0: two where there are threads and memory for it.
        dtype: of the computation; 'auto' takes bfloat16 where this machine multiplies it faster.
        recompute: keep only each layer's input and compute the rest again on the way back: less memory, a third more
            time; 'auto' does so when the rest would not fit into `memory_mb`.
        memory_mb: what activations may take; 0 for half of what is free at the start.
        threads: of the computation; 0: as many as this process has cores, or OMP_NUM_THREADS where it is set.
        backend: a name in `backends.training.BACKENDS`.
    """

    loss: str = "dpo"
    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.05
    learning_rate: float = 5e-5
    warmup: int = 0
    decay: int = 0
    beta: float = 0.1
    epochs: int = 2
    accumulation: int = 4
    max_grad_norm: float = 1.0
    seed: int = 0
    shuffle: bool = True
    max_pairs: int = 0
    max_tokens: int = 1024
    tokens_together: int = 700
    lanes: int = 0
    dtype: str = "auto"
    recompute: str = "auto"
    memory_mb: int = 0
    threads: int = 0
    backend: str = "cpu"

    def __post_init__(self) -> None:
        for name, value, known in (
            ("loss", self.loss, LOSSES),
            ("dtype", self.dtype, DTYPES),
            ("recompute", self.recompute, ("auto", "always", "never")),
        ):
            if value not in known:
                raise UsageError(f"training: {name} is {value!r}; choose one of {', '.join(known)}")
        for name in ("rank", "epochs", "accumulation", "max_tokens", "tokens_together"):
            if getattr(self, name) < 1:
                raise UsageError(f"training: {name} is {getattr(self, name)}, expected at least 1")
        for name in ("alpha", "learning_rate", "beta", "max_grad_norm"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise UsageError(f"training: {name} is {getattr(self, name)}, expected a number above 0")
        for name in ("warmup", "decay", "seed", "max_pairs", "lanes", "memory_mb", "threads"):
            if getattr(self, name) < 0:
                raise UsageError(f"training: {name} is {getattr(self, name)}, expected at least 0")
        if not 0 <= self.dropout < 1:
            raise UsageError(f"training: dropout is {self.dropout}, expected at least 0 and below 1")

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; its names are the arguments of another one."""
        return asdict(self)

    def steps(self, pairs: int) -> int:
        """Optimizer steps of a training on so many pairs."""
        return self.epochs * math.ceil(pairs / self.accumulation)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of a step, counted from 0."""
        rising = min(1.0, (step + 1) / max(1, self.warmup))
        falling = min(1.0, (steps - step) / min(self.decay or steps, steps))
        return self.learning_rate * min(rising, falling)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands.

    Attributes:
        phase: 'reference' while the reference's log probabilities are computed, then 'training'.
        step: optimizer steps done, or pairs in the phase 'reference'.
        steps: how many there will be.
        loss: mean loss of the last step; nan before the first.
        accuracy: share of the last step's pairs that were ordered better than by the reference; nan for 'sft'.
    """

    phase: str
    step: int
    steps: int
    loss: float = math.nan
    accuracy: float = math.nan


def never() -> bool:
    """The default of `should_pause`."""
    return False


def silent(_: Progress) -> None:
    """The default of `on_progress`."""


def members_of_step(config: TrainingConfig, count: int, number: int) -> list[int]:
    """Which of `count` pairs an optimizer step, counted from 0, learns from; the same for every backend."""
    epoch, place = divmod(number, math.ceil(count / config.accumulation))
    order = np.arange(count)
    if config.shuffle:
        order = np.random.default_rng([config.seed, epoch]).permutation(order)
    return [int(one) for one in order[place * config.accumulation : (place + 1) * config.accumulation]]
