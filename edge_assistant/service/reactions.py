"""What a person says back to a suggestion: answers, ratings, later, other words, more like it, and taking that back."""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.domain import DIMENSIONS, REACTIONS, Feedback, Rating
from edge_assistant.errors import UsageError
from edge_assistant.feedback.learning import learn
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.decision_json import decision_from_dict
from edge_assistant.service.feed import Row
from edge_assistant.service.rpc.protocol import LONGEST_SNOOZE, LONGEST_TEXT, OUTCOMES, Entry
from edge_assistant.service.state import ServiceState

LIKED = (0.97, 0.03)
"""Likelihoods of a plain word for an idea."""

DONE, DID_NOT = (0.7, 0.3), (0.4, 0.6)
"""What became of an accepted idea says little more about taste: life came between."""


def ignore_card(card: str) -> None:
    """Nobody asks with cards."""


class Reactions:
    """Takes in what a person says to a suggestion. Every change can be taken back, the latest first.

    Attributes:
        card_taken_back: told the id of a card whose answer was taken back, in the transaction that does it.
    """

    def __init__(self, service: ServiceState) -> None:
        self.service = service
        self.card_taken_back: Callable[[str], None] = ignore_card

    def feedback(
        self,
        id: str,
        reaction: str = "",
        reason: str = "",
        rating: dict[str, int] | None = None,
        turns: Sequence[str] = (),
    ) -> Entry:
        """An answer. A later one to the same suggestion takes the place of the former.

        Raises:
            UsageError: no such suggestion, or an unknown reaction, reason or dimension.
        """
        service = self.service
        _check(reaction, reason, rating)
        with service.lock, service.store.transaction():
            row, before = self._taken_back(service.feed.get(id))
            entry = row.entry
            rated = {**(entry.rating or {}), **rating} if rating else entry.rating
            state = reaction or _state_of(entry, rated)
            reason = reason if reaction == "dismissed" or not reaction else ""
            changed = replace(
                entry,
                state=state,
                reason=reason or (entry.reason if not reaction else ""),
                rating=rated,
                turns=tuple(dict.fromkeys((*entry.turns, *turns)))[:3],
                snoozed_until=None,
            )
            told = _as_feedback(changed)
            words = f"{state}: {entry.text}" if reaction else f"rating of: {entry.text}"
            self._learn(row, before, changed, told, words)
        service.emit("feed", changed.to_dict())
        return changed

    def ignored(self, row: Row) -> Entry:
        """Nobody answered while there was time enough. Nothing that the person did, so nothing to take back."""
        with self.service.lock, self.service.store.transaction():
            changed = replace(row.entry, state="ignored")
            self._take_in(row, changed, Feedback(reaction="ignored"))
        self.service.emit("feed", changed.to_dict())
        return changed

    def expired(self, row: Row) -> Entry:
        """Nobody was there to answer; nothing is learned from that."""
        changed = replace(row.entry, state="expired", snoozed_until=None)
        with self.service.lock:
            self.service.feed.put(changed)
        self.service.emit("feed", changed.to_dict())
        return changed

    def snooze(self, id: str, minutes: float) -> Entry:
        """'Later': the idea is fine, the moment is not. It comes back; others may be said meanwhile."""
        if not 0 < minutes <= LONGEST_SNOOZE:
            raise UsageError(f"snooze: {minutes} minutes cannot be; give 1 to {LONGEST_SNOOZE}")
        service = self.service
        with service.lock, service.store.transaction():
            row, before = self._taken_back(service.feed.get(id))
            until = service.clock.now() + timedelta(minutes=minutes)
            changed = replace(row.entry, state="snoozed", reason="", snoozed_until=until)
            told = Feedback(reaction="dismissed", reason="timing", turns=("later",))
            self._learn(row, before, changed, told, f"later: {row.entry.text}")
        service.emit("feed", changed.to_dict())
        return changed

    def edit(self, id: str, text: str) -> Entry:
        """The person's own words for it: a lesson in style, and for the next adapter."""
        text = " ".join(text.split())
        if not text or len(text) > LONGEST_TEXT:
            raise UsageError(f"edit: the text has {len(text)} characters; write 1 to {LONGEST_TEXT}")

        def teach(decision: Decision) -> None:
            topics = self.service.assistant.base.ideas[decision.ranked.index].topics if decision.ranked else ()
            self.service.assistant.learner.styles.learn(text, topics, *LIKED)

        return self._change(
            id, "new wording of", lambda entry: replace(entry, text=text, edited=True), teach, {"edited": text}
        )

    def wish(self, id: str, aspect: str, value: str, text: str) -> Entry:
        """How the person wants it put; `text` is the same suggestion said so."""

        def teach(_choice: Decision) -> None:
            self.service.assistant.learner.styles.learn_wish(aspect, value)

        return self._change(
            id,
            f"wish for {aspect}",
            lambda entry: replace(entry, text=text),
            teach,
            {"wished": f"{aspect}: {value}"},
        )

    def more_like(self, id: str) -> Entry:
        """More like this: the idea pleases, and with it ideas alike."""

        def teach(decision: Decision) -> None:
            if decision.ranked is not None:
                self.service.assistant.learner.ranker.learn(decision.ranked.index, decision.ranked.features, *LIKED)

        return self._change(id, "more like", lambda entry: replace(entry, liked=True), teach, {"more_like": ""})

    def outcome(self, id: str, outcome: str) -> Entry:
        """What became of an accepted suggestion."""
        if outcome not in OUTCOMES:
            raise UsageError(f"outcome {outcome!r} is unknown; choose {' or '.join(OUTCOMES)}")

        def teach(decision: Decision) -> None:
            if decision.ranked is not None:
                weights = DONE if outcome == "done" else DID_NOT
                self.service.assistant.learner.ranker.learn(decision.ranked.index, decision.ranked.features, *weights)

        return self._change(
            id,
            outcome.replace("_", " "),
            lambda entry: replace(entry, outcome=outcome, remind_at=None),
            teach,
            {"outcome": outcome},
        )

    def remind(self, id: str, at: str) -> Entry:
        """Show it again at a time; '' takes that back."""
        try:
            time = datetime.fromisoformat(at) if at else None
        except ValueError as error:
            raise UsageError(f"remind: {at!r} is not a time; write it like 2026-05-01T18:30") from error
        if time is not None and time.tzinfo is None:
            time = time.replace(tzinfo=self.service.clock.now().tzinfo)
        if time is not None and time <= self.service.clock.now():
            raise UsageError(f"remind: {at} has passed; choose a later time")
        return self._change(id, "reminder of", lambda entry: replace(entry, remind_at=time), None, {})

    def undo(self) -> dict[str, str]:
        """Take back the latest change; {"undone": words, "id": entry} with '' for nothing left."""
        service = self.service
        with service.lock, service.store.transaction():
            item = service.undo.pop()
            if item is None:
                return {"undone": "", "id": ""}
            entry = Entry.from_dict(item["entry"]) if item["entry"] else None
            if entry is not None:
                self._restore(entry, item)
            if item.get("card"):
                self.card_taken_back(item["card"])
        if entry is not None:
            service.emit("feed", entry.to_dict())
        return {"undone": item["what"], "id": entry.id if entry is not None else ""}

    # Inside

    def _taken_back(self, row: Row) -> tuple[Row, Entry]:
        """The line with its former answer taken back, where that is the latest change: answers replace each other.

        Returns:
            The line as the person sees it, and the entry to go back to when the coming change is taken back.
        """
        stack = self.service.undo.items()
        latest = stack[-1] if stack else None
        if latest is None or not latest["answer"] or latest["entry"]["id"] != row.entry.id:
            return row, row.entry
        item = self.service.undo.pop()
        assert item is not None
        before = Entry.from_dict(item["entry"])
        self._restore(before, item)
        state = row.entry.state if row.entry.state in REACTIONS else "open"
        return replace(row, entry=replace(row.entry, state=state, snoozed_until=None)), before

    def _restore(self, entry: Entry, item: dict[str, Any]) -> None:
        """The feed, the log and the memories as they were before a change."""
        service = self.service
        now = service.feed.get(entry.id).entry
        service.feed.put(entry)
        service.store.add_event("undo", service.clock.now(), {"id": entry.id})
        if now.edited and not entry.edited:
            service.store.add_event("edited", service.clock.now(), {"id": entry.id, "text": entry.text})
        told = [
            memory.id
            for memory in service.memory.browse(("score", "reason"), since=entry.time)
            if memory.id > item["memory_mark"] and entry.idea_text and entry.idea_text in memory.text
        ]
        service.memory.delete(told)

    def _learn(self, row: Row, before: Entry, changed: Entry, told: Feedback | None, words: str) -> None:
        """Keep the former state, then take in what was told, in the caller's transaction."""
        if before.state != row.entry.state or before.rating != row.entry.rating:
            words = f"all answers to: {changed.text}"  # they are one lesson, and are taken back together
        self._mark(words, before, told is not None and bool(row.choice), answer=True)
        self._take_in(row, changed, told)

    def _take_in(self, row: Row, changed: Entry, told: Feedback | None) -> None:
        """Change the feed, learn, write everything."""
        service = self.service
        decision = self._choice(row)
        service.feed.put(changed)
        if told is None:
            return
        if decision is not None:
            learn(service.assistant, decision, told)
        if not service.presence.private:
            service.store.add_event("feedback", service.clock.now(), {"id": changed.id, **told.to_dict()})
        service.learned.save()

    def _change(
        self,
        id: str,
        words: str,
        change: Callable[[Entry], Entry],
        teach: Callable[[Decision], None] | None,
        event: dict[str, str],
    ) -> Entry:
        service = self.service
        with service.lock, service.store.transaction():
            row = service.feed.get(id)
            decision = self._choice(row) if teach is not None else None
            self._mark(f"{words}: {row.entry.text}", row.entry, decision is not None)
            changed = change(row.entry)
            service.feed.put(changed)
            if decision is not None and teach is not None:
                teach(decision)
                service.assistant.learner.settle()  # what is ranked for this moment is ranked anew
                service.learned.save()
            for kind, text in () if service.presence.private else event.items():
                service.store.add_event(kind, service.clock.now(), {"id": id, "text": text} if text else {"id": id})
        service.emit("feed", changed.to_dict())
        return changed

    def _mark(self, words: str, entry: Entry, learns: bool, answer: bool = False) -> None:
        mark = self.service.memory.last_id()
        self.service.undo.remember(words, entry.to_dict(), learns, mark, answer)

    def _choice(self, row: Row) -> Decision | None:
        """The decision behind a line, with features of today's ideas and activities; None for what was not chosen."""
        if not row.choice:
            return None
        places = {idea.id: index for index, idea in enumerate(self.service.assistant.base.ideas)}
        return decision_from_dict(row.choice, places)


def _check(reaction: str, reason: str, rating: dict[str, int] | None) -> None:
    if reaction and reaction not in REACTIONS:
        raise UsageError(f"feedback: reaction {reaction!r} is unknown; choose one of {', '.join(REACTIONS)}")
    if reason and reason not in DIMENSIONS:
        raise UsageError(f"feedback: reason {reason!r} is unknown; choose one of {', '.join(DIMENSIONS)}")
    if not reaction and not rating:
        raise UsageError("feedback: give a reaction or a rating")
    for name, value in (rating or {}).items():
        if name not in DIMENSIONS or value not in (0, 1):
            raise UsageError(f"feedback: rating {name}={value!r} cannot be; use 0 or 1 for {', '.join(DIMENSIONS)}")


def _state_of(entry: Entry, rated: dict[str, int] | None) -> str:
    """Where nobody said how they reacted, a whole rating tells."""
    if entry.state in REACTIONS or rated is None or len(rated) < len(DIMENSIONS):
        return entry.state
    return "accepted" if all(rated[name] for name in ("preference", "timing", "frequency")) else "dismissed"


def _as_feedback(entry: Entry) -> Feedback | None:
    """All that the person has said to an entry, or None where it says nothing yet."""
    whole = entry.rating if entry.rating is not None and len(entry.rating) == len(DIMENSIONS) else None
    rating = _rating(whole) if whole is not None else None
    if entry.state not in REACTIONS and rating is None:
        return None
    reaction = entry.state if entry.state in REACTIONS else None
    return Feedback(reaction, entry.reason or None, rating=rating, turns=entry.turns)


def _rating(told: dict[str, int]) -> Rating:
    return Rating(told["preference"], told["timing"], told["frequency"], told["communication"])
