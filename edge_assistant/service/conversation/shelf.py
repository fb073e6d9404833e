"""The shelf: ideas for now and runners-up of a suggestion lie ready; never announced, never counted as speech."""

from __future__ import annotations

from edge_assistant.domain import Context
from edge_assistant.errors import UsageError
from edge_assistant.feedback import review
from edge_assistant.feedback.review import Card
from edge_assistant.loop.decision_json import context_from_dict
from edge_assistant.service.conversation.reviewing import in_words
from edge_assistant.service.rpc.review_values import Shelf, ShelfIdea
from edge_assistant.service.state import ServiceState

SHELF_KEY = "personal.shelf"
ON_SHELF, RUNNERS_UP = 3, 2
"""Ideas for now, and of those that were next best when something was said."""


class IdeaShelf:
    """Lays ideas out and takes the answers."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def ideas(self, about: str = "") -> Shelf:
        """Up to three ideas for now, then the runners-up of a suggestion where one is named."""
        service = self.service
        with service.lock:
            learner, decision = service.assistant.learner, service.decision
            if service.presence.private:
                return Shelf()
            answered = set(self._answered())
            found = [self._shown(index, about) for index in self._runners_up(about, answered)]
            if decision is not None:
                taken = answered | {one.id for one in found}
                cards = review.shelf_cards(learner, decision.context, ON_SHELF + len(taken))
                now = [self._shown(card.idea, "") for card in cards]
                found = [*[one for one in now if one.id not in taken][:ON_SHELF], *found]
            return Shelf(tuple(found))

    def answer(self, idea: str, answer: str, about: str = "") -> Shelf:
        """Learn whether an idea on the shelf pleases; it is taken down for today.

        Raises:
            UsageError: no such idea, an unknown answer, or nothing may be kept.
        """
        service = self.service
        if answer not in ("yes", "no"):
            raise UsageError(f"shelf: answer {answer!r} is unknown; choose yes or no")
        with service.lock, service.store.transaction():
            base = service.assistant.base
            if service.presence.private or idea not in base.by_id:
                why = "private mode keeps nothing" if service.presence.private else f"there is no idea {idea!r}"
                raise UsageError(f"shelf: {why}")
            context = self._context(about)
            if context is None:
                raise UsageError("shelf: nothing was seen of this moment yet; try again in a moment")
            words = f"your answer to an idea on the shelf: {in_words(base.by_id[idea])}"
            service.undo.remember(words, None, True, service.memory.last_id(), card=f"shelf {idea}")
            card = Card("idea", context, base.index(idea))
            review.learn(service.assistant.learner, card, "yes" if answer == "yes" else "no")
            service.assistant.learner.history.met(service.clock.now(), idea)
            kept = {"day": service.days.number, "ideas": [*self._answered(), idea]}
            service.store.set_state(SHELF_KEY, kept)
            service.learned.save()
            service.store.add_event("shelf", service.clock.now(), {"idea": idea, "answer": answer})
        return self.ideas(about)

    def taken_back(self, card: str) -> None:
        """An answer does not count any more: the idea lies there again."""
        if card.startswith("shelf "):
            self.service.assistant.learner.history.unmet(card.removeprefix("shelf "))
            self.service.learned.save()
        kept = [idea for idea in self._answered() if card != f"shelf {idea}"]
        self.service.store.set_state(SHELF_KEY, {"day": self.service.days.number, "ideas": kept})

    # Inside

    def _answered(self) -> list[str]:
        """Ideas that were answered today."""
        kept = self.service.store.get_state(SHELF_KEY) or {}
        return list(kept["ideas"]) if kept.get("day") == self.service.days.number else []

    def _runners_up(self, about: str, answered: set[str]) -> list[int]:
        row = self.service.feed.get(about) if about else None
        base = self.service.assistant.base
        ids = [name for name in row.choice.get("alternatives", ()) if name in base.by_id] if row is not None else []
        return [base.index(name) for name in ids if name not in answered][:RUNNERS_UP]

    def _context(self, about: str) -> Context | None:
        """The moment that an answer is about."""
        row = self.service.feed.get(about) if about else None
        if row is not None and row.choice:
            return context_from_dict(row.choice["context"])
        decision = self.service.decision
        return decision.context if decision is not None else None

    def _shown(self, index: int, about: str) -> ShelfIdea:
        idea = self.service.assistant.base.ideas[index]
        return ShelfIdea(idea.id, in_words(idea), about)
