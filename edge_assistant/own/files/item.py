"""What a file says of one thing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from edge_assistant.own.thing import OwnThing


@dataclass(frozen=True, slots=True)
class Item:
    """A thing as it stands in a file.

    Attributes:
        thing: with its `source` and `key`.
        done: it is ticked off there.
    """

    thing: OwnThing
    done: bool = False


@dataclass(slots=True)
class Contents:
    """What was read of a file; what was not, and what comes later, a line with the reason each."""

    items: list[Item] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def key_of(text: str) -> str:
    """By which a line without an id is known again: its words alone."""
    return hashlib.sha256(" ".join(text.lower().split()).encode("utf-8")).hexdigest()[:12]
