"""A question that code can answer: how people ask it, and what it takes to answer.

@answers("away", "how long nobody was there", "how long was I away", "how much time was I gone")
def away(known: Known, question: Question) -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from edge_assistant.registry import Registry
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.spans import Span, span_of

Answer = Callable[[Known, "Question"], str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood.

    Attributes:
        text: as it was asked.
        plain: without the words that tell a time.
        now: when.
        ahead: a weekday means the coming one, not the last.
        about: id of the suggestion that it is about, or ''.
    """

    text: str
    plain: str
    now: datetime
    ahead: bool = False
    about: str = ""

    @property
    def named(self) -> Span | None:
        """The time that it names, or None."""
        return span_of(self.text, self.now, self.ahead)[0]

    def span(self, usual: str = "today") -> Span:
        """The time that it is about, `usual` where it names none."""
        found = self.named or span_of(usual, self.now, self.ahead)[0]
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Answerer:
    """One kind of question.

    Attributes:
        examples: ways to ask it, without the words that tell a time.
        answer: gives the words.
        ahead: see `Question`.
    """

    examples: tuple[str, ...]
    answer: Answer
    ahead: bool = False


ANSWERERS: Registry[Answerer] = Registry("answer", "edge_assistant.service.answers.topics", "edge_assistant.answers")


def answers(name: str, summary: str, *examples: str, ahead: bool = False) -> Callable[[Answer], Answer]:
    """Decorator: the function answers questions like these examples."""

    def keep(answer: Answer) -> Answer:
        ANSWERERS.add(name, Answerer(examples, answer, ahead), summary)
        return answer

    return keep
