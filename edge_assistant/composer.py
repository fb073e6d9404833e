"""Puts the chosen idea into words: written by the model where it may write, otherwise chosen among prepared sentences.

Whatever a model writes is mended where a mark or an emoji is all that is wrong, then checked by rules: one sentence,
the manner kept, the idea's words survived, not too long. What fails is replaced by a prepared sentence, a fallback.

    Composer(None).compose(idea, context, Manner(), seed=3).text
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_assistant.domain import Context, Idea, Manner
from edge_assistant.idea_files import content_words
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest
from edge_assistant.manner import SHORT_WORDS, broken, count_words, read_manner, without_emoji
from edge_assistant.sentences import category_data, prepared

__all__ = ["Composed", "Composer", "Request", "accepts", "describe_manner", "mend", "prepared", "user_prompt"]

SYSTEM = (
    "You put an idea into one sentence, said kindly and directly to the person. Keep what the idea is about, keep to "
    "the manner, and answer with this one sentence only."
)
"""Shared by writing, choosing and the training of a task adapter, so that its tokens are computed once."""

MAXIMUM_TOKENS = 64
TEMPERATURE = 0.7
LONGEST_WORDS = 40
"""No sentence is longer than this, whatever the manner."""

KEPT_SHARE = 0.6
"""Share of the idea's content words that must be in the sentence, in any form."""

_STEM = 4
_WORD = re.compile(r"[^\W_]+")
_SPOKEN = re.compile(r"^\s*(?:sentence|answer|suggestion)\s*:\s*", re.I)
_QUOTES = re.compile(r"^[\"\u201c\u201d'`*]+|[\"\u201c\u201d`*]+$")
# An interjection of up to four words may stand before the sentence: 'Nice idea! Want to ...?'
_INTERJECTION = re.compile(r"^(?:[\w'\u2019-]+[,\s]*){1,4}!\s+")
_INNER_END = re.compile(r"[.!?\u2026]+[\"')\]]*\s+\S*\w")


@dataclass(frozen=True, slots=True)
class Request:
    """One sentence to make."""

    idea: Idea
    context: Context
    manner: Manner
    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"compose request: seed is {self.seed}, expected 0 or more")


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence.

    Attributes:
        text: what to say.
        manner: the manner that was asked for.
        fallback: a model wrote something that did not pass, and a prepared sentence took its place.
        candidates: the prepared sentences that could have been chosen.
    """

    text: str
    manner: Manner
    fallback: bool
    candidates: tuple[str, ...]


class Composer:
    """Makes sentences with a model's help, or without one."""

    def __init__(self, model: LanguageModel | None) -> None:
        """
        Args:
            model: None picks among the prepared sentences by seed alone.
        """
        self._model = model

    def compose(self, idea: Idea, context: Context, manner: Manner, seed: int) -> Composed:
        """One sentence; the same for the same arguments and model.

        Raises:
            EngineError: the model could not answer.
        """
        return self.compose_many([Request(idea, context, manner, seed)])[0]

    def compose_many(self, requests: Sequence[Request]) -> list[Composed]:
        """Many sentences in one call of the model, in the order of the requests."""
        if not requests:
            return []
        prepared_for = [plainest(prepared(r.idea, r.manner, r.context, seed=r.seed)) for r in requests]
        if self._model is None:
            picks = [
                int(np.random.default_rng([r.seed, 1]).integers(len(c)))
                for r, c in zip(requests, prepared_for, strict=True)
            ]
            return [
                Composed(candidates[pick], request.manner, False, candidates)
                for request, candidates, pick in zip(requests, prepared_for, picks, strict=True)
            ]
        chosen: list[str | None] = [None] * len(requests)
        if self._model.can_write:
            chosen = self._write(self._model, requests)
        failed = [position for position, text in enumerate(chosen) if text is None]
        picks = self._choose(self._model, [(requests[i], prepared_for[i]) for i in failed])
        by_position = dict(zip(failed, picks, strict=True))
        return [
            Composed(
                text=text if text is not None else prepared_for[position][by_position[position]],
                manner=requests[position].manner,
                fallback=text is None and self._model.can_write,
                candidates=prepared_for[position],
            )
            for position, text in enumerate(chosen)
        ]

    def _write(self, model: LanguageModel, requests: Sequence[Request]) -> list[str | None]:
        """What the model wrote, mended; None where it does not pass."""
        prefix = _shared_prefix(model)
        asked = []
        for request in requests:
            whole = model.chat(SYSTEM, user_prompt(request.idea, request.context, request.manner))
            shared = prefix if whole.startswith(prefix) else ""
            asked.append(
                GenerateRequest(
                    prompt=whole[len(shared) :],
                    max_tokens=MAXIMUM_TOKENS,
                    temperature=TEMPERATURE,
                    seed=request.seed,
                    stop=("\n",),
                    prefix=shared,
                )
            )
        written = [
            mend(completion.text, request.manner, request.idea.category)
            for completion, request in zip(model.generate(asked), requests, strict=True)
        ]
        return [text if accepts(text, r.idea, r.manner) else None for text, r in zip(written, requests, strict=True)]

    def _choose(self, model: LanguageModel, choices: Sequence[tuple[Request, tuple[str, ...]]]) -> list[int]:
        """For each request the prepared sentence that the model finds likeliest at this moment, a token."""
        if not choices:
            return []
        asked = [
            ScoreRequest(model.chat(SYSTEM, user_prompt(r.idea, r.context, r.manner)), candidates)
            for r, candidates in choices
        ]
        return [int(np.argmax(score.mean)) for score in model.score(asked)]


def plainest(candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The candidates that are neither casual nor formal, where there are any: they offend neither wish."""
    return tuple(text for text in candidates if read_manner(text).formality == "neutral") or candidates


def user_prompt(idea: Idea, context: Context, manner: Manner) -> str:
    """The request to the model, with what changes most last; a task adapter is trained on the same words."""
    return f"Manner: {describe_manner(manner)}\nIdea: {idea.text}\nActivity: {context.activity}\nSentence:"


def describe_manner(manner: Manner) -> str:
    """The manner in words that a model can follow."""
    return ", ".join(
        (
            f"short (at most {SHORT_WORDS} words)" if manner.length == "short" else "long (with a reason)",
            manner.formality,
            {"direct": "direct", "gentle": "gentle (you could, maybe)", "question": "as a question"}[manner.directness],
            manner.warmth,
            "one emoji at the end" if manner.emoji == "yes" else "no emoji",
            "exclamation mark" if manner.exclamation == "yes" else "no exclamation mark",
        )
    )


def mend(text: str, manner: Manner, category: str) -> str:
    """Set right what needs no judgement: quotes, capital, final mark, exclamation mark and emoji as the manner asks."""
    line = text.strip().split("\n", 1)[0]
    line = _QUOTES.sub("", _SPOKEN.sub("", line)).strip()
    drawn = "".join(sorted(set(line) - set(without_emoji(line)), key=line.index)).strip()
    bare = without_emoji(line)
    if not bare:
        return ""
    bare = bare[0].upper() + bare[1:]
    if manner.exclamation == "no":
        bare = re.sub(r"!+", ".", bare).replace("?.", "?")
    elif "!" not in bare:
        bare = f"{bare}!" if bare.endswith("?") else f"{bare.rstrip('.')}!"
    if bare[-1] not in ".!?":
        bare += "?" if manner.directness == "question" else "."
    if manner.emoji == "no":
        return bare
    return f"{bare} {drawn or category_data(category)['emoji'][0]}"


def accepts(text: str, idea: Idea, manner: Manner) -> bool:
    """Whether a sentence may be said for an idea: one sentence, the manner kept, the idea still in it, not too long."""
    if not text or count_words(text) > LONGEST_WORDS or broken(text, manner):
        return False
    bare = without_emoji(text)
    return not _INNER_END.search(_INTERJECTION.sub("", bare)) and keeps_idea(bare, idea)


def keeps_idea(text: str, idea: Idea) -> bool:
    """Whether enough of the idea's content words are in the text, in any form ('baking' for 'bake')."""
    wanted = content_words(idea.text)
    stems = {word[:_STEM] for word in _WORD.findall(text.lower())}
    survived = sum(word[:_STEM] in stems for word in wanted)
    return survived >= KEPT_SHARE * len(wanted)


def _shared_prefix(model: LanguageModel) -> str:
    """The chat template up to the user's words, which all requests share."""
    marker = "\u2058"
    return model.chat(SYSTEM, marker).partition(marker)[0]
