"""Why the simulated person accepted, declined or ignored something, in their own voice; only for those who read it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from edge_assistant.composer.prompts import reason_prompt
from edge_assistant.composer.style import keeps
from edge_assistant.domain import DIMENSIONS, Feedback, Idea, Rating, Suggestion
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest, is_narrow
from simulator.people.persona import Persona
from simulator.world.seeding import generator

DATA_FILE = Path(__file__).parents[1] / "data" / "reasons.toml"

CANDIDATES = 4
"""Sentences among which a model chooses."""

_FEWEST_WORDS, _MOST_WORDS = 3, 25
_TOKENS = 48


def reason_in_words(
    persona: Persona,
    rating: Rating,
    feedback: Feedback,
    suggestion: Suggestion,
    idea: Idea | None,
    model: LanguageModel | None = None,
) -> str:
    """One short sentence in the person's voice; the same arguments give the same sentence.

    Args:
        persona: who speaks.
        rating: the verdict.
        feedback: what the person did; where it names no reason, the rating's first failing dimension is meant.
        suggestion: what was said; its id seeds the choice.
        idea: that was meant, None for a free sentence.
        model: writes the sentence where it may, otherwise chooses among prepared ones; None takes one by the seed.
    """
    cause = _cause(rating, feedback)
    rng = generator("reason", persona.id, suggestion.id, suggestion.text)
    prepared = _prepared(persona, cause, suggestion, idea)
    order = rng.permutation(len(prepared))[:CANDIDATES]
    candidates = tuple(prepared[int(index)] for index in order)
    if model is None:
        return candidates[0]
    if model.can_write:
        return _written(persona, cause, suggestion, model, int(rng.integers(1 << 31))) or candidates[0]
    prefix = f'{_voice_in_words(persona)}\nHeard: "{suggestion.text}"\n{persona.name.split()[0]} says:'
    score = model.score([ScoreRequest(prefix, tuple(f" {text}" for text in candidates))])[0]
    return max(zip(score.mean, candidates, strict=True))[1]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


def _cause(rating: Rating, feedback: Feedback) -> str:
    """The table of the data file: accepted, ignored, or the dimension that failed."""
    if feedback.reaction == "ignored":
        return "ignored"
    if feedback.reaction == "accepted" or (feedback.reaction is None and rating.welcome):
        return "accepted" if rating.communication else "accepted_badly_put"
    if feedback.reason is not None:
        return "later" if feedback.reason == "timing" and "later" in feedback.turns else feedback.reason
    failed = [name for name in ("timing", "frequency", *DIMENSIONS) if not getattr(rating, name)]
    return failed[0] if failed else "preference"


def _prepared(persona: Persona, cause: str, suggestion: Suggestion, idea: Idea | None) -> list[str]:
    """All sentences for a cause in the person's voice, those for what exactly was wrong before the general ones."""
    table = _data()[cause]
    sentences: list[str] = list(table[_voice(persona)])
    if cause == "communication":
        sentences = _offended(persona, suggestion, idea, table) or sentences
    subject = idea.category.replace("_", " ") if idea is not None else "that"
    rng = generator("reason interest", persona.id, suggestion.id)
    interest = persona.interests[int(rng.integers(len(persona.interests)))]
    filled = [sentence.format(subject=subject, interest=interest) for sentence in sentences]
    return [sentence[0].upper() + sentence[1:] for sentence in filled]


def _offended(persona: Persona, suggestion: Suggestion, idea: Idea | None, table: dict[str, Any]) -> list[str]:
    """Sentences on a forbidden topic or on the first aspect of style that was not kept."""
    style = persona.manner
    if idea is not None and set(idea.topics) & set(style.forbidden_topics):
        return list(table["topic"])
    for aspect, sentences in table["aspects"].items():
        wanted = getattr(style, aspect)
        if wanted != "any" and not keeps(suggestion.text, aspect, wanted):
            return list(sentences[wanted])
    return []


def _voice(persona: Persona) -> str:
    """One of the data file's voices."""
    if persona.manner.formality == "formal":
        return "formal"
    return "warm" if persona.traits["agreeableness"] == "high" else "curt"


def _voice_in_words(persona: Persona) -> str:
    traits = ", ".join(f"{level} {trait}" for trait, level in persona.traits.items())
    return f"{persona.name}, {persona.age}, {persona.occupation} ({traits}). {persona.prose.communication}"


def _written(persona: Persona, cause: str, suggestion: Suggestion, model: LanguageModel, seed: int) -> str:
    """What the model writes, or '' when it is no plain sentence."""
    if is_narrow(model):
        rng = generator("reason interest", persona.id, suggestion.id)
        interest = persona.interests[int(rng.integers(len(persona.interests)))]
        prompt = reason_prompt(_voice(persona), cause, interest, suggestion.text)
        system, user = prompt.system, prompt.user
    else:
        system = (
            f"You are {_voice_in_words(persona)}\nA voice assistant at home makes suggestions. "
            "Say in one short sentence, in the first person, what you answer and why."
        )
        user = f'The assistant said: "{suggestion.text}"\n{_data()[cause]["meaning"]}\nYour answer:'
    request = GenerateRequest(model.chat(system, user), _TOKENS, 0.7, seed, stop=("\n",))
    text = model.generate([request])[0].text.strip().strip('"“”').strip()
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    whole = _FEWEST_WORDS <= len(words) <= _MOST_WORDS and text[-1:] in ".!?…"
    return text if whole and not re.search(r"[<>{}\[\]|*#\\]", text) else ""
