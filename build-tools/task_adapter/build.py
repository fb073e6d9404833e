"""Supervised training of the task adapter: one pass over the examples, by the loop that trains personal adapters.

    build(examples, Path("model.gguf"), CONFIG, workdir, print)

The system's words are computed once for all examples of a step, and logits only where an answer is. Stopped at any
moment, the same call goes on and ends with the same result.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.training import files
from edge_assistant.training.dpo.config import Progress, TrainingConfig, silent
from edge_assistant.training.dpo.loop import Loop
from edge_assistant.training.dpo.packing import TokenSequence
from edge_assistant.training.dpo.prepare import prepare, read_plan
from edge_assistant.training.dpo.tokens import TokenPair, answer_tokens, prompt_tokens, template_of
from quant.lora import get_weights
from quant.lora_weights import LoraWeights
from task_adapter.examples import Example, data_hash

BATCH = 8

CONFIG = TrainingConfig(
    loss="sft",
    dropout=0.0,
    learning_rate=7e-4,
    warmup=15,
    decay=450,
    epochs=1,
    accumulation=BATCH,
    dtype="float32",
    seed=1,
)
"""The recipe of the packaged adapters."""

REASON_WEIGHT = 0.3
"""Of the words of a reason in the loss. Any good reason would do, so they say little, but they are many."""

_REASON = re.compile(r"(?:, (?:because|since|as) |; )")


@dataclass(frozen=True)
class BuiltAdapter:
    """What a training leaves: the weights, the loss of every step, and the hash of base and examples."""

    weights: LoraWeights
    losses: tuple[float, ...]
    base_sha256: str
    data_sha256: str


def build(
    examples: Sequence[Example],
    base: Path,
    config: TrainingConfig,
    workdir: Path,
    on_progress: Callable[[Progress], None] = silent,
) -> BuiltAdapter:
    """Train, or go on from the checkpoint in `workdir`.

    Args:
        examples: one pass is made over them, or over the first `max_pairs`.
        base: the GGUF model that will serve.
        config: the settings, with the loss 'sft'.
        workdir: for the checkpoint.
        on_progress: told after every step.

    Raises:
        UsageError: the checkpoint in `workdir` belongs to another training.
    """
    chosen = list(examples[: config.max_pairs or None])
    base_sha256, data_sha256 = files.sha256_of(base), data_hash(chosen)
    text = json.dumps([base_sha256, data_sha256, config.to_dict()], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()
    plan = read_plan(workdir)
    if plan is not None and plan[0] != key:
        raise UsageError(f"{workdir}: belongs to another training; choose another folder or remove it")
    prepared = prepare(partial(encode, chosen), base, config, None, workdir, key)
    losses, _ = Loop(prepared, on_progress=on_progress).run()
    return BuiltAdapter(get_weights(prepared.layers), tuple(losses), base_sha256, data_sha256)


def encode(examples: Sequence[Example], tokenizer: Any) -> list[TokenPair]:
    """Tokens of each example inside the model's own chat template; each token of all answers counts alike."""
    template = template_of(tokenizer)
    encoded = []
    for example in examples:
        prompt = prompt_tokens(template, tokenizer, example.system, example.user)
        answer = answer_tokens(tokenizer, example.answer)
        weights = _weights(example, len(answer), tokenizer)
        encoded.append(TokenPair((TokenSequence(prompt + answer, len(prompt), weights),), sum(weights)))
    return encoded


def _weights(example: Example, count: int, tokenizer: Any) -> tuple[float, ...]:
    """1, but less inside the reason of a sentence: from behind its joining word to the final mark."""

    def tokens(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    join = _REASON.search(example.answer) if example.task == "sentence" else None
    if join is None:
        return (1.0,) * count
    start = tokens(example.answer[: join.end()].rstrip())
    mark = max(example.answer.rfind(sign) for sign in ".?!")
    behind = tokens(example.answer[mark:]) + 1 if mark > join.end() else 1
    end = max(start, count - behind)
    return (*(1.0,) * start, *(REASON_WEIGHT,) * (end - start), *(1.0,) * (count - end))
