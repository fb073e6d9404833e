"""Puts the chosen idea into words: written by the model where it may write, otherwise one of its finished sentences.

Which one is said is the choice of the learned style: `choose` takes the one that is likeliest to be well put. A model
writes several sentences side by side. Each is mended where a mark or an emoji is all that is wrong, then checked by
rules: one sentence, the style kept, the idea's words survived, not too long. Those that bring in fewest words from
nowhere are preferred, and of these the ones that the model itself finds likeliest. Where none passes, it writes once
more, and then a finished sentence takes the place, a fallback.

    Composer(None).choose(idea, context, styles.chance, seed=3, last="").text
    Composer(None).compose(idea, context, Style(), seed=3).text
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from edge_assistant.composer.faithfulness import is_one_sentence, keeps_idea, new_words, prepared_stems, stems_of
from edge_assistant.composer.prepared import emoji_of, expand, prepared, put, variants
from edge_assistant.composer.prompts import sentence_prompt
from edge_assistant.composer.style import broken, count_words, read_style, style_of, without_emoji
from edge_assistant.domain import Context, Idea, Style
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest

MAXIMUM_TOKENS = 64
TEMPERATURE = 0.7
TRIES = 4
"""Sentences written side by side for one request: the first of the likeliest words, the others drawn. Where none
passes, as many again are drawn, more freely."""

FREELY = 1.0
"""Temperature of these."""

AS_GOOD = 0.01
"""Chances of being well put that differ by no more are a tie."""

ChanceOf = Callable[[str, tuple[str, ...]], float]

NEAR = 1.0
"""Nats by which a sentence may be less likely than the likeliest, and still be said: not always the same words."""

LONGEST_WORDS = 40
"""No sentence is longer than this, whatever the style."""

_SPOKEN = re.compile(r"^\s*(?:sentence|answer|suggestion)\s*:\s*", re.I)
_QUOTES = re.compile(r"^[\"\u201c\u201d'`*]+|[\"\u201c\u201d`*]+$")


@dataclass(frozen=True, slots=True)
class Request:
    """One sentence to make."""

    idea: Idea
    context: Context
    style: Style
    seed: int


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence.

    Attributes:
        text: what to say.
        style: the style that was asked for.
        fallback: a model wrote something that did not pass, and a prepared sentence took its place.
        candidates: the finished sentences that are as good.
    """

    text: str
    style: Style
    fallback: bool
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a model made of a request.

    Attributes:
        first: its first try as it came.
        text: what may be said; None where nothing passed.
    """

    first: str
    text: str | None


class Composer:
    """Makes sentences with a model's help, or without one."""

    def __init__(self, model: LanguageModel | None) -> None:
        """
        Args:
            model: None, or one that may not write, leaves it at the prepared sentences.
        """
        self._model = model if model is not None and model.can_write else None

    def compose(self, idea: Idea, context: Context, style: Style, seed: int) -> Composed:
        """One sentence in a style; the same for the same arguments and model.

        Raises:
            EngineError: the model could not answer.
        """
        ready = plainest(prepared(idea, style, context, seed=seed))
        if self._model is None:
            return Composed(ready[0], style, False, ready)
        text = write(self._model, [Request(idea, context, style, seed)])[0].text
        return Composed(text or ready[0], style, text is None, ready)

    def choose(self, idea: Idea, context: Context, chance_of: ChanceOf, seed: int, *, last: str = "") -> Composed:
        """The sentence that is likeliest to be well put; a model writes in the style of that sentence.

        Args:
            idea: what to say.
            context: the moment.
            chance_of: the chance that a text on these topics is well put, such as `StyleModel.chance`.
            seed: breaks ties.
            last: what was said last for this idea, '' for nothing; not said again where another is as good.

        Raises:
            EngineError: the model could not answer.
        """
        options = variants(idea, context, seed=seed)
        chances = {text: chance_of(text, idea.topics) for text in options}
        best = max(chances.values())
        tied = tuple(text for text in options if chances[text] >= best - AS_GOOD)
        calm = tuple(text for text in tied if "!" not in text and text == without_emoji(text)) or tied
        fresh = tuple(text for text in calm if wording(text) != wording(last)) or calm
        text = fresh[int(np.random.default_rng([seed, 1]).integers(len(fresh)))]
        style = style_of(text)
        if self._model is None or not self._model.can_write:
            return Composed(text, style, False, tied)
        written = write(self._model, [Request(idea, context, style, seed)])[0].text
        if written is None:
            return Composed(text, style, True, tied)
        # what the model makes of the style may still offend a wish that the sentence before did not
        well_put = chance_of(written, idea.topics) >= chances[text] - AS_GOOD
        return Composed(written if well_put else text, style, not well_put, tied)


def wording(text: str) -> str:
    """The words alone, by which a sentence is known again with other marks."""
    return without_emoji(expand(text)).rstrip(".!?").lower()


def write(model: LanguageModel, requests: Sequence[Request]) -> list[Written]:
    """Let a model write for every request, and choose what may be said of it."""
    prompts = [_asked(model, request) for request in requests]
    tries = _tries(model, requests, prompts, again=False)
    passed = [_passing(request, texts) for request, texts in zip(requests, tries, strict=True)]
    failed = [at for at, texts in enumerate(passed) if not texts]
    more = _tries(model, [requests[at] for at in failed], [prompts[at] for at in failed], again=True)
    for at, drawn in zip(failed, more, strict=True):
        passed[at] = _passing(requests[at], drawn)
    asked = [ScoreRequest(prompt, texts) for prompt, texts in zip(prompts, passed, strict=True) if len(texts) > 1]
    scores = iter(model.score(asked) if asked else [])
    chosen: list[str | None] = []
    for texts in passed:
        found = next(scores).log_probabilities if len(texts) > 1 else (0.0,)
        near = [text for text, score in zip(texts, found, strict=False) if score >= max(found) - NEAR]
        chosen.append(near[-1] if near else None)  # the drawn ones stand last
    return [Written(own[0], text) for own, text in zip(tries, chosen, strict=True)]


def _tries(
    model: LanguageModel, requests: Sequence[Request], prompts: Sequence[str], *, again: bool
) -> list[list[str]]:
    """`TRIES` texts a request, as they came."""
    if not requests:
        return []
    asked = [
        GenerateRequest(
            prompt="",
            max_tokens=MAXIMUM_TOKENS,
            temperature=FREELY if again else TEMPERATURE if number else 0.0,
            seed=request.seed * 2 * TRIES + number + TRIES * again,
            stop=("\n",),
            prefix=prompt,  # computed once for all tries, and for their scores
        )
        for request, prompt in zip(requests, prompts, strict=True)
        for number in range(TRIES)
    ]
    answers = iter(model.generate(asked))
    return [[next(answers).text.strip() for _ in range(TRIES)] for _ in requests]


def _passing(request: Request, texts: Sequence[str]) -> tuple[str, ...]:
    """The different tries that may be said, mended: those with fewest new words, and of these plain ones first."""
    idea, style = request.idea, request.style
    mended = dict.fromkeys(mend(text, style, idea.category) for text in texts)
    known = prepared_stems() | stems_of(idea.say)
    new = {
        text: len(new_words(text, idea.text, request.context.activity, known))
        for text in mended
        if accepts(text, idea, style)
    }
    return plainest(tuple(text for text, count in new.items() if count == min(new.values())))


def plainest(candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The candidates that are neither casual nor formal, where there are any: they offend neither wish."""
    return tuple(text for text in candidates if read_style(text).formality == "neutral") or candidates


def mend(text: str, style: Style, category: str) -> str:
    """Set right what needs no judgement: quotes, capital, final mark, exclamation mark and emoji as the style asks."""
    line = text.strip().split("\n", 1)[0]
    line = _QUOTES.sub("", _SPOKEN.sub("", line)).strip()
    drawn = "".join(sorted(set(line) - set(without_emoji(line)), key=line.index)).strip()
    bare = without_emoji(line)
    if not bare:
        return ""
    bare = bare[0].upper() + bare[1:]
    if style.exclamation == "no":
        bare = re.sub(r"!+", ".", bare).replace("?.", "?")
    elif "!" not in bare:
        bare = put(bare, True, "")
    if bare[-1] not in ".!?":
        bare += "?" if style.directness == "question" else "."
    if style.emoji == "no":
        return bare
    return f"{bare} {drawn or emoji_of(category)[0]}"


def accepts(text: str, idea: Idea, style: Style) -> bool:
    """Whether a sentence may be said for an idea: one sentence, the style kept, the idea still in it, not too long."""
    if not text or count_words(text) > LONGEST_WORDS or broken(text, style):
        return False
    bare = without_emoji(text)
    return is_one_sentence(bare) and keeps_idea(bare, idea.text)


def _asked(model: LanguageModel, request: Request) -> str:
    prompt = sentence_prompt(request.idea.text, request.context.activity, request.style)
    return model.chat(prompt.system, prompt.user)
