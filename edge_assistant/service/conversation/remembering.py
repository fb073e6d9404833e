"""Everything that is kept, for the person: find it, correct it, pin it, forget it, take it along."""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.memory import Memory
from edge_assistant.service.conversation.asking import memory_row
from edge_assistant.service.conversation.reviewing import REVIEW_KEY
from edge_assistant.service.conversation.turns import Conversation
from edge_assistant.service.feed import Row
from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import StatedTastes
from edge_assistant.training.jobs import forgetting
from edge_assistant.training.versions.registry import AdapterRegistry

SHOWN = 50
TOPIC_COSINE = 0.45
"""From here on a memory is about a topic even where it does not name it."""
NEAR_COSINE = 0.25
"""Below this a memory has nothing to do with what is searched for: of the 546 packaged ideas 60 are so near to 'food',
20 to 'plants', 3 to 'money'."""
NEAREST = 5
"""So many are found even where fewer are near."""
OWNER = "me"
PERSONAL_EVENTS = ("suggestion", "feedback", "undo", "edited", "more_like", "outcome", "told")


class Remembering:
    """Searches and changes what is kept."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def search(
        self, query: str = "", by: str = "meaning", kind: str = "", day: str = "", limit: int = 50, offset: int = 0
    ) -> tuple[list[MemoryRow], int]:
        """Memories and how many fit altogether: the newest first, or the best where something is searched for."""
        if by not in ("meaning", "word"):
            raise UsageError(f"memory search: by {by!r} is unknown; choose meaning or word")
        service = self.service
        kinds = (kind,) if kind else None
        since, until = self._day(day)
        with service.lock:
            if not query:
                found = service.memory.browse(kinds, since, until, newest_first=True)
                rows = [memory_row(memory) for memory in found[offset : offset + limit]]
                return rows, len(found)
            if by == "word":
                hits = [(memory, None) for memory in service.memory.words(query, 1000, kinds)]
            else:
                nearest = enumerate(service.memory.nearest(query, 1000, kinds))
                near = (item for rank, item in nearest if item.score >= NEAR_COSINE or rank < NEAREST)
                hits = [(item.memory, item.score) for item in near]  # type: ignore[misc]
        fit = [(memory, score) for memory, score in hits if _within(memory, since, until)]
        return [memory_row(memory, score) for memory, score in fit[offset : offset + limit]], len(fit)

    def correct(self, id: int, text: str) -> MemoryRow:
        """Change a memory's text."""
        text = " ".join(text.split())
        if not text:
            raise UsageError("memory correct: the text is empty; forget the memory instead")
        with self.service.lock:
            return memory_row(self.service.memory.correct(int(id), text))

    def pin(self, id: int, on: bool = True) -> MemoryRow:
        """Let a memory count as important, or no longer."""
        with self.service.lock:
            self.service.memory.pin(id, on)
            memory = self.service.memory.get(id)
            assert memory is not None
            return memory_row(memory)

    def forget(
        self,
        ids: Iterable[int] = (),
        since: str = "",
        until: str = "",
        topic: str = "",
        preview: bool = True,
    ) -> Forgotten:
        """Forget memories, a span or a topic, everywhere: memory, index, feed, log, pairs; adapters are marked.

        Args:
            ids: of memories.
            since: ISO time or date; the span ends at `until`, or now.
            until: ISO time or date; the span begins at `since`, or at the beginning.
            topic: words.
            preview: only tell what would go.

        Raises:
            UsageError: nothing was named, or a time is not understood.
        """
        service = self.service
        with service.lock:
            memories, rows = self._meant(list(ids), since, until, topic)
            events = self._events_of(rows, since, until)
            sources = [f"event:{number}" for number in events]
            registry = AdapterRegistry(service.paths.adapters)
            times = [row.entry.time for row in rows] + [memory.time for memory in memories]
            lessons = forgetting.Wanted(sources, times, self._time(since), self._time(until), topic.strip())
            going = forgetting.preview(service.store, registry, OWNER, lessons)
            result = Forgotten(
                preview=preview,
                memories=len(memories),
                feed=len(rows),
                pairs=len(going.pairs),
                rows=tuple(memory_row(memory) for memory in memories[:SHOWN]),
                entries=tuple(row.entry.text for row in rows[:SHOWN]),
                adapters=going.versions,
            )
            if preview:
                return result
            # first: killed in between, an adapter is rather marked for nothing than kept for ever
            forgetting.forget(service.store, registry, OWNER, lessons)
            with service.store.transaction():
                service.memory.delete([memory.id for memory in memories])
                service.feed.erase([row.number for row in rows])
                service.store.erase_events(events)
                if since or until:
                    service.log.forget(lessons.since, lessons.until)
                self._forget_undo({row.entry.id for row in rows})
                self._forget_reasons({memory.text for memory in memories})
                self._forget_tastes(topic.strip().lower())
                self._forget_cards()
                Conversation(service.store).forget(lessons.since, lessons.until, topic)
            self._forget_activities(memories, topic)
            service.forget_vectors(topic)
            service.store.scrub()
        for row in rows:
            service.emit("feed", {"id": row.entry.id, "gone": True})
        return result

    def export(self) -> dict[str, Any]:
        """Everything as JSON."""
        service = self.service
        with service.lock:
            return {
                "memories": service.memory.export(),
                "conversation": [turn.to_dict() for turn in Conversation(service.store).turns()],
                "feed": [{**row.entry.to_dict(), "why": row.why} for row in service.feed.latest(limit=10**9)],
                "feedback": [
                    {"kind": event.kind, "time": event.time.isoformat(), **event.data}
                    for event in service.store.events()
                    if event.kind in PERSONAL_EVENTS
                ],
            }

    # Inside

    def _meant(self, ids: list[int], since: str, until: str, topic: str) -> tuple[list[Memory], list[Row]]:
        """The memories and the lines of the feed that are to go."""
        service = self.service
        if ids:
            memories = [memory for number in ids if (memory := service.memory.get(int(number))) is not None]
            times = {memory.time for memory in memories if memory.kind == "suggestion"}
            return memories, [row for row in service.feed.between(None, None) if row.entry.time in times]
        if since or until:
            first, last = self._time(since), self._time(until)
            return service.memory.browse(None, first, last), service.feed.between(first, last)
        if topic.strip():
            return self._about(topic)
        raise UsageError("memory forget: name memories, a span or a topic")

    def _about(self, topic: str) -> tuple[list[Memory], list[Row]]:
        service = self.service
        found = {memory.id: memory for memory in service.memory.words(topic, 10**6)}
        found.update(
            (item.memory.id, item.memory)
            for item in service.memory.nearest(topic, 10**4)
            if item.score >= TOPIC_COSINE and not item.memory.kind.startswith("summary")
        )
        words = topic.lower().split()
        times = {memory.time for memory in found.values() if memory.kind in ("suggestion", "score", "reason")}
        rows = [
            row
            for row in service.feed.between(None, None)
            if row.entry.time in times
            or all(word in f"{row.entry.text} {row.entry.idea_text} {row.entry.activity}".lower() for word in words)
        ]
        said = {row.entry.time for row in rows}
        for memory in service.memory.browse(("suggestion", "score", "reason")):
            if memory.time in said:
                found[memory.id] = memory
        return sorted(found.values(), key=lambda memory: memory.id), rows

    def _events_of(self, rows: list[Row], since: str, until: str) -> list[int]:
        """Log entries about these suggestions, and all of a span."""
        names = {row.entry.id for row in rows}
        first, last = self._time(since), self._time(until)
        found = [event.id for event in self.service.store.events() if event.data.get("id") in names]
        if since or until:
            found += [event.id for event in self.service.store.events(since=first, until=last)]
        return sorted(set(found))

    def _forget_undo(self, names: set[str]) -> None:
        """Former states hold texts too."""
        stack = self.service.undo.items()
        if any((item["entry"] or {}).get("id") in names for item in stack):
            self.service.undo.clear()

    def _forget_cards(self) -> None:
        """The cards of a review tell of activities, and so do the answers that can be taken back; others are chosen."""
        self.service.store.set_state(REVIEW_KEY, None)
        if any(item.get("card") for item in self.service.undo.items()):
            self.service.undo.clear()

    def _forget_reasons(self, texts: set[str]) -> None:
        """Suggestions that stay were explained by memories, too."""
        for row in self.service.feed.between(None, None):
            known = list(row.why.get("memories", ()))
            kept = [text for text in known if text not in texts]
            if kept != known:
                self.service.feed.put(row.entry, why={**row.why, "memories": kept})

    def _forget_tastes(self, topic: str) -> None:
        """What the person has said they like or dislike of a topic, and what was learned from it."""
        tastes = StatedTastes(self.service)
        gone = [taste.words for taste in tastes.all() if topic and topic in taste.words.lower()]
        for words in gone:
            tastes.take_back(words)
        if gone:
            self.service.undo.clear()
            self.service.learned.save()
            store = self.service.store
            told = [event for kind in ("setup", "corrected") for event in store.events(kind)]
            store.erase_events([event.id for event in told if any(words in str(event.data) for words in gone)])

    def _forget_activities(self, memories: list[Memory], topic: str) -> None:
        """The learner knows activities by their text; those that are in no memory any more lose it."""
        service = self.service
        gone = {memory.text for memory in memories if memory.kind == "action"}
        gone -= {memory.text for memory in service.memory.browse(("action",))}
        if topic:
            gone |= {text for text in service.assistant.learner.trigger.activities if topic.lower() in text.lower()}
        activities = service.assistant.learner.trigger.activities
        renamed = {f"(forgotten {number})" if text in gone else text: number for text, number in activities.items()}
        if renamed != activities:
            service.assistant.learner.trigger.activities = renamed
            service.assistant.learner.outlook.forget(gone)
            service.learned.save()

    def _day(self, day: str) -> tuple[datetime | None, datetime | None]:
        if not day:
            return None, None
        start = self._time(day)
        assert start is not None
        return start, start + timedelta(days=1)

    def _time(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            time = datetime.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f"{text!r} is not a time; write it like 2026-05-01 or 2026-05-01T18:30") from error
        return time if time.tzinfo else time.replace(tzinfo=self.service.clock.now().tzinfo)


def _within(memory: Memory, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or memory.time >= since) and (until is None or memory.time < until)
