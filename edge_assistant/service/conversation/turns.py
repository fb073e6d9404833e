"""The conversation: what was asked and answered. Kept beside the memories, never among them."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge_assistant.service.rpc.protocol import Turn
from edge_assistant.storage.store import Store

CONVERSATION_KEY = "personal.conversation"
MOST = 200
"""Turns that are kept."""

GOES_ON = timedelta(minutes=30)
"""After a longer silence, a question begins a new conversation."""


class Conversation:
    """Reads and writes the turns, the oldest first."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def turns(self) -> list[Turn]:
        """All that are kept."""
        return [Turn.from_dict(each) for each in self.store.get_state(CONVERSATION_KEY) or ()]

    def lately(self, now: datetime, most: int) -> list[Turn]:
        """The last turns of the conversation that still goes on."""
        found: list[Turn] = []
        for turn in reversed(self.turns()):
            if len(found) == most or not timedelta() <= now - turn.time <= GOES_ON:
                break
            now = turn.time
            found.insert(0, turn)
        return found

    def add(self, turn: Turn) -> None:
        """Keep a turn; the oldest goes where there are too many."""
        self._put([*self.turns(), turn][-MOST:])

    def forget(self, since: datetime | None, until: datetime | None, topic: str) -> None:
        """Let go of the turns of a span, open where an end is None, and of those that name a topic."""
        words, spanned = topic.lower().split(), since is not None or until is not None

        def goes(turn: Turn) -> bool:
            in_span = (since is None or turn.time >= since) and (until is None or turn.time < until)
            text = f"{turn.question} {turn.answer}".lower()
            return (spanned and in_span) or (bool(words) and all(word in text for word in words))

        turns = self.turns()
        kept = [turn for turn in turns if not goes(turn)]
        if len(kept) < len(turns):
            self._put(kept)

    def _put(self, turns: list[Turn]) -> None:
        self.store.set_state(CONVERSATION_KEY, [turn.to_dict() for turn in turns])
