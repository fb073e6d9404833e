"""Pairs as tokens, just as the engine will put the prompt when the adapter is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.llm.template import ChatTemplate
from edge_assistant.training.dpo.config import LOSSES
from edge_assistant.training.dpo.packing import TokenSequence
from edge_assistant.training.pairs.pair import Pair


@dataclass(frozen=True, slots=True)
class TokenPair:
    """One pair as tokens.

    Attributes:
        answers: the prompt with each answer that the loss looks at: the one that pleased; the one that did not; and one
            that pleased elsewhere, KTO's measure of how far the model has moved.
        weight: how much it counts in the loss.
    """

    answers: tuple[TokenSequence, ...]
    weight: float = 1.0


def tokenize_pairs(pairs: Sequence[Pair], tokenizer: Any, max_tokens: int, loss: str = "dpo") -> list[TokenPair]:
    """Tokens of each pair.

    Args:
        pairs: at least one.
        tokenizer: transformers' fast tokenizer of the model, with its chat template.
        max_tokens: longest prompt with answer; a longer prompt loses its beginning.
        loss: a key of `LOSSES`.

    Raises:
        UsageError: an answer alone is longer than `max_tokens`.
        ModelError: the chat template fails.
    """
    template = template_of(tokenizer)
    prompts = [prompt_tokens(template, tokenizer, pair.system, pair.prompt) for pair in pairs]
    chosen = [answer_tokens(tokenizer, pair.chosen) for pair in pairs]
    rejected = [answer_tokens(tokenizer, pair.rejected) for pair in pairs]
    longest = max(len(one) for one in (*chosen, *rejected))
    if longest >= max_tokens:
        raise UsageError(f"training: an answer has {longest} tokens; raise max_tokens ({max_tokens}) or drop the pair")
    made = []
    for index, (pair, prompt) in enumerate(zip(pairs, prompts, strict=True)):
        answers = (chosen[index], rejected[index], chosen[(index + 1) % len(chosen)])
        # All answers see the same prompt, so it is cut for the longest of them.
        start = prompt[-(max_tokens - max(map(len, answers))) :]
        whole = [TokenSequence(start + answer, len(start)) for answer in answers[: LOSSES[loss]]]
        made.append(TokenPair(tuple(whole), pair.weight))
    return made


def template_of(tokenizer: Any) -> ChatTemplate:
    """The chat template of a tokenizer, as the engine renders it."""
    return ChatTemplate(
        tokenizer.chat_template or "",
        bos=tokenizer.bos_token or "",
        eos=tokenizer.eos_token or "",
        control_texts=tuple(tokenizer.all_special_tokens),
    )


def prompt_tokens(template: ChatTemplate, tokenizer: Any, system: str, user: str) -> tuple[int, ...]:
    """The prompt up to where the answer begins, tokenized as the engine does it."""
    text = template.render(system, user)
    begin = not (tokenizer.bos_token and text.startswith(tokenizer.bos_token))  # templates often write it themselves
    return tuple(tokenizer(text, add_special_tokens=begin)["input_ids"])


def answer_tokens(tokenizer: Any, text: str) -> tuple[int, ...]:
    """An answer by itself, and the token that ends the turn."""
    tokens = tuple(tokenizer(text, add_special_tokens=False)["input_ids"])
    return tokens if tokenizer.eos_token_id is None else (*tokens, tokenizer.eos_token_id)
