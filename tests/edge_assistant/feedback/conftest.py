"""A learner that has seen a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from edge_assistant.domain import Context
from edge_assistant.learning import prior
from edge_assistant.loop.learner import Learner
from edge_assistant.trigger.waiting import Sight

MORNING = datetime(2026, 3, 2, 8, 0)
ACTIVITIES = (
    "making breakfast",
    "writing a report",
    "answering mail",
    "having lunch",
    "walking in the park",
    "talking on the phone",
    "tidying the kitchen",
    "reading a novel",
    "watching a film",
    "stretching on the mat",
)

Live = Callable[..., list[Sight]]


@pytest.fixture
def learner(features) -> Learner:
    return Learner(prior.load(), features)


@pytest.fixture
def live() -> Live:
    """Let a learner see a day; gives the moments of it."""

    def day(learner: Learner, number: int = 0, activities: tuple[str, ...] = ACTIVITIES) -> list[Sight]:
        for tick in range(6 * len(activities)):
            time = MORNING + timedelta(days=number, minutes=10 * tick)
            activity = activities[tick // 6]
            learner.see(Context(time, activity, "living room", 10.0 * (tick % 6), 10.0 * tick))
        return learner.outlook.days[-1]

    return day
