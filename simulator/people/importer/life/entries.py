"""What a person does, entry by entry, out of the prose about their life: text, kind, time and length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from edge_assistant.context.activity_classes import ActivityClassifier
from simulator.people.importer.language import activities, gerunds, whens
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.whens import CUT, When
from simulator.people.importer.language.words import items
from simulator.people.importer.life import waking, whose
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.life.waking import STARTS_WORK
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes

WORK = "working through the day's tasks"
"""What somebody does of whom only the hours of work are told."""
EVENING_TEA = (1020.0, 1170.0)
"""A tea that begins in these minutes is the evening meal."""
_PRONOUN = re.compile(
    r"^(?:and |then |so )?(?:he|she|they|i)\s+(?:typically|usually|often|always|generally|then|also|normally)?\s*", re.I
)
_ADVERB = re.compile(
    r"^(?:(?:usually|typically|often|always|then|also|sometimes|later|first|finally)\b,?|(?!family|daily|early"
    r"|reply)\w+ly,?)\s+",
    re.I,
)


def without_subject(text: str, name: str, third: bool = True) -> str:
    """A sentence about the person without its subject: 'Rowan Hale bakes' -> 'bakes'."""
    text = text.strip()
    for own in sorted({name, *name.split()}, key=len, reverse=True):
        if len(own) > 1 and re.match(rf"{re.escape(own)}\b(?!')", text, re.I):
            text = text[len(own) :].lstrip(" ,")
    text = _PRONOUN.sub("", text)
    words = text.split()
    if (
        third
        and len(words) > 2
        and words[0][:1].isupper()
        and gerunds.base(words[0]) is None
        and (gerunds.verb_of(words[1:]) or "") + "s" == words[1]
    ):
        text = " ".join(words[1:])
    return text


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


_SUB_ENTRY = re.compile(r"\s+with\s+(?=(?:an?|his|her|their|the|some)\s+[\w' -]+?\s(?:at|around)\s+\d)", re.I)
_TO_DO = re.compile(r"\s+(?:in order )?to\s+(?=[a-z]+)|\s+for\s+(?=[a-z]+(?: [a-z]+)?$)", re.I)
_LEFT_OUT = re.compile(r"\bwith (?:an? )?(?:\w+ )?(?:lunch|breaks?)\b(?! with)|\bincluding\b", re.I)


def pieces(item: str, name: str, third: bool) -> list[str]:
    """Cut 'goes to bed around 11pm, awakes up around 6am, eats dinner around 5pm' where a new verb begins."""
    parts = re.split(r"(,\s*(?:and\s+|then\s+|but\s+)?|\s+and\s+then\s+|\s+then\s+|\s+and\s+|\s+but\s+)", item)
    out: list[str] = []
    for index in range(0, len(parts), 2):
        joint = parts[index - 1].strip() if index else ""
        part = without_subject(parts[index], name, third)
        part = _ADVERB.sub("", part) if gerunds.verb_of(_ADVERB.sub("", part).split(), third) else part
        words = part.split()
        verb = bool(words) and (
            gerunds.verb_of(words, third and words[0].endswith("s") and gerunds.base(words[0]) is not None) is not None
            or bool(waking.of_bed(" ".join(words[:4])))
            or bool(_MARK_HOME.match(part))
        )
        if index and verb and third and not words[0].lower().endswith("s") and not waking.of_bed(" ".join(words[:4])):
            verb = False  # 'reads books and study notes'
        if out and not verb:
            out[-1] = f"{out[-1]}{', ' if joint.startswith(',') else f' {joint} '}{part}" if part else out[-1]
        elif out and joint == "and" and not _ends_a_thing(out[-1], third):
            out[-1] = f"{out[-1]} and {part}"
        elif part:
            out.append(part)
    out = [half for piece in out for half in _twice(piece)]
    cut: list[str] = []
    for piece in out:
        cut += _SUB_ENTRY.split(piece) if re.search(r"\d", _SUB_ENTRY.split(piece)[0]) else [piece]
    return cut


_HOUR = r"(?:\d{1,2}(?::\d\d)?\s*(?:am|pm)?|noon|midnight)"
_SPAN = rf"{_HOUR}\s*(?:to|until|till|-)\s*{_HOUR}"
_TWO_SPANS = re.compile(rf"^(.*?)\b(?:from )?({_SPAN})\s*(?:,|and)\s*(?:again |then )?(?:from )?({_SPAN})(.*)$", re.I)


def _twice(piece: str) -> list[str]:
    """'Weaves from 9am to noon and from 1pm to 4pm' is done at each of both times."""
    match = _TWO_SPANS.match(piece)
    return [f"{match[1]}from {match[2]}{match[4]}", f"{match[1]}from {match[3]}{match[4]}"] if match else [piece]


def _ends_a_thing(piece: str, third: bool) -> bool:
    """Whether what comes before 'and' is complete: it has a time, is about bed, or tells more than its verb."""
    return bool(
        waking.of_bed(piece)
        or gerunds.has_time(piece)
        or whens.read(piece, DayTimes()).minutes
        or _MARK_HOME.match(piece)
    ) or (third and len(piece.split()) > 2)


_MARK_START = re.compile(
    r"^(?:opens?|starts?|begins?|sets? up)\s+|^is (?:at|in|on|behind) |^arrives? |^gets? to ", re.I
)
_MARK_END = re.compile(
    r"^(?:finish(?:es)?|stops?|ends?|knocks? off|clocks? (?:off|out)|quits?|wraps? up|is done)\b", re.I
)
_MARK_HOME = re.compile(
    r"^(?:(?:comes?|gets?|arrives?|returns?|is|walks?|drives?|heads?|goes) (?:back )?(?:home|in from)\b"
    r"|(?:is |gets? |comes? )?back (?:home|from|by|at|around)\b|returns? from)",
    re.I,
)
_MARK_LEAVE = re.compile(
    r"^(?:leaves?|sets? (?:off|out)|heads? (?:off|out)|departs?)(?: (?:the house|home))?\s+(?:for|to)\s+(.+)", re.I
)
_BED_ENTRY = re.compile(
    r"^(?:(?:early |late )?bed(?:time)?|wake[- ]?up|wak(?:e|ing)|get up|rise|sleep|lights out|alarm)\b", re.I
)


def read_entries(
    source: Source,
    times: DayTimes,
    notes: Notes,
    model: ActivityClassifier | None = None,
    interests: Sequence[str] = (),
) -> list[Entry]:
    """All that the plan and the lifestyle say is done; what cannot be placed or named is noted as missed.

    Args:
        source: the prose.
        times: meals and work, to which words refer.
        notes: receives what was missed.
        model: tells the kind where the words' own lists do not.
        interests: the person's own, whose verbs fit nouns in the plan.
    """
    told = [(interest, gerunds.phrase(interest)) for interest in interests]
    own = [text for interest, text in told if text and gerunds.is_gerund(interest.split()[0])]
    entries: list[Entry] = []
    for part in ("plan", "lifestyle"):
        for item in items(source.text(part)):
            third = part == "lifestyle" or _tells_in_third(item, source.name)
            before = ""
            for piece in pieces(without_subject(item, source.name, third), source.name, third):
                found = _entry(piece, part, third, before, times, own, model)
                if isinstance(found, str):
                    notes.miss(part, found)
                elif found is not None:
                    several = found.when.starts if found.when.end is None else found.when.starts[:1]
                    entries += [replace(found, when=replace(found.when, starts=(start,))) for start in several] or [
                        found
                    ]
                before = piece
    hobbies = [text for _, text in told if text]
    return [whose.kept(entry, source, hobbies, model) for entry in entries]


def _tells_in_third(item: str, name: str) -> bool:
    return without_subject(item, name, third=False) != item.strip()


_PLAINLY = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        (r"^(?:garden|yard|allotment)(?:ing)? work\b", "gardening"),
        (r"^(?:(?:has|have) )?(?:some )?(?:free |quality |family )?time with\b", "spend time with"),
        (r"^(?:is|are|be) with (?=(?:the|his|her|their|my) )", "spend time with "),
        (r"^study (?=(?:in|at|with) )", "studying "),
    )
)
"""Entries whose verb must be told."""


def _entry(
    piece: str,
    part: str,
    third: bool,
    before: str,
    times: DayTimes,
    own: Sequence[str],
    model: ActivityClassifier | None,
) -> Entry | str | None:
    """One entry; the words where they are not understood; None where they tell of waking and sleeping only."""
    if STARTS_WORK.search(piece) and not re.search(r"\b(?:to|until|till|-)\s*\d", piece) and "work" in times.events:
        start, end = times.events["work"]
        return Entry(WORK, "routine_work", piece, When((start,), end), part, False, "routine_work")
    if waking.of_bed(piece) or (part == "plan" and _BED_ENTRY.match(piece)):
        more = _TO_DO.split(piece, maxsplit=1)
        if len(more) == 2 and waking.of_bed(more[0]) and not re.match(r"(?:bed|sleep|work|the)\b", more[1], re.I):
            found = _entry(more[1], part, False, more[0], times, own, model)
            return found if isinstance(found, Entry) else None
        return None
    piece = _LEFT_OUT.split(piece)[0].strip()
    for pattern, instead in _PLAINLY:
        piece = pattern.sub(instead, piece)
    when = whens.read(piece, times)
    mark = _mark(piece, when)
    leave = _MARK_LEAVE.match(when.rest)
    verb = gerunds.verb_of(when.rest.replace(CUT, " ").split(), third)
    if leave:
        place = " ".join(leave.group(1).replace(CUT, " ").split())
        return Entry(f"going to {place}", "errand", piece, when, part, True, "errand", "leave")
    if mark == "home":
        return Entry("coming home", "errand", piece, when, part, True, "errand", mark)
    text = gerunds.worded(
        when.rest, activities.kind_of(" ".join(when.rest.replace(CUT, " ").split()), model), own, third
    )
    text = re.sub(r"^(?:having|taking) an? lunch[- ]?break\b", "having lunch", text)
    if re.match(r"working(?! (?:on|with)\b)", text) and not when.said and "work" in times.events:
        when = replace(when, starts=times.events["work"][:1], end=times.events["work"][1])
    opened = re.match(r"(?:opening|running|starting|keeping) ((?:the|an?|his|her|their) [\w-]+)\b(.*)", text)
    if opened and when.end is not None:
        text = f"working in {opened.group(1)}{opened.group(2)}"
    if len(text) < 4 or not gerunds.is_gerund(text.split()[0]):
        return piece
    text = WORK if text == "working" else text
    kind = activities.kind_of(text, model)
    if text == WORK:
        kind = "routine_work"
    if re.match(r"having tea\b", text) and when.starts and EVENING_TEA[0] <= when.starts[0] <= EVENING_TEA[1]:
        kind = "meal"
    if kind == "call" and when.starts and (when.end or 0.0) - when.starts[0] >= 90:
        kind = "meeting"  # calls one after another
    if re.match(r"(?:doing |spending time )", text) and kind == "unknown" and not when.said and third:
        return piece
    return Entry(
        text, kind, piece, when, part, verb is not None or gerunds.is_gerund(when.rest.split()[0]), kind, mark, before
    )


def _mark(piece: str, when: When) -> str:
    """Whether words tell only of the beginning or the end of something."""
    if _MARK_HOME.match(piece):
        return "home"
    if when.end is None and len(when.starts) == 1:
        if _MARK_START.match(piece):
            return "start"
        if _MARK_END.match(piece):
            return "end"
    return ""
