"""Examples as token batches: the system's words once a batch, prompts padded in front, answers behind.

batches = make_batches(examples, tokenizer, seed=1)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from edge_assistant.llm.template import ChatTemplate
from edge_assistant.training.task.examples import Example

BATCH = 8
_POOL = 256  # examples that are sorted by length together, so that little is padding
_UNUSED = -100

REASON_WEIGHT = 0.3
"""Of the words of a reason in the loss. Any good reason would do, so they say little, but they are many."""

_REASON = re.compile(r"(?:, (?:because|since|as) |; )")


@dataclass(frozen=True, slots=True)
class Tokens:
    """One example: the part of the prompt that its batch shares, the rest, the answer with the end of the turn, and
    the weight of each of the answer's tokens in the loss.
    """

    shared: tuple[int, ...]
    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """n examples with the same beginning of S tokens; U and A are the longest prompt and answer.

    Attributes:
        shared: int64 [1, S].
        prompts: int64 [n, U], padded in front.
        prompt_positions: int64 [n, U].
        answers: int64 [n, A - 1], all but the last token of each, padded behind.
        answer_positions: int64 [n, A - 1].
        labels: int64 [n, A], the answer tokens, -100 where there is none.
        weights: float32 [n, A], of the labels in the loss.
        mask: int64 [n, S + U + A - 1], 0 for the padding in front.
    """

    shared: torch.Tensor
    prompts: torch.Tensor
    prompt_positions: torch.Tensor
    answers: torch.Tensor
    answer_positions: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    mask: torch.Tensor

    @property
    def size(self) -> int:
        """Number of examples."""
        return int(self.prompts.shape[0])


def encode(examples: Sequence[Example], tokenizer: Any) -> list[Tokens]:
    """Tokens of each example inside the model's own chat template."""
    template = ChatTemplate(tokenizer.chat_template or "", bos=tokenizer.bos_token or "", eos=tokenizer.eos_token or "")

    def ids(text: str) -> tuple[int, ...]:
        return tuple(tokenizer(text, add_special_tokens=False).input_ids)

    encoded = []
    for example in examples:
        whole = template.render(example.system, example.user)
        at = whole.rfind(example.user)
        shared, prompt = whole[:at], whole[at:]
        answer = (*ids(example.answer), tokenizer.eos_token_id)
        encoded.append(Tokens(ids(shared), ids(prompt), answer, _weights(example, answer, ids)))
    return encoded


def make_batches(encoded: Sequence[Tokens], seed: int, size: int = BATCH) -> list[Batch]:
    """Batches of examples that share a beginning, in a drawn order; the same for the same arguments."""
    rng = np.random.default_rng([seed, 3])
    by_beginning: dict[tuple[int, ...], list[Tokens]] = {}
    for one in encoded:
        by_beginning.setdefault(one.shared, []).append(one)
    batches = []
    for group in by_beginning.values():
        order = rng.permutation(len(group))
        for start in range(0, len(order), _POOL):
            pool = sorted((group[int(at)] for at in order[start : start + _POOL]), key=_length)
            batches += [collate(pool[at : at + size]) for at in range(0, len(pool), size)]
    return [batches[int(at)] for at in rng.permutation(len(batches))]


def collate(group: Sequence[Tokens]) -> Batch:
    """One batch of examples with the same beginning."""
    shared = group[0].shared
    n, s = len(group), len(shared)
    longest, answer = max(len(one.prompt) for one in group), max(len(one.answer) for one in group)
    prompts = torch.zeros(n, longest, dtype=torch.long)
    prompt_positions = torch.zeros(n, longest, dtype=torch.long)
    answers = torch.zeros(n, answer - 1, dtype=torch.long)
    answer_positions = torch.zeros(n, answer - 1, dtype=torch.long)
    labels = torch.full((n, answer), _UNUSED, dtype=torch.long)
    weights = torch.zeros(n, answer)
    mask = torch.ones(n, s + longest + answer - 1, dtype=torch.long)
    for row, one in enumerate(group):
        pad, length = longest - len(one.prompt), len(one.answer)
        prompts[row, pad:] = torch.tensor(one.prompt)
        prompt_positions[row, pad:] = torch.arange(s, s + len(one.prompt))
        mask[row, s : s + pad] = 0
        answers[row, : length - 1] = torch.tensor(one.answer[:-1])
        answer_positions[row] = torch.arange(s + len(one.prompt), s + len(one.prompt) + answer - 1)
        labels[row, :length] = torch.tensor(one.answer)
        weights[row, :length] = torch.tensor(one.weights)
    return Batch(torch.tensor([shared]), prompts, prompt_positions, answers, answer_positions, labels, weights, mask)


def _weights(example: Example, answer: Sequence[int], ids: Callable[[str], tuple[int, ...]]) -> tuple[float, ...]:
    """1, but less inside the reason of a sentence: from behind its joining word to the final mark."""
    join = _REASON.search(example.answer) if example.task == "sentence" else None
    if join is None:
        return (1.0,) * len(answer)
    start = len(ids(example.answer[: join.end()].rstrip()))
    mark = max(example.answer.rfind(sign) for sign in ".?!")
    behind = len(ids(example.answer[mark:])) + 1 if mark > join.end() else 1
    end = max(start, len(answer) - behind)
    return (*(1.0,) * start, *(REASON_WEIGHT,) * (end - start), *(1.0,) * (len(answer) - end))


def _length(one: Tokens) -> int:
    return len(one.prompt) + len(one.answer)
