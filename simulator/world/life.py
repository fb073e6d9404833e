"""A life as numbers: for each tick of a day what the user does, how they are, and whether a word would be welcome.

A life depends on persona, seed and language only, never on the assistant: the one part of the hidden state that an
assistant moves, annoyance, is kept by the user agent. So lives are computed once and shared by all policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, TICK_MINUTES, CalendarEntry
from simulator.people.persona import Persona
from simulator.people.routine import DAYS, Span, within
from simulator.world.calendar import date_of
from simulator.world.plan import LONGEST, Filler, Plan, WeightedFiller, make_plan
from simulator.world.seeding import generator

KIND_INDEX = {kind: index for index, kind in enumerate(ACTIVITY_CLASSES)}

_TIRING = {"exercise": -0.5, "deep_work": -0.3, "meeting": -0.35, "care": -0.25, "errand": -0.2, "tidying": -0.2}
_RESTING = {"rest": 0.3, "meal": 0.25, "pause": 0.2, "sleep": 0.5, "bathing": 0.15, "media": 0.1, "walk": 0.1}
ENERGY_OF_KIND = _TIRING | _RESTING
"""Drift of energy an hour while doing it (-1 to 1 scale)."""

MOOD_OF_KIND = {"company": 0.3, "craft": 0.3, "music": 0.35, "walk": 0.3, "media": 0.1, "mail": -0.25, "meeting": -0.25}
FOCUS_OF_KIND = {
    "deep_work": 0.8,
    "study": 0.6,
    "meeting": 0.4,
    "craft": 0.4,
    "gaming": 0.4,
    "reading": 0.3,
    "routine_work": 0.2,
    "pause": -0.5,
    "rest": -0.6,
    "browsing": -0.3,
    "meal": -0.4,
}
"""Where focus settles while doing it (-1 to 1)."""


BURST_TICKS = 8
"""Receptive moments that are moved together."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the user does, from `start` until `end` (local times).

    `kind` is the simulator's label, never the assistant's; `continued` marks the later parts of a long activity.
    """

    text: str
    kind: str
    room: str
    start: datetime
    end: datetime
    continued: bool = False

    @property
    def told(self) -> str:
        """The text as a person would tell it at this point of the day."""
        return f"still {self.text}" if self.continued else self.text

    def __post_init__(self) -> None:
        if self.kind not in ACTIVITY_CLASSES:
            raise ValueError(f"activity {self.text!r}: unknown kind {self.kind!r}")
        if self.end <= self.start:
            raise ValueError(f"activity {self.text!r}: ends at {self.end}, before it starts at {self.start}")


@dataclass(frozen=True)
class LifeDay:
    """One day, waking to sleep, in T ticks.

    Attributes:
        day: 1, 2, ...
        wake: local time of the first tick.
        activities: in order, each 5 to 60 minutes long.
        activity: (T,) index into `activities`.
        minutes_in_block: (T,) minutes since this activity, or the longer one that it continues, began.
        kind: (T,) index into ACTIVITY_KINDS.
        minute: (T,) minutes after midnight, 0 to 1440.
        energy, mood, focus: (T,) hidden state, -1 to 1.
        receptiveness: (T,) sum of what holds now, to be compared with the persona's threshold.
        blocked: (T,) moments at which nothing is welcome.
        draws: (T, 3) uniform numbers for request, acceptance and ignoring: the same for all policies.
        calendar: the appointments that a calendar would show.
        fallbacks: stretches of the plan that the model spoiled.
    """

    day: int
    wake: datetime
    activities: tuple[Activity, ...]
    activity: NDArray[np.int64]
    minutes_in_block: NDArray[np.float64]
    kind: NDArray[np.int64]
    minute: NDArray[np.float64]
    energy: NDArray[np.float64]
    mood: NDArray[np.float64]
    focus: NDArray[np.float64]
    receptiveness: NDArray[np.float64]
    blocked: NDArray[np.bool_]
    draws: NDArray[np.float64]
    calendar: tuple[CalendarEntry, ...]
    fallbacks: int

    def __len__(self) -> int:
        return len(self.kind)

    def time(self, tick: int) -> datetime:
        """Local time of a tick."""
        return self.wake + timedelta(minutes=TICK_MINUTES * tick)

    def receptive(self, threshold: float) -> NDArray[np.bool_]:
        """(T,) whether a word would be welcome at this threshold."""
        return ~self.blocked & (self.receptiveness >= threshold)


def live_day(persona: Persona, day: int, seed: int, filler: Filler | None = None) -> LifeDay:
    """The day of a persona under a seed; without a filler free time is filled by weight."""
    return from_plan(persona, make_plan(persona, day, seed, filler or WeightedFiller()), seed)


def from_plan(persona: Persona, plan: Plan, seed: int) -> LifeDay:
    """The numbers of a planned day."""
    midnight = datetime.combine(date_of(plan.day), time())
    ticks = int((plan.sleep - plan.wake) // TICK_MINUTES)
    minutes = (plan.wake + TICK_MINUTES * np.arange(ticks)).astype(np.float64)
    starts = np.array([block.start for block in plan.blocks])
    block = np.clip(np.searchsorted(starts, minutes, side="right") - 1, 0, None)
    kinds = np.array([KIND_INDEX[b.kind] for b in plan.blocks])[block]
    activities, activity = _activities(plan, midnight, minutes, block)
    in_block = minutes - starts[block]
    energy, mood, focus = _hidden_state(persona, plan.day, seed, minutes, kinds)
    weekday = DAYS[date_of(plan.day).weekday()]
    timing = persona.timing
    receptiveness = timing.energy * energy + timing.mood * mood + timing.focus * focus
    receptiveness += _kind_table(timing.kinds)[kinds]
    if timing.pause_minutes:
        receptiveness += np.where(in_block < timing.pause_minutes, timing.pause_weight, 0.0)
    for span in timing.windows:
        receptiveness += np.where(_inside(span, weekday, minutes), span.weight, 0.0)
    blocked = np.isin(kinds, [KIND_INDEX[kind] for kind in timing.blocked_kinds])
    for span in timing.blocked:
        blocked |= _inside(span, weekday, minutes)
    if timing.bursts:
        receptiveness = _burst(persona, plan.day, seed, receptiveness, blocked)
    calendar = tuple(
        CalendarEntry(b.text, midnight + timedelta(minutes=b.start), midnight + timedelta(minutes=b.end))
        for b in plan.blocks
        if b.fixed and b.kind in ("meeting", "company", "call", "errand")
    )
    return LifeDay(
        plan.day,
        midnight + timedelta(minutes=plan.wake),
        activities,
        activity,
        in_block,
        kinds,
        minutes % 1440,
        energy,
        mood,
        focus,
        receptiveness,
        blocked,
        generator("draws", persona.id, seed, plan.day).random((ticks, 3)),
        calendar,
        plan.fallbacks,
    )


def _activities(
    plan: Plan, midnight: datetime, minutes: NDArray[np.float64], block: NDArray[np.int64]
) -> tuple[tuple[Activity, ...], NDArray[np.int64]]:
    """Blocks cut into equal parts of at most an hour."""
    activities: list[Activity] = []
    part_starts: list[float] = []
    for planned in plan.blocks:
        parts = int(np.ceil((planned.end - planned.start) / LONGEST))
        edges = np.linspace(planned.start, planned.end, parts + 1)
        for part in range(parts):
            start, end = (midnight + timedelta(minutes=float(edge)) for edge in edges[part : part + 2])
            activities.append(Activity(planned.text, planned.kind, planned.room, start, end, continued=part > 0))
            part_starts.append(float(edges[part]))
    index = np.searchsorted(np.array(part_starts), minutes, side="right") - 1
    return tuple(activities), np.clip(index, 0, None)


def _burst(
    persona: Persona, day: int, seed: int, receptiveness: NDArray[np.float64], blocked: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Runs of receptive moments, a share of them moved to random places of the day at which nothing is in their way."""
    rng = generator("bursts", persona.id, seed, day)
    threshold = persona.timing.threshold
    good = ~blocked & (receptiveness >= threshold)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(int))).reshape(-1, 2)
    runs = [
        slice(first, min(first + BURST_TICKS, end)) for start, end in edges for first in range(start, end, BURST_TICKS)
    ]
    taken = [run for run in runs if rng.random() < persona.timing.bursts]
    moved = receptiveness.copy()
    for run in taken:
        moved[run] = receptiveness.min()
    for run in taken:
        length = run.stop - run.start
        free = (~blocked & (moved < threshold)).astype(int)
        places = np.flatnonzero(np.convolve(free, np.ones(length, dtype=int), "valid") == length)
        place = int(rng.choice(places)) if len(places) else run.start
        moved[place : place + length] = receptiveness[run]
    return moved


def _kind_table(weights: dict[str, float]) -> NDArray[np.float64]:
    return np.array([weights.get(kind, 0.0) for kind in ACTIVITY_CLASSES])


def _inside(span: Span, weekday: str, minutes: NDArray[np.float64]) -> NDArray[np.bool_]:
    if weekday not in span.days:
        return np.zeros(len(minutes), dtype=bool)
    return np.array([within(span.start, span.end, minute) for minute in minutes])


def _hidden_state(
    persona: Persona, day: int, seed: int, minutes: NDArray[np.float64], kinds: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Energy, mood and focus, each (T,) in [-1, 1]: a daily course, what is being done, and slow noise."""
    rng = generator("hidden", persona.id, seed, day)
    ticks = len(minutes)
    wobble = 0.35 if persona.traits["neuroticism"] == "high" else 0.2
    energy_day, mood_day = rng.normal(0, 0.15), rng.normal(0.05, wobble)
    peak = {"lark": 600.0, "neither": 720.0, "owl": 1020.0}[persona.chronotype]
    course = 0.4 * np.cos((minutes - peak) / 1440 * 2 * np.pi)
    noise = _slow_noise(rng, ticks, 0.15), _slow_noise(rng, ticks, wobble / 2), _slow_noise(rng, ticks, 0.25)
    hours = TICK_MINUTES / 60
    spent = _leaky_sum(_kind_table(ENERGY_OF_KIND)[kinds] * hours, decay_hours=3.0)
    lifted = _leaky_sum(_kind_table(MOOD_OF_KIND)[kinds] * hours, decay_hours=2.0)
    settled = _leaky_sum(_kind_table(FOCUS_OF_KIND)[kinds] * hours / 0.25, decay_hours=0.25)
    energy = np.clip(course + energy_day + spent + noise[0], -1, 1)
    mood = np.clip(mood_day + lifted + noise[1], -1, 1)
    focus = np.clip(0.7 * settled + 0.2 * energy + noise[2], -1, 1)
    return energy, mood, focus


def _slow_noise(rng: np.random.Generator, ticks: int, spread: float, hours: float = 1.0) -> NDArray[np.float64]:
    """Noise of a given standard deviation that forgets itself over about an hour."""
    keep = float(np.exp(-TICK_MINUTES / 60 / hours))
    shocks = rng.normal(0, spread * np.sqrt(1 - keep**2), ticks)
    shocks[0] = rng.normal(0, spread)
    return _recur(shocks, keep)


def _leaky_sum(flow: NDArray[np.float64], decay_hours: float) -> NDArray[np.float64]:
    """What flows in each tick, draining with the given time constant."""
    return _recur(flow, float(np.exp(-TICK_MINUTES / 60 / decay_hours)))


def _recur(values: NDArray[np.float64], keep: float) -> NDArray[np.float64]:
    out = np.empty(len(values))
    level = 0.0
    for index, value in enumerate(values.tolist()):
        level = keep * level + value
        out[index] = level
    return out
