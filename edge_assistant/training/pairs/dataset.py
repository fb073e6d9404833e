"""Pairs as tokens, just as the engine will put the prompt when the adapter is in use."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from dataclasses import dataclass
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.llm.template import ChatTemplate
from edge_assistant.training.dpo.packing import Sequence
from edge_assistant.training.pairs.pair import Pair


@dataclass(frozen=True, slots=True)
class Lesson:
    """One pair as tokens.

    Attributes:
        chosen: the prompt and the answer that pleased.
        rejected: the same prompt and the answer that did not.
        mismatched: the same prompt and an answer that pleased elsewhere: KTO's measure of how far the model has moved.
        weight: how much it counts in the loss.
    """

    chosen: Sequence
    rejected: Sequence
    mismatched: Sequence
    weight: float = 1.0


def make_lessons(pairs: Rows[Pair], tokenizer: Any, max_tokens: int) -> list[Lesson]:
    """Tokens of each pair.

    Args:
        pairs: at least one.
        tokenizer: transformers' fast tokenizer of the model, with its chat template.
        max_tokens: longest prompt with answer; a longer prompt loses its beginning.

    Raises:
        UsageError: an answer alone is longer than `max_tokens`.
        ModelError: the chat template fails.
    """
    template = template_of(tokenizer)
    prompts = [prompt_tokens(template, tokenizer, pair) for pair in pairs]
    chosen = [answer_tokens(tokenizer, pair.chosen) for pair in pairs]
    rejected = [answer_tokens(tokenizer, pair.rejected) for pair in pairs]
    longest = max(max(len(one) for one in chosen), max(len(one) for one in rejected))
    if longest >= max_tokens:
        raise UsageError(f"training: an answer has {longest} tokens; raise max_tokens ({max_tokens}) or drop the pair")
    lessons = []
    for index, (pair, prompt) in enumerate(zip(pairs, prompts, strict=True)):
        other = chosen[(index + 1) % len(chosen)]
        # All answers of a lesson see the same prompt, so it is cut for the longest of them.
        room = max_tokens - max(len(chosen[index]), len(rejected[index]), len(other))
        start = prompt[-room:]
        good, bad, foreign = (
            Sequence(start + answer, len(start)) for answer in (chosen[index], rejected[index], other)
        )
        lessons.append(Lesson(good, bad, foreign, pair.weight))
    return lessons


def template_of(tokenizer: Any) -> ChatTemplate:
    """The chat template of a tokenizer, as the engine renders it."""
    return ChatTemplate(
        tokenizer.chat_template or "",
        bos=tokenizer.bos_token or "",
        eos=tokenizer.eos_token or "",
        control_texts=tuple(tokenizer.all_special_tokens),
    )


def prompt_tokens(template: ChatTemplate, tokenizer: Any, pair: Pair) -> tuple[int, ...]:
    """The prompt up to where the answer begins, tokenized as the engine does it."""
    text = template.render(pair.system, pair.prompt)
    begin = not (tokenizer.bos_token and text.startswith(tokenizer.bos_token))  # templates often write it themselves
    return tuple(tokenizer(text, add_special_tokens=begin)["input_ids"])


def answer_tokens(tokenizer: Any, text: str) -> tuple[int, ...]:
    """An answer by itself, and the token that ends the turn."""
    tokens = tuple(tokenizer(text, add_special_tokens=False)["input_ids"])
    return tokens if tokenizer.eos_token_id is None else (*tokens, tokenizer.eos_token_id)
