"""What a person tells of themselves at a first start, in their own words: what a stranger would hear, no rubric."""

from __future__ import annotations

from collections.abc import Collection

from edge_assistant.ranker.idea_files import CATEGORIES
from edge_assistant.things import things_in, things_of_room, vocabulary
from simulator.people.persona import Persona

LIKES, DISLIKES = 3, 2


def likes(persona: Persona) -> tuple[str, ...]:
    """The first interests of their page."""
    return persona.interests[:LIKES]


def another_like(persona: Persona, told: Collection[str]) -> str:
    """The next interest of their page of which they have not told yet; '' where they have told of all."""
    return next((interest for interest in persona.interests if interest not in told), "")


def dislikes(persona: Persona) -> tuple[str, ...]:
    """What they would rather be spared, as somebody says it: what they avoid first, then what they care least for."""
    least = sorted(persona.preference.categories, key=lambda name: persona.preference.categories[name])
    names = dict.fromkeys([*persona.preference.avoid_categories, *least])
    worst = [name for name in names if persona.preference.categories.get(name, -1.0) < 0]
    return tuple(CATEGORIES[name].split(",")[0] for name in worst[:DISLIKES])


def things(persona: Persona) -> tuple[str, ...]:
    """What they have of what many people lack, as rooms, household, days and interests tell.

    The prose stays out: it says as much of what they do not want to hear of.
    """
    days = [point.text for point in persona.routine] + [pastime.text for pastime in persona.pastimes]
    told = [things_of_room(room) for room in persona.rooms] + [things_in(text) for text in (persona.household, *days)]
    told += [things_in(text, own_words=True) for text in persona.interests]
    return tuple(name for name in vocabulary() if any(name in found for found in told))
