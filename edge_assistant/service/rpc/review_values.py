"""What the service and its clients say to each other about review and shelf. Imports nothing heavy, see `protocol`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge_assistant.service.rpc.values import Value

CARD_ANSWERS = ("yes", "no", "skip")
LIKE_QUESTION = "What else do you enjoy? In your own words, such as 'bouldering with friends'."


@dataclass(frozen=True, slots=True)
class ReviewCard(Value):
    """One question of today's review.

    Attributes:
        id: for `review.answer`.
        kind: idea, moment or wording.
        question: in words.
        options: two wordings, of which 'yes' prefers the first and 'no' the second; none for other kinds.
        time: the moment that it is about.
        activity: of that moment.
        answer: of `CARD_ANSWERS`, '' while it waits.
    """

    id: str
    kind: str
    question: str
    time: datetime
    options: tuple[str, ...] = ()
    activity: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Review(Value):
    """Today's cards.

    Attributes:
        back: the latest answer can be taken back by `review.back`.
        note: why there are no cards, or ''.
        asks_like: after the cards, `LIKE_QUESTION` may be asked; `review.like` takes the answer.
    """

    cards: tuple[ReviewCard, ...] = ()
    back: bool = False
    note: str = ""
    asks_like: bool = False

    @property
    def next(self) -> ReviewCard | None:
        """The first card that waits."""
        return next((card for card in self.cards if not card.answer), None)


@dataclass(frozen=True, slots=True)
class ShelfIdea(Value):
    """An idea on the shelf.

    Attributes:
        id: of the idea, for `shelf.answer`.
        text: in words.
        about: the suggestion to which it was a runner-up, '' for one that is for now.
    """

    id: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Shelf(Value):
    """The ideas that lie ready."""

    ideas: tuple[ShelfIdea, ...] = ()
