"""Remarks about a suggestion that plain patterns know: a turn, an answer, or a wish for the wording."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge_assistant.domain import TURNS

ACCEPTED, DISMISSED = "accepted", "dismissed"
MORE = "more like this"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a remark comes to; all fields '' for a question of another kind.

    Attributes:
        turn: one of `domain.TURNS`.
        answer: 'accepted', 'dismissed' without a reason, the dimension that it is dismissed for, or 'more like this'.
        aspect, wish: what the person wants of the wording, see `learning.styles`.
    """

    turn: str = ""
    answer: str = ""
    aspect: str = ""
    wish: str = ""

    def __bool__(self) -> bool:
        return bool(self.turn or self.answer or self.aspect)


NOTHING = Meaning()

_PATTERNS: tuple[tuple[str, Meaning], ...] = (
    (r"\b(shorter|too long|brief(er|ly)?)\b", Meaning(turn="shorter")),
    (r"^\s*(but\s+)?(why|how come|what for)\b", Meaning(turn="why")),
    (r"\b(later|not now|another time)\b", Meaning(turn="later")),
    (r"^\s*(yes|okay|ok|sure|do it)\b[\s.!]*$", Meaning(answer=ACCEPTED)),
    (r"^\s*(no|nope|nah)\b[\s.!]*$", Meaning(answer=DISMISSED)),
    (r"\b(more of (this|these|that)|more like (this|that|it))\b", Meaning(answer=MORE)),
    (r"\b(too often|too many|stop nagging|leave me (alone|in peace))\b", Meaning(answer="frequency")),
    (
        r"\b(bad (time|moment)|wrong (time|moment)|too (early|late)|i('m| am) (busy|working))\b",
        Meaning(answer="timing"),
    ),
    (r"\b(not for me|not my (thing|taste)|don'?t like|hate|boring)\b", Meaning(answer="preference")),
    (r"\b(no|without|drop the|fewer|less) emojis?\b", Meaning(aspect="emoji", wish="no")),
    (r"\b(no|without|drop the|fewer|less) exclamation", Meaning(aspect="exclamation", wish="no")),
    (r"\b(longer|more detail|say more)\b", Meaning(aspect="length", wish="long")),
    (r"\b(more formal|more polite(ly)?|politer)\b", Meaning(aspect="formality", wish="formal")),
    (r"\b(less formal|more casual(ly)?)\b", Meaning(aspect="formality", wish="casual")),
    (r"\b(ask me|as a question)\b", Meaning(aspect="directness", wish="question")),
    (r"\b(more direct(ly)?|straight out|get to the point)\b", Meaning(aspect="directness", wish="direct")),
    (r"\b(gentler|more gentl[ey]|softer|less bossy|less direct)\b", Meaning(aspect="directness", wish="gentle")),
    (r"\b(warmer|friendlier|kinder)\b", Meaning(aspect="warmth", wish="warm")),
    (r"\b(plainer|drier|less gush|less sugary)", Meaning(aspect="warmth", wish="plain")),
    (r"\b(badly put|clumsy|odd(ly)? (put|worded))\b", Meaning(answer="communication")),
)
_KNOWN = tuple((re.compile(pattern, re.IGNORECASE), meaning) for pattern, meaning in _PATTERNS)

MOST_WORDS = 6
"""Of a remark that is known as one without having been announced."""


def known_meaning(text: str) -> Meaning:
    """What the patterns make of a remark; `NOTHING` where none of them fits."""
    return next((meaning for pattern, meaning in _KNOWN if pattern.search(text)), NOTHING)


def is_remark(text: str) -> bool:
    """Whether a line that was typed while a suggestion waits is meant for it, rather than what the person does.

    Only plain and short ones count, and none that begins with a doing: 'reading a boring report' is an activity.
    """
    words = text.split()
    if not 0 < len(words) <= MOST_WORDS or words[0].lower().endswith("ing"):
        return False
    return bool(known_meaning(text))


assert {meaning.turn for _, meaning in _PATTERNS if meaning.turn} == set(TURNS)
