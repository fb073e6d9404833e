"""What the language model is asked, in one place: serving, task adapter and pairs must use the very same words.

Static text comes first and what changes most comes last, so that an engine computes the beginning once. The model's
own chat template goes around `system` and `user`.

    prompt = sentence_prompt("boil two eggs for tomorrow's lunch", "making lunch", Style())
    model.chat(prompt.system, prompt.user)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge_assistant.domain import Style

if TYPE_CHECKING:
    from edge_assistant.llm.protocols import LanguageModel

NO_RECOMMENDATION = "No recommendation."
"""The silent suggestion in words: the answer where there is no idea, and what a false alarm is paired with."""

NO_IDEA = "none"
"""Stands in the prompt where there is no idea."""

SENTENCE_SYSTEM = (
    "Say the idea to the person in one sentence, in the given manner. Short is at most 12 words, long adds a reason, "
    "gentle says maybe or you could. Answer with this sentence only."
)
REASON_SYSTEM = "Say in the person's voice, in one short sentence, what they answer to the suggestion and why."
ANSWER_SYSTEM = (
    "You are a personal assistant. Answer the person's question from the facts, in one or two short sentences. "
    "If the facts do not say it, answer: I do not know."
)
STEPS_SYSTEM = (
    "Break the person's goal down into its next three to five steps. Write one short step on each line, each beginning "
    "with a verb, the first one small enough for today. Write nothing else."
)

VOICES = ("warm", "curt", "formal")
"""How somebody answers."""

VERDICTS = {
    "accepted": "yes, now",
    "accepted_badly_put": "yes, but badly put",
    "ignored": "no answer, busy",
    "preference": "no, not this",
    "timing": "no, not now",
    "later": "later",
    "frequency": "no, too often",
    "communication": "no, badly put",
}
"""What somebody makes of a suggestion, and how the prompt says it."""

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request to a language model.

    Attributes:
        system: the task.
        user: the case.
        static: how many characters of `user` stay the same from case to case; what is before may be kept computed.
    """

    system: str
    user: str
    static: int = 0

    def __post_init__(self) -> None:
        if not self.user:
            raise ValueError("prompt: the user's part is empty")
        if not 0 <= self.static <= len(self.user):
            raise ValueError(f"prompt: static is {self.static}, expected 0 to {len(self.user)}")


def sentence_prompt(idea_text: str, activity: str, style: Style) -> Prompt:
    """Ask for one sentence that says an idea.

    Args:
        idea_text: a bare imperative; '' stands for no idea, whose answer is `NO_RECOMMENDATION`.
        activity: what the person does now, in words; '' where nobody knows.
        style: how to put it.
    """
    # the style stands next to the answer: a small model does not find it otherwise
    case = f"Activity: {one_line(activity) or 'unknown'}\nIdea: {one_line(idea_text) or NO_IDEA}\n"
    return Prompt(SENTENCE_SYSTEM, f"{case}Manner: {describe_style(style)}")


def reason_prompt(voice: str, verdict: str, interest: str, heard: str) -> Prompt:
    """Ask for what somebody answers to a suggestion and why.

    Args:
        voice: one of `VOICES`.
        verdict: a key of `VERDICTS`.
        interest: one that the person has.
        heard: the suggestion.

    Raises:
        ValueError: unknown voice or verdict.
    """
    if voice not in VOICES:
        raise ValueError(f"reason prompt: voice is {voice!r}, expected one of {', '.join(VOICES)}")
    if verdict not in VERDICTS:
        raise ValueError(f"reason prompt: verdict is {verdict!r}, expected one of {', '.join(VERDICTS)}")
    user = f"Voice: {voice}\nVerdict: {VERDICTS[verdict]}\nLikes: {one_line(interest)}\nSuggestion: {one_line(heard)}"
    return Prompt(REASON_SYSTEM, user)


def answer_prompt(facts: Sequence[str], turns: Sequence[tuple[str, str]], now: datetime, question: str) -> Prompt:
    """Ask for an answer to a question from facts.

    Args:
        facts: one line each, with its date.
        turns: what was asked and answered just before.
        now: the time.
        question: what is asked.
    """
    told = "\n".join(f"- {one_line(fact)}" for fact in facts) or "- none"
    before = "".join(f"Before: {one_line(asked)} - {one_line(answered)}\n" for asked, answered in turns)
    user = f"Facts:\n{told}\nIt is {now:%A %d %B %Y, %H:%M}.\n{before}Question: {one_line(question)}"
    return Prompt(ANSWER_SYSTEM, user)


def steps_prompt(goal: str) -> Prompt:
    """Ask for the next steps towards a goal, one a line."""
    return Prompt(STEPS_SYSTEM, f"Goal: {one_line(goal)}")


def describe_style(style: Style) -> str:
    """A style in few words; without a word on emoji or exclamation mark there shall be none."""
    words = [
        style.length,
        style.formality,
        "a question" if style.directness == "question" else style.directness,
        style.warmth,
    ]
    if style.emoji == "yes":
        words.append("one emoji")
    if style.exclamation == "yes":
        words.append("exclamation mark")
    return ", ".join(words)


def split_prompt(model: LanguageModel, prompt: Prompt) -> tuple[str, str]:
    """The prompt inside the model's chat template, as the part worth keeping computed and the rest."""
    whole = model.chat(prompt.system, prompt.user)
    changing = prompt.user[prompt.static :].strip()
    at = whole.rfind(changing) if changing else -1
    return (whole[:at], whole[at:]) if at > 0 else ("", whole)


def one_line(text: str) -> str:
    """One line, without a final stop: what people or files wrote cannot start a field of its own."""
    return _SPACES.sub(" ", text).strip().rstrip(".")
