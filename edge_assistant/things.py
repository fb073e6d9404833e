"""Things that many people lack, such as a dog or a garden: which there are, and what a text tells of them.

things_in("walking the dog")                  # {"dog"}
things_in("my cat", own_words=True)           # {"cat"}; 'cats' alone is a liking, not a cat
met(("dog or cat", "garden"), {"cat"})        # False: the garden is lacking
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

DATA_FILE = Path(__file__).parent / "data" / "things.toml"

_ONLOOKING = re.compile(
    r"^(?:watching|listening|reading|drawing|painting|sketching|visiting|photographing|browsing|writing|learning)\b"
)
_MINE = r"\b(?:my|our) (?:[\w-]+ )?"
_HELD = r"\b(?:my|our|the|playing|walking) (?:[\w-]+ )?"
_OTHERS = r"(?<!'s )(?<!s' )"
_SHOWN = r"(?! (?:videos?|films?|documentar\w+|shows?|books?|pictures|museum|shop|concerts?|recital|music|recording)\b)"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the vocabulary and how it is recognised; a pattern is None where no word tells of it.

    Attributes:
        name: as in `Idea.needs`.
        ask: how the first start asks for it, '' for a thing that it does not ask for.
        rooms: rooms that are one.
        plain: of nouns, anywhere.
        mine, held: of nouns that are said to be the person's own, and of those that are at least at hand.
        signs: tells wherever it stands.
        but: what is taken out of a text first.
    """

    name: str
    ask: str
    rooms: tuple[str, ...]
    plain: re.Pattern[str] | None
    mine: re.Pattern[str] | None
    held: re.Pattern[str] | None
    signs: re.Pattern[str] | None
    but: re.Pattern[str] | None

    def told_in(self, text: str, own_words: bool) -> bool:
        """Whether a text in lower case tells that somebody has it; `own_words`: the text says what they like."""
        text = self.but.sub(" ", text) if self.but is not None else text
        nouns = self.held if own_words else self.mine if _ONLOOKING.match(text) else self.plain
        return any(pattern is not None and pattern.search(text) for pattern in (nouns, self.signs))


@cache
def _tables() -> dict[str, dict[str, str | list[str]]]:
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


def thing_names() -> tuple[str, ...]:
    """The whole vocabulary."""
    return tuple(_tables())


@cache
def vocabulary() -> dict[str, Thing]:
    """All things by name, in the order in which they are asked for."""
    return {name: _thing(name, table) for name, table in _tables().items()}


def _thing(name: str, table: dict[str, str | list[str]]) -> Thing:
    def pattern(words: Iterable[str], before: str = r"\b", after: str = r"\b") -> re.Pattern[str] | None:
        joined = "|".join(words)
        return re.compile(f"{before}(?:{joined}){after}") if joined else None

    nouns = table.get("nouns", ())
    return Thing(
        name,
        str(table.get("ask", "")),
        tuple(table.get("rooms", ())),
        pattern(nouns, _OTHERS + r"\b", r"s?\b" + _SHOWN),
        pattern(nouns, _MINE, r"s?\b" + _SHOWN),
        pattern(nouns, _HELD, r"s?\b" + _SHOWN),
        pattern(table.get("signs", ()), after=""),
        pattern(table.get("but", ())),
    )


@lru_cache(maxsize=4096)
def things_in(text: str, own_words: bool = False) -> frozenset[str]:
    """The things that a text tells somebody has.

    Args:
        text: what they do, or where and with whom they live.
        own_words: it says what they like, which is not always what they have.
    """
    plain = text.lower().replace("\u2019", "'")
    return frozenset(name for name, thing in vocabulary().items() if thing.told_in(plain, own_words))


def things_of_room(room: str) -> frozenset[str]:
    """The things that a room is."""
    return frozenset(name for name, thing in vocabulary().items() if room.lower() in thing.rooms)


def things_of(needs: Iterable[str]) -> tuple[str, ...]:
    """The single things of an idea's needs, each of which may name several, one of which is enough."""
    return tuple(dict.fromkeys(thing for need in needs for thing in need.split(" or ")))


def asked_of(needs: Iterable[tuple[str, ...]]) -> tuple[Thing, ...]:
    """The things to ask a new person for, where ideas have these needs: none that no idea needs."""
    needed = {name for each in needs for name in things_of(each)}
    return tuple(thing for name, thing in vocabulary().items() if thing.ask and name in needed)


def met(needs: tuple[str, ...], has: Collection[str]) -> bool:
    """Whether somebody who has these things has all that is needed; of 'dog or cat' one is enough."""
    return all(any(name in has for name in things_of((need,))) for need in needs)
