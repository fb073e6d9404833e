"""Meals and washing where the prose tells of none."""

from __future__ import annotations

import re

from simulator.people.importer.language import clocks
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.life import day_times
from simulator.people.importer.life.agenda import SHORTEST, Agenda
from simulator.people.importer.values import Notes
from simulator.people.persona import DAY_GROUPS, DAYS, Frames

MEALS_APART = 90.0
"""Minutes between a meal that is told and one that is added."""
COOKING_FROM = 960.0
"""Minute of the day from which what is cooked is dinner."""
_MEAL_TEXTS = {
    "breakfast": ("having breakfast", 25.0),
    "lunch": ("eating lunch at the kitchen table", 30.0),
    "dinner": ("eating dinner", 35.0),
}
_MEAL_WORDS = {
    "breakfast": r"breakfast|brunch|porridge",
    "lunch": r"lunch|brunch",
    "dinner": r"dinner|supper|having tea",
}


def place_meals(agenda: Agenda, times: DayTimes, frames: Frames, notes: Notes) -> None:
    """Ordinary meals where the prose has none; what is there already stays."""
    wake, sleep = day_times.minutes(frames.weekday)
    weekend_wake, _ = day_times.minutes(frames.weekend)
    for name, (text, length) in _MEAL_TEXTS.items():
        own = [point for point in agenda.points if point.kind in ("meal", "cooking")]
        if any(
            re.search(rf"\b(?:{_MEAL_WORDS[name]})\b", p.text) and not re.match(r"cooking (?!and)", p.text) for p in own
        ):
            continue
        start = times.event(name)[0]
        cooked = [
            last for (first, last, _), point in zip(agenda.taken, agenda.points, strict=True)
            if point.kind == "cooking" and first >= COOKING_FROM
        ]  # fmt: skip
        if name == "dinner" and cooked:
            start = max(start, min(cooked))  # nobody eats before it is cooked
        eaten = [
            (first, last) for (first, last, _), point in zip(agenda.taken, agenda.points, strict=True)
            if point.kind == "meal" and first - start < MEALS_APART + length and start - last < MEALS_APART
        ]  # fmt: skip
        if eaten:
            continue
        if name == "breakfast" and weekend_wake - wake >= 30 and name not in times.events:
            _put_near(agenda, text, "meal", start, length, DAY_GROUPS["weekday"], (wake, sleep))
            _put_near(agenda, text, "meal", weekend_wake + 40, length, DAY_GROUPS["weekend"], (weekend_wake, sleep))
        else:
            first = min(cooked) if name == "dinner" and cooked else wake
            _put_near(agenda, text, "meal", start, length, DAYS, (first, sleep))
        if name not in times.events:
            notes.assume("routine", f"{clocks.clock(start)} {text}", "not said: an ordinary meal")
        cooks = any(point.kind == "cooking" and point.start >= "15:00" for point in agenda.points)
        if name == "dinner" and not cooks:
            _put_near(agenda, "cooking dinner", "cooking", start - 40, 35.0, DAYS, (wake, start))


def _put_near(
    agenda: Agenda,
    text: str,
    kind: str,
    start: float,
    length: float,
    days: tuple[str, ...],
    within: tuple[float, float],
) -> None:
    found = agenda.nearest(start, length, days, (max(within[0], start - 60), min(within[1], start + length + 60)))
    if found is not None:
        agenda.put(text, kind, found, length, days, "")


def place_washing(agenda: Agenda, frames: Frames, notes: Notes) -> None:
    """Washing and dressing soon after waking, unless the prose tells of a bath or a shower."""
    if any(point.kind == "bathing" for point in agenda.points):
        return
    for frame, name in ((frames.weekday, "weekday"), (frames.weekend, "weekend")):
        wake, _ = day_times.minutes(frame)
        for length in (20.0, SHORTEST):
            found = agenda.nearest(wake + 5, length, DAY_GROUPS[name], (wake, wake + 150))
            if found is not None:
                agenda.put("washing and getting dressed", "bathing", found, length, DAY_GROUPS[name], "")
                break
    notes.assume("routine", "washing and getting dressed after waking", "not said")
