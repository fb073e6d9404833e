"""The knowledge base: household ideas in data files, as values and as arrays that the learner reads.

The packaged ideas lie in `data/ideas/*.toml`; people add files of their own. Arrays are in the order of `ideas`, which
is the order of the files, then of the position in each file.

    base = load_packaged()
    base.by_id["boil-two-eggs-tomorrow"].text
    base.attributes[base.index("boil-two-eggs-tomorrow")]    # (7,), standardised
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, PLACES, SEASONS, Idea
from edge_assistant.errors import DataError
from edge_assistant.ranker.idea_files import CATEGORIES, CATEGORY_NAMES, IdeaFile, duplicate_problems, read_idea_file
from edge_assistant.things import met

__all__ = [
    "CATEGORIES",
    "CATEGORY_NAMES",
    "KnowledgeBase",
    "attribute_matrix",
    "load",
    "load_packaged",
    "validate_file",
]

PACKAGED_FOLDER = Path(__file__).parents[1] / "data" / "ideas"

_LOUD = re.compile(
    r"\b(drill|hammer|saw|sand (?:down|the)|vacuum|hoover|blend|drums?|trumpet|play a record|sing|shout|yodel|dance"
    r"|stamp|a?loud)\b"
)

FloatArray = NDArray[np.float64]
Frozen = TypeVar("Frozen", bound=NDArray[Any])


class KnowledgeBase:
    """A fixed list of ideas with what the retriever and the ranker need to know of them.

    Attributes:
        ideas: all ideas, in the order of every array here.
        by_id: the same ideas by id.
        means, deviations: of the raw attributes (minutes as natural logarithm), shape (7,) each. They are those of the
            packaged ideas even when others were added, so that a learner's weights keep their meaning.
    """

    def __init__(self, ideas: Sequence[Idea], means: FloatArray | None = None, deviations: FloatArray | None = None):
        """Index the ideas.

        Args:
            ideas: at least one, with ids that differ.
            means: of the raw attributes, shape (7,); taken from `ideas` when absent.
            deviations: likewise.

        Raises:
            DataError: no ideas, or an id twice.
        """
        if not ideas:
            raise DataError("knowledge base: no ideas; reinstall the package or name a file with [[idea]] tables")
        self.ideas = tuple(ideas)
        self.by_id = {idea.id: idea for idea in self.ideas}
        self._index = {idea.id: position for position, idea in enumerate(self.ideas)}
        if len(self.by_id) != len(self.ideas):
            twice = sorted({idea.id for position, idea in enumerate(self.ideas) if self._index[idea.id] != position})
            raise DataError(f"knowledge base: ids used twice: {', '.join(twice)}; rename one of each")
        raw = attribute_matrix(self.ideas)
        self.means = raw.mean(axis=0) if means is None else means
        spread = raw.std(axis=0) if deviations is None else deviations
        # An attribute that never varies says nothing; dividing by 1 keeps it at 0 instead of at nan.
        self.deviations = np.where(spread > 1e-9, spread, 1.0)
        self._raw = raw

    def __len__(self) -> int:
        """Number of ideas."""
        return len(self.ideas)

    def index(self, idea_id: str) -> int:
        """Position of an idea in every array.

        Raises:
            DataError: no idea has this id.
        """
        try:
            return self._index[idea_id]
        except KeyError:
            raise DataError(f"idea {idea_id!r} is unknown; `edge-assistant ideas list` shows all ids") from None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts alone, for an embedder."""
        return tuple(idea.text for idea in self.ideas)

    @cached_property
    def attributes(self) -> FloatArray:
        """Standardised attributes, shape (n, 7), columns as in `domain.ATTRIBUTES`, minutes as logarithm; read-only."""
        return _frozen((self._raw - self.means) / self.deviations)

    @cached_property
    def category_index(self) -> NDArray[np.int64]:
        """Position of each idea's category in `CATEGORY_NAMES`, shape (n,); read-only."""
        positions = {name: position for position, name in enumerate(CATEGORY_NAMES)}
        return _frozen(np.array([positions[idea.category] for idea in self.ideas], dtype=np.int64))

    @cached_property
    def kinds_matrix(self) -> NDArray[np.bool_]:
        """Which activity kinds each idea suits, shape (n, len(ACTIVITY_KINDS)); read-only."""
        rows = [[kind in idea.kinds for kind in ACTIVITY_CLASSES] for idea in self.ideas]
        return _frozen(np.array(rows, dtype=np.bool_))

    @cached_property
    def minutes(self) -> FloatArray:
        """How long each idea takes, shape (n,); read-only."""
        return _frozen(np.array([idea.minutes for idea in self.ideas]))

    @cached_property
    def hours(self) -> FloatArray:
        """Local hours from and to which each idea may be brought up, shape (n, 2), [0, 24] for any; read-only."""
        return _frozen(np.array([idea.hours or (0.0, 24.0) for idea in self.ideas]))

    @cached_property
    def seasons(self) -> NDArray[np.bool_]:
        """Which of `domain.SEASONS` each idea suits, shape (n, 4); all for one that names none; read-only."""
        rows = [[season in (idea.season or SEASONS) for season in SEASONS] for idea in self.ideas]
        return _frozen(np.array(rows, dtype=np.bool_))

    @cached_property
    def daylight(self) -> NDArray[np.int64]:
        """1 for an idea that needs daylight, -1 for one that needs darkness, otherwise 0; shape (n,); read-only."""
        signs = {True: 1, False: -1, None: 0}
        return _frozen(np.array([signs[idea.daylight] for idea in self.ideas], dtype=np.int64))

    @cached_property
    def place_index(self) -> NDArray[np.int64]:
        """Position of each idea's place in `domain.PLACES`, -1 where nobody knows, shape (n,); read-only."""
        places = [PLACES.index(idea.place) if idea.place else -1 for idea in self.ideas]
        return _frozen(np.array(places, dtype=np.int64))

    @cached_property
    def loud(self) -> NDArray[np.bool_]:
        """Which ideas others in the house or behind the wall would hear, shape (n,); read-only."""
        return _frozen(np.array([bool(_LOUD.search(idea.text)) for idea in self.ideas], dtype=np.bool_))

    def possible(self, has: Collection[str]) -> NDArray[np.bool_]:
        """Which ideas somebody who has these things can take up, shape (n,): all that they need is there."""
        found = np.ones(len(self), dtype=np.bool_)
        for needs, places in self._by_needs.items():
            found[places] = met(needs, has)
        return found

    @cached_property
    def _by_needs(self) -> dict[tuple[str, ...], list[int]]:
        """The places of the ideas that need something, by what they need."""
        found: dict[tuple[str, ...], list[int]] = {}
        for place, idea in enumerate(self.ideas):
            if idea.needs:
                found.setdefault(idea.needs, []).append(place)
        return found

    @cached_property
    def sha256(self) -> str:
        """Hash of the content in its order: equal for equal ideas, whatever the files' comments, layout or place."""
        digest = hashlib.sha256()
        for idea in self.ideas:
            digest.update(json.dumps(asdict(idea), sort_keys=True, ensure_ascii=True).encode("ascii") + b"\n")
        return digest.hexdigest()


def attribute_matrix(ideas: Sequence[Idea]) -> FloatArray:
    """Raw attributes, shape (n, 7), columns as in `domain.ATTRIBUTES`, minutes as natural logarithm."""
    matrix = np.array([[getattr(idea, name) for name in ATTRIBUTES] for idea in ideas], dtype=np.float64)
    minutes = ATTRIBUTES.index("minutes")
    matrix[:, minutes] = np.log(matrix[:, minutes])
    return matrix


@lru_cache(maxsize=1)
def load_packaged() -> KnowledgeBase:
    """The ideas that come with the package; read once a process.

    Raises:
        DataError: a packaged file is missing or was changed so that it is no longer valid.
    """
    ideas: list[Idea] = []
    for path in packaged_files():
        # Near-identical texts are the tests' business here: the search costs every start a quarter of its time.
        ideas.extend(_sound_ideas(read_idea_file(path, compare=False)))
    return KnowledgeBase(ideas)


def load(paths: Sequence[Path | str] = ()) -> KnowledgeBase:
    """The packaged ideas followed by those of a person's own files, in the order given.

    Raises:
        DataError: names everything that is wrong with the first bad file.
    """
    packaged = load_packaged()
    if not paths:
        return packaged
    ideas = list(packaged.ideas)
    for path in paths:
        ideas.extend(_sound_ideas(read_idea_file(Path(path), known=ideas)))
    return KnowledgeBase(ideas, packaged.means, packaged.deviations)


def load_with_own(path: Path) -> tuple[KnowledgeBase, tuple[str, ...]]:
    """The packaged ideas with the sound ones of a person's own file, and what is wrong with the rest."""
    packaged = load_packaged()
    file = read_idea_file(path, known=packaged.ideas)
    first = list({idea.id: idea for idea in reversed(file.ideas)}.values())[::-1]
    repeated = {problem.split("'")[1] for problem in duplicate_problems(first, packaged.ideas)}
    kept = [idea for idea in first if idea.id not in repeated]
    return KnowledgeBase([*packaged.ideas, *kept], packaged.means, packaged.deviations), file.problems


def validate_file(path: Path | str) -> list[str]:
    """Everything wrong with a file of ideas, named by file, idea and field; empty when it can be loaded.

    Ids and texts must also differ from the packaged ones, unless the file is one of the package's own, which is then
    compared with the package's other files.
    """
    resolved = Path(path).resolve()
    others: list[Idea] = []
    for packaged in packaged_files():
        if packaged.resolve() != resolved:
            others.extend(read_idea_file(packaged).ideas)
    return list(read_idea_file(Path(path), known=others).problems)


def packaged_files() -> tuple[Path, ...]:
    """The package's own idea files, by name."""
    return tuple(sorted(PACKAGED_FOLDER.glob("*.toml")))


def _sound_ideas(file: IdeaFile) -> tuple[Idea, ...]:
    if file.problems:
        count = f"{len(file.problems)} problem{'s' if len(file.problems) > 1 else ''}"
        prefix = f"{file.path}: "
        listed = "; ".join(problem.removeprefix(prefix) for problem in file.problems)
        raise DataError(f"ideas file {file.path}: {count}: {listed}. Mend the file and load it again")
    return file.ideas


def _frozen(array: Frozen) -> Frozen:
    array.flags.writeable = False
    return array
