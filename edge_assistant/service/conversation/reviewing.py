"""The day's review: a few cards that the person may answer when they like; one quiet line says that they are there.

The cards of a day are chosen when they are first asked for, and stay. Each answer can be taken back.
"""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from edge_assistant.context.apps import SOMETHING
from edge_assistant.domain import Idea
from edge_assistant.errors import UsageError
from edge_assistant.feedback import review
from edge_assistant.feedback.review import Card
from edge_assistant.loop.decision_json import context_from_dict, context_to_dict
from edge_assistant.service.conversation.correcting import Correcting
from edge_assistant.service.reactions import Reactions
from edge_assistant.service.rpc.review_values import CARD_ANSWERS, Review, ReviewCard
from edge_assistant.service.state import ServiceState
from edge_assistant.trigger.waiting import Sight

REVIEW_KEY = "personal.review"
OFFERS_KEY = "personal.review.offers"

EVENING = 18
"""Hour from which on today's review is there."""
LONG_DAY, SHORT_DAY = 48, 6
"""Moments of a day, ten minutes apart, that are enough at any hour; and that are enough in the evening."""
LONGEST_PAUSE = 7
"""Days after which it is there again, however often it was left alone."""
RENEWED = timedelta(minutes=30)
"""Cards of which none was answered are chosen anew after this time: more of the day was seen."""

NOTHING_SEEN = "Too little of today has been seen for a review; come back later."
PRIVATE = "Private mode keeps nothing, so there is no review now."


@dataclass
class _Today:
    """The cards of a day, as the store keeps them."""

    day: int = 0
    made: str = ""
    cards: list[dict[str, Any]] | None = None
    order: list[str] | None = None
    """Ids of the answered cards, the latest last."""

    def document(self) -> dict[str, Any]:
        return {"day": self.day, "made": self.made, "cards": self.cards or [], "order": self.order or []}


class Reviewing:
    """Offers the review, chooses its cards and takes the answers."""

    def __init__(self, service: ServiceState, reactions: Reactions, correcting: Correcting) -> None:
        self.service = service
        self.reactions = reactions
        self.correcting = correcting

    def offer(self) -> None:
        """At most once a day, towards its end, the review is there; who leaves it alone is offered it less often."""
        service = self.service
        with service.lock:
            day = service.days.number
            offers = service.store.get_state(OFFERS_KEY) or {"day": 0, "left": 0}
            wanted = service.presence.setup_done and not service.presence.private
            wanted = wanted and service.settings.presence.level != "off"
            pause = max(1, min(offers["left"], LONGEST_PAUSE))
            if wanted and offers["day"] != day and day - offers["day"] >= pause and self._enough():
                offers = {"day": day, "left": offers["left"] + 1}
                service.store.set_state(OFFERS_KEY, offers)
            today = self._today()
            done = today.day == day and bool(today.cards) and all(card["answer"] for card in today.cards or ())
            service.review_waits = wanted and 0 < day == offers["day"] and not done

    def cards(self) -> Review:
        """Today's cards."""
        service = self.service
        with service.lock:
            if service.presence.private:
                return Review(note=PRIVATE)
            today = self._today()
            now = service.clock.now()
            stale = not today.order and (not today.made or now - datetime.fromisoformat(today.made) >= RENEWED)
            if today.day != service.days.number or stale:
                today = self._choose(now)
            return self._view(today)

    def answer(self, id: str, answer: str) -> Review:
        """Learn from the answer to a card.

        Raises:
            UsageError: no such card today, an unknown answer, or one that was answered already.
        """
        service = self.service
        if answer not in CARD_ANSWERS:
            raise UsageError(f"review: answer {answer!r} is unknown; choose one of {', '.join(CARD_ANSWERS)}")
        with service.lock, service.store.transaction():
            if service.presence.private:
                raise UsageError(f"review: {PRIVATE[0].lower()}{PRIVATE[1:]}")
            today = self._today()
            found = self._find(today, id)
            if found is None or today.day != service.days.number:
                raise UsageError(f"review: there is no card {id!r} today; 'edge-assistant review --json' lists them")
            if found["answer"]:
                raise UsageError(f"review: {id} is answered already; go back to change an answer")
            card, learner = self._card(found), service.assistant.learner
            if card is None:
                raise UsageError(f"review: the idea of {id} is gone; skip it by asking for the cards again")
            if answer != "skip":
                words = f"your answer to: {self._shown(found).question}"
                service.undo.remember(words, None, True, service.memory.last_id(), card=id)
            review.learn(learner, card, cast(review.Answer, answer))
            found["answer"] = answer
            today.order = [*(today.order or ()), id]
            service.store.set_state(REVIEW_KEY, today.document())
            service.store.set_state(OFFERS_KEY, {"day": today.day, "left": 0})
            service.learned.save()
            told = {"card": found["kind"], "idea": found["idea"], "answer": answer}
            service.store.add_event("review", service.clock.now(), told)
        self.offer()
        return self._view(today)

    def like(self, words: str = "") -> Review:
        """The answer to the question what else the person enjoys; '' passes over it.

        Raises:
            UsageError: in private mode, which keeps nothing.
        """
        service = self.service
        words = " ".join(words.split())
        with service.lock, service.store.transaction():
            if service.presence.private:
                raise UsageError(f"review: {PRIVATE[0].lower()}{PRIVATE[1:]}")
            if words:
                self.correcting.state([words])
            review.asked_for_like(service.assistant.learner, bool(words))
            service.learned.save()
            return self._view(self._today())

    def back(self) -> Review:
        """Take the latest answer back, so that its card waits again.

        Raises:
            UsageError: nothing was answered, or something else since.
        """
        service = self.service
        with service.lock:
            today = self._today()
            if not today.order:
                raise UsageError("review: nothing was answered yet")
            found = self._find(today, today.order[-1])
            stack = service.undo.items()
            if found is not None and found["answer"] != "skip":
                if not stack or stack[-1].get("card") != found["id"]:
                    raise UsageError("review: something else was answered since; take that back first")
                self.reactions.undo()
            else:
                card = self._card(found) if found is not None else None
                if card is not None:
                    service.assistant.learner.asked.discard(review.card_key(card, service.assistant.learner))
                self.taken_back(today.order[-1])
                service.learned.save()
            today = self._today()
        self.offer()
        return self._view(today)

    # Inside

    def _seen(self) -> list[Sight]:
        days = self.service.assistant.learner.outlook.days
        return list(days[-1]) if days else []

    def _enough(self) -> bool:
        seen, hour = len(self._seen()), self.service.clock.now().hour
        return seen >= LONG_DAY or (hour >= EVENING and seen >= SHORT_DAY)

    def _today(self) -> _Today:
        kept = self.service.store.get_state(REVIEW_KEY)
        return _Today(**kept) if kept else _Today()

    def _choose(self, now: datetime) -> _Today:
        """The cards of the day, as far as it was seen."""
        assistant = self.service.assistant
        chosen = review.cards(assistant.learner, self._seen(), wordings=review.wordings_of(assistant))
        day = self.service.days.number
        ids = assistant.base.ideas
        made = [
            {
                "id": f"r{day}-{number}",
                "kind": card.kind,
                "context": context_to_dict(card.context),
                "idea": ids[card.idea].id if card.idea >= 0 else "",
                "texts": list(card.texts),
                "chance": card.chance,
                "answer": "",
            }
            for number, card in enumerate(chosen, 1)
        ]
        today = _Today(day, now.isoformat(), made, [])
        self.service.store.set_state(REVIEW_KEY, today.document())
        return today

    def _find(self, today: _Today, id: str) -> dict[str, Any] | None:
        return next((card for card in today.cards or () if card["id"] == id), None)

    def _card(self, kept: dict[str, Any]) -> Card | None:
        """None where its idea is gone."""
        base = self.service.assistant.base
        if kept["idea"] and kept["idea"] not in base.by_id:
            return None
        index = base.index(kept["idea"]) if kept["idea"] else -1
        first, second = kept["texts"]
        return Card(kept["kind"], context_from_dict(kept["context"]), index, (first, second), kept["chance"])

    def taken_back(self, id: str) -> None:
        """An answer does not count any more."""
        today = self._today()
        found = self._find(today, id)
        if found is not None:
            found["answer"] = ""
            today.order = [other for other in today.order or () if other != id]
            self.service.store.set_state(REVIEW_KEY, today.document())

    def _view(self, today: _Today) -> Review:
        stack = self.service.undo.items()
        latest = self._find(today, today.order[-1]) if today.order else None
        skipped = latest is not None and latest["answer"] == "skip"
        on_top = latest is not None and bool(stack) and stack[-1].get("card") == latest["id"]
        cards = tuple(self._shown(kept) for kept in today.cards or () if self._card(kept) is not None)
        asks_like = bool(cards) and review.asks_for_like(self.service.assistant.learner)
        return Review(cards, skipped or on_top, "" if cards else NOTHING_SEEN, asks_like)

    def _shown(self, kept: dict[str, Any]) -> ReviewCard:
        context = context_from_dict(kept["context"])
        idea = self.service.assistant.base.by_id.get(kept["idea"])
        activity = "" if context.activity == SOMETHING else context.activity
        when = f"{context.time:%H:%M}" + (f", {activity}" if activity else "")
        shown = ReviewCard(kept["id"], kept["kind"], "", context.time, (), activity, kept["answer"])
        if kept["kind"] == "wording":
            return replace(shown, question="Which do you prefer?", options=tuple(kept["texts"]))
        if kept["kind"] == "moment":
            return replace(shown, question=f"{when}: would that have been a good moment for a suggestion?")
        text = in_words(idea) if idea is not None else ""
        return replace(shown, question=f"Would this have pleased you at {when}? {text}")


def in_words(idea: Idea) -> str:
    """An idea as a sentence."""
    return f"{idea.text[:1].upper()}{idea.text[1:]}."
