"""The training loop itself: packed forward passes, a loss on the log probabilities of answers, one optimizer.

Nothing here knows files of models or what a pair is about; `prepare.py` brings the model, `tokens.py` the tokens.

    loop = Loop(prepared)
    losses, accuracies = loop.run()

Why it is fast: a prompt is computed once for all its answers, and a beginning that prompts share once for all of them
(`packing`); logits are made only where an answer's token is predicted; the reference is computed once for all epochs.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch

from edge_assistant.training.dpo import checkpoint
from edge_assistant.training.dpo.answer_head import AnswerLogProbabilities
from edge_assistant.training.dpo.attention import Layout
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused, members_of_step, never, silent
from edge_assistant.training.dpo.losses import dpo_loss, kto_loss, margin, reference_point, sft_loss
from edge_assistant.training.dpo.packing import Packed, pack
from edge_assistant.training.dpo.pausing import PausePoint
from edge_assistant.training.dpo.tokens import TokenPair
from quant.block_layers import BlockLinear
from quant.families import family_in

REFERENCE, CHECKPOINT = "reference.safetensors", "checkpoint.safetensors"

CHECKPOINT_SHARE = 0.03
"""Most of the time that writing checkpoints may take."""


def log_probabilities(model: Any, packed: Packed) -> torch.Tensor:
    """Log probability of each answer, in nats, summed over its tokens by their weights: [packed.count].

    Args:
        model: a transformers causal language model after `attention.install`.
        packed: N tokens.
    """
    rows, targets = torch.from_numpy(packed.rows), torch.from_numpy(packed.targets)
    predictors = torch.from_numpy(packed.predictors)
    given = {
        "input_ids": torch.from_numpy(packed.tokens)[None],
        "position_ids": torch.from_numpy(packed.positions)[None],
        "packing": Layout(packed),
        "use_cache": False,
    }
    head = model.get_output_embeddings()
    if family_in(model).plain and isinstance(head, BlockLinear) and head.bias is None:
        hidden = model.get_decoder()(**given).last_hidden_state[0]
        each = AnswerLogProbabilities.apply(hidden[predictors], head.blocks, rows, targets)
    else:
        # a vocabulary is wide: no logits where nobody asks
        logits = model(**given, logits_to_keep=predictors).logits[0].float()
        each = logits[rows, targets] - logits.logsumexp(dim=-1)[rows]
    each = each * torch.from_numpy(packed.weights)
    return torch.zeros(packed.count).index_add(0, torch.from_numpy(packed.owners), each)


Result = TypeVar("Result")


@dataclass(frozen=True)
class _Pass:
    """What came of a pass: gradients in the order of the parameters, the loss, pairs ordered well, packed tokens."""

    gradients: Sequence[torch.Tensor]
    loss: float
    right: int
    tokens: int


def _call(work: Callable[[], _Pass]) -> _Pass:
    return work()


@dataclass(frozen=True)
class Prepared:
    """A loaded model with its LoRA, and what it is to learn.

    Attributes:
        model: a transformers causal language model after `attention.install`, frozen but for the LoRA's parameters.
        layers: its LoRA layers by module path, as `quant.lora.add_lora` gives them.
        pairs: at least one.
        config: resolved.
        workdir: for checkpoints; must exist.
        key: identity of the training: checkpoints of another are not used.
        set_personal: switches the personal LoRA on or off; off is the reference.
        seed_dropout: called with the numbers that name a forward pass, before it.
    """

    model: Any
    layers: Mapping[str, Any]
    pairs: Sequence[TokenPair]
    config: TrainingConfig
    workdir: Path
    key: str
    set_personal: Callable[[bool], None]
    seed_dropout: Callable[[Sequence[int]], None]


class Loop:
    """One training, from its reference to its last step; `should_pause` and `on_progress` are those of `train`."""

    def __init__(
        self,
        prepared: Prepared,
        should_pause: Callable[[], bool] = never,
        on_progress: Callable[[Progress], None] = silent,
    ) -> None:
        config, layers = prepared.config, prepared.layers
        self.model, self.pairs, self.config = prepared.model, prepared.pairs, config
        self.workdir, self.key = prepared.workdir, prepared.key
        self.parameters: dict[str, torch.nn.Parameter] = {}
        for name, layer in sorted(layers.items()):
            self.parameters[f"{name}.lora_a"] = layer.lora_a
            self.parameters[f"{name}.lora_b"] = layer.lora_b
        self.optimizer = torch.optim.AdamW(
            self.parameters.values(), lr=config.learning_rate, weight_decay=0.0, fused=True
        )
        self.steps = config.steps(len(self.pairs))
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self.seconds = 0.0
        self.tokens = 0
        self._set_personal, self._seed_dropout = prepared.set_personal, prepared.seed_dropout
        self._on_progress = on_progress
        self._pause = PausePoint(layers.values(), should_pause)
        self._tokens = max(1, config.tokens_together // max(1, config.lanes))
        self._lanes = ThreadPoolExecutor(config.lanes, "lane") if config.lanes > 1 else None
        self._write_seconds = 0.0
        self._written_at = time.monotonic()

    def run(self) -> tuple[list[float], list[float]]:
        """Train to the end; the loss and the accuracy of every step.

        Raises:
            TrainingPaused: asked to; the last checkpoint is on disk.
        """
        self._restore()
        try:
            with self._pause:
                reference = self.reference()
                while len(self.losses) < self.steps:
                    self._timed_step(reference)
        except self._pause.Paused:
            raise TrainingPaused(len(self.losses), self.steps) from None
        finally:
            if self._lanes is not None:
                self._lanes.shutdown()  # all passes have ended; its threads would stay
        self._save()
        return self.losses, self.accuracies

    # --- the reference -------------------------------------------------------------------------------------------

    def reference(self) -> torch.Tensor:
        """Log probabilities without the personal LoRA, [pairs, answers of a pair]; computed once and kept."""
        groups = list(self._groups(self._by_beginning(), 2 * self._tokens))
        found, done = torch.zeros(len(self.pairs), len(self.pairs[0].answers)), 0
        if self.config.loss == "sft":
            return found
        kept = checkpoint.load(self.workdir / REFERENCE)
        if kept is not None and kept[1].get("key") == self.key:
            found, done = kept[0]["reference"], kept[1]["groups"]
        if done == len(groups):
            return found
        self._set_personal(False)
        try:
            begun = time.monotonic()
            for number, each in enumerate(self._side_by_side(self._unpersonal, groups[done:]), start=done + 1):
                found[groups[number - 1]] = each
                self.seconds, begun = self.seconds + time.monotonic() - begun, time.monotonic()
                if number == len(groups) or self._is_time_to_write():
                    self._write(REFERENCE, {"reference": found}, {"groups": number})
                pairs_done = sum(map(len, groups[:number]))
                self._on_progress(Progress("reference", pairs_done, len(self.pairs)))
        finally:
            self._set_personal(True)
        return found

    # --- steps ---------------------------------------------------------------------------------------------------

    def _timed_step(self, reference: torch.Tensor) -> None:
        begun = time.monotonic()
        loss, accuracy = self.step(len(self.losses), reference)
        self.seconds += time.monotonic() - begun
        self.losses.append(loss)
        if self.config.loss != "sft":
            self.accuracies.append(accuracy)
        if self._is_time_to_write():
            self._save()
        self._on_progress(Progress("training", len(self.losses), self.steps, loss, accuracy))

    def step(self, number: int, reference: torch.Tensor) -> tuple[float, float]:
        """One optimizer step; its mean loss, and the share of its pairs that were ordered well before it."""
        members = members_of_step(self.config, len(self.pairs), number)
        weight = sum(self.pairs[member].weight for member in members)
        loss_sum, right = 0.0, 0
        self.optimizer.zero_grad(set_to_none=True)
        groups = list(self._groups(members, self._tokens))
        passes = [
            partial(self._pass, (self.config.seed, number, i), group, reference[group], weight)
            for i, group in enumerate(groups)
        ]
        for done in self._side_by_side(_call, passes):  # in their order, so that the sum has the same bits
            for parameter, gradient in zip(self.parameters.values(), done.gradients, strict=True):
                parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
            loss_sum, right = loss_sum + done.loss, right + done.right
            if number < self.steps // self.config.epochs:
                self.tokens += done.tokens
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), self.config.max_grad_norm)
        if not norm.isfinite():  # nothing can be learned from it, and one such step would spoil every weight
            for parameter in self.parameters.values():
                parameter.grad = torch.zeros_like(parameter)
        for options in self.optimizer.param_groups:
            options["lr"] = self.config.rate(number, self.steps)
        self.optimizer.step()
        return loss_sum, right / len(members)

    def _pass(self, name: Sequence[int], group: Sequence[int], reference: torch.Tensor, weight: float) -> _Pass:
        """One pass forward and back, in whatever thread; `name` seeds its dropout."""
        self._seed_dropout(name)
        packed = self._pack(group)
        losses, margins = self._losses(packed, reference)
        weights = torch.tensor([self.pairs[member].weight for member in group]) / weight
        loss = (losses * weights).sum()
        gradients = torch.autograd.grad(loss, list(self.parameters.values()))
        return _Pass(gradients, float(loss.detach()), int((margins > 0).sum()), len(packed.tokens))

    def _side_by_side(self, work: Callable[[Any], Result], items: Sequence[Any]) -> Iterator[Result]:
        """What becomes of each item, in their order; one lane is this thread itself."""
        if self._lanes is None:
            yield from map(work, items)
            return
        waiting = deque(self._lanes.submit(work, item) for item in items)
        try:
            while waiting:
                yield waiting[0].result()
                waiting.popleft()
        finally:  # nobody computes on when one has left
            for one in waiting:
                one.cancel()
            wait(waiting)

    def _unpersonal(self, group: Sequence[int]) -> torch.Tensor:
        """Log probabilities [len(group), answers] without gradients, in whatever thread."""
        with torch.no_grad():
            return log_probabilities(self.model, self._pack(group)).view(len(group), -1)

    def _losses(self, packed: Packed, reference: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss and margin of each pair; `reference` is [n, answers of a pair]."""
        found = log_probabilities(self.model, packed).view(reference.shape)
        if self.config.loss == "sft":
            return sft_loss(found[:, 0], torch.from_numpy(packed.lengths)), torch.zeros(len(found))
        both, beta = (reference[:, 0], reference[:, 1]), self.config.beta
        margins = margin(found[:, 0].detach(), found[:, 1].detach(), both)
        if self.config.loss == "dpo":
            return dpo_loss(found[:, 0], found[:, 1], both, beta), margins
        point = reference_point(found[:, 2], reference[:, 2])
        return kto_loss(found[:, 0], found[:, 1], both, beta, point), margins

    # --- packing -------------------------------------------------------------------------------------------------

    def _pack(self, group: Sequence[int]) -> Packed:
        return pack(answer for member in group for answer in self.pairs[member].answers)

    def _groups(self, members: Sequence[int], tokens: int) -> Iterator[list[int]]:
        """Pairs in their order, as many together as fit into one forward pass."""
        group: list[int] = []
        for member in members:
            if group and len(self._pack([*group, member]).tokens) > tokens:
                yield group
                group = []
            group.append(member)
        if group:
            yield group

    def _by_beginning(self) -> list[int]:
        """All pairs, those with like prompts beside each other."""
        return sorted(range(len(self.pairs)), key=lambda member: self.pairs[member].answers[0].tokens)

    # --- checkpoints ---------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        """Go on from the last checkpoint, if there is one of this training."""
        kept = checkpoint.load(self.workdir / CHECKPOINT)
        if kept is None or kept[1].get("key") != self.key:
            return
        tensors, facts = kept
        self.losses, self.accuracies = facts["losses"], facts["accuracies"]
        self.seconds, self.tokens = facts["seconds"], facts["tokens"]
        for name, parameter in self.parameters.items():
            parameter.data.copy_(tensors[name])
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(len(self.losses))),
                "exp_avg": tensors[f"{name}.mean"],
                "exp_avg_sq": tensors[f"{name}.square"],
            }

    def _save(self) -> None:
        tensors: dict[str, torch.Tensor] = {}
        for name, parameter in self.parameters.items():
            state = self.optimizer.state[parameter]
            tensors |= {name: parameter, f"{name}.mean": state["exp_avg"], f"{name}.square": state["exp_avg_sq"]}
        facts = {"losses": self.losses, "accuracies": self.accuracies, "seconds": self.seconds, "tokens": self.tokens}
        self._write(CHECKPOINT, tensors, facts)

    def _write(self, name: str, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
        begun = time.monotonic()
        checkpoint.save(self.workdir / name, tensors, {**facts, "key": self.key})
        self._written_at = time.monotonic()
        self._write_seconds = self._written_at - begun

    def _is_time_to_write(self) -> bool:
        return time.monotonic() - self._written_at >= self._write_seconds / CHECKPOINT_SHARE
