"""Collects pairs from what really happened: the events of a person's store, or the days of a simulated run.

    with Store.open(path) as store:
        harvest_store(store, knowledge.load())

Harvesting again adds nothing twice. Pairs of two rated candidates are not made here: rating two sentences for one
moment takes somebody who answers twice, and only a simulated person does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from edge_assistant.composer.style import style_of
from edge_assistant.domain import Feedback, Style
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.pairs.making import SentenceMoment, reaction_pair, reworded_pair, silence_pair
from edge_assistant.training.pairs.pair import Pair

ALIKE = 0.5
"""Cosine of two activities from which on their moments count as similar."""

PER_DISMISSAL = 3
"""At most so many pairs are made of one dismissed sentence."""

Likeness = Callable[[str, str], float]
"""How alike two activities are, from their texts; at least `ALIKE` is similar."""


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """One suggestion and what became of it."""

    source: str
    text: str
    moment: SentenceMoment
    feedback: Feedback | None = None
    edited: str = ""


def harvest_store(store: Store, base: KnowledgeBase, likeness: Likeness | None = None) -> int:
    """Make pairs of everything in a store and keep them in its buffer; returns how many are new.

    Args:
        store: a person's, or that of a persona in a run.
        base: the ideas that were spoken of.
        likeness: None counts only the same activity as similar.
    """
    said = [*said_in_events(store, base), *said_in_days(store, base)]
    return PairBuffer(store).add(pairs_of(said, likeness or same_activity))


def pairs_of(said: Sequence[SaidSentence], likeness: Likeness) -> Iterator[Pair]:
    """All pairs that these suggestions give."""
    liked = [entry for entry in said if _reaction(entry) == "accepted"]
    for entry in said:
        if entry.edited:
            pair = reworded_pair(entry.moment, entry.text, entry.edited, entry.source)
            if pair is not None:
                yield pair
        if entry.feedback is None or _reaction(entry) == "accepted":
            continue
        if _is_false_alarm(entry.feedback):
            yield silence_pair(entry.moment, entry.text, entry.source)
        elif entry.feedback.reason == "communication":
            yield from _badly_put(entry, liked, likeness)


def _badly_put(entry: SaidSentence, liked: Sequence[SaidSentence], likeness: Likeness) -> Iterator[Pair]:
    made = 0
    for other in reversed(liked):  # the latest first: a person's taste may move
        if made == PER_DISMISSAL:
            return
        if likeness(entry.moment.activity, other.moment.activity) < ALIKE:
            continue
        pair = reaction_pair(entry.moment, entry.text, other.text, (entry.source, other.source))
        if pair is not None:
            made += 1
            yield pair


def _reaction(entry: SaidSentence) -> str:
    return (entry.feedback.reaction or "") if entry.feedback is not None else ""


def _is_false_alarm(feedback: Feedback) -> bool:
    """Whether the moment was wrong. A disliked idea is none here: taste is the ranker's matter, not that of words."""
    if feedback.rating is not None:
        return not (feedback.rating.timing and feedback.rating.frequency)
    return feedback.reaction == "ignored" or feedback.reason in ("timing", "frequency")


def same_activity(first: str, second: str) -> float:
    """1 for the same activity, 0 for another."""
    return float(first.removeprefix("still ") == second.removeprefix("still "))


def embedded_likeness() -> Likeness:
    """Cosine of the packaged embedding."""
    from edge_assistant.llm.embedding import default_embedder
    from edge_assistant.paths import Paths

    embedder = default_embedder(Paths.from_environment().cache)

    def likeness(first: str, second: str) -> float:
        vectors = embedder.embed([first, second])
        return float(vectors[0] @ vectors[1])

    return likeness


def said_in_events(store: Store, base: KnowledgeBase) -> list[SaidSentence]:
    """Suggestions of a person's store: events 'suggestion', 'feedback', 'edited', joined by the suggestion's id."""
    found: dict[str, SaidSentence] = {}
    activity = ""
    for event in store.events():
        data = event.data
        activity = str(data.get("activity", activity)) if event.kind in ("activity", "suggestion") else activity
        name = str(data.get("id", ""))
        if event.kind == "suggestion" and data.get("idea") in base.by_id and data.get("text"):
            said = _said(f"event:{event.id}", data, str(data.get("activity", activity)), event.time, base)
            if said is not None:
                found[name] = said
        elif event.kind == "feedback" and name in found:
            told = {key: value for key, value in data.items() if key in Feedback.__dataclass_fields__}
            found[name] = replace(found[name], feedback=Feedback.from_dict(told))
        elif event.kind == "undo" and name in found:
            found[name] = replace(found[name], feedback=None)
        elif event.kind == "edited" and name in found:
            found[name] = replace(found[name], edited=str(data.get("text", "")))
    return list(found.values())


def said_in_days(store: Store, base: KnowledgeBase) -> list[SaidSentence]:
    """Suggestions of a simulated run: the day documents that it keeps as states 'day.N', with what was told of each."""
    numbers = [key for key in store.state_keys("day.") if key.removeprefix("day.").isdigit()]
    found = []
    for key in sorted(numbers, key=lambda name: int(name.removeprefix("day."))):
        document = store.get_state(key) or {}
        for event in document.get("events", ()):
            if event.get("idea") not in base.by_id or not event.get("text"):
                continue
            source, time = f"{key}:{event['tick']}", datetime.fromisoformat(event["time"])
            said = _said(source, event, event["activity"], time, base)
            if said is not None:
                told = event.get("told")
                found.append(replace(said, feedback=Feedback.from_dict(told) if told else None))
    return found


def _said(source: str, data: dict[str, Any], activity: str, time: datetime, base: KnowledgeBase) -> SaidSentence | None:
    if not activity:
        return None
    text = str(data["text"])
    asked = data.get("manner")
    style = Style(**asked) if isinstance(asked, dict) else style_of(text, Style())
    return SaidSentence(source, text, SentenceMoment(base.ideas[base.index(data["idea"])], activity, time, style))
