"""What a person tells of themselves at a first start: their own words, and of their rubric only what people know of
themselves and say when they are asked, never a weight.
"""

from __future__ import annotations

from collections.abc import Collection

from edge_assistant.ranker.idea_files import CATEGORIES
from edge_assistant.things import things_in, things_of_room, vocabulary
from edge_assistant.trigger.good_times import HOURS, OCCASIONS
from simulator.people.persona import Persona
from simulator.people.routine import Span, within

LIKES, DISLIKES = 3, 2
LIKED, DISLIKED = 0.5, -0.3
"""From which weight on, as a share of what is needed, an occasion is named as good, and up to which one as bad."""
DISTINCT, MOST = 0.3, 0.45
"""A window of less weight is not named; a stretch of the day is where so much of it lies in the window."""


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


def good_times(persona: Persona, shift: float) -> tuple[list[str], list[str]]:
    """Occasions and hours at which a word is welcome, and at which it is not, as their page says it.

    `shift`: hours by which their true windows differ from what they say.
    """
    timing = persona.timing
    good, bad = [], []
    for name, (_, classes) in OCCASIONS.items():
        weights = [timing.kinds.get(one, 0.0) for one in classes]
        if all(one in timing.blocked_kinds for one in classes) or max(weights) <= DISLIKED:
            bad.append(name)
        elif max(weights) >= LIKED * timing.threshold and not set(classes) & set(timing.blocked_kinds):
            good.append(name)
    for name, (start, end) in HOURS.items():
        minutes = range(60 * start, 60 * end, 10)
        covered = [_share(span, minutes, shift) for span in timing.windows if span.weight >= DISTINCT]
        if max((_share(span, minutes, 0.0) for span in timing.blocked), default=0.0) >= MOST:
            bad.append(name)
        elif max(covered, default=0.0) >= MOST:
            good.append(name)
    return good, bad


def _share(span: Span, minutes: range, shift: float) -> float:
    """The share of these minutes of the day that lie in a span, moved by some hours."""
    return sum(within(span.start, span.end, minute + 60 * shift) for minute in minutes) / len(minutes)


def things(persona: Persona) -> tuple[str, ...]:
    """What they have of what many people lack, as rooms, household, days and interests tell.

    The prose stays out: it says as much of what they do not want to hear of.
    """
    days = [point.text for point in persona.routine] + [pastime.text for pastime in persona.pastimes]
    told = [things_of_room(room) for room in persona.rooms] + [things_in(text) for text in (persona.household, *days)]
    told += [things_in(text, own_words=True) for text in persona.interests]
    return tuple(name for name in vocabulary() if any(name in found for found in told))
