"""Answers a question by code where one of the answerers knows it; 'and yesterday?' goes on with the last one."""

from __future__ import annotations

from edge_assistant.service.answers.answerer import ANSWERERS, Question
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.recognising import Recogniser
from edge_assistant.service.answers.spans import span_of
from edge_assistant.service.answers.words import topic_of
from edge_assistant.service.state import ServiceState

_GOES_ON = frozenset(["and", "what", "about", "how", "then", "or", "also"])
"""Words beside a time that make a question go on with the last one."""


class Answering:
    """Recognises questions and answers them."""

    def __init__(self, service: ServiceState) -> None:
        self.known = Known(service)
        self._recogniser = Recogniser(service.memory.embedder)
        self._last: tuple[str, str] = "", ""  # name of an answerer, and the question without its time

    def answer(self, text: str, about: str = "") -> str | None:
        """The answer, or None for a question that no code answers.

        Args:
            text: the question.
            about: id of the suggestion that it is about, or ''.
        """
        now = self.known.service.clock.now()
        span, plain = span_of(text, now)
        if span is not None and set(plain.split()) <= _GOES_ON and self._last[0]:
            name, plain = self._last
        else:
            name, _ = self._recogniser.recognise(plain)
        if not name:
            return None
        self._last = name, plain
        answerer = ANSWERERS.get(name)
        service = self.known.service
        with service.lock:
            found = answerer.answer(self.known, Question(text, plain, now, answerer.ahead, about))
        if service.presence.private:
            service.forget_vectors(plain, " ".join(topic_of(plain)))
        return found
