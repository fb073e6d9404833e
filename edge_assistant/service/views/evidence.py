"""How much of what is believed comes from this person: the answers that moved each belief, counted from the feed.

A belief that nothing has moved is what is typical of people, and is never told as something about this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from edge_assistant.composer.style import style_of
from edge_assistant.domain import STYLE_CHOICES, Idea
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import StatedTastes

PARTS = {
    "early": ("early mornings", (5, 6, 7, 8)),
    "morning": ("mornings", (9, 10, 11)),
    "midday": ("hours around noon", (12, 13)),
    "afternoon": ("afternoons", (14, 15, 16)),
    "evening": ("evenings", (17, 18, 19, 20)),
    "night": ("late evenings", (21, 22, 23)),
}
"""Parts of the day: their name and hours."""

WORDINGS_SAID = "wordings.said"
"""In the store's state of corrected beliefs, which undo covers: pairs of sentences between which the person chose."""

WISHED = "wished"
"""Kind of the events that tell how the person wants things put: 'emoji: no'."""


def answers_by_belief(service: ServiceState) -> Counter[str]:
    """How many answers, wishes, requests and stated tastes of this person moved each belief, by its id."""
    by_id = service.assistant.base.by_id
    moved: Counter[str] = Counter()
    heard: set[str] = set()
    for row in service.feed.between(None, None):
        beliefs = set(_moved(row.entry, by_id.get(row.entry.idea)))
        again = row.entry.idea in heard and any(name.startswith("taste.") for name in beliefs)
        moved.update([*beliefs, "gaps.again"] if again else beliefs)
        heard.add(row.entry.idea)
    undone = {event.data.get("id"): event.id for event in service.store.events("undo")}
    for event in service.store.events(WISHED):
        if event.id > undone.get(event.data.get("id"), 0):
            moved[f"manner.{str(event.data.get('text', '')).partition(':')[0]}"] += 1
    for taste in StatedTastes(service).all():
        moved.update({f"taste.{by_id[lesson.idea].category}" for lesson in taste.lessons if lesson.idea in by_id})
    for first, second in (service.store.get_state(CORRECTED_KEY) or {}).get(WORDINGS_SAID, ()):
        one, other = style_of(first), style_of(second)
        moved.update(f"manner.{name}" for name in STYLE_CHOICES if getattr(one, name) != getattr(other, name))
    return moved


def _moved(entry: Entry, idea: Idea | None) -> Iterator[str]:
    """The beliefs that one suggestion and its answer moved, each once."""
    if entry.requested:
        yield "gaps.longest"
    rated = bool(entry.rating)
    if entry.state not in ("accepted", "dismissed", "snoozed") and not rated:
        return
    yield from (f"hours.{name}" for name, (_, hours) in PARTS.items() if entry.time.hour in hours)
    if not entry.requested:
        yield from ("gaps.least", "gaps.most")
    if rated or entry.edited or entry.state == "accepted" or entry.reason == "communication":
        yield from (f"manner.{aspect}" for aspect in STYLE_CHOICES)
        yield from (f"topics.{topic}" for topic in (idea.topics if idea is not None else ()))
    if idea is not None and (rated or entry.state == "accepted" or entry.reason in ("", "preference")):
        yield f"taste.{idea.category}"
