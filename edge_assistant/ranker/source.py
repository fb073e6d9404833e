"""What a suggestion source is, and the register of all of them.

    @SUGGESTION_SOURCES.register("recipes", "what the cookbook has for this week")
    class Recipes:
        place = 40

        def offer(self, wanted: Wanted) -> Offer:
            return Offer((Idea(...),))

A source of ours is one file in `ranker/sources`; one of another package stands under the entry point group
`edge_assistant.suggestion_sources`, and is asked once the person has named it in `sources.suggestions`. Each fails
alone, and what it could not use is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from edge_assistant.domain import Idea
from edge_assistant.errors import EdgeAssistantError, UsageError
from edge_assistant.llm.embedding import Embedder
from edge_assistant.own.store import OwnThings
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import KnowledgeBase, load_packaged
from edge_assistant.registry import Registry
from edge_assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a source may look at when it is asked for ideas.

    Attributes:
        base: the ideas of the sources before it, the packaged ones first.
        embedder: finds the ideas that mean nearly the same.
        own: the person's own things.
        now: local time, aware.
    """

    settings: Settings
    paths: Paths
    embedder: Embedder
    own: OwnThings
    now: datetime
    base: KnowledgeBase = field(default_factory=load_packaged)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a source has.

    Attributes:
        ideas: with ids that only they have, the same in every run.
        problems: what the person should mend, a line each.
    """

    ideas: tuple[Idea, ...] = ()
    problems: tuple[str, ...] = ()


class SuggestionSource(Protocol):
    """Anything that has ideas to suggest.

    Attributes:
        place: sources with a smaller one are asked before.
    """

    @property
    def place(self) -> int: ...

    def offer(self, wanted: Wanted) -> Offer:
        """The ideas that there are now. Asked at the start, and again whenever something may have changed.

        Raises:
            EdgeAssistantError: with a line for the person. Any other error is caught as well.
        """
        ...


SourceMaker = Callable[[], SuggestionSource]

SUGGESTION_SOURCES = Registry[SourceMaker](
    "suggestion source", "edge_assistant.ranker.sources", "edge_assistant.suggestion_sources"
)


def gathered(wanted: Wanted) -> tuple[KnowledgeBase, tuple[str, ...]]:
    """The packaged ideas with those of all sources after them, and what went wrong, a line for each source.

    Attributes keep the scale of the packaged ideas, so that what was learned keeps its meaning.
    """
    base = load_packaged()
    sources, problems = _sources(wanted.settings.sources.suggestions)
    for name, source in sources:
        try:
            offer = source.offer(replace(wanted, base=base))
        except EdgeAssistantError as error:
            problems.append(str(error))
            continue
        except Exception as error:  # another package's source may raise anything
            problems.append(f"{name}: no ideas from there ({type(error).__name__}: {error})")
            continue
        problems += offer.problems
        new = {idea.id: idea for idea in offer.ideas if idea.id not in base.by_id}
        if new:
            base = KnowledgeBase([*base.ideas, *new.values()], base.means, base.deviations)
    return base, tuple(problems)


def _sources(switched_on: Sequence[str]) -> tuple[list[tuple[str, SuggestionSource]], list[str]]:
    """Our sources and those of others that are switched on, in the order in which they are asked; and what is wrong."""
    ours = [name for name in SUGGESTION_SOURCES.names() if name not in SUGGESTION_SOURCES.offered()]
    made: list[tuple[str, SuggestionSource]] = []
    problems: list[str] = []
    for name in dict.fromkeys((*ours, *switched_on)):
        try:
            made.append((name, SUGGESTION_SOURCES.get(name)()))
        except UsageError as error:
            problems.append(f"{error}; sources.suggestions names it")
    return sorted(made, key=lambda pair: pair[1].place), problems
