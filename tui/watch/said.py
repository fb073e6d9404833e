"""What was said on a day up to now, how it was rated, and what the person made of it."""

from __future__ import annotations

from textual.content import Content

from tui.watch.recording import Day, Said
from tui.watch.timeline import mark
from tui.wording import REASON_WORDS

DIMENSION_WORDS = {"preference": "idea", "timing": "moment", "frequency": "pace", "communication": "words"}
INDENT = " " * 6


def verdict_words(said: Said) -> str:
    """'false alarm', 'welcome', 'asked for'."""
    return "asked for" if said.requested else "false alarm" if said.false_alarm else "welcome"


def reaction_words(said: Said) -> str:
    """'dismissed, bad time'."""
    return said.reaction + (f", {REASON_WORDS.get(said.reason, said.reason)}" if said.reason else "")


def said_content(day: Day, tick: int, *, details: bool) -> Content:
    """The suggestions up to `tick`, the newest first; `details` adds why the assistant spoke."""
    found = [said for said in day.said if said.tick <= tick]
    if not found:
        later = len(day.said)
        words = f"Nothing said yet today; {later} to come." if later else "Nothing is said on this day."
        return Content.styled(words, "$foreground 60%")
    return Content("\n").join([_one(said, details) for said in reversed(found)])


def _one(said: Said, details: bool) -> Content:
    sign, style = mark(said)
    lines = [
        Content.assemble(
            (f"{said.time:%H:%M}", "$foreground 60%"), " ", (f"{sign} {verdict_words(said)}", style), "  ", said.text
        ),
        Content.assemble(INDENT, _rating(said), "   ", (reaction_words(said), "$foreground"), _words(said)),
    ]
    lines += [Content.styled(f"{INDENT}asked back: {turn}", "$foreground 60%") for turn in said.turns]
    if details:
        lines.append(Content.styled(INDENT + _why(said), "$foreground 60%"))
    return Content("\n").join(lines)


def _rating(said: Said) -> Content:
    parts = []
    for name, words in DIMENSION_WORDS.items():
        good = bool(said.rating[name])
        parts.append(Content.assemble(f"{words} ", ("✓", "$success") if good else ("✗", "$error")))
    return Content("  ").join(parts)


def _words(said: Said) -> Content:
    return Content.styled(f": “{said.words}”", "$foreground 60%") if said.words else Content("")


def _why(said: Said) -> str:
    """The chance, and the strongest reasons for and against."""
    heard = [f"chance {100 * said.chance:.0f} %, spoke from {100 * said.threshold:.0f} %"]
    for word, sign in (("for", 1), ("against", -1)):
        strongest = sorted((why for why in said.why if why[1] * sign > 0), key=lambda why: -abs(why[1]))[:3]
        if strongest:
            heard.append(f"{word}: " + ", ".join(text for text, _ in strongest))
    return "; ".join(heard)
