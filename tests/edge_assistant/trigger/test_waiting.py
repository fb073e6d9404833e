"""Waiting against speaking: what the rest of the day may bring, and what a word is worth as it would be put."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.composer.style_model import StyleModel, vague_wishes
from edge_assistant.trigger.waiting import Outlook, Prospects, Sight

MONDAY = datetime(2026, 3, 2, 8, 0)
PROSPECTS = Prospects(quality=1.0, rest=120.0, recovery=120.0, cost=1.0)


def chances(sights: list[Sight]) -> np.ndarray:
    """Tea at four is a good moment, all else is not."""
    return np.array([0.95 if sight.activity == "tea" else 0.1 for sight in sights])


def seen(days: int) -> Outlook:
    outlook = Outlook()
    for day in range(days):
        outlook.begin_day()
        for slot in range(60):
            time = MONDAY + timedelta(days=day, minutes=10 * slot)
            outlook.see(time, "tea" if time.hour == 16 else "writing", 5.0)
    outlook.begin_day()
    return outlook


def threshold(outlook: Outlook, hour: int, **changes: float) -> float:
    given = {name: changes.get(name, getattr(PROSPECTS, name)) for name in Prospects.__dataclass_fields__}
    now = MONDAY.replace(day=5, hour=hour)
    return outlook.threshold(now, changes.get("wanted", 1.0), Prospects(**given), chances, (hour, *changes.items()))


def test_without_days_to_look_back_on_the_costs_alone_decide():
    assert threshold(Outlook(), 10) == pytest.approx(1 / 2)
    assert threshold(Outlook(), 10, wanted=0.5) == pytest.approx(1 / 1.5)
    assert threshold(Outlook(), 10, cost=3.0) == pytest.approx(3 / 4)


def test_a_word_that_would_be_badly_put_must_be_surer():
    assert threshold(Outlook(), 10, worth=0.5) == pytest.approx(1 / 1.5)
    assert threshold(seen(3), 15, worth=0.5) > threshold(seen(3), 15)


def test_a_better_moment_that_may_still_come_is_waited_for():
    outlook = seen(3)
    assert threshold(outlook, 15) > 0.6
    assert threshold(outlook, 18) == pytest.approx(1 / 2)


def test_finding_out_what_pleases_makes_speaking_cheaper():
    outlook = seen(3)
    assert threshold(outlook, 18) == pytest.approx(1 / 2)
    now = MONDAY.replace(day=5, hour=18)
    assert outlook.threshold(now, 1.0, PROSPECTS, chances, "found", gain=1.0) == pytest.approx(1 / 3)


def test_what_is_learned_of_a_style_makes_the_best_sentence_surer():
    styles = StyleModel([vague_wishes()])
    before = styles.best_chance()
    for _ in range(4):
        styles.learn("Boil two eggs.", (), 0.97, 0.03)
    assert before < styles.best_chance() < 1
    assert styles.best().length == "short"
