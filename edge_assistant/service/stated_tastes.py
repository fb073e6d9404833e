"""What the person has said they like or dislike: kept in their own words, shown as beliefs, taken back at will."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import Context
from edge_assistant.feedback.setup import MOMENT, PICKED, STRUCK
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, Lesson, state_idea, state_tastes, take_back
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.service.state import ServiceState

PER_DAY = "gaps.most"
"""The belief that a named number of suggestions a day is."""
PREFIX = "taste.said."
"""Begins the ids of these beliefs; they stand beside the corrected ones, so that undo covers both."""


@dataclass(frozen=True, slots=True)
class StatedTaste:
    """One thing that the person likes, or dislikes.

    Attributes:
        words: their own, or an idea's id.
        liked: False for a dislike.
        lessons: what was learned from it.
        picked: of a few examples it was picked, or struck; that says less than own words.
    """

    words: str
    liked: bool
    lessons: tuple[Lesson, ...] = ()
    picked: bool = False

    @property
    def id(self) -> str:
        """Of the belief that shows it."""
        return PREFIX + self.words

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> StatedTaste:
        """Inverse of `asdict`, after JSON."""
        lessons = (Lesson(**{**each, "features": tuple(each["features"])}) for each in data["lessons"])
        return cls(data["words"], data["liked"], tuple(lessons), data.get("picked", False))


class StatedTastes:
    """Reads and changes them; all writing in the caller's transaction."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def all(self) -> list[StatedTaste]:
        """In the order in which they were said."""
        kept = self.service.store.get_state(CORRECTED_KEY) or {}
        return [StatedTaste.from_dict(value) for name, value in kept.items() if name.startswith(PREFIX)]

    def say(self, words: Iterable[str], liked: bool) -> None:
        """The person likes, or dislikes, some things; the latest word about a thing takes the place of a former."""
        learner = self.service.assistant.learner
        now = Context(self.service.clock.now(), SOMETHING)
        for word in dict.fromkeys(" ".join(each.split()) for each in words):
            if word:
                self.take_back(word)
                lessons = state_tastes(learner, now, [word], LIKED if liked else DISLIKED)
                self._put(word, StatedTaste(word, liked, tuple(lessons)))
        learner.learned()

    def pick(self, ids: Iterable[str], liked: bool) -> None:
        """The person picks, or strikes, some of the examples of the first start."""
        base, learner = self.service.assistant.base, self.service.assistant.learner
        said = {taste.words for taste in self.all() if not taste.picked}
        moment = replace(MOMENT, time=self.service.clock.now().replace(hour=MOMENT.time.hour, minute=0))
        for name in dict.fromkeys(ids):
            if name not in said:  # what was said outright says more
                self.take_back(name)
                lesson = state_idea(learner, moment, base.index(name), PICKED if liked else STRUCK)
                self._put(name, StatedTaste(name, liked, (lesson,), picked=True))
        learner.learned()

    def take_back(self, words: str) -> None:
        """As if it had not been said; what was learned otherwise stays."""
        former = next((taste for taste in self.all() if taste.words == words), None)
        if former is not None:
            learner = self.service.assistant.learner
            take_back(learner, words, former.lessons)
            self._put(words, None)

    def _put(self, words: str, taste: StatedTaste | None) -> None:
        kept = self.service.store.get_state(CORRECTED_KEY) or {}
        kept.pop(PREFIX + words, None)
        self.service.store.set_state(CORRECTED_KEY, {**kept, taste.id: asdict(taste)} if taste else kept)
