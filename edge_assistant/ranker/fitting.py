"""Which ideas can be brought up at a moment: by hour, season, light, place, noise, and the time that there is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import PLACES, SEASONS, Context
from edge_assistant.ranker.ideas import KnowledgeBase

Mask = NDArray[np.bool_]

LONGEST_AT_WORK, LONGEST_BREAK = 30.0, 15.0
"""Minutes that an idea may take in working hours: at the desk, and away from it."""

BREAK_AFTER = 60.0
"""Minutes of work without a pause, after which one may be sent outside."""

OUT_FROM, OUT_TO = 7.0, 21.0
"""Hours between which people are sent out of the house, where an idea names none."""

KITCHEN_FROM, KITCHEN_TO = 6.0, 22.0
"""Hours between which people are sent to the kitchen and are done there, where an idea names none."""

NIGHT_FROM, NIGHT_TO, LONGEST_AT_NIGHT = 23.0, 6.0, 20.0
"""Hours in which nothing that takes more minutes is begun, where an idea names none."""

NOISE_FROM, NOISE_TO = 21.5, 7.5
"""Hours between which neighbours sleep."""

_OUTSIDE = tuple(PLACES.index(place) for place in ("garden", "outdoors", "out"))


def fitting(base: KnowledgeBase, context: Context) -> Mask:
    """(n,) which ideas can be brought up now. What is not known counts against none."""
    hour = context.time.hour + context.time.minute / 60
    fits = _between(hour, *base.hours.T) & base.seasons[:, season_of(context)] & (base.minutes <= context.free_minutes)
    any_hour = np.ptp(base.hours, axis=1) == 24
    if context.light is not None:
        # nobody works in a dark garden, whether or not the idea says so
        needs = np.where((base.daylight == 0) & (base.place_index == PLACES.index("garden")), 1, base.daylight)
        fits &= needs != (-1 if context.light else 1)
    if not OUT_FROM <= hour < OUT_TO:
        fits &= ~(np.isin(base.place_index, _OUTSIDE) & (base.daylight != -1) & any_hour)
    if not NIGHT_TO <= hour < NIGHT_FROM:
        fits &= ~any_hour | (base.minutes <= LONGEST_AT_NIGHT)
    cooking = (base.place_index == PLACES.index("kitchen")) & any_hour
    fits &= ~cooking | ((hour >= KITCHEN_FROM) & (hour + base.minutes / 60 <= KITCHEN_TO))
    if context.place == "office" or not NOISE_TO <= hour < NOISE_FROM:
        fits &= ~base.loud
    return np.asarray(fits & _in_place(base, context), dtype=np.bool_)


def season_of(context: Context) -> int:
    """Place of the season in `SEASONS`."""
    # December, January and February are the northern winter
    turn = (context.time.month % 12 // 3 + 2 * context.southern) % 4
    return SEASONS.index(("winter", "spring", "summer", "autumn")[turn])


def _between(hour: float, begin: NDArray[np.float64], end: NDArray[np.float64]) -> Mask:
    return np.where(begin <= end, (begin <= hour) & (hour <= end), (hour >= begin) | (hour <= end))


def _in_place(base: KnowledgeBase, context: Context) -> Mask:
    """(n,) which ideas can be done from where the person is; own things, of which nobody knows where, anywhere."""

    def at(*places: str) -> Mask:
        return np.isin(base.place_index, [-1, *(PLACES.index(place) for place in places)])

    if context.place == "outside":
        return at("anywhere", "outdoors", "out")
    if context.place == "office":
        return at("anywhere", "desk", "out") & (base.minutes <= LONGEST_AT_WORK)
    if context.place == "working":
        outside = ("garden", "outdoors") if context.stretch_minutes >= BREAK_AFTER else ()
        pause = at("home", "kitchen", *outside) & (base.minutes <= LONGEST_BREAK)
        return pause | (at("anywhere", "desk") & (base.minutes <= LONGEST_AT_WORK))
    return np.ones(len(base), dtype=np.bool_)
