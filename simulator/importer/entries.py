"""What a person does, entry by entry, out of the prose about their life: text, kind, time and length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.importer import activities, clocks, gerunds
from simulator.importer.clocks import DayTimes, Stretch
from simulator.importer.life import STARTS_WORK
from simulator.importer.propersim import Source
from simulator.importer.timing import without_times
from simulator.importer.values import Notes
from simulator.importer.words import duration, items

_GO_TO_BED = re.compile(
    r"\b(?:in bed by|in bed at|in bed (?:before|around)|asleep|up (?:by|at|before|around|until|till)|awake"
    r"|early riser|late riser|early bird|night owl|stays? up|without an alarm|(?:goes|going|go|gets|heads) "
    r"(?:back )?to (?:bed|sleep)|falls asleep|turns in|wakes?|awak\w+|gets? up|getting up|rises|sleeps)\b",
    re.I,
)
WORK = "working through the day's tasks"
"""What somebody does of whom only the hours of work are told."""
_PRONOUN = re.compile(
    r"^(?:and |then )?(?:he|she|they|i)\s+(?:typically|usually|often|always|generally|then|also|normally)?\s*", re.I
)


def without_subject(text: str, name: str) -> str:
    """A sentence about the person without its subject: 'Rowan Hale bakes' -> 'bakes'."""
    text = text.strip()
    for own in sorted({name, *name.split()}, key=len, reverse=True):
        if len(own) > 1 and re.match(rf"{re.escape(own)}\b", text, re.I):
            text = text[len(own) :].lstrip(" ,")
    text = _PRONOUN.sub("", text)
    words = text.split()
    if (
        len(words) > 2
        and words[0][:1].isupper()
        and gerunds.base(words[0]) is None
        and (gerunds.base(words[1]) or "") + "s" == words[1]
    ):
        text = " ".join(words[1:])
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the prose says the person does."""

    text: str
    kind: str
    words: str
    stretch: Stretch | None
    minutes: float | None


def read_interests(source: Source) -> list[str]:
    """The interests, one a string."""
    text = source.text("interests")
    entries = items(text)
    if len(entries) <= 2 and not re.search(r"\d[).]", text):
        loose = [
            re.sub(
                r"^.*?\b(?:enjoys?|likes?|loves?|is (?:interested in|into|fond of|passionate about)"
                r"|interests? (?:include|are)|hobbies (?:include|are))\s+",
                "",
                entry,
            )
            for entry in entries
        ]
        loose = [without_subject(entry, source.name) for entry in loose]
        entries = [
            part.strip(" .")
            for entry in loose
            for part in re.split(
                r",\s*(?:and\s+)?|\s+and\s+(?=\w+ing\b)" + (r"|\s+and\s+" if "," in entry else ""), entry
            )
        ]
    own = re.compile(rf"^{re.escape(source.name)}\s+(?:is |enjoys |likes )?", re.I)
    return [entry for entry in dict.fromkeys(own.sub("", entry).strip() for entry in entries) if len(entry) > 2]


def _pieces(item: str, name: str) -> list[str]:
    """Cut 'goes to bed around 11pm, awakes up around 6am, eats dinner around 5pm' where a new verb begins."""
    parts = re.split(r"(,\s*(?:and\s+|then\s+)?|\s+and\s+then\s+|\s+then\s+|\s+and\s+)", item)
    out: list[str] = []
    for index in range(0, len(parts), 2):
        part, loosely = parts[index], index > 0 and parts[index - 1].strip() == "and"
        part = without_subject(part, name)
        words = part.split()
        verb = bool(words) and (gerunds.base(words[0]) is not None or bool(_GO_TO_BED.search(" ".join(words[:3]))))
        if out and not verb:
            out[-1] = f"{out[-1]} and {part}" if part else out[-1]
        elif (
            out
            and verb
            and loosely
            and not _GO_TO_BED.search(out[-1])
            and not (gerunds.has_time(out[-1]) or duration(out[-1]))
        ):
            out[-1] = f"{out[-1]} and {part}"
        elif part:
            out.append(part)
    return out


_AT_TWO_TIMES = re.compile(
    r"^(.*\bat )(\d{1,2}(?::\d\d)? ?(?:am|pm)?) and (?:again )?(?:at )?(\d{1,2}(?::\d\d)? ?(?:am|pm)?)$", re.I
)


def _twice(pieces: list[str]) -> list[str]:
    """'walks the dog at 8am and 6pm' is done at each of both times."""
    found: list[str] = []
    for piece in pieces:
        match = _AT_TWO_TIMES.match(piece)
        found += [match.group(1) + match.group(2), match.group(1) + match.group(3)] if match else [piece]
    return found


def read_entries(source: Source, times: DayTimes, notes: Notes) -> list[Entry]:
    """All that the plan and the lifestyle say is done; what cannot be placed or named is noted as missed."""
    entries: list[Entry] = []
    for part in ("plan", "lifestyle"):
        for item in items(source.text(part)):
            for piece in _twice(_pieces(without_subject(item, source.name), source.name)):
                piece = re.split(r"\bwith (?:an? )?(?:\w+ )?(?:lunch|breaks?)\b|\bincluding\b|\bexcept\b", piece)[
                    0
                ].strip()
                if (
                    STARTS_WORK.search(piece)
                    and not re.search(r"\b(?:to|until|till|-)\s*\d", piece)
                    and "work" in times.events
                ):
                    start, end = times.events["work"]
                    entries.append(Entry(WORK, "routine_work", piece, Stretch(start, end, piece), end - start))
                    continue
                bare = without_times(piece)
                named = [
                    word
                    for word in activities.find(_GO_TO_BED.sub(" ", bare))
                    if word.kind != "sleep" or re.search("nap|siesta", word.words)
                ]
                if _GO_TO_BED.search(piece) and not named:
                    continue
                text = gerunds.phrase(piece, activities.main_kind(bare))
                spans = clocks.find(piece, times)
                if (
                    len(text) < 4
                    or (not spans and not named and not text.split()[0].endswith("ing"))
                    or (text.startswith("doing ") and not named)
                    or re.match(r"(?:getting up|going to bed|waking)", text)
                ):
                    notes.miss(part, piece)
                    continue
                text = {"working": WORK}.get(text, text)
                kind = activities.main_kind(text, activities.main_kind(bare))
                entries.append(Entry(text, kind, piece, spans[0] if spans else None, duration(piece)))
    return entries
