"""What a plain sentence about one's own things wants: a new one, one that is done, a subject to leave alone.

read_wish("remind me at 6 pm to call mum", now)     # Wish('add', 'reminder', 'call mum', When(...))
read_wish("stop talking about birds", now)          # Wish('never', text='birds')
read_wish("reading a book", now)                    # None
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from edge_assistant.errors import UsageError
from edge_assistant.own.dates import EXAMPLES
from edge_assistant.own.thing import OwnThing
from edge_assistant.own.when import PART_CLOCK, When, moment_at, read_time, split_time


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted.

    Attributes:
        what: add, done or never.
        kind: of a new thing.
        text: what to do; what was done; what not to speak of.
        when: the time that was said.
        tags: words that it is filed under, such as #shop.
        minutes: how long it takes; 0 where nobody said.
    """

    what: str
    kind: str = ""
    text: str = ""
    when: When = field(default_factory=When)
    tags: tuple[str, ...] = ()
    minutes: int = 0


_NAMES = {"to do": "todo", "to-do": "todo", "task": "todo"}
_KIND = r"(?P<kind>todo|to-do|to do|task|goal|habit|reminder)"
_NEW = r"(?:please\s+)?(?:add|new|create|set|set up)"
_PUT = r"(?:please\s+)?(?:add|put)\s+(?P<text>.+?)\s+(?:to|on|onto)"
_A = r"(?:(?:a|an|the|new|another|my|this|as)\s+)*"

# The first group of patterns that fits says what is wanted; `needs` names what must be said with it, since without
# that the same words tell what somebody is doing.
_ADDS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern + r"\s*$", re.IGNORECASE), kind, needs)
    for pattern, kind, needs in (
        (rf"{_NEW}\s+{_A}{_KIND}\b(?! list)\s*(?:(?::|,|-|to|for|about|that)\s*)?(?P<text>.+)", "", ""),
        (rf"{_A}{_KIND}\s*:\s*(?P<text>.+)", "", ""),
        (r"(?:todo|to-do|task|reminder to)\s+(?P<text>.+)", "", ""),
        (rf"{_PUT}\s+(?:my|the)\s+(?:(?:todo|to-do|to do|task|shopping)\s+)?list", "todo", ""),
        (rf"{_PUT}\s+my\s+{_KIND}s", "", ""),
        (r"(?:please\s+|can you\s+|could you\s+)?remind\s+me\b[\s,:]*(?P<text>.+)", "reminder", ""),
        (r"(?:please\s+)?(?:don't|do not)\s+(?:let me\s+)?forget\s+(?:to\s+)?(?P<text>.+)", "todo", ""),
        (r"(?:i\s+(?:must|should)\s+)?remember\s+to\s+(?P<text>.+)", "todo", ""),
        (r"my\s+(?:new\s+|next\s+|big\s+)?goal\s*(?:is|:|would be)\s*(?:to\s+)?(?P<text>.+)", "goal", ""),
        (r"i\s+(?:want|would like|plan|intend|aim)\s+to\s+(?P<text>.+)", "habit", "repeat"),
        (r"i'd\s+like\s+to\s+(?P<text>.+)", "habit", "repeat"),
        (r"i\s+(?:want|would like|plan|intend|aim)\s+to\s+(?P<text>.+)", "goal", "day"),
        (r"i\s+(?:need|have|ought)\s+to\s+(?P<text>.+)", "todo", "day"),
        (r"i\s+(?:must|should|will have to)\s+(?P<text>.+)", "todo", "day"),
        (r"(?P<text>(?:every|each)\s+.+)", "habit", "repeat"),
    )
)
_NOT = r"(?:never|don't|do not)\s+(?:ever\s+)?"
_NEVER = re.compile(
    r"(?:please,?\s+)?(?:"
    r"(?:stop|quit)\s+(?:(?:talking|speaking|going on|telling me|nagging(?: me)?)\s+(?:to me\s+)?(?:about|with)"
    r"|suggesting|mentioning|bringing up)"
    rf"|{_NOT}(?:talk|speak|tell me|say anything|suggest anything)\s+(?:to me\s+)?(?:about|with)"
    rf"|{_NOT}(?:mention|bring up)"
    r"|no\s+more\s+(?:talk|suggestions|ideas|words|things)\s+(?:about|on|of|with)"
    r"|i\s+(?:don't|do not)\s+want\s+to\s+hear\s+(?:anything\s+)?(?:more\s+)?about"
    r")\s+(?!(?:this|that|it|these|those|them|me|such)\b)(?P<text>.+?)"
    r"(?:,?\s*(?:again|any ?more|ever|please))*",
    re.IGNORECASE,
)
_DONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:done|finished|did)\s*:\s*(?P<text>.+?)[.!]*",
        r"(?:please\s+)?(?:tick|check|cross|strike)\s+off\s+(?:the\s+)?(?P<text>.+?)[.!]*",
        r"(?:please\s+)?(?:tick|check|cross)\s+(?:the\s+)?(?P<text>.+?)\s+off(?:\s+my\s+list)?[.!]*",
        r"(?:please\s+)?mark\s+(?P<text>.+?)\s+(?:as\s+)?(?:done|finished)[.!]*",
    )
)
_TAG = re.compile(r"(?<!\w)[#+@](?P<name>[^\W\d][\w/-]*)")
_MINUTES = re.compile(
    r"\s*(?:\((?P<count>\d{1,3})\s*(?P<unit>min(?:ute)?s?|h(?:ours?)?)\)"
    r"|\bfor\s+(?:about\s+)?(?P<long>\d{1,3})\s*(?P<unit_of_it>min(?:ute)?s?|h(?:ours?)?)\s*$)",
    re.IGNORECASE,
)


def is_wish(text: str) -> bool:
    """Whether a line may be about own things: cheap, and right but for what needs a time with it.

    Questions never are.
    """
    line = _plain(text)
    patterns = (*(pattern for pattern, _, needs in _ADDS if not needs or needs == "repeat"), _NEVER, *_DONE)
    if line.endswith("?") and not line.lower().startswith(("can you remind", "could you remind")):
        return False
    return any(pattern.fullmatch(line) for pattern in patterns) or _with_time(line)


def _with_time(line: str) -> bool:
    return any(
        needs == "day"
        and pattern.fullmatch(line)
        and re.search(r"\b(?:by|on|before|until|in|at|today|tomorrow|next|this)\b", line)
        for pattern, _, needs in _ADDS
    )


def read_wish(text: str, now: datetime) -> Wish | None:
    """What a line wants of one's own things; None where it is about anything else.

    Raises:
        TimeError: it names a time that cannot be.
        UsageError: a reminder without a time.
    """
    line = _plain(text)
    if not is_wish(line):
        return None
    for what, patterns in (("never", (_NEVER,)), ("done", _DONE)):
        for pattern in patterns:
            found = pattern.fullmatch(line)
            if found:
                return Wish(what, text=found["text"].strip())
    for pattern, kind, needs in _ADDS:
        found = pattern.fullmatch(line.rstrip("?"))
        if found is None:
            continue
        kind = kind or (found.groupdict().get("kind") or "todo").lower()
        wish = _timed(Wish("add", _NAMES.get(kind, kind), found["text"]), now)
        missing = (needs == "repeat" and not wish.when.repeat) or (needs == "day" and wish.when.day is None)
        if not missing and wish.text:
            return _settled(wish, now)
    return None


def _settled(wish: Wish, now: datetime) -> Wish:
    """The kind that its time makes of it: a reminder without an hour is a todo of that day."""
    when, text = wish.when, re.sub(r"^(?:to|about|that|of)\s+", "", wish.text, flags=re.IGNORECASE)
    text = re.sub(r"^i\s+(?:(?:should|must|have to|need to|want to)\s+)?", "", text, flags=re.IGNORECASE)
    kind = wish.kind
    if kind == "reminder" and when.at is None:
        if when.day is None:
            raise UsageError(f"remind you when? {EXAMPLES}")
        clock = PART_CLOCK.get(when.part)
        at = moment_at(when.day, clock, now) if clock else None
        if at is not None and at <= now:
            at = None
        when = replace(when, at=at, hours=() if at else when.hours)
        kind = "reminder" if at else "habit" if when.repeat else "todo"
    return replace(wish, kind=kind, text=text, when=when)


def _timed(wish: Wish, now: datetime) -> Wish:
    """The wish with its tags, its length and its time taken out of its words."""
    tags = tuple(dict.fromkeys(found["name"].lower() for found in _TAG.finditer(wish.text)))
    text, minutes = " ".join(_TAG.sub("", wish.text).split()), 0
    found = _MINUTES.search(text)
    if found and found.start():
        count, unit = found["count"] or found["long"], found["unit"] or found["unit_of_it"]
        minutes = int(count) * (60 if unit.lower().startswith("h") else 1)
        text = text[: found.start()] + text[found.end() :]
    text, when = split_time(text, now)
    return replace(wish, text=text.strip(" .,;:!"), when=when, tags=tags, minutes=minutes)


def made_of(wish: Wish, now: datetime) -> OwnThing:
    """The thing that a wish for a new one describes.

    Raises:
        UsageError: there is nothing left to do, or too much of it.
    """
    when = wish.when
    first = when.day if when.repeat else None
    return OwnThing(
        wish.kind, wish.text, when.day, when.at, when.repeat, first, when.hours, wish.minutes, wish.tags, made=now
    )


def thing_of(kind: str, text: str, now: datetime, due: str = "") -> OwnThing:
    """The thing that somebody means who names its kind: 'todo', 'buy milk tomorrow'. `due`: the time by itself.

    Raises:
        UsageError: a reminder without a time, a time that cannot be, or nothing to do.
    """
    wish = _timed(Wish("add", kind, " ".join(text.split())), now)
    if due:
        wish = replace(wish, when=time_of(due, now))
    return made_of(_settled(wish, now) if kind == "reminder" else wish, now)


def time_of(phrase: str, now: datetime) -> When:
    """The time that a phrase means.

    Raises:
        UsageError: it means none.
    """
    when = read_time(phrase, now)
    if when is None:
        raise UsageError(f"'{phrase}' is not a time; {EXAMPLES}")
    return when


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split()).rstrip(" .!")
