"""What the paper's assistant remembers, and the few lines of it that a prompt gets.

Score = 0.5 recency + 3 relevance + 2 importance, the four latest beside the best, hourly and four-hourly summaries. The
memory is that of `edge_assistant.memory`, held in this process; a night's checkpoint keeps what went into it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.llm.embedding import Embedder
from edge_assistant.memory import MemoryStore
from edge_assistant.memory.records import Draft, Memory
from edge_assistant.memory.summaries import Span
from edge_assistant.storage.store import Store

RECENT = 4
RETRIEVED = 3
"""As upstream: three by meaning beside the latest."""
HOURLY = 3
"""Hourly summaries of a prompt at most: those since the last four hours were summed up."""
WORDS = 8
"""Words of a memory in a prompt: enough to know it by, and short prompts are what makes a small machine fit."""

_SCORE = re.compile(r"\(score (\d) of 4")


def counted(span: Span, memories: Sequence[Memory]) -> str:
    """Sums up as upstream does, how many suggestions there were and how they were liked, without a model."""
    said = [memory for memory in memories if memory.kind == "suggestion"]
    scores = [int(found.group(1)) for memory in said if (found := _SCORE.search(memory.text))]
    mean = f", mean score {sum(scores) / len(scores):.1f}" if scores else ""
    return f"{span.start:%a %H}-{span.end:%H}h: {len(said)} said{mean}"


class Recollection:
    """The memory of one life: what the person did, what was suggested, how it was rated."""

    def __init__(self, embedder: Embedder) -> None:
        self.kept: list[list[str]] = []
        self._memory = MemoryStore(Store.open(":memory:"), embedder, brute_force_below=10**6, summariser=counted)

    def see(self, time: datetime, activity: str) -> None:
        """The person does something else."""
        self._keep("action", time, activity)

    def suggested(self, time: datetime, text: str, total: int) -> None:
        """Something was said, and rated."""
        self._keep("suggestion", time, f"{text} (score {total} of 4)")

    def lines(self, activity: str, now: datetime) -> list[str]:
        """What a prompt gets, from the general to the latest."""
        recent = _different(self._memory.last(4 * RECENT, ("action", "suggestion"))[::-1], RECENT)[::-1]
        self._memory.summarise(now)
        found = [item.memory for item in self._memory.search(activity, now, 8 * RETRIEVED, ("action", "suggestion"))]
        older = _different(found, RETRIEVED, {_plain(memory) for memory in recent})
        older.sort(key=lambda memory: memory.id)
        return [*self._summaries(now), *(_line(memory, now) for memory in (*older, *recent))]

    def _summaries(self, now: datetime) -> list[str]:
        long = self._memory.last(1, ("summary_4h",))
        since = long[0].time if long else now - timedelta(hours=4)
        hours = self._memory.browse(("summary_hour",), since=since + timedelta(seconds=1))
        return [memory.text for memory in (*long, *hours[-HOURLY:])]

    def _keep(self, kind: str, time: datetime, text: str) -> None:
        self.kept.append([kind, time.isoformat(), text])
        self._memory.add(kind, time, text)

    def get_state(self) -> dict[str, Any]:
        """All of it, JSON-ready."""
        return {"kept": self.kept}

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`."""
        self.kept = [list(map(str, one)) for one in state["kept"]]
        self._memory.add_many([Draft(kind, datetime.fromisoformat(time), text) for kind, time, text in self.kept])


def _different(memories: Sequence[Memory], most: int, known: set[str] | None = None) -> list[Memory]:
    """The first of them that tell something of their own."""
    seen, chosen = set(known or ()), list[Memory]()
    for memory in memories:
        if len(chosen) < most and _plain(memory) not in seen:
            seen.add(_plain(memory))
            chosen.append(memory)
    return chosen


def _plain(memory: Memory) -> str:
    return f"{memory.kind} {_SCORE.split(memory.text)[0].strip()}"


def _line(memory: Memory, now: datetime) -> str:
    text, _, rest = memory.text.partition(" (score ")
    words = text.split()
    short = " ".join(words[:WORDS]) + (" ..." if len(words) > WORDS else "")
    when = f"{memory.time:%H:%M}" if memory.time.date() == now.date() else f"{memory.time:%a %H:%M}"
    if memory.kind == "action":
        return f"{when} did: {short}"
    return f"{when} said: {short}" + (f" ({rest}" if rest else "")
