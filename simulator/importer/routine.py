"""A life out of prose: fixed points where the words put them, ordinary meals and washing, and pastimes for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.importer import activities, clocks, gerunds, life
from simulator.importer.clocks import DayTimes, Stretch
from simulator.importer.propersim import Source
from simulator.importer.timing import without_times as _without_times
from simulator.importer.values import Notes
from simulator.importer.words import duration, items
from simulator.persona import DAY_GROUPS, DAYS, FixedPoint, Frames, Pastime

LONGEST_STRETCH = 120.0
"""Longer work or practice gets a short break, as people take one."""
BREAK = 15.0
SHORTEST = 10.0

_GO_TO_BED = re.compile(r"\b(?:in bed by|in bed at|in bed (?:before|around)|asleep|up (?:by|at|before|around|until|till)|awake|early riser|late riser|early bird|night owl|stays? up|without an alarm|(?:goes|going|go|gets|heads) (?:back )?to (?:bed|sleep)|falls asleep|turns in|wakes?|awak\w+|gets? up|getting up|rises|sleeps)\b", re.I)
_BEFORE = re.compile(r"\b(?:before|until|by)\b", re.I)
_PRONOUN = re.compile(r"^(?:and |then )?(?:he|she|they|i)\s+(?:typically|usually|often|always|generally|then|also|normally)?\s*", re.I)


def without_subject(text: str, name: str) -> str:
    """A sentence about the person without its subject: 'Rowan Hale bakes' -> 'bakes'."""
    text = text.strip()
    for own in sorted({name, *name.split()}, key=len, reverse=True):
        if len(own) > 1 and re.match(rf"{re.escape(own)}\b", text, re.I):
            text = text[len(own) :].lstrip(" ,")
    text = _PRONOUN.sub("", text)
    words = text.split()
    if len(words) > 2 and words[0][:1].isupper() and gerunds.base(words[0]) is None and (gerunds.base(words[1]) or "") + "s" == words[1]:
        text = " ".join(words[1:])
    return text


@dataclass
class Agenda:
    """Fixed points that do not overlap on any day."""

    points: list[FixedPoint] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[float, float, frozenset[str]]] = field(default_factory=list)

    def free(self, start: float, end: float, days: tuple[str, ...]) -> list[tuple[float, float]]:
        """What is left of a span on these days."""
        gaps = [(start, end)]
        for first, last, others in self.taken:
            if others & set(days):
                gaps = [piece for a, b in gaps for piece in ((a, min(b, first)), (max(a, last), b)) if piece[1] > piece[0]]
        return [gap for gap in gaps if gap[1] - gap[0] >= SHORTEST]

    def nearest(self, start: float, minutes: float, days: tuple[str, ...], within: tuple[float, float]) -> float | None:
        """The start nearest to the wished one at which so many minutes are free."""
        starts = [min(max(start, a), b - minutes) for a, b in self.free(*within, days) if b - a >= minutes]
        return min(starts, key=lambda s: abs(s - start)) if starts else None

    def put(self, text: str, kind: str, start: float, minutes: float, days: tuple[str, ...], words: str) -> None:
        """Add a fixed point."""
        shown = next((name for name in ("all", "weekday", "weekend") if DAY_GROUPS[name] == days), None)
        self.points.append(
            FixedPoint(
                text=text,
                kind=kind,
                room=activities.room(f"{text} {words}", kind) if words else activities.ROOM_OF_KIND[kind],
                start=clocks.clock(start % 1440).replace("24:00", "00:00"),
                minutes=round(min(600.0, max(5.0, minutes)) / 5) * 5,
                days=shown or days,
            )
        )
        self.words[f"{text} {clocks.clock(start)}"] = words
        self.taken.append((start, start + minutes, frozenset(days)))


@dataclass(frozen=True, slots=True)
class _Entry:
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
        loose = [re.sub(r"^.*?\b(?:enjoys?|likes?|loves?|is (?:interested in|into|fond of|passionate about)|interests? (?:include|are)|hobbies (?:include|are))\s+", "", entry) for entry in entries]
        loose = [without_subject(entry, source.name) for entry in loose]
        entries = [part.strip(" .") for entry in loose for part in re.split(r",\s*(?:and\s+)?|\s+and\s+(?=\w+ing\b)" + (r"|\s+and\s+" if "," in entry else ""), entry)]
    own = re.compile(rf"^{re.escape(source.name)}\s+(?:is |enjoys |likes )?", re.I)
    return [entry for entry in dict.fromkeys(own.sub("", entry).strip() for entry in entries) if len(entry) > 2]


def _pieces(item: str, name: str) -> list[str]:
    """Cut 'goes to bed around 11pm, awakes up around 6am, eats dinner around 5pm' where a new verb begins."""
    parts = re.split(r",\s*(?:and\s+|then\s+)?|\s+and\s+then\s+|\s+then\s+|\s+and\s+", item)
    out: list[str] = []
    for part in parts:
        part = without_subject(part, name)
        words = part.split()
        verb = bool(words) and (gerunds.base(words[0]) is not None or bool(_GO_TO_BED.match(part.strip())))
        if out and not verb:
            out[-1] = f"{out[-1]} and {part}" if part else out[-1]
        elif out and verb and not (gerunds.has_time(out[-1]) or duration(out[-1])):
            out[-1] = f"{out[-1]} and {part}"
        elif part:
            out.append(part)
    return out


def _entries(source: Source, times: DayTimes, notes: Notes) -> list[_Entry]:
    entries: list[_Entry] = []
    for part in ("plan", "lifestyle"):
        for item in items(source.text(part)):
            for piece in _pieces(without_subject(item, source.name), source.name):
                piece = re.split(r"\bwith (?:an? )?(?:\w+ )?(?:lunch|breaks?)\b|\bincluding\b|\bexcept\b", piece)[0].strip()
                bare = _without_times(piece)
                named = [word for word in activities.find(_GO_TO_BED.sub(" ", bare)) if word.kind != "sleep" or re.search("nap|siesta", word.words)]
                if _GO_TO_BED.search(piece) and not named:
                    continue
                text = gerunds.phrase(piece, activities.main_kind(bare))
                spans = clocks.find(piece, times)
                if len(text) < 4 or (not spans and not named and not text.split()[0].endswith("ing")) or text.startswith("doing ") and not named or re.match(r"(?:getting up|going to bed|waking)", text):
                    notes.miss(part, piece)
                    continue
                text = {"working": "working through the day's tasks"}.get(text, text)
                kind = activities.main_kind(text, activities.main_kind(bare))
                entries.append(_Entry(text, kind, piece, spans[0] if spans else None, duration(piece)))
    return entries


def build(
    source: Source, frames: Frames, times: DayTimes, interests: list[str], wanted: list[str], notes: Notes
) -> tuple[list[FixedPoint], list[Pastime], dict[str, str]]:
    """Fixed points, pastimes and the words behind each text.

    Args:
        source: the prose.
        frames: waking and sleeping.
        times: meals and work.
        interests: one a string.
        wanted: kinds that the timing names as good and that must occur in the life.
        notes: receives what was understood and assumed.
    """
    wake, sleep = life.minutes(frames.weekday)
    entries = _entries(source, times, notes)
    agenda = Agenda()
    meals_said = [entry for entry in entries if entry.kind == "meal" and entry.stretch]
    for entry in [*meals_said, *sorted((e for e in entries if e.stretch and e not in meals_said), key=_sureness)]:
        if entry.stretch and entry.kind not in ("meal",):
            _place_meals(agenda, times, frames, notes)
        _place(agenda, entry, (wake, sleep), notes)
    _place_meals(agenda, times, frames, notes)
    _place_washing(agenda, frames, notes)
    pastimes = _pastimes(entries, interests, agenda, wanted, source, notes)
    points = sorted(agenda.points, key=lambda point: (point.start < frames.weekday.wake, point.start, point.text))
    return points, pastimes, agenda.words


def _sureness(entry: _Entry) -> float:
    """Exact times first, parts of the day last."""
    return entry.stretch.minutes if entry.stretch else 1e9


def _wished(entry: _Entry, stretch: Stretch, wake: float) -> tuple[float, float]:
    """Start and length of an entry in its stretch."""
    exact = re.search(r"\b(?:from|between)\b.*\b(?:to|until|till|and)\b|\d\s*(?:am|pm)?\s*-\s*\d", entry.words, re.I)
    if entry.minutes is None and exact:
        return stretch.start, stretch.minutes
    length = min(entry.minutes or 40.0, 600.0)
    near = clocks._terms(clocks._plain_clocks(entry.words), DayTimes())
    if near and near[0].sort == "clock" and near[0].start - 30 == stretch.start and stretch.minutes == 60:
        return near[0].start, length
    if _BEFORE.search(entry.words) and not re.search(r"\bafter\b", entry.words, re.I):
        return stretch.end - length, length
    slack = max(0.0, stretch.minutes - length)
    if slack > 60:
        return max(stretch.start + min(slack / 4, 45.0), wake + 90), length
    return stretch.start + min(slack / 4, 45.0), length


def _place(agenda: Agenda, entry: _Entry, day: tuple[float, float], notes: Notes) -> None:
    if entry.stretch is None:
        return
    start, length = _wished(entry, entry.stretch, day[0])
    days = entry.stretch.days
    if entry.kind in ("deep_work", "routine_work", "meeting", "mail", "study") and days == DAYS and length >= 120 and not re.search(r"every ?day|daily", entry.words, re.I):
        days = DAY_GROUPS["weekday"]
        notes.assume("routine days", "weekday", f"'{entry.text}' is taken to rest at weekends")
    start = max(start, day[0])
    length = min(length, day[1] - start)
    if length < SHORTEST and entry.minutes is None:
        notes.miss("routine", entry.words)
        return
    length = max(length, 5.0)
    if length <= LONGEST_STRETCH:
        around = (max(day[0], start - 90), min(day[1], start + length + 90))
        found = agenda.nearest(start, length, days, around)
        pieces = [(found, found + length)] if found is not None else agenda.free(start, start + length, days)[:1]
    else:
        pieces = agenda.free(start, start + length, days)
    for first, last in pieces:
        _put_with_breaks(agenda, entry, first, last, days)
    if pieces:
        notes.understand("routine", f"{clocks.clock(pieces[0][0])} {entry.text} ({entry.kind})", entry.words)
    else:
        notes.miss("routine", f"no room for '{entry.words}'")


def _put_with_breaks(agenda: Agenda, entry: _Entry, start: float, end: float, days: tuple[str, ...]) -> None:
    length = end - start
    parts = max(1, round(length / LONGEST_STRETCH)) if length > LONGEST_STRETCH * 1.25 and entry.kind not in ("care", "company", "media", "errand") else 1
    each = (length - (parts - 1) * BREAK) / parts
    for part in range(parts):
        begin = start + part * (each + BREAK)
        agenda.put(entry.text, entry.kind, begin, each, days, entry.words)
        if part < parts - 1:
            agenda.put("taking a short break with a cup of tea", "pause", begin + each, BREAK, days, "")


_MEAL_TEXTS = {
    "breakfast": ("having breakfast", 25.0),
    "lunch": ("eating lunch at the kitchen table", 30.0),
    "dinner": ("eating dinner", 35.0),
}


def _place_meals(agenda: Agenda, times: DayTimes, frames: Frames, notes: Notes) -> None:
    """Ordinary meals where the prose has none; what is there already stays."""
    if "placed meals" in agenda.words:
        return
    agenda.words["placed meals"] = ""
    wake, sleep = life.minutes(frames.weekday)
    weekend_wake, _ = life.minutes(frames.weekend)
    for name, (text, length) in _MEAL_TEXTS.items():
        if any(re.search(rf"\b{name}\b", point.text) or (name == "dinner" and "supper" in point.text) for point in agenda.points if point.kind == "meal"):
            continue
        start = times.event(name)[0]
        if name == "breakfast" and weekend_wake - wake >= 30 and name not in times.events:
            _put_near(agenda, text, "meal", start, length, DAY_GROUPS["weekday"], (wake, sleep))
            _put_near(agenda, text, "meal", weekend_wake + 40, length, DAY_GROUPS["weekend"], (weekend_wake, sleep))
        else:
            _put_near(agenda, text, "meal", start, length, DAYS, (wake, sleep))
        if name not in times.events:
            notes.assume("routine", f"{clocks.clock(start)} {text}", "not said: an ordinary meal")
        if name == "dinner":
            _put_near(agenda, "cooking dinner", "cooking", start - 40, 35.0, DAYS, (wake, start))


def _put_near(agenda: Agenda, text: str, kind: str, start: float, length: float, days: tuple[str, ...], within: tuple[float, float]) -> None:
    found = agenda.nearest(start, length, days, (max(within[0], start - 60), min(within[1], start + length + 60)))
    if found is not None:
        agenda.put(text, kind, found, length, days, "")


def _place_washing(agenda: Agenda, frames: Frames, notes: Notes) -> None:
    if any(point.kind == "bathing" for point in agenda.points):
        return
    for frame, days in ((frames.weekday, "weekday"), (frames.weekend, "weekend")):
        wake, _ = life.minutes(frame)
        _put_near(agenda, "washing and getting dressed", "bathing", wake + 5, 20.0, DAY_GROUPS[days], (wake, wake + 120))
    notes.assume("routine", "washing and getting dressed after waking", "not said")


# Ordinary ways to spend half an hour, used where a life names too few of its own.
_ORDINARY: tuple[tuple[str, str, tuple[float, float]], ...] = (
    ("tidying the kitchen and the living room", "tidying", (15, 30)),
    ("drinking tea at the window", "pause", (10, 20)),
    ("resting on the sofa", "rest", (15, 35)),
    ("reading the news on the laptop", "browsing", (10, 30)),
    ("walking around the block", "walk", (20, 40)),
    ("watching a series", "media", (30, 55)),
    ("doing the laundry", "tidying", (15, 35)),
    ("sorting small things that have piled up", "routine_work", (20, 40)),
    ("reading a novel on the sofa", "reading", (20, 45)),
    ("answering mail and messages", "mail", (15, 30)),
    ("listening to music", "music", (15, 35)),
    ("cooking something simple", "cooking", (20, 40)),
    ("going out for groceries", "errand", (25, 50)),
    ("talking on the phone with a friend", "call", (10, 30)),
    ("watering the plants", "garden", (10, 20)),
    ("stretching and light exercise", "exercise", (15, 30)),
    ("making something small by hand", "craft", (20, 45)),
    ("playing a game on the laptop", "gaming", (20, 45)),
    ("going through study notes", "study", (25, 50)),
    ("sitting quietly with a journal", "ritual", (10, 25)),
    ("sitting together with the family", "company", (20, 45)),
    ("looking after the children", "care", (20, 45)),
    ("having a snack", "meal", (10, 15)),
    ("working on one thing with full attention", "deep_work", (30, 60)),
    ("a short meeting online", "meeting", (20, 40)),
)
FEWEST, ORDINARY_AT_LEAST = 9, 4


def _pastimes(
    entries: list[_Entry], interests: list[str], agenda: Agenda, wanted: list[str], source: Source, notes: Notes
) -> list[Pastime]:
    pastimes: dict[str, Pastime] = {}

    def add(text: str, kind: str, minutes: tuple[float, float], weight: float, words: str) -> None:
        if text not in pastimes and kind not in ("sleep", "bathing"):
            pastimes[text] = Pastime(text=text, kind=kind, room=activities.room(f"{text} {words}", kind), minutes=minutes, weight=weight)
            agenda.words[f"pastime {text}"] = words

    for interest in interests[:10]:
        kind = activities.main_kind(interest)
        text = gerunds.phrase(interest, kind)
        if len(text) >= 4:
            add(text, kind, (20, 50), 1.5, interest)
            notes.understand("pastime", f"{text} ({kind})", interest)
    for entry in entries:
        if entry.stretch is None:
            length = min(max(entry.minutes or 35.0, 10.0), 60.0)
            add(entry.text, entry.kind, (max(5.0, round(length * 0.7)), length), 1.0, entry.words)
            notes.understand("pastime", f"{entry.text} ({entry.kind})", entry.words)
    own = len(pastimes)
    for text, kind, minutes in _ORDINARY:
        living = {pastime.kind for pastime in pastimes.values()} | {point.kind for point in agenda.points}
        if kind in wanted and kind not in living:
            add(text, kind, minutes, 1.5, "")
            notes.assume("pastime", f"{text} ({kind})", "the timing names it, the life does not")
    for text, kind, minutes in _ORDINARY[:12]:
        if len(pastimes) >= max(FEWEST, own + ORDINARY_AT_LEAST):
            break
        if kind not in {pastime.kind for pastime in pastimes.values()} or kind == "tidying":
            add(text, kind, minutes, 0.8, "")
            notes.assume("pastime", f"{text} ({kind})", "an ordinary way to fill free time")
    return list(pastimes.values())
