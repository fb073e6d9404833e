"""A person's fixed points while they are being placed: none overlaps another on any day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.people.importer.language import activities, clocks
from simulator.people.persona import DAY_GROUPS, FixedPoint

SHORTEST = 10.0
"""Minutes of the shortest gap that is filled."""


def room_of(text: str, words: str, kind: str) -> str:
    """Where it is done: as the text says, or in bed, or where such things are done."""
    in_bed = words and re.search(r"(?<!is )(?<!are )\bin bed\b", words, re.I)
    return "bedroom" if in_bed else activities.room(text, kind) if words else activities.ROOM_OF_KIND[kind]


@dataclass
class Agenda:
    """Fixed points that do not overlap on any day."""

    points: list[FixedPoint] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[float, float, frozenset[str]]] = field(default_factory=list)
    ends: dict[str, float] = field(default_factory=dict)

    def free(self, start: float, end: float, days: tuple[str, ...]) -> list[tuple[float, float]]:
        """What is left of a span on these days."""
        gaps = [(start, end)]
        for first, last, others in self.taken:
            if others & set(days):
                gaps = [
                    piece for a, b in gaps for piece in ((a, min(b, first)), (max(a, last), b)) if piece[1] > piece[0]
                ]
        return [gap for gap in gaps if gap[1] - gap[0] >= min(SHORTEST, end - start)]

    def nearest(self, start: float, minutes: float, days: tuple[str, ...], within: tuple[float, float]) -> float | None:
        """The start nearest to the wished one at which so many minutes are free."""
        starts = [min(max(start, a), b - minutes) for a, b in self.free(*within, days) if b - a >= minutes]
        return min(starts, key=lambda s: abs(s - start)) if starts else None

    def put(
        self, text: str, kind: str, start: float, minutes: float, days: tuple[str, ...], words: str, chance: float = 1.0
    ) -> None:
        """Add a fixed point."""
        shown = next((name for name in ("all", "weekday", "weekend") if DAY_GROUPS[name] == days), None)
        self.points.append(
            FixedPoint(
                text=text,
                kind=kind,
                room=room_of(text, words, kind),
                start=clocks.clock(start % 1440).replace("24:00", "00:00"),
                minutes=round(min(600.0, max(5.0, minutes)) / 5) * 5,
                days=shown or days,
                chance=round(chance, 2),
            )
        )
        self.words[f"{text} {clocks.clock(start)}"] = words
        self.ends[words] = max(start + minutes, self.ends.get(words, 0.0))
        self.taken.append((start, start + minutes, frozenset(days)))
