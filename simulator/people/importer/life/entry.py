"""One thing that a person's prose says they do."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.people.importer.language.clocks import Stretch
from simulator.people.importer.language.whens import When

_NEVER = When()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the prose says the person does.

    Attributes:
        text: 'walking the dog'.
        kind: its kind, a kind of work for what the person does for a living.
        words: the prose.
        when: its time.
        part: the part of the prose, 'plan' or 'lifestyle'.
        named: whether the prose has a verb for it.
        own_kind: its kind apart from being work.
        mark: 'start' or 'end' of something else, 'home' or 'leave', or '' for something done.
        after: the words of what it follows, in one sentence.
    """

    text: str
    kind: str
    words: str
    when: When = _NEVER
    part: str = "lifestyle"
    named: bool = True
    own_kind: str = ""
    mark: str = ""
    after: str = ""

    @property
    def minutes(self) -> float | None:
        """How long it takes, where that is said."""
        return self.when.minutes

    @property
    def start(self) -> float | None:
        """The clock time at which it begins."""
        return self.when.starts[0] if self.when.starts else None

    @property
    def stretch(self) -> Stretch | None:
        """Where in the day it lies, or None where the words name no time."""
        when = self.when
        if when.starts:
            end = when.end if when.end is not None else when.starts[0] + (when.minutes or 60.0)
            return Stretch(when.starts[0], end, self.words, when.days)
        if when.end is not None:
            return Stretch(when.end - (when.minutes or 60.0), when.end, self.words, when.days)
        if when.window is not None:
            return Stretch(*when.window, self.words, when.days)
        return None
