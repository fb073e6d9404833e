"""Times, lengths and lists as an answer says them, and the words that a question is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from edge_assistant.context.local_time import day_of
from edge_assistant.ranker.shared_words import stem

T = TypeVar("T")

_FRAME_WORDS = """
how long much many time times did do does done doing have has had i i'm im my me we was were is are am be been it its
the a an to in on at with of for and or by from about into what what's which who when when's whens where why last ever
since ago most recently recent spend spent took take go goes went gone going get got any some you your tell please can
could would will shall there that this so far altogether total all up out just again still now then next first
latest exactly remind show give list appointment calendar scheduled schedule event minutes hours hour day days each per
"""
_FRAME = frozenset(_FRAME_WORDS.split())
"""Words that a question is made with; the others are what it is about."""


_SAME = {
    **dict.fromkeys(("program", "cod"), "code"),
    **dict.fromkeys(("mail",), "email"),
    **dict.fromkeys(("jog", "ran"), "run"),
    **dict.fromkeys(("phone", "ring", "rang", "telephon"), "call"),
    **dict.fromkeys(("mum", "mom", "mummi"), "mother"),
    **dict.fromkeys(("dad", "daddi"), "father"),
    **dict.fromkeys(("movi",), "film"),
    **dict.fromkeys(("bike", "bicycl"), "cycl"),
    **dict.fromkeys(("wrote", "written"), "write"),
    **dict.fromkeys(("swam",), "swim"),
}
"""Stems that mean the same as another one."""


def topic_of(plain: str) -> list[str]:
    """The words that a question is about: 'water', 'plants'."""
    return [word for word in _words(plain) if word not in _FRAME]


def stems(text: str) -> set[str]:
    """The words of a text without their endings, one for all that mean the same: 'code' for coding and programming."""
    found = (stem(word) for word in _words(text))
    return {_SAME.get(one, one) for one in found}


def best_fitting(wanted: set[str], things: Sequence[tuple[set[str], T]]) -> list[T]:
    """The things that hold the most of the wanted stems, which must be half of them at least.

    Args:
        wanted: stems.
        things: each with its stems.
    """
    most = max((len(wanted & held) for held, _ in things), default=0)
    return [thing for held, thing in things if most and len(wanted & held) == most and 2 * most >= len(wanted)]


def minutes_words(minutes: float) -> str:
    """135 as '2 h 15 min'."""
    whole = round(minutes)
    if whole < 1:
        return "under a minute"
    hours, rest = divmod(whole, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def day_words(day: datetime, now: datetime, *, lived: bool = True) -> str:
    """'today', 'yesterday', 'on Monday', 'on 3 March'; `lived` days end late in the night, a calendar's do not."""
    distance = (day_of(day) - day_of(now)).days if lived else (day.date() - now.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(distance)
    if near is not None:
        return near
    if abs(distance) < 7:
        return f"on {day:%A}"
    return f"on {day:%A}, {day.day} {day:%B}" + (f" {day.year}" if day.year != now.year else "")


def listed(lines: Iterable[str]) -> str:
    """Lines of a list."""
    return "\n".join(f"- {line}" for line in lines)


def joined(parts: Sequence[str]) -> str:
    """'a, b and c'."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def counted(number: int, one: str, more: str = "") -> str:
    """'1 suggestion', '3 suggestions', 'no suggestions'."""
    return f"{number or 'no'} {one if number == 1 else more or one + 's'}"


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())
