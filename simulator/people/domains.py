"""Other worlds than the home, as data alone: a folder with places, ideas and people is a domain.

    simulator/data/domains/NAME/places.toml     rooms and the things in them
    simulator/data/domains/NAME/ideas.toml      what may be suggested there
    simulator/data/domains/NAME/personas/*.toml who lives there; `--personas NAME` takes them all

Activity kinds, categories and attributes are those of the home, so that a prior learned there may be tried here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge_assistant.errors import DataError
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.idea_files import read_idea_file
from edge_assistant.ranker.ideas import KnowledgeBase
from simulator.world.calendar import OBJECTS

FOLDER = Path(__file__).parents[1] / "data" / "domains"


@dataclass(frozen=True)
class Domain:
    """One domain; `people` are the ids of its personas."""

    name: str
    folder: Path
    places: dict[str, tuple[str, ...]]
    people: frozenset[str]

    @property
    def personas(self) -> Path:
        """The folder of its persona files."""
        return self.folder / "personas"


@cache
def domains(folder: Path = FOLDER) -> tuple[Domain, ...]:
    """All domains beside the home, by name.

    Raises:
        DataError: a domain's places cannot be read.
    """
    found = []
    for place in sorted(folder.glob("*/places.toml")):
        try:
            listed = tomllib.loads(place.read_text(encoding="utf-8"))["places"]
            places = {str(room): tuple(map(str, things)) for room, things in listed.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{place}: no table [places] of rooms and things: {error}") from error
        people = frozenset(path.stem for path in (place.parent / "personas").glob("*.toml"))
        found.append(Domain(place.parent.name, place.parent, places, people))
    return tuple(found)


def objects_of(room: str) -> tuple[str, ...]:
    """The things in a room of the home or of a domain; none in one that nobody knows."""
    for domain in domains():
        if room in domain.places:
            return domain.places[room]
    return OBJECTS.get(room, ())


def is_room(name: str) -> bool:
    """Whether there is such a room anywhere."""
    return name in OBJECTS or any(name in domain.places for domain in domains())


@cache
def base_of(persona: str) -> KnowledgeBase:
    """The ideas among which a persona's assistant chooses: those of the domain that the id belongs to.

    Attributes are standardised as those of the home, so that a weight means the same in both.

    Raises:
        DataError: the domain's ideas are not sound.
    """
    home = knowledge.load_packaged()
    for domain in domains():
        if persona in domain.people:
            file = read_idea_file(domain.folder / "ideas.toml")
            if file.problems:
                raise DataError("; ".join(file.problems))
            return KnowledgeBase(file.ideas, home.means, home.deviations)
    return home
