"""What the trigger sees of a moment, as numbers: the activity, the hour, how far into the activity it is."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.activity_texts import TEXT_DIRECTIONS, ActivityTexts
from edge_assistant.domain import ACTIVITY_CLASSES, Context
from edge_assistant.trigger.good_times import NOTHING_SAID, SAID_NAMES, GoodTimes

FloatArray = NDArray[np.float64]

COARSE_HOURS = np.arange(0, 24, 2.0)
FINE_HOURS = np.arange(0, 24, 1.0)

MOMENT_NAMES: tuple[str, ...] = (
    "always",
    *(f"while {name}" for name in ACTIVITY_CLASSES),
    *(f"around {hour:.0f} h" for hour in COARSE_HOURS),
    *(f"at {hour:.0f} h" for hour in FINE_HOURS),
    *(f"weekends around {hour:.0f} h" for hour in COARSE_HOURS),
    "weekends",
    "just after a change of activity",
    "early in an activity",
    "false alarms just now",
    "false alarms of late",
    *(f"what the activity is about ({number + 1})" for number in range(TEXT_DIRECTIONS)),
    *SAID_NAMES,
)
"""Names of the timing features, in order."""


def moment_features(
    texts: ActivityTexts,
    context: Context,
    unwelcome: tuple[float, float] = (0.0, 0.0),
    said: GoodTimes = NOTHING_SAID,
) -> FloatArray:
    """(len(MOMENT_NAMES),) timing features.

    Args:
        texts: reads activities.
        context: the moment.
        unwelcome: counts of false alarms, see `History`.
        said: when a word is welcome, in the person's own choice.
    """
    classes, about = texts.read(context.activity, context.room)
    time = context.time
    quarter = time.hour * 4 + time.minute // 15
    pause = [np.exp(-context.activity_minutes / 6), np.exp(-context.activity_minutes / 20)]
    pause += [min(count, 4.0) for count in unwelcome]
    return np.concatenate(
        [[1.0], classes, _hours(quarter, time.weekday() >= 5), pause, about, said.features(classes, time)]
    )


@lru_cache(maxsize=2048)
def _hours(quarter: int, weekend: bool) -> FloatArray:
    """Smooth bumps over the hours of the day for a quarter of an hour, 0 to 95."""
    hour = quarter / 4 + 0.125
    coarse = _bumps(hour, COARSE_HOURS, 1.2)
    return np.concatenate([coarse, _bumps(hour, FINE_HOURS, 0.6), coarse * weekend, [float(weekend)]])


def _bumps(hour: float, centres: FloatArray, width: float) -> FloatArray:
    distance = np.abs(hour - centres)
    distance = np.minimum(distance, 24 - distance)
    return np.asarray(np.exp(-0.5 * (distance / width) ** 2))
