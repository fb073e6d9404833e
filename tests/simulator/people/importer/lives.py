"""What a careful reader takes from a life in prose, and how an import is held against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from edge_assistant.context.activity_classes import ActivityClassifier
from simulator.people.importer import propersim
from simulator.people.importer.life import day_times, routine
from simulator.people.importer.life.entries import read_interests
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes
from simulator.people.persona import DAY_GROUPS, FixedPoint, Frames, Pastime, minutes_of_day

PEOPLE = Path(__file__).parent / "people"
WORK = "deep_work routine_work mail meeting"
REMAINS = re.compile(
    r"\d:\d|\b\d{1,2} ?[ap]m\b|:\d\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bweather permitting\b|\bif\b"
    r"|\bwhen\b|\bunless\b|\bminutes?\b|\bhours\b|\ba week\b|\bevery (?:day|morning)\b|\b(?:and|or|from|to|until|at"
    r"|the|his)$",
    re.I,
)
"""Clock times, lengths, days and conditions: nothing that a person does."""


@dataclass(frozen=True)
class Point:
    """A fixed point as told: 'HH:MM' or 'HH:MM-HH:MM' (also '~HH:MM', to the half hour), text, kinds, days, chance."""

    time: str
    text: str
    kinds: str
    days: str = "any"
    chance: float | None = None


@dataclass(frozen=True)
class Read:
    """What was made of a life."""

    frames: Frames
    points: list[FixedPoint]
    pastimes: list[Pastime]

    @property
    def done(self) -> list[tuple[str, str]]:
        """Text and kind of all that may be done."""
        return [(point.text, point.kind) for point in self.points] + [
            (pastime.text, pastime.kind) for pastime in self.pastimes
        ]


def person(name: str) -> Source:
    """One of the sixteen people."""
    (source,) = propersim.read(PEOPLE / f"{name}.json")
    return source


def said(lifestyle: str = "", plan: str = "", background: str = "", interests: str = "") -> Source:
    """Somebody of whom only this is said."""
    texts = {"lifestyle": lifestyle, "plan": plan, "background": background, "interests": interests}
    return Source("Robin Vale", 40, {key: text for key, text in texts.items() if text})


def read(source: Source, kinds: ActivityClassifier | None = None) -> Read:
    """The life as the importer reads it."""
    notes = Notes()
    frames = day_times.read_frames(source, notes)
    times = day_times.read_times(source, frames, notes)
    built = routine.build(source, frames, times, read_interests(source), [], notes, kinds)
    return Read(frames, built.points, built.pastimes)


def near(clock: str, told: str, slack: int = 5) -> bool:
    """Whether a clock is the told one, 'HH:MM' or a span of them 'HH:MM/HH:MM'."""
    first, _, last = told.partition("/")
    value, low, high = (minutes_of_day(text) for text in (clock, first, last or first))
    return (value - low + slack) % 1440 <= (high - low) % 1440 + 2 * slack


def problems(found: Read, told: Point) -> list[str]:
    """What is wrong with a fixed point; nothing when it is there as told."""
    mine = [point for point in found.points if re.search(told.text, point.text)]
    if not mine:
        return [f"missing: {told}"]
    loose = told.time.startswith("~")
    start, _, end = told.time.lstrip("~").partition("-")
    wrong = []
    at = [point for point in mine if near(point.start, start, 35 if loose else 5)]
    if not at:
        return [f"{told}: begins at {', '.join(point.start for point in mine)} as {mine[0].text!r}"]
    last = max(mine, key=lambda point: (minutes_of_day(point.start) - minutes_of_day(at[0].start)) % 1440)
    if end and abs((minutes_of_day(last.start) + last.minutes - minutes_of_day(end) + 720) % 1440 - 720) > 5:
        wrong.append(f"{told}: ends {last.minutes:g} min after {last.start}")
    if not set(told.kinds.split()) & {at[0].kind}:
        wrong.append(f"{told}: is {at[0].kind}")
    days = set(told.days.split())
    days = set(DAY_GROUPS.get(told.days, days))
    if told.days != "any" and set(DAY_GROUPS.get(str(at[0].days), at[0].days)) != days:
        wrong.append(f"{told}: on {at[0].days}")
    if told.chance is not None and abs(at[0].chance - told.chance) > 0.15:
        wrong.append(f"{told}: chance {at[0].chance}")
    return wrong


def oddities(found: Read, once: Iterable[str]) -> list[str]:
    """Remains of times and the like in texts, and what was put in twice."""
    texts = [text for text, _ in found.done]
    odd = [f"remains: {text!r}" for text in dict.fromkeys(texts) if REMAINS.search(text)]
    for word in once:
        spans = sorted(
            (minutes_of_day(point.start), point.minutes) for point in found.points if re.search(word, point.text)
        )
        # parts with a break between them are one
        starts = [spans[0][0]] if spans else []
        for (first, length), (second, _) in pairwise(spans):
            if second - first - length > 20:
                starts.append(second)
        if len(starts) != 1:
            odd.append(f"{word!r} {len(starts)} times")
    return odd


def rate(checks: Sequence[list[str]]) -> str:
    """How many checks have no problem."""
    return f"{sum(not check for check in checks)} of {len(checks)}"


def names() -> list[str]:
    """All people on file."""
    return sorted(path.stem for path in PEOPLE.glob("*.json") if json.loads(path.read_text(encoding="utf-8")))
