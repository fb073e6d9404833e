"""What people refer to in their own day: 'after the swim', 'before the film starts', 'once I put the knitting away'.

The entries of the plan that name a clock become landmarks; words that refer to one are replaced by its times, so that
`clocks` reads them as any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.words import duration, items, normalise
from simulator.people.importer.propersim import Source
from simulator.people.persona import DAY_GROUPS, DAYS

LOOSE = 60.0
"""Minutes that an entry lasts of which only the beginning is said, when nothing else begins before."""
BROAD = ("care", "company", "errand", "tidying", "unknown", "sleep", "bathing")
"""Kinds that say less than the entry of the plan to which the words refer."""

_GENERAL_WORDS = """
    a about after again all along alone also am an and any are around as at away back be before best between both
    but by can close come day dinner do done during each early either end evening every finish first for free from get
    go good had half hand has have her him his home hour house i if in into is it its just last late later lie long
    lunch me mean middle mine minute moment morn morning my new night no noon not now of off on once one only open or
    other our out over own part person quiet ready right room run-up set she sit sleep slept so some soon speak start
    stop still supper talk tea that the their them then there they thing this time to together too two typical under
    until up us use usual very wake walk-in was we week weekday weekend well were when where while who will with work
    worked working would yet you your afternoon breakfast bed daily normally usually often always most mostly put take
    took make made give keep stay left leave clock pm bedtime kitchen
    minutes minute hours outside turn review four asleep come roll rise tuesday monday wednesday thursday friday
    saturday sunday"""
_GENERAL = frozenset(_GENERAL_WORDS.split()) | {"minut", "com", "ris", "outsid", "turn"}
"""What stands for no entry in particular."""
_ARRIVES = re.compile(r"\b(?:com(?:e|es|ing)|gets?|getting|arriv\w+|returns?|returning|is|am) (?:back )?home\b", re.I)
_IRREGULAR = {
    "slept": "nap",
    "swam": "swim",
    "ran": "run",
    "wrote": "writ",
    "written": "writ",
    "sung": "sing",
    "taught": "teach",
    "ate": "eat",
    "drove": "driv",
    "drawn": "draw",
    "news": "news",
}


def stem(word: str) -> str:
    """A word without its ending: 'knitting', 'knits' and 'knit' are one."""
    word = re.sub(r"'s?$", "", word.lower())
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("ement", "ing", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _stems(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z][a-z'-]*", text.lower())
    return frozenset(
        stem(word) for word in words if len(word) > 2 and word not in _GENERAL and stem(word) not in _GENERAL
    )


@dataclass(frozen=True, slots=True)
class Landmark:
    """An entry of the plan: its telling words, its times in minutes and its kind; `loose` when the end is a guess."""

    stems: frozenset[str]
    start: float
    end: float
    kind: str
    days: tuple[str, ...] = DAYS
    loose: bool = False


def read(source: Source, times: DayTimes) -> tuple[Landmark, ...]:
    """The landmarks of a person's day, in the order of the day."""
    found: list[Landmark] = []
    for part in ("plan", "lifestyle"):
        for item in items(source.text(part)):
            for piece in re.split(r",\s*(?:and\s+)?|\s+with\s+(?=an? )|\s+and\s+(?=\w+s\b(?! from| at))", item):
                landmark = _landmark(re.sub(re.escape(source.name), " ", piece), times, found)
                if landmark and not (part == "lifestyle" and _known(landmark, found)):
                    found.append(landmark)
    dinner = times.event("dinner")[0]
    cooking = () if any("cook" in mark.stems for mark in found) else (_cooking(dinner),)
    return tuple(sorted((*_bounded(found, times), *cooking), key=lambda landmark: landmark.start))


def _cooking(dinner: float) -> Landmark:
    """Who eats has cooked, though the plan may not say so."""
    return Landmark(frozenset({"cook"}), dinner - 40, dinner, "cooking")


def _known(landmark: Landmark, found: list[Landmark]) -> bool:
    """Whether the plan has it; an end that only the lifestyle tells is taken over."""
    for index, other in enumerate(found):
        if landmark.stems & other.stems:
            if other.loose and not landmark.loose and landmark.start == other.start:
                found[index] = replace(other, end=landmark.end, loose=False)
            return True
    return False


def _landmark(piece: str, times: DayTimes, before: list[Landmark]) -> Landmark | None:
    plain = clocks.plain_clocks(normalise(piece))
    marks = [
        (match, value)
        for match in re.finditer(clocks.CLOCK, plain, re.I)
        if (value := clocks.clock_minutes(match, plain)) is not None
    ]
    arrives = bool(_ARRIVES.search(plain))
    stems = _stems(re.split(r"\baway from\b", plain)[0]) | (frozenset({"home"}) if arrives else frozenset())
    if not marks or not stems or re.match(r"\W*(?:wak|awak|gets? up|goes to (?:bed|sleep)|sleeps?\b)", plain, re.I):
        return None
    first, start = marks[0]
    end, loose = start + LOOSE, True
    if len(marks) > 1 and re.search(r"\b(?:to|until|till|and|-)|-", plain[first.end() : marks[1][0].start()], re.I):
        end, loose = marks[1][1] + (1440 if marks[1][1] <= start else 0), False
    elif re.search(r"\b(?:until|till)\s+(?:about |around )?$", plain[: first.start()], re.I):
        earlier = [landmark.end for landmark in before if start - 420 < landmark.end < start]
        start, end, loose = (max(earlier) if earlier else start - LOOSE), start, False
    elif arrives:
        end, loose = start, False
    elif length := duration(plain[first.end() :]):
        end, loose = start + length, False
    elif re.search(r"\b(?:after|from|past)\s+$", plain[: first.start()], re.I):
        end, loose = times.sleep if times.sleep > start else start + LOOSE, False
    if start < clocks.DAY_TURN and start < times.wake - 60:
        start, end = start + 1440, end + 1440
    kind = activities.main_kind(plain)
    if kind == "sleep" and not re.search(r"\bnap|siesta|doz", plain, re.I):
        return None
    days = clocks.weekdays(plain)
    if days == DAYS and end - start >= 120 and kind in (*activities.WORK_KINDS, "study"):
        days = DAY_GROUPS["weekday"]
    return Landmark(stems, start, end, kind, days, loose)


def _bounded(found: list[Landmark], times: DayTimes) -> tuple[Landmark, ...]:
    """In order, what has no end ending where the next begins."""
    ordered = sorted(found, key=lambda landmark: landmark.start)
    starts = [landmark.start for landmark in ordered] + [times.sleep]
    return tuple(
        replace(landmark, end=min([s for s in starts if s >= landmark.start + 10] + [landmark.end]))
        if landmark.loose
        else landmark
        for landmark in ordered
    )


def named(text: str, plan: Sequence[Landmark]) -> list[Landmark]:
    """The landmarks that share most words with a text, at most three, else none."""
    stems = _stems(text) | (frozenset({"home"}) if _ARRIVES.search(text) else frozenset())
    shared = [len(landmark.stems & stems) for landmark in plan]
    most = max(shared, default=0)
    best = [landmark for landmark, count in zip(plan, shared, strict=True) if count == most] if most else []
    return best if len(best) <= 3 else []


_BEGINS = r"\b(?:start\w*|beg[iau]n\w*|opens?|kicks? off|put\b.{0,20}\bon\b|is on|am at|sit down)"
_ENDS = (
    r"\b(?:(?:is|are|am|'m|been) (?:over|off|done|down|finished|out(?! of)|through|back|home|asleep)|finish(?:ed"
    r"|es)?\b|ended|ends|end of|done|"
    r"put\b.{0,25}\b(?:away|down)|put away|away|out of (?!its|his|her|their)|close[sd]?\b|has left|have left"
    r"|(?:come|got|get|am|are) (?:back )?home|have slept|wrapped up|packed up|behind me)"
)
_REFERENCE = re.compile(
    r"\b(?P<word>before|after|once|until|till|from|since|as soon as|following|when(?:ever)?|while|during|through"
    r"|throughout|out of(?! (?:its|his|her|their)\b)|back from|home from|done with|at|in|on|over|with"
    r"|between)\s+(?P<what>(?:(?!\b(?:before|after|once|until|till|from|when|while|during|between"
    r"|to)\b)[\w' -])+)",
    re.I,
)
_AFTER = ("after", "following", "out of", "back from", "home from", "done with")
_SHORT = re.compile(r"\b(?:just|right|shortly|straight|immediately|directly)\s+$", re.I)


def resolve(text: str, plan: Sequence[Landmark], wish: bool) -> str:
    """The text with references to landmarks put as clock times.

    What a good moment is is read narrowly, what a bad one is widely. Words for an activity whose kind is known
    ('while I knit') stay, unless the kind is broad.
    """
    if not plan:
        return text
    text = _between_blocks(text, plan)
    out, place = "", 0
    for match in _REFERENCE.finditer(text):
        relation, what = match.group("word").lower(), match.group("what")
        clause = re.search(r"(?<=\w )(?:i|we|you)\b", what, re.I)  # 'after yoga | I am wide open'
        if clause and not re.match(r"(?:i|we|you)\b", what, re.I):
            what = what[: clause.start()]
        found = named(what, plan)
        times = _gap(what, plan) if relation == "between" else ""
        if found and not times:
            times = _times(relation, what, text[: match.start()], text[match.end() :], found, wish)
        if times:
            out, place = out + text[place : match.start()] + times + _tail(what, plan), match.start("what") + len(what)
    out += text[place:]
    if out == text:
        reference = _REFERENCE.search(text)
        head = text[: reference.start()] if reference else text
        found = named(head, plan)
        if found and _during_matters(head, found, wish):
            out = f"{head} {_spans([(mark.start, mark.end) for mark in found])} {text[len(head) :]}"
    out = re.sub(
        r"(from \d\d:\d\dh to \d\d:\d\dh) (?:in the|at) (?:early |late )?(?:morning|afternoon|evening"
        r"|night)",
        r"\1",
        out,
    )
    return re.sub(
        r"from (\d\d:\d\dh) to \d\d:\d\dh\s+(?:to|until|till) (?:from (\d\d:\d\dh) to \d\d:\d\dh|the )", _joined, out
    )


def _gap(what: str, plan: Sequence[Landmark]) -> str:
    """The time 'between the lab and cello practice'."""
    first, _, second = what.partition(" and ")
    pair = [*named(first, plan)[-1:], *named(second, plan)[:1]] if second else []
    return _spans([(pair[0].end, pair[1].start)]) if len(pair) == 2 else ""


def _joined(match: re.Match[str]) -> str:
    return f"from {match.group(1)} to {match.group(2) or 'the '}"


def _tail(what: str, plan: Sequence[Landmark]) -> str:
    """What follows a verdict on the reference: ' is a good time' of 'the swim is a good time'."""
    match = re.search(r"\s(?:is|are|would|works?|suits?)\s.*$", what, re.I)
    return match.group(0) if match and not named(match.group(0), plan) else " "


def _during_matters(what: str, found: Sequence[Landmark], wish: bool) -> bool:
    """Whether the entry says more than the kinds that the words name; a refused break is that break alone."""
    broad = BROAD if wish else (*BROAD, "rest", "pause")
    return bool(found) and all(kind in broad for kind in activities.kinds(what))


def _times(relation: str, what: str, before: str, rest: str, found: list[Landmark], wish: bool) -> str:
    ends, begins = re.search(_ENDS, what, re.I), re.search(_BEGINS, what, re.I)
    length = clocks.LENGTH.search(before)
    minutes = clocks.length_of(length) if length else 30.0 if _SHORT.search(before) else LOOSE
    if relation == "between":
        gaps = [(a.end, b.start) for a, b in pairwise(found) if 5 <= b.start - a.end <= 240]
        return _spans(gaps)
    if relation == "before":
        if wish or length:
            return _spans([(mark.start - minutes, mark.start) for mark in found])
        return f"before {_clock(max(mark.start for mark in found))}"
    if relation in ("until", "till"):
        return f"until {_clock(found[-1].end if ends else found[0].start)}"
    if relation == "from" and re.search(r"\b(?:home|back|com(?:e|ing)|return\w*|out|fresh)\s+$", before, re.I):
        relation = "after"
    if relation in ("from", "since") and (ends or re.match(r"\s*(?:on|onwards?|until|till|to)\b", rest, re.I)):
        return f"from {_clock(found[0].end if ends else found[0].start)}"
    after = relation in _AFTER or (relation in ("once", "as soon as", "when", "whenever") and ends)
    if after or (relation in ("once", "as soon as") and begins):
        if begins and not ends:
            return _spans([(mark.start, mark.end) for mark in found])
        if wish or length or _SHORT.search(before):
            return _spans([(mark.end, mark.end + minutes) for mark in found])
        return f"after {_clock(min(mark.end for mark in found))}"
    if (
        relation in ("once", "as soon as")
        and wish
        and not re.match(r"i(?: am|'m) (?:at|in|on|with|back|by)\b", what, re.I)
    ):
        return ""  # when it would begin or be over is not told
    if relation in ("once", "as soon as", "from", "since"):
        return _spans([(mark.start, mark.end) for mark in found])
    return _spans([(mark.start, mark.end) for mark in found]) if _during_matters(what, found, wish) else ""


def _between_blocks(text: str, plan: Sequence[Landmark]) -> str:
    """'Between my two work blocks' is the gap in the plan."""
    match = re.search(
        r"\bbetween (?:my |the |both |two )*(?:(study|work|practice|training|writing|coding|teaching) )?"
        r"(?:blocks?|sessions?|halves|shifts|stints)\b",
        text,
        re.I,
    )
    if not match:
        return text
    kinds = (*activities.WORK_KINDS, "study", "craft", "music", "call")
    blocks = [mark for mark in plan if mark.kind in kinds and mark.end - mark.start >= 90]
    gaps = [(a.end, b.start) for a, b in pairwise(blocks) if 10 <= b.start - a.end <= 180]
    return f"{text[: match.start()]}{_spans(gaps)}{text[match.end() :]}" if len(gaps) == 1 else text


def _clock(minute: float) -> str:
    minute = round(minute) % 1440
    return f"{minute // 60:02.0f}:{minute % 60:02.0f}h"  # with its mark nobody takes it for an hour of the evening


def _spans(spans: list[tuple[float, float]]) -> str:
    return ", ".join(f"from {_clock(start)} to {_clock(end)}" for start, end in spans if end - start >= 5)
